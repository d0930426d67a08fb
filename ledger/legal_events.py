"""The legal file of a loan: what people put on it, and what happened at courts."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from domain.legal.file import CourtEvent
from ledger.errors import LedgerError
from ledger.legal_tables import LegalEventRow, LegalKind
from ledger.loans import lock_loan


@dataclass(frozen=True, slots=True)
class LegalEvent:
    """One thing told; whoever tells it gives it its id, so that a repeat is one event.

    `what` is an item of a checklist, a word of the court, or what restarts a limitation.
    """

    event_id: str
    loan_id: str
    kind: LegalKind
    what: str
    on_date: date
    by: str
    at: datetime
    remedy: str = ""
    until_date: date | None = None
    reference: str = ""
    text: str = ""


def record_legal(session: Session, event: LegalEvent) -> bool:
    """Write an event; False when it is there already.

    Raises LedgerError for an unknown loan, and for a known id with other content.
    """
    lock_loan(session, event.loan_id)
    known = session.get(LegalEventRow, event.event_id)
    if known is None:
        session.add(LegalEventRow(**asdict(event)))
        session.flush()
        return True
    told = asdict(event)
    if any(getattr(known, name) != told[name] for name in told if name not in ("at", "by")):
        raise LedgerError(f"Legal event {event.event_id!r} is known with other content.")
    return False


def written(session: Session, event_id: str) -> bool:
    """Whether an event is on file under that id."""
    return session.get(LegalEventRow, event_id) is not None


def legal_events_of(
    session: Session, loan_id: str, kind: LegalKind | None = None
) -> Sequence[LegalEventRow]:
    """The legal file of a loan without what is struck, by date; `kind` narrows it."""
    rows = on_record(session, loan_id)
    struck = strikes(rows).keys()
    return [
        row
        for row in rows
        if row.kind is not LegalKind.STRIKE
        and row.event_id not in struck
        and kind in (None, row.kind)
    ]


def on_record(session: Session, loan_id: str) -> Sequence[LegalEventRow]:
    """Everything that was ever put on the legal file, by date, with what is struck and by what."""
    mine = select(LegalEventRow).where(LegalEventRow.loan_id == loan_id)
    in_order = mine.order_by(
        col(LegalEventRow.on_date), col(LegalEventRow.at), LegalEventRow.event_id
    )
    return session.exec(in_order).all()


def strikes(rows: Sequence[LegalEventRow]) -> dict[str, LegalEventRow]:
    """What strikes an entry, by the id of the entry."""
    return {row.reference: row for row in rows if row.kind is LegalKind.STRIKE}


def court_events_of(session: Session, loan_id: str) -> tuple[CourtEvent, ...]:
    """What happened at courts, by date."""
    rows = legal_events_of(session, loan_id, LegalKind.COURT)
    return tuple(CourtEvent(row.what, row.on_date, row.reference, row.remedy) for row in rows)
