"""Loans that fell behind lately: which, in which order, and how the database finds them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from domain.delinquency import Instalment
from domain.orders import CloseOrder
from domain.strategy import Outcome
from ledger import newly_late, tasks
from ledger.cases import NewCase, close_case, open_case
from ledger.engine import reading, writing
from ledger.loans import add_loans
from ledger.values import Borrower, Loan, NewLoan
from tests.ledger.book import DUES, EPISODE, MORNING, a_loan, open_book, paid, undone

NEXT_DAY = EPISODE + timedelta(days=1)
LONG_AGO = MORNING - timedelta(days=30)


def late(engine, due=EPISODE, opened_before=MORNING, after=""):
    with reading(engine) as session:
        return list(newly_late.newly_late(session, due, opened_before, after))


def case(engine, loan_id, at):
    with writing(engine) as session:
        open_case(session, NewCase(loan_id, "B1", EPISODE, "plain@1"), at)


def test_only_what_fell_due_on_that_day_and_is_unpaid_is_late(ledger):
    open_book(ledger, "L1", "L2", "L3")
    paid(ledger, "p1", 40_000, loan_id="L2", on=EPISODE)
    paid(ledger, "p2", 39_999, loan_id="L3", on=EPISODE)
    assert late(ledger) == ["L1", "L3"]
    assert late(ledger, NEXT_DAY) == []
    assert late(ledger, DUES[1].due) == ["L1", "L2", "L3"]
    assert late(ledger, after="L1") == ["L3"]


def test_what_was_paid_on_the_day_after_leaves_it_out_and_a_reversal_brings_it_back(ledger):
    open_book(ledger)
    paid(ledger, "p1", 40_000, on=NEXT_DAY)
    assert late(ledger) == []
    undone(ledger, "p1")
    assert late(ledger) == ["L1"]


def test_a_later_payment_leaves_the_judgement_to_whoever_opens_the_case(ledger):
    open_book(ledger)
    paid(ledger, "p1", 40_000, on=NEXT_DAY + timedelta(days=1))
    assert late(ledger) == ["L1"]


def test_a_loan_with_two_instalments_on_one_day_comes_once(ledger):
    with writing(ledger) as session:
        a_loan(session, dues=(Instalment(EPISODE, 100), Instalment(EPISODE, 200)))
    assert late(ledger) == ["L1"]


def test_an_open_case_leaves_its_loan_out_unless_it_was_opened_lately(ledger):
    open_book(ledger, "L1", "L2", "L3")
    case(ledger, "L1", LONG_AGO)
    case(ledger, "L2", MORNING)
    case(ledger, "L3", LONG_AGO)
    with writing(ledger) as session:
        close_case(session, CloseOrder("L3", "B1", EPISODE, Outcome.CURED, "", MORNING))
    assert late(ledger) == ["L2", "L3"], "L2 is looked at again: it may not have been started"


def test_a_refused_loan_is_asked_of_a_person_once_and_tried_again_until_it_is_done(ledger):
    open_book(ledger)
    ask = ("L1", EPISODE, "The strategy 'gone' is not known.", MORNING)
    with writing(ledger) as session:
        assert newly_late.put_before_a_person(session, *ask)
        assert not newly_late.put_before_a_person(session, *ask)
    with reading(ledger) as session:
        assert list(newly_late.refused_before(session)) == [("L1", EPISODE)]
        assert [row.reason for row in tasks.open_tasks(session)] == [ask[2]]
    with writing(ledger) as session:
        assert newly_late.opened_after_all(session, "L1", EPISODE, MORNING)
        assert not newly_late.opened_after_all(session, "L1", EPISODE, MORNING)
    with reading(ledger) as session:
        assert list(newly_late.refused_before(session)) == []


def plan(engine) -> str:
    """How the database finds the late loans of one day."""
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    asked = newly_late.late_loans(date(2026, 6, 15), MORNING)
    said = asked.compile(engine, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    with engine.connect() as connection:
        return "\n".join(str(row) for row in connection.execute(text(f"{explain} {said}")))


@pytest.mark.slow
def test_among_fifty_thousand_instalments_the_index_on_the_due_date_finds_the_day(ledger):
    with writing(ledger) as session:
        add_loans(session, book_of(5_000), MORNING)
    shown = plan(ledger)
    assert "ix_instalment_due" in shown, shown
    assert "SCAN instalment" not in shown, shown
    assert "Seq Scan on instalment" not in shown, shown
    found = late(ledger, date(2026, 6, 15))
    assert found == sorted(found)
    assert len(found) == len([n for n in range(5_000) if n % 28 == 14]), "due on the 15th"


def book_of(loans):
    """Loans of ten monthly instalments, spread over the days of the month."""
    for n in range(loans):
        who = Borrower(f"B{n}", "Li", "en", "UTC", "CN")
        dues = tuple(Instalment(date(2026, month, 1 + n % 28), 1_000) for month in range(1, 11))
        yield NewLoan(who, Loan(f"L{n:05}", who.borrower_id, "CNY", 10_000), dues)
