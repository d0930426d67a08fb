"""Payments and reversals: each fact is recorded once and posted once."""

from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import bindparam, func, insert
from sqlalchemy import select as rows
from sqlmodel import Session, col, select

from domain.facts import MoneyFact, PaymentReceived, PaymentReversed
from domain.keys import money_event_id, posting_key
from domain.money_events import EventKind, MoneyEvent
from ledger.account_facts import facts_of, payment_event
from ledger.account_posting import Cause, lock_account, post_event, post_recount
from ledger.errors import LedgerError
from ledger.paper_tasks import tell_of_money, tell_of_reversal
from ledger.tables import PaymentRow, table
from ledger.values import Recorded

_RECEIVED = "payment_received"
_REVERSED = "payment_reversed"

_PAYMENT = table(PaymentRow)
_NEW = insert(_PAYMENT)
_ALIKE = rows(
    _PAYMENT.c.payment_id, _PAYMENT.c.loan_id, _PAYMENT.c.amount_minor, _PAYMENT.c.on_date
).where(
    (_PAYMENT.c.payment_id == bindparam("payment_id"))
    | (_PAYMENT.c.fact_id == bindparam("fact_id"))
    | (_PAYMENT.c.reversal_fact_id == bindparam("fact_id"))
)


def record_payment(
    session: Session, loan_id: str, fact: PaymentReceived, currency: str, known_at: datetime
) -> Recorded:
    """Write money that came in; the same payment again changes nothing.

    It is posted from cash to what is owed, in the order that the law or the contract gives; what is
    paid beyond that waits as unapplied. Raises LedgerError for an unknown loan, another currency,
    an amount that is not positive, and a known payment or fact with other content.
    """
    locked = lock_account(session, loan_id)
    here = f"Payment {fact.payment_id!r} of loan {loan_id!r}"
    if currency != locked.loan.currency:
        raise LedgerError(f"{here} is in {currency}; the loan is in {locked.loan.currency}.")
    if fact.amount_minor <= 0:
        raise LedgerError(f"{here}: the amount is {fact.amount_minor}, not positive.")
    if _known(session, loan_id, fact, here):
        return Recorded(False, locked.payments)
    key = posting_key(_RECEIVED, fact.fact_id)
    cause = Cause(fact.fact_id, known_at, key, "Payment received", fact.payment_id)
    post_event(session, locked, payment_event(fact.payment_id, fact.on, fact.amount_minor), cause)
    row = {
        "payment_id": fact.payment_id,
        "fact_id": fact.fact_id,
        "loan_id": loan_id,
        "amount_minor": fact.amount_minor,
        "on_date": fact.on,
        "known_at": known_at.astimezone(UTC),
    }
    session.connection().execute(_NEW, row)
    tell_of_money(session, loan_id, known_at)
    return Recorded(True, locked.payments + 1)


def record_reversal(
    session: Session, loan_id: str, fact: PaymentReversed, known_at: datetime
) -> Recorded:
    """Write that a payment was undone; the same reversal again changes nothing.

    It is posted as the exact mirror of the payment on the payment's own day, with what that changes
    after it: the account is as if the payment had never been. Raises LedgerError for an unknown
    loan or payment, a second reversal, and a known fact with other content.
    """
    locked = lock_account(session, loan_id)
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
    before = facts_of(session, locked.loan)
    undone = MoneyEvent(money_event_id("reversal", fact.fact_id), EventKind.REVERSAL, fact.on)
    standing = (event for event in before.events if event.event_id != fact.payment_id)
    key = posting_key(_REVERSED, fact.fact_id)
    cause = Cause(fact.fact_id, known_at, key, "Payment reversed", fact.payment_id)
    post_recount(session, locked, before, replace(before, events=(*standing, undone)), cause)
    payment.reversed_on = fact.on
    payment.reversal_fact_id = fact.fact_id
    payment.reversal_known_at = max(known_at.astimezone(UTC), payment.known_at)
    session.add(payment)
    session.flush()
    tell_of_reversal(session, loan_id, known_at)
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


def _known(session: Session, loan_id: str, fact: PaymentReceived, here: str) -> bool:
    """Whether the payment is known just so; raises LedgerError where it or its fact is another."""
    about = {"payment_id": fact.payment_id, "fact_id": fact.fact_id}
    found = session.connection().execute(_ALIKE, about).all()
    for payment_id, *told in found:
        if payment_id == fact.payment_id:
            if told != [loan_id, fact.amount_minor, fact.on]:
                raise LedgerError(f"{here} is known with another loan, amount or date.")
            return True
    if found:
        raise LedgerError(
            f"{here}: fact {fact.fact_id!r} is already known of payment {found[0][0]!r}."
        )
    return False


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
