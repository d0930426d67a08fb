"""What people wrote on a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from ledger.case_tables import NoteRow
from ledger.errors import LedgerError


@dataclass(frozen=True, slots=True)
class Note:
    """A note; whoever writes it gives it its id, so that a repeat is one note."""

    note_id: str
    loan_id: str
    episode: date
    by: str
    text: str
    at: datetime


def add_note(session: Session, note: Note) -> bool:
    """Write a note; False when it is there already. Raises LedgerError for another text."""
    known = session.get(NoteRow, note.note_id)
    if known is None:
        session.add(
            NoteRow(
                note_id=note.note_id,
                loan_id=note.loan_id,
                episode=note.episode,
                by=note.by,
                text=note.text,
                at=note.at,
            )
        )
        session.flush()
        return True
    if (known.loan_id, known.by, known.text) != (note.loan_id, note.by, note.text):
        raise LedgerError(f"Note {note.note_id!r} is known with another loan, writer or text.")
    return False


def notes_of(session: Session, loan_id: str) -> Sequence[NoteRow]:
    """The notes on a loan, the oldest first."""
    mine = select(NoteRow).where(NoteRow.loan_id == loan_id)
    return session.exec(mine.order_by(col(NoteRow.at), NoteRow.note_id)).all()
