"""A word of a court is asked whether it fits before it is put on file."""

from copy import deepcopy
from datetime import date

from domain.legal.court import draw_up, hear_court, run_out
from domain.legal.file import LegalFile
from domain.legal.fitting import NO_STEP, TOO_EARLY, misfit, too_early
from tests.rules.legal.law import BEGUN, CALENDARS, file_of, said


def at_filed() -> LegalFile:
    file = file_of("payment_order")
    draw_up(file, BEGUN)
    hear_court(file, said("filed", "2026-02-25"), CALENDARS)
    return file


def why(file, what, on="2026-03-02", remedy="") -> str:
    no = misfit(file, said(what, on, remedy), CALENDARS)
    if no is None:
        return ""
    assert no.rule == NO_STEP
    return no.reason


def test_what_fits_is_let_through_and_changes_nothing_by_being_asked():
    file = at_filed()
    before = deepcopy(file)
    assert why(file, "accepted") == ""
    assert why(file, "served") != ""
    assert file == before


def test_what_fits_no_step_is_told_where_the_case_waits_and_what_would_fit():
    assert why(at_filed(), "served") == (
        "'served' fits no step: payment_order stands at filed and waits for the court to accept "
        "the application. Words that fit: accepted, refused, withdrawn."
    )


def test_a_word_of_another_remedy_is_told_that_it_is():
    told = why(at_filed(), "accepted", remedy="suit")
    assert "the court to accept the application, and this is of suit." in told


def test_before_a_remedy_and_before_its_papers_no_word_fits():
    assert why(LegalFile(), "filed") == "'filed' fits no step: no remedy is in hand."
    told = why(file_of("payment_order"), "filed")
    assert told == "'filed' fits no step: the papers of payment_order are not drawn up yet."


def test_a_date_before_that_of_the_step_it_follows_is_told_which_step_that_is():
    no = misfit(at_filed(), said("accepted", "2026-02-24"), CALENDARS)
    assert no is not None
    assert (no.rule, no.reason) == (
        TOO_EARLY,
        "'accepted' of 2026-02-24 is too early: payment_order came to filed on 2026-02-25.",
    )


def test_by_what_is_on_file_alone_nothing_is_filed_before_its_papers_or_said_before_it_is_filed():
    papers, filing = date(2026, 2, 25), [said("filed", "2026-02-27", "preservation")]

    def early(what, on, of="preservation", dated=papers):
        return too_early(said(what, on, of), dated, filing) is not None

    assert early("filed", "2026-02-24")
    assert not early("filed", "2026-02-25"), "the same day is fine"
    assert not early("filed", "2026-02-24", dated=None), "papers that were drawn up elsewhere"
    assert early("frozen_deposit", "2026-02-26")
    assert not early("frozen_deposit", "2026-02-27")
    assert not early("frozen_deposit", "2026-02-26", of="suit"), "not its own filing"


def test_what_came_late_to_us_but_in_time_to_the_court_still_fits():
    file = at_filed()
    words = (("accepted", "2026-02-26"), ("issued", "2026-03-02"), ("served", "2026-03-03"))
    for what, on in words:
        hear_court(file, said(what, on), CALENDARS)
    assert run_out(file, date(2026, 3, 18)) == "won"
    assert why(file, "objected", on="2026-03-17") == ""
    assert why(file, "objected", on="2026-03-19") != ""
