"""People who told a provider of ours to stop: it is as if they had told us."""

from datetime import datetime

from sqlmodel import Session, col, select

from domain.gate.words import Party
from domain.keys import stop_key
from domain.rights import Right, RightKind
from ledger.case_tables import ContactRow
from ledger.errors import LedgerError
from ledger.rights import exercise, right_of
from ledger.tables import ContactPointRow


def told_to_provider(session: Session, key: str, at: datetime) -> None:
    """Whom the contact under that key was for is not contacted by its channel any more.

    An address of several people, or of somebody else than the borrower, bars itself alone. The same
    again changes nothing. Raises LedgerError for a contact that was not claimed.
    """
    row = session.get(ContactRow, key)
    if row is None or row.contact_point_id is None:
        raise LedgerError(f"{key}: no such contact was claimed.")
    right_id = stop_key(key)
    if right_of(session, right_id) is not None:
        return
    point = session.get_one(ContactPointRow, row.contact_point_id)
    other = point.party is not Party.BORROWER
    right = Right(
        right_id=right_id,
        borrower_id=row.borrower_id,
        kind=RightKind.THIRD_PARTY_REFUSAL if other else RightKind.OPT_OUT,
        start=at,
        by="provider",
        channel=row.channel,
        contact_point_id=point.id if other or _shared(session, point) else None,
        reference=key,
    )
    exercise(session, right, at)


def _shared(session: Session, point: ContactPointRow) -> bool:
    others = select(ContactPointRow.id).where(
        ContactPointRow.channel == point.channel,
        ContactPointRow.address == point.address,
        col(ContactPointRow.borrower_id) != point.borrower_id,
    )
    return session.exec(others.limit(1)).first() is not None
