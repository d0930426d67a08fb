"""Striking from the file of a case: what was never said counts no more, and little is undone."""

from datetime import date

from domain.legal.court import draw_up, finish, hear_court, run_out
from domain.legal.file import LegalFile
from domain.legal.remedies import Evidence
from domain.legal.striking import strike_court, strike_evidence
from tests.rules.legal.law import BEGUN, CALENDARS, file_of, said


def heard(*words) -> LegalFile:
    file = file_of("payment_order")
    draw_up(file, BEGUN)
    for what, on in words:
        hear_court(file, said(what, on), CALENDARS)
    return file


def steps(file: LegalFile) -> list[str]:
    return [stand.step for stand in file.path]


def test_the_last_word_that_moved_a_remedy_takes_it_back_and_can_be_told_again():
    file = heard(("filed", "2026-02-25"), ("accepted", "2026-02-26"))
    assert strike_court(file, said("accepted", "2026-02-26")) == "filed"
    assert steps(file) == ["drawn", "filed"]
    assert [event.what for event in file.said] == ["filed"]
    assert hear_court(file, said("accepted", "2026-03-03"), CALENDARS) == "accepted"


def test_an_earlier_word_is_struck_and_what_followed_it_stands():
    file = heard(("filed", "2026-02-25"), ("accepted", "2026-02-26"))
    assert strike_court(file, said("filed", "2026-02-25")) == ""
    assert steps(file) == ["drawn", "filed", "accepted"]
    assert file.filed == {}, "no filing closes another remedy any more"


def test_of_two_filings_the_one_that_is_left_counts():
    file = heard(("filed", "2026-02-25"))
    hear_court(file, said("filed", "2026-03-04", "payment_order"), CALENDARS)
    hear_court(file, said("filed", "2026-03-05", "suit"), CALENDARS)
    hear_court(file, said("filed", "2026-03-06", "suit"), CALENDARS)
    strike_court(file, said("filed", "2026-03-05", "suit"))
    assert file.filed["suit"] == date(2026, 3, 6)


def test_a_word_that_fitted_no_step_is_asked_about_no_more_and_moves_nothing():
    file = heard(("filed", "2026-02-25"), ("served", "2026-02-26"))
    assert strike_court(file, said("served", "2026-02-26")) == ""
    assert file.unplaced == []
    assert steps(file) == ["drawn", "filed"]


def test_what_ended_a_remedy_is_not_undone():
    file = heard(("filed", "2026-02-25"), ("refused", "2026-02-26"))
    assert strike_court(file, said("refused", "2026-02-26")) == ""
    finish(file, "failed")
    assert file.ended == {"payment_order": "failed"}


def test_what_is_not_on_the_file_is_struck_from_it_without_harm():
    file = heard(("filed", "2026-02-25"))
    assert strike_court(file, said("filed", "2026-02-26")) == ""
    assert file.filed == {"payment_order": BEGUN}


def test_a_suit_whose_application_was_struck_counts_from_its_own_papers():
    words = (("filed", "2026-02-25"), ("accepted", "2026-02-26"), ("issued", "2026-03-02"))
    later = (("served", "2026-03-03"), ("objected", "2026-03-04"), ("terminated", "2026-03-05"))
    file = heard(*words, *later)
    run_out(file, date(2026, 3, 12))
    finish(file, "suit")
    strike_court(file, said("filed", "2026-02-25"))
    file.filed.pop("payment_order", None)
    file.remedy = file_of("suit").remedy
    draw_up(file, date(2026, 3, 20))
    assert file.filed["suit"] == date(2026, 3, 20)


def test_struck_evidence_is_missing_from_that_day_unless_there_is_more():
    file = file_of("payment_order")
    contract = Evidence("contract", BEGUN, "contract-1")
    file.evidence.append(contract)
    strike_evidence(file, contract, date(2026, 3, 1))
    assert "contract" not in file.wanted_since
    strike_evidence(file, contract, date(2026, 3, 2))
    assert file.wanted_since["contract"] == date(2026, 3, 2)
