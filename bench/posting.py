"""Posting a payment on a long loan, beside one bare insert into the same file in the same run.

Processor time of this process, in milliseconds: the median of many. The loan has 120 instalments,
500 earlier payments, penalty interest, late fees and a cap, so that every payment finds all of it.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

from sqlalchemy import Engine, text

from bench.measuring import Measured
from domain.account import account, changes
from domain.delinquency import Instalment
from domain.facts import PaymentReceived
from domain.money_events import AccountTerms, EventKind, MoneyEvent, MoneyFacts
from domain.plans import monthly
from ledger.account_facts import facts_of
from ledger.accounts import NewTerms, set_terms
from ledger.engine import open_ledger, reading, writing
from ledger.loans import add_borrower, add_loan, loan_view
from ledger.migrate import upgrade
from ledger.payments import record_payment
from ledger.values import Borrower, Loan

INSTALMENTS, EARLIER, TIMES = 120, 500, 100
FIRST = date(2016, 1, 10)
KNOWN = datetime(2026, 1, 1, tzinfo=UTC)
TERMS = AccountTerms(penalty_ppm=180_000, late_fee_minor=500)

BARE = "INSERT INTO bare (id, loan, amount) VALUES (:id, 'L', 20000)"


def posting() -> list[Measured]:
    """Milliseconds a payment and a recount take; here less is better."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'ledger.db'}"
        upgrade(url)
        engine = open_ledger(url)
        facts = _long_loan(engine)
        ours = _median(lambda n: _pay(engine, EARLIER + n))
        bare = _median(lambda n: _insert(engine, n))
        engine.dispose()
    back = MoneyEvent("back", EventKind.PAYMENT, FIRST + timedelta(days=3), 1)
    after = MoneyFacts(facts.contract, facts.terms, (*facts.events, back), facts.pauses)
    end = date(2026, 1, 1)
    return [
        Measured("posting_a_payment_ms", ours, bare, "ms, bare: one insert"),
        Measured("account_of_500_events_ms", _median(lambda _: account(facts, end)), bare, "ms"),
        Measured("back_dated_recount_ms", _median(lambda _: changes(facts, after)), bare, "ms"),
    ]


def _long_loan(engine: Engine) -> MoneyFacts:
    dues = [Instalment(due, 100_000) for due in monthly(FIRST, INSTALMENTS)]
    lent = sum(due.amount_minor for due in dues)
    with writing(engine) as session:
        add_borrower(session, Borrower("B", "Long", "zh_CN", "Asia/Shanghai", "CN"))
        add_loan(session, Loan("L", "B", "CNY", lent, "cash", "", date(2015, 12, 10)), dues, KNOWN)
        set_terms(session, "L", NewTerms(TERMS), KNOWN)
        session.execute(
            text("CREATE TABLE bare (id INTEGER PRIMARY KEY, loan TEXT, amount INTEGER)")
        )
    for number in range(EARLIER):
        _pay(engine, number)
    with reading(engine) as session:
        view = loan_view(session, "L")
        assert view is not None, "the loan was just added"
        return facts_of(session, view.loan)


def _pay(engine: Engine, number: int) -> None:
    on = FIRST + timedelta(days=5 + 7 * number)
    fact = PaymentReceived(f"F{number}", f"P{number}", 20_000, on)
    with writing(engine) as session:
        record_payment(session, "L", fact, "CNY", KNOWN)


def _insert(engine: Engine, number: int) -> None:
    with writing(engine) as session:
        session.execute(text(BARE), {"id": number})


def _median(work: Callable[[int], object]) -> float:
    taken = []
    for number in range(TIMES):
        start = process_time()
        work(number)
        taken.append((process_time() - start) * 1_000)
    return median(taken)
