"""What a case is to be told about its contacts: recorded with the contact, and told once.

It is kept as a loan event whose source is the contact, so that whatever ends in between, the case
is told later.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from domain.facts import (
    BorrowerReached,
    ContactBounced,
    ContactFailed,
    DebtForgiven,
    StandingChanged,
)
from domain.keys import case_id, news_key
from ledger.case_tables import CaseFileRow, ContactRow, LoanEventRow
from ledger.cases import chain_of, open_case_of
from ledger.events import LoanEvent, Taken, record_event
from ledger.words import ContactStatus

Heard = BorrowerReached | ContactBounced | ContactFailed | DebtForgiven | StandingChanged


class News(StrEnum):
    """The types of these events, beside those that the core system sends."""

    UNDELIVERED = "contact.undelivered"
    REACHED = "contact.reached"
    FAILED = "contact.failed"


@dataclass(frozen=True, slots=True)
class Untold:
    """A fact that its case has not been told yet."""

    event_id: str
    case_id: str
    fact: Heard


def note(session: Session, what: News, row: ContactRow, at: datetime) -> bool:
    """See that the case of the contact is told; False when that was seen to before.

    Who answers a letter about several loans is reached in the case of each.
    """
    key = news_key(what.name.lower(), row.key)
    for loan_id in row.covers if what is News.REACHED else ():
        if open_case_of(session, loan_id):
            also = LoanEvent(f"{key}/{loan_id}", what, row.key, loan_id, "")
            record_event(session, also, at)
    event = LoanEvent(key, what, row.key, row.loan_id, "")
    return record_event(session, event, at) is Taken.NEW


def untold(session: Session, loan_id: str = "", most: int = 1000) -> list[Untold]:
    """What waits to be told, of one loan or of all, the oldest first.

    News of a contact that is not confirmed yet waits for that.
    """
    return [
        Untold(
            event.event_id,
            _case_of(session, event, row),
            _FACTS[News(event.type)](event, row),
        )
        for event, row in _waiting(session, loan_id, most)
    ]


def to_open_cases(
    session: Session, kind: str, loan_id: str, most: int
) -> Sequence[tuple[LoanEventRow, CaseFileRow]]:
    """Events of that type that the open cases of their loans have yet to hear, the oldest first.

    Of one loan, or of all when `loan_id` is empty. A case that is over hears nothing.
    """
    wanted = (
        select(LoanEventRow, CaseFileRow)
        .join(CaseFileRow, col(LoanEventRow.loan_id) == col(CaseFileRow.loan_id))
        .where(
            col(LoanEventRow.spoken_at).is_(None),
            LoanEventRow.type == kind,
            col(CaseFileRow.closed_at).is_(None),
        )
        .order_by(col(LoanEventRow.received_at), LoanEventRow.event_id)
    )
    if loan_id:
        wanted = wanted.where(LoanEventRow.loan_id == loan_id)
    return session.exec(wanted.limit(most)).all()


def untold_contacts(session: Session) -> list[ContactRow]:
    """The contacts about which a case has not been told that they did not arrive."""
    rows = _waiting(session, "", 1000)
    return [row for event, row in rows if event.type == News.UNDELIVERED]


def _case_of(session: Session, event: LoanEventRow, row: ContactRow) -> str:
    if event.loan_id == row.loan_id:
        return case_id(row.loan_id, row.episode)
    return chain_of(session, event.loan_id)


def _waiting(
    session: Session, loan_id: str, most: int
) -> Sequence[tuple[LoanEventRow, ContactRow]]:
    wanted = (
        select(LoanEventRow, ContactRow)
        .join(ContactRow, col(LoanEventRow.source) == col(ContactRow.key))
        .where(
            col(LoanEventRow.spoken_at).is_(None),
            col(LoanEventRow.type).in_([what.value for what in News]),
            ContactRow.status != ContactStatus.CLAIMED,
        )
        .order_by(col(LoanEventRow.received_at), col(LoanEventRow.event_id))
    )
    if loan_id:
        wanted = wanted.where(LoanEventRow.loan_id == loan_id)
    return session.exec(wanted.limit(most)).all()


def _bounced(event: LoanEventRow, row: ContactRow) -> Heard:
    return ContactBounced(event.event_id, row.step, row.channel, event.received_at)


def _reached(event: LoanEventRow, row: ContactRow) -> Heard:
    return BorrowerReached(event.event_id, row.channel, event.received_at)


def _failed(event: LoanEventRow, row: ContactRow) -> Heard:
    outcome = row.outcome or ""
    return ContactFailed(event.event_id, row.step, row.channel, outcome, event.received_at)


_FACTS: dict[News, Callable[[LoanEventRow, ContactRow], Heard]] = {
    News.UNDELIVERED: _bounced,
    News.REACHED: _reached,
    News.FAILED: _failed,
}
