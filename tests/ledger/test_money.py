"""Payments, reversals, and a journal that sums to zero."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from domain.facts import PaymentReceived, PaymentReversed
from domain.keys import posting_key
from ledger.engine import reading, writing
from ledger.errors import LedgerError
from ledger.journal import Entry, Posting, balance, post, postings_of, unbalanced
from ledger.payments import money_facts, record_payment, record_reversal, version
from ledger.snapshots import outstanding
from ledger.words import Account
from tests.ledger.book import MORNING, a_loan, open_book, paid, seen, undone

DAY = date(2026, 3, 9)


def balances(engine, loan_id="L1"):
    with reading(engine) as session:
        moved = {a.value: balance(session, loan_id, a) for a in Account}
    first = ("receivable", "disbursement", "cash", "unapplied")
    return {name: amount for name, amount in moved.items() if amount or name in first}


def test_a_payment_goes_from_cash_to_what_is_owed(ledger):
    open_book(ledger)
    assert paid(ledger, "p1", 30_000).new
    assert balances(ledger) == {
        "receivable": 50_000,
        "disbursement": -80_000,
        "cash": 30_000,
        "unapplied": 0,
    }


def test_what_is_overpaid_waits_as_unapplied(ledger):
    open_book(ledger)
    paid(ledger, "p1", 70_000)
    paid(ledger, "p2", 25_000)
    paid(ledger, "p3", 100)
    assert balances(ledger) == {
        "receivable": 0,
        "disbursement": -80_000,
        "cash": 95_100,
        "unapplied": -15_100,
    }


def test_a_reversal_is_the_exact_mirror_of_its_payment(ledger):
    open_book(ledger)
    paid(ledger, "p1", 90_000)
    paid(ledger, "p2", 500)
    undone(ledger, "p1")
    with reading(ledger) as session:
        there = postings_of(session, posting_key("payment_received", "fact-p1"))
        back = postings_of(session, posting_key("payment_reversed", "undo-p1"))
    assert [(p.account, -p.amount_minor) for p in there] == [
        (p.account, p.amount_minor) for p in back
    ]


def test_the_same_payment_again_changes_nothing(ledger):
    open_book(ledger)
    assert (paid(ledger, "p1", 1_000).new, paid(ledger, "p1", 1_000).new) == (True, False)
    undone(ledger, "p1")
    again = undone(ledger, "p1")
    assert (again.new, again.version) == (False, 2)
    assert paid(ledger, "p1", 1_000).version == 2
    assert balances(ledger)["cash"] == 0


def test_money_facts_come_back_in_the_order_they_became_known(ledger):
    open_book(ledger)
    paid(ledger, "p2", 200, known_at=MORNING)
    paid(ledger, "p1", 100, known_at=MORNING + timedelta(minutes=1))
    undone(ledger, "p2", known_at=MORNING + timedelta(minutes=2))
    with reading(ledger) as session:
        facts = money_facts(session, "L1")
        assert version(session, "L1") == len(facts) == 3
    assert facts == (
        PaymentReceived("fact-p2", "p2", 200, DAY, MORNING),
        PaymentReceived("fact-p1", "p1", 100, DAY, MORNING + timedelta(minutes=1)),
        PaymentReversed("undo-p2", "p2", date(2026, 3, 10), MORNING + timedelta(minutes=2)),
    )


def test_a_reversal_never_comes_before_its_payment(ledger):
    open_book(ledger)
    paid(ledger, "p1", 100)
    undone(ledger, "p1", known_at=MORNING - timedelta(days=1))
    with reading(ledger) as session:
        kinds = [fact.kind for fact in money_facts(session, "L1")]
    assert kinds == ["payment_received", "payment_reversed"]


@pytest.mark.parametrize(
    ("loan_id", "fact", "currency", "says"),
    [
        ("L9", PaymentReceived("f9", "p9", 5, DAY), "CNY", "'L9' is not in the ledger"),
        ("L1", PaymentReceived("f9", "p9", 5, DAY), "USD", "'p9'.* is in USD.*in CNY"),
        ("L1", PaymentReceived("f9", "p9", 0, DAY), "CNY", "'p9'.*amount is 0, not positive"),
        ("L1", PaymentReceived("fact-p1", "p1", 101, DAY), "CNY", "'p1'.*another loan, amount"),
        ("L2", PaymentReceived("fact-p1", "p1", 100, DAY), "CNY", "'p1'.*another loan, amount"),
        ("L1", PaymentReceived("fact-p1", "p9", 5, DAY), "CNY", "'fact-p1' is already known"),
    ],
)
def test_a_payment_that_cannot_be_is_refused_by_name(ledger, loan_id, fact, currency, says):
    open_book(ledger, "L1", "L2")
    paid(ledger, "p1", 100)
    with pytest.raises(LedgerError, match=says), writing(ledger) as session:
        record_payment(session, loan_id, fact, currency, MORNING)


@pytest.mark.parametrize(
    ("loan_id", "fact", "says"),
    [
        ("L1", PaymentReversed("r9", "p9", DAY), "'p9'.*has no such payment"),
        ("L2", PaymentReversed("r9", "p2", DAY), "'p2'.*has no such payment"),
        ("L1", PaymentReversed("r9", "p1", DAY), "'p1'.*'undo-p1' has reversed it already"),
        ("L1", PaymentReversed("undo-p1", "p1", date(2026, 3, 11)), "known with another date"),
        ("L1", PaymentReversed("undo-p1", "p2", DAY), "'undo-p1' is already known of payment 'p1'"),
    ],
)
def test_a_reversal_that_cannot_be_is_refused_by_name(ledger, loan_id, fact, says):
    open_book(ledger, "L1", "L2")
    paid(ledger, "p1", 100)
    paid(ledger, "p2", 100)
    undone(ledger, "p1")
    with pytest.raises(LedgerError, match=says), writing(ledger) as session:
        record_reversal(session, loan_id, fact, MORNING)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (
            (Posting(Account.CASH, 5, "CNY"), Posting(Account.RECEIVABLE, -5, "USD")),
            "k: the postings in CNY sum to 5",
        ),
        ((), "k: an entry without postings"),
    ],
)
def test_an_entry_that_does_not_sum_to_zero_in_each_currency_is_refused(ledger, lines, says):
    open_book(ledger)
    entry = Entry("k", "L1", DAY, MORNING, "wrong", lines)
    with pytest.raises(LedgerError, match=says), writing(ledger) as session:
        post(session, entry)


def test_an_entry_that_was_tampered_with_is_named(ledger):
    open_book(ledger)
    with writing(ledger) as session:
        session.connection().execute(
            text("UPDATE posting SET amount_minor = amount_minor + 7 WHERE account = 'receivable'")
        )
    with reading(ledger) as session:
        assert unbalanced(session) == ["posting/loan_opened/L1: CNY 7 too much."]


def test_a_debt_of_many_billions_is_exact(ledger):
    open_book(ledger)
    much = 9_007_199_254_740_993  # one more than a float can hold
    paid(ledger, "p1", much)
    assert balances(ledger)["cash"] == much


moves = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.integers(1, 60_000)),
        st.tuples(st.just("undo"), st.integers(0, 9)),
    ),
    max_size=8,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(moves=moves, number=st.integers(0, 10**12))
def test_whatever_is_paid_and_undone_the_journal_sums_to_zero_and_agrees(ledger, moves, number):
    loan_id = f"L{number}-{datetime.now(UTC).timestamp()}"
    with writing(ledger) as session:
        a_loan(session, loan_id)
    for n, (kind, value) in enumerate(moves):
        with writing(ledger) as session:
            if kind == "pay":
                fact = PaymentReceived(f"{loan_id}/f{n}", f"{loan_id}/p{n}", value, DAY)
                record_payment(session, loan_id, fact, "CNY", MORNING)
            elif standing := [p for p in seen(session, loan_id).payments if not p.reversed_on]:
                which = standing[value % len(standing)].payment_id
                undo = PaymentReversed(f"{loan_id}/f{n}", which, DAY)
                record_reversal(session, loan_id, undo, MORNING)
    with reading(ledger) as session:
        assert unbalanced(session) == []
        view = seen(session, loan_id)
        net = sum(balance(session, loan_id, a) for a in (Account.RECEIVABLE, Account.UNAPPLIED))
        assert outstanding(view, DAY) == max(0, net)
        standing_minor = sum(p.amount_minor for p in view.payments if not p.reversed_on)
        assert balance(session, loan_id, Account.CASH) == standing_minor
        assert len(money_facts(session, loan_id)) == version(session, loan_id)
