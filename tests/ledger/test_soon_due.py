"""Loans of which something falls due soon: which are found, and by which index."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from domain.delinquency import Instalment
from domain.keys import case_id
from domain.orders import CloseOrder
from domain.strategy import Outcome
from ledger.cases import NewCase, close_case, open_case
from ledger.engine import reading, writing
from ledger.soon_due import soon_due, upcoming_loans
from tests.ledger.book import MORNING, WEI, a_loan, paid, undone

TODAY = date(2026, 3, 10)
SOON = (TODAY, TODAY + timedelta(days=8))


def book(engine, **dues: tuple[int, ...]) -> None:
    """A loan of 400.00 a part under each name, due so many days from today."""
    with writing(engine) as session:
        for name, days in dues.items():
            parts = tuple(Instalment(TODAY + timedelta(days=n), 40_000) for n in days)
            a_loan(session, name, replace(WEI, borrower_id=f"B-{name}"), (), parts)


def found(engine, days: tuple[date, date] = SOON, after: str = "") -> list[str]:
    with reading(engine) as session:
        return list(soon_due(session, *days, after))


def a_case(engine, loan_id: str, due: date, outcome: Outcome | None = None) -> None:
    """A case of that episode; closed with that outcome if there is one."""
    with writing(engine) as session:
        open_case(session, NewCase(loan_id, f"B-{loan_id}", due, "pingan@1"), MORNING)
        if outcome is not None:
            order = CloseOrder(loan_id, f"B-{loan_id}", due, outcome, "", MORNING)
            close_case(session, order)


def test_loans_that_fall_due_in_those_days_are_found_in_the_order_of_their_ids(ledger):
    book(ledger, D=(9,), C=(8,), B=(0,), A=(-1, 30), E=(3, 6))
    assert found(ledger) == ["B", "C", "E"]
    assert found(ledger, after="B") == ["C", "E"]
    assert found(ledger, (TODAY, TODAY)) == ["B"]


def test_loans_with_an_open_case_are_left_out_and_those_with_a_closed_one_are_not(ledger):
    book(ledger, A=(3,), B=(3,), C=(-20, 3))
    a_case(ledger, "A", TODAY + timedelta(days=3))
    a_case(ledger, "B", TODAY + timedelta(days=3), Outcome.PAID_IN_TIME)
    a_case(ledger, "C", TODAY - timedelta(days=20))
    assert found(ledger) == ["B"]


def test_what_is_paid_ahead_is_left_out_until_the_payment_is_undone(ledger):
    book(ledger, A=(3, 33), B=(-20, 3))
    paid(ledger, "ahead", 40_000, TODAY, "A")
    paid(ledger, "old", 40_000, TODAY, "B")
    assert found(ledger) == ["B"]
    undone(ledger, "ahead", TODAY, "A")
    assert found(ledger) == ["A", "B"]


def test_an_outcome_of_payment_in_time_is_kept_as_it_is(ledger):
    book(ledger, A=(3,))
    due = TODAY + timedelta(days=3)
    a_case(ledger, "A", due, Outcome.PAID_IN_TIME)
    with reading(ledger) as session:
        row = session.execute(text("SELECT case_id, outcome FROM case_file")).one()
    assert tuple(row) == (case_id("A", due), "paid_in_time")


@pytest.mark.parametrize("table", ["instalment", "case_file", "payment"])
def test_the_book_is_not_walked_through(ledger, table):
    if ledger.dialect.name != "sqlite":
        pytest.skip("the plan of a small PostgreSQL table is a walk whatever there is")
    asked = upcoming_loans(*SOON).compile(ledger, compile_kwargs={"literal_binds": True})
    with ledger.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}").all()
    steps = [row[3] for row in plan if table in row[3] or "portion" in row[3]]
    assert steps
    assert not [step for step in steps if step.startswith("SCAN")], steps
