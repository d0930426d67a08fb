"""What our deadlines on a loan depend on, gathered from everything the ledger has of it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlmodel import Session

from domain.clock import local_date
from domain.gate.words import Channel, Fact
from domain.legal.alarms import Guarantee, Position, clock
from domain.legal.court import FILED
from domain.legal.file import Calendars, CourtEvent
from domain.legal.limitation import (
    Claim,
    Guarantor,
    Interruption,
    Limitation,
    Restart,
    Suspension,
)
from domain.periods import months_after
from domain.steps import MessageClass
from ledger.agreements import plans_of, promises_of
from ledger.case_tables import ContactRow
from ledger.contacts import contacts_of
from ledger.legal_events import court_events_of, legal_events_of
from ledger.legal_tables import LegalEventRow, LegalKind
from ledger.loans import loan_view
from ledger.snapshots import outstanding
from ledger.values import LoanView
from ledger.words import ContactStatus

CARDS = ("card", "credit_card")
"""Products whose reserved contact points are enough for a demand (CN-LIM-05)."""

DELIVERED = "delivered"
"""What a provider says of a message that arrived."""

NEVER_BARRED_MONTHS = 36
"""No period that we count is shorter than three years."""

SUSPENSION = "suspension"
CALLED = "guarantor_called"

PROCEDURE_ENDS = frozenset(
    {
        "withdrawn", "refused", "dismissed", "terminated", "declined_suit", "final", "overturned",
        "mediated", "confirmed", "not_confirmed", "mediation_failed", "satisfied", "ended_for_now",
        "unfrozen",
    }
)  # fmt: skip
"""Words after which a procedure no longer runs, so that the limitation starts again."""

_RESTARTS = frozenset(Restart)
_GUARANTORS = frozenset(Guarantor)
_DEMANDS = (MessageClass.DUNNING, MessageClass.STATUTORY)
_RESERVED = (Channel.SMS, Channel.EMAIL, Channel.LETTER)


def position_of(session: Session, view: LoanView, today: date) -> Position:
    """Everything our deadlines on the loan depend on, by the end of that day."""
    loan_id = view.loan.loan_id
    told = legal_events_of(session, loan_id, LegalKind.EVIDENCE)
    court = court_events_of(session, loan_id)
    claim = Claim(
        jurisdiction=view.borrower.jurisdiction,
        last_due=max(instalment.due for instalment in view.instalments),
        interruptions=(
            *_paid(view),
            *_agreed(session, loan_id),
            *_demanded(session, view),
            *_told(told),
            *_procedures(court),
        ),
        suspensions=tuple(
            Suspension(row.on_date, row.until_date, row.reference)
            for row in told
            if row.what == SUSPENSION
        ),
        card=view.loan.product in CARDS,
    )
    return Position(claim, outstanding(view, today), court, _guarantees(told))


def known_of(session: Session, loan_id: str, at: datetime, calendars: Calendars) -> frozenset[Fact]:
    """What a text about the loan must be judged by: whether its claim is barred at that instant."""
    view = loan_view(session, loan_id)
    assert view is not None, "a text is about a loan that is in the ledger"
    over = barred_since(session, view, at, calendars)
    return frozenset({Fact.TIME_BARRED}) if over is not None else frozenset()


def barred_since(
    session: Session, view: LoanView, at: datetime, calendars: Calendars
) -> Limitation | None:
    """The limitation that is over at that instant, or None: the claim may still be brought.

    A loan whose last instalment fell due within three years is not looked at any closer.
    """
    today = local_date(at, view.borrower.calendar_zone)
    last_due = max(instalment.due for instalment in view.instalments)
    if months_after(last_due, NEVER_BARRED_MONTHS) > today:
        return None
    found = clock(position_of(session, view, today), calendars)
    return found if found is not None and found.barred(today) else None


def arrived_on(row: ContactRow, zone: str) -> date | None:
    """The date on which a demand is proved to have arrived, or None: nothing proves it."""
    if row.message_class not in _DEMANDS or row.inbound or row.delivery != DELIVERED:
        return None
    at = row.delivered_at or row.claimed_at
    return local_date(at, zone)


def _paid(view: LoanView) -> Iterator[Interruption]:
    for payment in view.payments:
        if payment.reversed_on is None:
            yield Interruption(Restart.PAYMENT, payment.on, f"payment {payment.payment_id}")


def _agreed(session: Session, loan_id: str) -> Iterator[Interruption]:
    for promise in promises_of(session, loan_id):
        yield Interruption(Restart.AGREEMENT, promise.made_on, f"promise {promise.promise_id}")
    for plan in plans_of(session, loan_id):
        yield Interruption(Restart.AGREEMENT, plan.agreed_on, f"plan {plan.plan_id}")


def _demanded(session: Session, view: LoanView) -> Iterator[Interruption]:
    zone = view.borrower.calendar_zone
    for row in contacts_of(session, view.loan.loan_id):
        if arrived := arrived_on(row, zone):
            yield Interruption(Restart.DEMAND, arrived, row.key)
        elif (
            row.status is ContactStatus.SENT
            and row.channel in _RESERVED
            and row.message_class in _DEMANDS
            and not row.inbound
        ):
            yield Interruption(Restart.RESERVED, local_date(row.claimed_at, zone), row.key)


def _told(rows: Sequence[LegalEventRow]) -> Iterator[Interruption]:
    for row in rows:
        if row.what in _RESTARTS:
            yield Interruption(Restart(row.what), row.on_date, row.reference, row.until_date)


def _procedures(court: tuple[CourtEvent, ...]) -> Iterator[Interruption]:
    """Each filing with its end; one of no remedy, for which no papers are known, proves nothing."""
    for event in court:
        if event.what != FILED:
            continue
        if not event.remedy:
            yield Interruption(Restart.PROCEDURE, event.on, evidence="")
            continue
        ends = [
            other.on
            for other in court
            if other.remedy == event.remedy
            and other.what in PROCEDURE_ENDS
            and other.on >= event.on
        ]
        number = event.reference or f"{event.remedy} of {event.on.isoformat()}"
        yield Interruption(Restart.PROCEDURE, event.on, number, min(ends, default=None))


def _guarantees(told: Sequence[LegalEventRow]) -> tuple[Guarantee, ...]:
    called = {row.reference: row.on_date for row in told if row.what == CALLED}
    return tuple(
        Guarantee(Guarantor(row.what), row.reference, row.until_date, called.get(row.reference))
        for row in told
        if row.what in _GUARANTORS
    )
