"""The court's clocks: where each word of the court and each lapse of time lead."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.legal.court import (
    draw_up,
    due,
    end_of,
    finish,
    hear_court,
    inquiry,
    next_remedy,
    passed_over,
    run_out,
    step_of,
)
from domain.legal.file import LegalFile
from domain.legal.remedies import End
from tests.rules.legal.law import BEGUN, CALENDARS, file_of, remedy, said


def filed(name: str, *words: tuple[str, str]) -> LegalFile:
    """A file whose papers are drawn up and handed in, after these words of the court."""
    file = file_of(name)
    draw_up(file, BEGUN)
    for what, on in (("filed", "2026-02-25"), *words):
        assert hear_court(file, said(what, on), CALENDARS), what
    return file


def at(file: LegalFile) -> str:
    stand = file.stand
    return stand.step if stand else ""


ISSUED = (("accepted", "2026-02-26"), ("issued", "2026-03-02"))
SERVED = (*ISSUED, ("served", "2026-03-02"))


def test_the_court_accepts_in_five_days_and_issues_in_fifteen():
    assert due(filed("payment_order"), CALENDARS) == date(2026, 3, 2)
    accepted = filed("payment_order", ("accepted", "2026-03-02"))
    assert due(accepted, CALENDARS) == date(2026, 3, 17)


def test_dc_01_an_order_received_on_2_march_may_be_objected_to_until_the_17th():
    file = filed("payment_order", *SERVED)
    assert due(file, CALENDARS) == date(2026, 3, 17)
    assert run_out(file, date(2026, 3, 17)) == End.WON
    assert end_of(file) is End.WON


def test_dc_03_an_order_that_is_not_served_lapses_after_thirty_days():
    file = filed("payment_order", *ISSUED)
    assert due(file, CALENDARS) == date(2026, 4, 1)
    assert run_out(file, date(2026, 4, 1)) == "lapsed"
    assert due(file, CALENDARS) is None


def test_dc_04_after_the_ruling_seven_days_decide_whether_it_becomes_a_suit():
    words = (*SERVED, ("objected", "2026-03-17"), ("terminated", "2026-04-10"))
    file = filed("payment_order", *words)
    assert due(file, CALENDARS) == date(2026, 4, 17)
    assert run_out(file, date(2026, 4, 17)) == End.SUIT
    assert end_of(filed("payment_order", *words, ("declined_suit", "2026-04-13"))) is End.FAILED


def test_a_suit_that_a_payment_order_became_is_dated_from_its_application():
    words = (*SERVED, ("objected", "2026-03-17"), ("terminated", "2026-04-10"))
    file = filed("payment_order", *words, ("docketed", "2026-04-20"))
    finish(file, End.SUIT)
    assert next_remedy(file, ("payment_order", "mediation", "suit")) == "suit"
    file.remedy = remedy("suit")
    draw_up(file, date(2026, 4, 21))
    assert file.filed["suit"] == date(2026, 2, 25)


def test_an_objection_made_in_time_and_heard_of_late_undoes_an_order_taken_for_enforceable():
    file = filed("payment_order", *SERVED)
    run_out(file, date(2026, 3, 17))
    assert hear_court(file, said("objected", "2026-03-16"), CALENDARS) == "lapsed"
    assert end_of(file) is None


def test_an_objection_made_too_late_is_left_to_a_person():
    file = filed("payment_order", *SERVED)
    run_out(file, date(2026, 3, 17))
    assert hear_court(file, said("objected", "2026-03-18"), CALENDARS) == ""
    assert [event.what for event in file.unplaced] == ["objected"]
    assert end_of(file) is End.WON


def test_a_void_objection_changes_nothing():
    file = filed("payment_order", *SERVED)
    assert hear_court(file, said("oral_objection", "2026-03-05"), CALENDARS) == ""
    assert due(file, CALENDARS) == date(2026, 3, 17), "CN-PO-05: only a written one counts"


def test_a_court_that_is_silent_is_asked_about_once_and_waited_for_without_a_clock():
    file = filed("payment_order")
    last = due(file, CALENDARS)
    assert last is not None
    assert run_out(file, last) == ""
    file.asked.append(inquiry(file))
    assert due(file, CALENDARS) is None
    assert hear_court(file, said("accepted", "2026-04-20"), CALENDARS) == "accepted"


def test_preservation_closes_the_payment_order_and_so_does_a_suit():
    for other in ("preservation", "suit"):
        file = filed(other)
        finish(file, End.FAILED)
        assert passed_over(file, remedy("payment_order")) == f"closed by {other}"


def test_suing_the_guarantor_makes_the_order_lapse():
    file = filed("payment_order", *SERVED, ("guarantor_sued", "2026-03-04"))
    assert at(file) == "lapsed"


def test_only_a_title_can_be_enforced_and_a_title_ends_the_suing():
    file = LegalFile()
    assert passed_over(file, remedy("enforcement")) == "there is no title"
    file.ended["payment_order"] = End.WON
    assert passed_over(file, remedy("enforcement")) == ""
    assert passed_over(file, remedy("suit")) == "there is a title"


SUIT = """
filed         2026-02-25  filed
docketed      2026-03-02  docketed   2026-03-09
served        2026-03-05  defence    2026-03-20
defended      2026-03-16  hearing    2026-06-02
ordinary      2026-05-20  ordinary   2026-09-02
judgment      2026-08-10  judged     2026-08-25
""".strip().splitlines()


def test_a_suit_goes_its_way_and_an_unappealed_judgment_is_a_title():
    file = file_of("suit")
    draw_up(file, BEGUN)
    for line in SUIT:
        what, on, step, *last = line.split()
        assert hear_court(file, said(what, on), CALENDARS) == step
        assert last == [] or due(file, CALENDARS) == date.fromisoformat(last[0])
    assert run_out(file, date(2026, 8, 25)) == End.WON


def test_a_public_notice_counts_as_service_after_thirty_days():
    words = (("docketed", "2026-03-02"), ("public_notice", "2026-03-02"))
    file = filed("suit", *words)
    assert due(file, CALENDARS) == date(2026, 4, 1)
    assert run_out(file, date(2026, 4, 1)) == "defence"
    assert due(file, CALENDARS) == date(2026, 4, 16)


def test_enforcement_has_no_clock_of_the_court():
    file = filed("enforcement")
    assert due(file, CALENDARS) is None
    assert hear_court(file, said("satisfied", "2028-01-03"), CALENDARS) == End.SATISFIED


def test_what_another_remedy_hears_is_left_to_a_person():
    file = filed("payment_order")
    assert hear_court(file, said("accepted", "2026-02-27", "suit"), CALENDARS) == ""
    assert at(file) == "filed"


@given(st.dates(date(2015, 1, 1), date(2026, 10, 31)))
def test_the_time_to_object_ends_on_a_working_day_by_the_oracles_calendar(received):
    file = file_of("payment_order")
    draw_up(file, received)
    for what in ("filed", "accepted", "issued", "served"):
        hear_court(file, said(what, received.isoformat()), CALENDARS)
    last = due(file, CALENDARS)
    assert last is not None
    day = received + timedelta(days=15)
    while not chinese_calendar.is_workday(day):
        day += timedelta(days=1)
    assert last == day


def test_what_is_dated_before_the_step_it_follows_moves_nothing_and_is_left_to_a_person():
    file = filed("payment_order")
    for what, on in (("accepted", "2026-02-26"), ("issued", "2026-03-02")):
        hear_court(file, said(what, on), CALENDARS)
    early = said("served", "2026-03-01")
    assert hear_court(file, early, CALENDARS) == ""
    assert (at(file), file.unplaced) == ("issued", [early])
    assert hear_court(file, said("served", "2026-03-02"), CALENDARS) == "served", "the same day is"


def test_what_time_alone_led_to_does_not_bind_the_date_of_the_next_word():
    file = filed("suit")
    for what, on in (("docketed", "2026-02-26"), ("served", "2026-03-02")):
        hear_court(file, said(what, on), CALENDARS)
    assert run_out(file, date(2026, 3, 17)) == "hearing"
    assert hear_court(file, said("ordinary", "2026-03-10"), CALENDARS) == "ordinary"


WORDS = sorted({w for step in remedy("payment_order").steps for w in step.answers})


@given(st.lists(st.sampled_from([*WORDS, "nonsense", "-"]), max_size=12))
def test_whatever_the_court_says_a_payment_order_is_at_a_step_or_at_an_end(words):
    file = file_of("payment_order")
    draw_up(file, BEGUN)
    for number, word in enumerate(words):
        last = due(file, CALENDARS)
        if word == "-" and last is not None:
            run_out(file, last)
        elif word != "-":
            on = (BEGUN + timedelta(days=number)).isoformat()
            hear_court(file, said(word, on), CALENDARS)
        nowhere = end_of(file) is not None or file.stand is None
        assert (step_of(file) is None) == nowhere, "at a step, at an end, or to be drawn anew"


@pytest.mark.parametrize("name", ["payment_order", "suit", "preservation", "mediation"])
def test_a_withdrawal_before_anything_else_ends_the_remedy(name):
    assert end_of(filed(name, ("withdrawn", "2026-02-26"))) is End.FAILED
