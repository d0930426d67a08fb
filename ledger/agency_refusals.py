"""What agencies left in files and we cannot take: each thing is asked of a person, once."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain.keys import agency_refusal_key
from ledger.case_tables import PlacementRow, TaskRow

MOST = 200
"""As much as is kept of a file's name, in characters; the agency chose it."""


@dataclass(frozen=True, slots=True)
class RefusedOfAgency:
    """A row of a file, or all of it; `content` tells one from another of the same name.

    `placement_key` is what the row names; empty for a file that cannot be opened.
    """

    agency: str
    file: str
    content: str
    why: str
    placement_key: str = ""


def put_before_a_person(session: Session, refused: RefusedOfAgency, at: datetime) -> bool:
    """Ask a person to see to it; False when that was asked before.

    It belongs to the loan of the placement it names, when that agency has had it; else to none.
    """
    key = agency_refusal_key(refused.agency, refused.file, refused.content)
    if session.get(TaskRow, key):
        return False
    placement = session.get(PlacementRow, refused.placement_key)
    known = placement is not None and placement.agency == refused.agency
    row = TaskRow(
        key=key,
        loan_id=placement.loan_id if known and placement else None,
        episode=placement.episode if known and placement else at.date(),
        what="agency-refused",
        reason=f"{refused.agency}: {refused.file[:MOST]}: {refused.why}",
        asked_at=at,
    )
    session.add(row)
    session.flush()
    return True
