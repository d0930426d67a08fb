"""What the ledger knows of a loan's money, now or at a past instant, as the calculator takes it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, and_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from domain.account import LoanAccount, account
from domain.delinquency import Instalment, Pause
from domain.keys import money_event_id
from domain.lawful import lawful
from domain.money_events import (
    AccountTerms,
    Contract,
    EventKind,
    MoneyEvent,
    MoneyFacts,
    PlanInterest,
    Portion,
)
from ledger.account_tables import LoanTermsRow, MoneyEventRow
from ledger.tables import BorrowerRow, InstalmentRow, PaymentRow
from ledger.values import Loan
from ledger.words import MoneyKind

_AGREED = (
    "by_instalment", "day_count", "penalty_ppm", "compound", "grace_days", "late_fee_minor",
    "late_fee_ppm", "late_fee_after_days", "cap_ppm", "rebate",
)  # fmt: skip
"""What the terms of a loan say besides the order of payments."""

_NO_EVENTS = (MoneyKind.INTEREST, MoneyKind.PAUSE, MoneyKind.VOID)
"""What is written in the table of events and is none: it changes how the account runs."""


def facts_of(session: Session, loan: Loan, known_at: datetime | None = None) -> MoneyFacts:
    """Everything known of the loan's money at that instant; None: everything known now."""
    at = known_at.astimezone(UTC) if known_at else None
    rows = _event_rows(session, loan.loan_id, at)
    events = (*_payments(session, loan.loan_id, at), *_events(rows))
    return _framed(session, loan, rows, at, events)


def account_of(
    session: Session, loan: Loan, as_of: date, known_at: datetime | None = None
) -> LoanAccount:
    """The account at the end of that day, as known at an instant; None: as known now."""
    return account(facts_of(session, loan, known_at), as_of)


def payment_event(payment_id: str, on: date, amount_minor: int) -> MoneyEvent:
    """A payment among the events of an account."""
    return MoneyEvent(payment_id, EventKind.PAYMENT, on, amount_minor)


def money_event(row: MoneyEventRow) -> MoneyEvent:
    """A row that is an event itself, among the events of an account."""
    return MoneyEvent(
        money_event_id(row.kind, row.event_id),
        EventKind(row.kind),
        row.on_date,
        row.amount_minor,
        row.component,
        row.until,
        tuple(row.before),
    )


def pauses_of(rows: Iterable[MoneyEventRow]) -> tuple[Pause, ...]:
    """The days without charges: of each hold or plan the latest word, as pauses that differ."""
    latest = {row.of: row for row in rows if row.kind is MoneyKind.PAUSE}
    found = {
        (row.on_date, row.until)
        for row in latest.values()
        if row.until is None or row.until > row.on_date
    }
    ordered = sorted(found, key=lambda days: (days[0], days[1] is None, days[1] or days[0]))
    return tuple(Pause(start, end) for start, end in ordered)


def plan_interest(rows: Iterable[MoneyEventRow]) -> tuple[PlanInterest, ...]:
    """The interest of plans that was not taken back, in the order of its days."""
    rows = list(rows)
    taken_back = {row.of for row in rows if row.kind is MoneyKind.VOID}
    parts = [
        PlanInterest(row.event_id, row.on_date, row.amount_minor)
        for row in rows
        if row.kind is MoneyKind.INTEREST and row.event_id not in taken_back
    ]
    return tuple(sorted(parts, key=lambda part: (part.due, part.part_id)))


def plan_interest_of(session: Session, loan_id: str) -> tuple[Instalment, ...]:
    """The interest of the loan's plans as it is known now, by the days on which it is owed."""
    mine = select(MoneyEventRow).where(
        MoneyEventRow.loan_id == loan_id,
        col(MoneyEventRow.kind).in_((MoneyKind.INTEREST, MoneyKind.VOID)),
    )
    return tuple(
        Instalment(part.due, part.amount_minor) for part in plan_interest(session.exec(mine))
    )


def pause_rows(session: Session, loan_id: str) -> Sequence[MoneyEventRow]:
    """What was written about stopping the charges of a loan, in the order it became known."""
    mine = select(MoneyEventRow).where(
        MoneyEventRow.loan_id == loan_id, MoneyEventRow.kind == MoneyKind.PAUSE
    )
    return session.exec(mine.order_by(col(MoneyEventRow.id))).all()


def _framed(
    session: Session,
    loan: Loan,
    rows: Sequence[MoneyEventRow],
    at: datetime | None,
    events: tuple[MoneyEvent, ...],
) -> MoneyFacts:
    borrower = session.get_one(BorrowerRow, loan.borrower_id)
    row = _terms_row(session, loan.loan_id, at)
    agreed = AccountTerms(**{name: getattr(row, name) for name in _AGREED}) if row else None
    order = tuple(row.agreed_order) if row else ()
    terms = agreed or AccountTerms()
    if order:
        terms = AccountTerms(**{name: getattr(terms, name) for name in _AGREED}, order=order)
    return MoneyFacts(
        _contract(session, loan, split=row is not None),
        lawful(terms, borrower.jurisdiction, loan.product, bool(order)),
        events,
        pauses_of(rows),
        plan_interest(rows),
    )


def _contract(session: Session, loan: Loan, *, split: bool) -> Contract:
    """What falls due; before the terms were known, every instalment was one amount."""
    rows = session.execute(
        columns(
            col(InstalmentRow.due),
            col(InstalmentRow.amount_minor),
            col(InstalmentRow.interest_minor),
            col(InstalmentRow.fee_minor),
        )
        .where(col(InstalmentRow.loan_id) == loan.loan_id)
        .order_by(col(InstalmentRow.number))
    )
    portions = tuple(
        Portion(due, amount - interest - fee, interest, fee) if split else Portion(due, amount)
        for due, amount, interest, fee in rows
    )
    principal = sum(portion.principal_minor for portion in portions)
    hidden = max(0, principal - loan.principal_minor)
    return Contract(portions, loan.disbursed_on, hidden)


def _terms_row(session: Session, loan_id: str, at: datetime | None) -> LoanTermsRow | None:
    mine = select(LoanTermsRow).where(LoanTermsRow.loan_id == loan_id)
    if at is not None:
        mine = mine.where(col(LoanTermsRow.known_at) <= at)
    return session.exec(mine.order_by(col(LoanTermsRow.id).desc()).limit(1)).first()


def _event_rows(session: Session, loan_id: str, at: datetime | None) -> Sequence[MoneyEventRow]:
    mine = select(MoneyEventRow).where(MoneyEventRow.loan_id == loan_id)
    if at is not None:
        mine = mine.where(col(MoneyEventRow.known_at) <= at)
    return session.exec(mine.order_by(col(MoneyEventRow.id))).all()


def _events(rows: Sequence[MoneyEventRow]) -> list[MoneyEvent]:
    taken_back = {row.of for row in rows if row.kind is MoneyKind.VOID}
    return [
        money_event(row)
        for row in rows
        if row.kind not in _NO_EVENTS and row.event_id not in taken_back
    ]


def _payments(session: Session, loan_id: str, at: datetime | None) -> list[MoneyEvent]:
    """The payments that stand, and of those that do not the reversals."""
    undone: ColumnElement[bool] = col(PaymentRow.reversal_fact_id).is_not(None)
    if at is not None:
        undone = and_(undone, col(PaymentRow.reversal_known_at) <= at)
    known = columns(
        col(PaymentRow.payment_id),
        col(PaymentRow.on_date),
        col(PaymentRow.amount_minor),
        col(PaymentRow.reversal_fact_id),
        col(PaymentRow.reversed_on),
        undone,
    ).where(col(PaymentRow.loan_id) == loan_id)
    if at is not None:
        known = known.where(col(PaymentRow.known_at) <= at)
    found = []
    for payment_id, on, amount, fact_id, back_on, gone in session.execute(known):
        if gone:
            found.append(
                MoneyEvent(money_event_id("reversal", fact_id), EventKind.REVERSAL, back_on)
            )
        else:
            found.append(payment_event(payment_id, on, amount))
    return found
