"""Loan events that came in: each is taken once, and we know which still wait to be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from domain.keys import digest
from ledger.case_tables import LoanEventRow
from ledger.errors import LedgerError


class Taken(StrEnum):
    """What an event turned out to be when it came in."""

    NEW = "new"
    REPEAT = "repeat"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class LoanEvent:
    """An event as its sender numbered it; `content` is its exact text, kept as a digest only."""

    event_id: str
    type: str
    source: str
    loan_id: str
    content: str


def record_event(session: Session, event: LoanEvent, received_at: datetime) -> Taken:
    """Take an event: new, a repeat of one we have, or a conflict: the same id with other content.

    A conflict is not written; the first content stays.
    """
    known = session.get(LoanEventRow, event.event_id)
    if known is not None:
        same = (known.type, known.source, known.loan_id, known.digest) == _content(event)
        return Taken.REPEAT if same else Taken.CONFLICT
    kind, source, loan_id, content = _content(event)
    session.add(
        LoanEventRow(
            event_id=event.event_id,
            type=kind,
            source=source,
            loan_id=loan_id,
            received_at=received_at,
            digest=content,
        )
    )
    session.flush()
    return Taken.NEW


def mark_spoken(session: Session, event_id: str, at: datetime) -> None:
    """The case has been told. Raises LedgerError for an unknown event."""
    row = session.get(LoanEventRow, event_id)
    if row is None:
        raise LedgerError(f"Event {event_id!r} is not in the ledger.")
    if row.spoken_at is None:
        row.spoken_at = at
        session.add(row)
        session.flush()


def spoken(session: Session, event_id: str) -> bool:
    """Whether the case has been told of the event; False for an unknown one."""
    row = session.get(LoanEventRow, event_id)
    return row is not None and row.spoken_at is not None


def unspoken(session: Session) -> Sequence[LoanEventRow]:
    """Events whose case has not been told yet, the oldest first."""
    waiting = select(LoanEventRow).where(col(LoanEventRow.spoken_at).is_(None))
    return session.exec(waiting.order_by(col(LoanEventRow.received_at))).all()


def _content(event: LoanEvent) -> tuple[str, str, str, str]:
    return event.type, event.source, event.loan_id, digest(event.content)
