"""Complaints and disputes in the ledger: each step once, on record, and its holds with it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import col, select

from domain.grievance_requests import ExtendAnswer, GiveAnswer
from domain.grievances import Extension, Grievance, GrievanceKind, Verdict
from domain.holds import HoldReason
from domain.keys import grievance_hold_key
from domain.orders import TaskOrder
from ledger import grievances, tasks
from ledger.agreements import holds_of
from ledger.case_tables import DecisionRow
from ledger.cases import NewCase, open_case
from ledger.decisions import verify
from ledger.engine import reading, writing
from ledger.errors import KeyReused, LedgerError
from tests.ledger.book import CASE, EPISODE, MORNING, a_loan, claim, on_hold, open_book, order

LAST = date(2026, 3, 30)
LATER = (Extension(date(2026, 4, 9), "complex"), Extension(date(2026, 5, 9), "special", True))
REJECTED = GiveAnswer("r1", "ann", Verdict.REJECTED, "contract-7")
UPHELD = GiveAnswer("r2", "ann", Verdict.UPHELD)
TOO_LATE = datetime.fromisoformat("2026-03-31T00:00+08:00")


def a_grievance(kind=GrievanceKind.DISPUTE, grievance_id="g1", loan_id="L1") -> Grievance:
    return Grievance(
        grievance_id=grievance_id,
        kind=kind,
        loan_id=loan_id,
        borrower_id="B1",
        episode=EPISODE,
        about="not-mine",
        opened_at=MORNING,
        by="ann",
        zone="Asia/Shanghai",
        rule="CN-COMP-01",
        answer_by=LAST,
        now=MORNING,
        extensions=LATER,
        jurisdiction="CN",
        portfolio="north",
    )


@pytest.fixture
def book(ledger):
    """Two loans of one person, each with an open case."""
    open_book(ledger, "L1", "L2")
    with writing(ledger) as session:
        for loan_id in ("L1", "L2"):
            open_case(session, NewCase(loan_id, "B1", EPISODE, "standard@0f3a"), MORNING)
    return ledger


def opened(book, kind=GrievanceKind.DISPUTE) -> Grievance:
    with writing(book) as session:
        grievances.open_(session, a_grievance(kind), MORNING)
        return grievances.standing(session, "g1")


def answered(book, request=REJECTED, at=MORNING):
    with writing(book) as session:
        return grievances.answer(session, "g1", request, at)


def decided(book) -> list[tuple[str, str]]:
    with reading(book) as session:
        rows = (
            select(DecisionRow)
            .where(DecisionRow.what == "grievance")
            .order_by(col(DecisionRow.seq))
        )
        assert not verify(session)
        return [(row.verdict, row.rule) for row in session.exec(rows)]


def barred_by(book, asked) -> str:
    """The rule that keeps a contact away; empty when it was claimed."""
    return str(getattr(claim(book, asked), "rule", ""))


def biting(book, at) -> list[HoldReason]:
    with reading(book) as session:
        return [hold.reason for hold in holds_of(session, "B1") if hold.bites(at)]


def test_it_is_opened_once_with_all_that_its_clock_needs(book):
    opened(book)
    found = opened(book)
    assert replace(found, now=MORNING) == a_grievance()
    assert decided(book) == [("opened", "CN-COMP-01")]
    with writing(book) as session, pytest.raises(KeyReused, match="other content"):
        grievances.open_(session, replace(a_grievance(), about="paid"), MORNING)


def test_its_hold_keeps_a_claim_away_from_the_commit_on_before_any_case_has_heard(book):
    opened(book)
    assert barred_by(book, order()) == "hold-dispute"
    answered(book)
    assert barred_by(book, order(step="again")) != "hold-dispute"


@pytest.mark.parametrize(("kind", "barred"), [("complaint", True), ("dispute", False)])
def test_another_loan_of_the_person_rests_for_a_complaint_and_not_for_a_dispute(book, kind, barred):
    opened(book, GrievanceKind(kind))
    assert (barred_by(book, order("L2")) == "CN-COMP-01") == barred


@pytest.mark.parametrize(
    ("kind", "reasons", "cases"),
    [
        ("complaint", [HoldReason.COMPLAINT], [CASE, CASE.replace("L1", "L2")]),
        ("dispute", [HoldReason.DISPUTE], [CASE]),
        ("record_dispute", [], [CASE]),
    ],
)
def test_a_complaint_reaches_every_case_of_the_person_a_dispute_its_own(book, kind, reasons, cases):
    grievance = opened(book, GrievanceKind(kind))
    assert biting(book, MORNING) == reasons
    with reading(book) as session:
        assert list(grievances.reached(session, grievance)) == cases


def test_an_answer_ends_the_holds_its_cases_wrote_too_and_the_tasks(book):
    opened(book)
    on_hold(book, grievance_hold_key("g1", CASE))
    on_hold(book, "another", reason=HoldReason.HARDSHIP)
    with writing(book) as session:
        for what in ("grievance/g1/answer", "grievance/g11/answer"):
            tasks.ask(session, TaskOrder("L1", EPISODE, what, "answer it", MORNING))
    later = MORNING + timedelta(days=2)
    assert answered(book, at=later) is None
    assert biting(book, later) == [HoldReason.HARDSHIP]
    with reading(book) as session:
        assert [task.what for task in tasks.open_tasks(session)] == ["grievance/g11/answer"]
        assert grievances.open_grievances(session) == []
        (found,) = grievances.grievances_of(session, "L1")
    assert (found.verdict, found.evidence, found.answered_by) == ("rejected", "contract-7", "ann")


def test_the_first_answer_stands(book):
    opened(book)
    assert [answered(book), answered(book)] == [None, None]
    refused = answered(book, UPHELD)
    assert refused is not None
    assert refused.rule == "grievance-answered"
    assert [verdict for verdict, _ in decided(book)] == ["opened", "rejected"]


def test_more_time_is_given_once_and_never_against_the_rule(book):
    opened(book)
    more = ExtendAnswer("e1", "ann", LATER[0].until, "complex")
    with writing(book) as session:
        assert [grievances.extend(session, "g1", more, MORNING) for _ in range(2)] == [None, None]
        special = replace(more, until=LATER[1].until, because="special")
        refused = grievances.extend(session, "g1", special, MORNING)
        assert refused is not None
        assert refused.rule == "extension-not-approved"
        assert grievances.standing(session, "g1").last_day == LATER[0].until
        assert grievances.lapse(session, "g1", TOO_LATE).verdict is None, "it has more time"
    assert [verdict for verdict, _ in decided(book)] == ["opened", "extended"]


def test_a_dispute_lapses_once_and_only_when_its_last_day_is_over(book):
    opened(book)
    with writing(book) as session:
        early = TOO_LATE - timedelta(seconds=1)
        assert grievances.lapse(session, "g1", early).verdict is None
        found = [grievances.lapse(session, "g1", TOO_LATE).verdict for _ in range(2)]
    assert found == [Verdict.LAPSED, Verdict.LAPSED]
    assert biting(book, TOO_LATE) == []
    assert answered(book, at=TOO_LATE) is not None
    assert [verdict for verdict, _ in decided(book)] == ["opened", "lapsed"]


def test_a_lapsed_complaint_rests_on_until_it_is_answered(book):
    opened(book, GrievanceKind.COMPLAINT)
    with writing(book) as session:
        grievances.lapse(session, "g1", TOO_LATE)
        assert [each.grievance_id for each in grievances.open_grievances(session)] == ["g1"]
    assert biting(book, TOO_LATE) == [HoldReason.COMPLAINT]
    assert answered(book, at=TOO_LATE) is None
    assert biting(book, TOO_LATE) == []
    assert [verdict for verdict, _ in decided(book)] == ["opened", "lapsed", "rejected"]


def test_a_complaint_answered_late_is_a_breach_on_record_though_its_clock_slept(book):
    opened(book, GrievanceKind.COMPLAINT)
    assert answered(book, at=TOO_LATE) is None
    assert [verdict for verdict, _ in decided(book)] == ["opened", "lapsed", "rejected"]


def test_what_is_open_rests_a_case_from_its_first_moment(book):
    opened(book, GrievanceKind.COMPLAINT)
    with reading(book) as session:
        (hold,) = grievances.resting(session, "L2", "B1", CASE)
        assert (hold.hold_id, hold.reason) == (grievance_hold_key("g1", CASE), "complaint")
        assert grievances.resting(session, "L9", "B9", CASE) == []


def test_a_debt_that_was_not_owed_is_not_collected_until_a_person_has_put_it_right(book):
    opened(book)
    with reading(book) as session:
        assert [hold.reason for hold in grievances.resting(session, "L1", "B1", CASE)] == [
            HoldReason.DISPUTE
        ]
        assert grievances.resting(session, "L2", "B1", CASE) == [], "only that debt is disputed"
        assert not grievances.uncorrected(session, "L1")
    answered(book, UPHELD)
    with writing(book) as session:
        assert grievances.uncorrected(session, "L1")
        assert not grievances.uncorrected(session, "L2")
        what = "grievance/g1/correct"
        tasks.ask(session, TaskOrder("L1", EPISODE, what, "correct it", MORNING))
        assert grievances.uncorrected(session, "L1")
        tasks.finish(session, f"task/L1/{EPISODE}/{what}", "ann", MORNING)
        assert not grievances.uncorrected(session, "L1")


def test_a_loan_without_a_case_can_be_held_against_us_too(ledger):
    with writing(ledger) as session:
        a_loan(session)
        grievances.open_(session, a_grievance(GrievanceKind.RECORD_DISPUTE), MORNING)
        found = grievances.standing(session, "g1")
        assert found.episode == MORNING.date()
        assert grievances.reached(session, found) == []
    with reading(ledger) as session:
        assert grievances.grievance_of(session, "g2") is None
        with pytest.raises(LedgerError, match="'g2' is not in the ledger"):
            grievances.standing(session, "g2")
