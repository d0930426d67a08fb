"""Payments and reversals: each fact is recorded once and posted once."""

from datetime import UTC, date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from domain.facts import MoneyFact, PaymentReceived, PaymentReversed
from domain.keys import posting_key
from ledger.errors import LedgerError
from ledger.journal import Entry, Posting, balance, post, postings_of
from ledger.loans import lock_loan
from ledger.tables import PaymentRow
from ledger.values import Recorded
from ledger.words import Account

_RECEIVED = "payment_received"
_REVERSED = "payment_reversed"


def record_payment(
    session: Session, loan_id: str, fact: PaymentReceived, currency: str, known_at: datetime
) -> Recorded:
    """Write money that came in; the same payment again changes nothing.

    It is posted from cash to what is owed; what is paid beyond that waits as unapplied. Raises
    LedgerError for an unknown loan, another currency, an amount that is not positive, and a
    known payment or fact with other content.
    """
    loan = lock_loan(session, loan_id)
    here = f"Payment {fact.payment_id!r} of loan {loan_id!r}"
    if currency != loan.currency:
        raise LedgerError(f"{here} is in {currency}; the loan is in {loan.currency}.")
    if fact.amount_minor <= 0:
        raise LedgerError(f"{here}: the amount is {fact.amount_minor}, not positive.")
    if known := session.get(PaymentRow, fact.payment_id):
        told = (loan_id, fact.amount_minor, fact.on)
        if (known.loan_id, known.amount_minor, known.on_date) != told:
            raise LedgerError(f"{here} is known with another loan, amount or date.")
        return Recorded(False, version(session, loan_id))
    _refuse_used_fact(session, fact.fact_id, here)
    session.add(
        PaymentRow(
            payment_id=fact.payment_id,
            fact_id=fact.fact_id,
            loan_id=loan_id,
            amount_minor=fact.amount_minor,
            on_date=fact.on,
            known_at=known_at.astimezone(UTC),
        )
    )
    session.flush()
    post(session, _payment_entry(session, loan_id, fact, currency, known_at))
    return Recorded(True, version(session, loan_id))


def record_reversal(
    session: Session, loan_id: str, fact: PaymentReversed, known_at: datetime
) -> Recorded:
    """Write that a payment was undone; the same reversal again changes nothing.

    It is posted as the exact mirror of the payment. Raises LedgerError for an unknown loan or
    payment, a second reversal, and a known fact with other content.
    """
    lock_loan(session, loan_id)
    here = f"Reversal {fact.fact_id!r} of payment {fact.payment_id!r} of loan {loan_id!r}"
    payment = session.get(PaymentRow, fact.payment_id)
    if payment is None or payment.loan_id != loan_id:
        raise LedgerError(f"{here}: the loan has no such payment.")
    if payment.reversal_fact_id == fact.fact_id:
        if payment.reversed_on != fact.on:
            raise LedgerError(f"{here} is known with another date.")
        return Recorded(False, version(session, loan_id))
    if payment.reversal_fact_id is not None:
        raise LedgerError(f"{here}: {payment.reversal_fact_id!r} has reversed it already.")
    _refuse_used_fact(session, fact.fact_id, here)
    payment.reversed_on = fact.on
    payment.reversal_fact_id = fact.fact_id
    payment.reversal_known_at = max(known_at.astimezone(UTC), payment.known_at)
    session.add(payment)
    session.flush()
    mirrored = tuple(
        Posting(line.account, -line.amount_minor, line.currency)
        for line in postings_of(session, posting_key(_RECEIVED, payment.fact_id))
    )
    key = posting_key(_REVERSED, fact.fact_id)
    post(session, Entry(key, loan_id, fact.on, known_at, "Payment reversed", mirrored))
    return Recorded(True, version(session, loan_id))


def money_facts(session: Session, loan_id: str) -> tuple[MoneyFact, ...]:
    """Every payment and reversal of the loan, in the order they became known."""
    rows = session.exec(select(PaymentRow).where(PaymentRow.loan_id == loan_id)).all()
    facts: list[tuple[datetime, bool, MoneyFact]] = []
    for row in rows:
        facts.append((row.known_at, False, _received(row)))
        if reversal := _reversed(row):
            facts.append((reversal[0], True, reversal[1]))
    return tuple(fact for *_, fact in sorted(facts, key=lambda f: (f[0], f[1], f[2].fact_id)))


def version(session: Session, loan_id: str) -> int:
    """How many money facts the ledger knows of the loan: the balance fence."""
    payments, reversals = session.exec(
        select(
            func.count(col(PaymentRow.payment_id)), func.count(col(PaymentRow.reversal_fact_id))
        ).where(PaymentRow.loan_id == loan_id)
    ).one()
    return int(payments + reversals)


def _payment_entry(
    session: Session, loan_id: str, fact: PaymentReceived, currency: str, known_at: datetime
) -> Entry:
    owed = balance(session, loan_id, Account.RECEIVABLE)
    applied = min(fact.amount_minor, max(0, owed))
    over = fact.amount_minor - applied
    lines = (
        Posting(Account.CASH, fact.amount_minor, currency),
        Posting(Account.RECEIVABLE, -applied, currency),
        Posting(Account.UNAPPLIED, -over, currency),
    )
    posted = tuple(line for line in lines if line.amount_minor)
    key = posting_key(_RECEIVED, fact.fact_id)
    return Entry(key, loan_id, fact.on, known_at, "Payment received", posted)


def _refuse_used_fact(session: Session, fact_id: str, here: str) -> None:
    """A fact id names one fact: raise if another payment or reversal came under it."""
    used = (col(PaymentRow.fact_id) == fact_id) | (col(PaymentRow.reversal_fact_id) == fact_id)
    other = session.exec(select(PaymentRow.payment_id).where(used)).first()
    if other is not None:
        raise LedgerError(f"{here}: fact {fact_id!r} is already known of payment {other!r}.")


def _received(row: PaymentRow) -> PaymentReceived:
    return PaymentReceived(row.fact_id, row.payment_id, row.amount_minor, row.on_date, row.known_at)


def _reversed(row: PaymentRow) -> tuple[datetime, PaymentReversed] | None:
    on: date | None = row.reversed_on
    if on is None or row.reversal_fact_id is None or row.reversal_known_at is None:
        return None
    at = row.reversal_known_at
    return at, PaymentReversed(row.reversal_fact_id, row.payment_id, on, at)
