"""Case files, and what is written of promises, plans and holds."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.delinquency import Instalment
from domain.holds import Hold, HoldReason
from domain.orders import CloseOrder
from domain.plans import Plan
from domain.promises import Promise, PromiseStatus
from domain.records import HoldChanged, PlanChanged, PromiseChanged
from domain.strategy import Outcome
from ledger.agreements import holds_of, open_promise, plans_of, promises_of
from ledger.cases import (
    NewCase,
    case_file,
    cases,
    close_case,
    open_case,
    open_case_of,
    write_records,
)
from ledger.decisions import decisions_of
from ledger.engine import reading, writing
from ledger.errors import LedgerError
from tests.ledger.book import CASE, EPISODE, MORNING, open_book

NEW = NewCase("L1", "B1", EPISODE, "standard@1")
LATER = MORNING + timedelta(days=1)
PROMISE = Promise("P1", 20_000, date(2026, 3, 12), date(2026, 3, 10))
PLAN = Plan("A1", date(2026, 3, 10), (Instalment(date(2026, 3, 20), 5), Instalment(EPISODE, 6)))
HOLD = Hold("H1", HoldReason.HARDSHIP, MORNING, MORNING + timedelta(days=30), "li")
CURED = CloseOrder("L1", "B1", EPISODE, Outcome.CURED, "paid", LATER)


def written(engine, *records):
    with writing(engine) as session:
        return write_records(session, "L1", "B1", EPISODE, records)


def verdicts(engine):
    with reading(engine) as session:
        return [(row.what, row.verdict) for row in decisions_of(session, "L1")]


def test_a_case_opens_once_and_closes_once(ledger):
    open_book(ledger)
    with writing(ledger) as session:
        assert [open_case(session, NEW, MORNING) for _ in range(2)] == [True, False]
        opened = open_case_of(session, "L1")
        assert opened
        assert opened.strategy == "standard@1"
    with writing(ledger) as session:
        assert [close_case(session, CURED) for _ in range(2)] == [True, False]
    with reading(ledger) as session:
        assert open_case_of(session, "L1") is None
        file = case_file(session, CASE)
        assert file
        assert (file.outcome, file.outcome_reason, file.closed_at) == (Outcome.CURED, "paid", LATER)
    assert verdicts(ledger) == [("case", "opened"), ("case", "cured")]


def test_a_closed_case_does_not_close_as_something_else(ledger):
    open_book(ledger)
    with writing(ledger) as session:
        open_case(session, NEW, MORNING)
        close_case(session, CURED)
    says = "already closed as cured, not exhausted"
    with pytest.raises(LedgerError, match=says), writing(ledger) as session:
        close_case(session, replace(CURED, outcome=Outcome.EXHAUSTED))


def test_a_loan_has_one_open_case_at_a_time(ledger):
    open_book(ledger)
    with writing(ledger) as session:
        open_case(session, NEW, MORNING)
    says = f"has an open case, '{CASE}'"
    with pytest.raises(LedgerError, match=says), writing(ledger) as session:
        open_case(session, replace(NEW, episode=date(2026, 4, 1)), MORNING)


def test_a_reversed_payment_opens_the_closed_file_again(ledger):
    open_book(ledger)
    with writing(ledger) as session:
        open_case(session, NEW, MORNING)
        close_case(session, CURED)
        assert open_case(session, NEW, LATER)
        opened = open_case_of(session, "L1")
        assert opened
        assert opened.outcome is None
    assert verdicts(ledger)[-1] == ("case", "opened again")


def test_closing_a_case_without_a_file_is_refused(ledger):
    open_book(ledger)
    with pytest.raises(LedgerError, match="no such case file"), writing(ledger) as session:
        close_case(session, CURED)


def test_cases_are_listed_open_ones_or_all(ledger):
    open_book(ledger, "L1", "L2")
    with writing(ledger) as session:
        open_case(session, NEW, MORNING)
        open_case(session, replace(NEW, loan_id="L2"), LATER)
        close_case(session, CURED)
        assert [row.loan_id for row in cases(session)] == ["L2"]
        assert [row.loan_id for row in cases(session, open_only=False)] == ["L1", "L2"]
        assert cases(session, borrower_id="B9") == []


def test_what_was_agreed_is_written_once_and_read_back(ledger):
    open_book(ledger)
    records = (
        PromiseChanged(PROMISE, MORNING),
        PlanChanged(PLAN, MORNING),
        HoldChanged(HOLD, MORNING),
    )
    assert [written(ledger, *records) for _ in range(2)] == [3, 0]
    with reading(ledger) as session:
        assert open_promise(session, "L1") == PROMISE
        assert plans_of(session, "L1") == [PLAN]
        assert holds_of(session, "B1") == [HOLD]
    assert verdicts(ledger) == [("promise", "open"), ("plan", "performing"), ("hold", "held")]


def test_a_change_is_written_over_what_was_and_both_stay_on_record(ledger):
    open_book(ledger)
    written(ledger, PromiseChanged(PROMISE, MORNING), HoldChanged(HOLD, MORNING))
    kept = replace(PROMISE, status=PromiseStatus.KEPT)
    lifted = replace(HOLD, until=LATER)
    written(ledger, PromiseChanged(kept, LATER), HoldChanged(lifted, LATER))
    with reading(ledger) as session:
        assert [row.status for row in promises_of(session, "L1")] == [PromiseStatus.KEPT]
        assert holds_of(session, "B1") == [lifted]
    assert verdicts(ledger) == [
        ("promise", "open"),
        ("hold", "held"),
        ("promise", "kept"),
        ("hold", "lifted"),
    ]


def test_an_old_record_written_again_does_not_undo_a_newer_one(ledger):
    open_book(ledger)
    written(ledger, PromiseChanged(PROMISE, MORNING))
    written(ledger, PromiseChanged(replace(PROMISE, status=PromiseStatus.KEPT), LATER))
    assert written(ledger, PromiseChanged(PROMISE, MORNING)) == 0
    with reading(ledger) as session:
        assert open_promise(session, "L1") is None


def test_a_promise_can_be_opened_again(ledger):
    open_book(ledger)
    written(ledger, PromiseChanged(PROMISE, MORNING))
    written(ledger, PromiseChanged(replace(PROMISE, status=PromiseStatus.KEPT), LATER))
    assert written(ledger, PromiseChanged(PROMISE, LATER + timedelta(days=1))) == 1
    with reading(ledger) as session:
        assert open_promise(session, "L1") == PROMISE


def test_closing_writes_what_was_still_to_be_recorded(ledger):
    open_book(ledger)
    kept = PromiseChanged(replace(PROMISE, status=PromiseStatus.KEPT), LATER)
    with writing(ledger) as session:
        open_case(session, NEW, MORNING)
        close_case(session, replace(CURED, records=(kept,)))
        assert [row.status for row in promises_of(session, "L1")] == [PromiseStatus.KEPT]
