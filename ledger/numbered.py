"""How far an earlier run of a case has counted, so that a later one of the episode goes on."""

import re
from collections.abc import Iterable

from sqlmodel import Session, select

from domain.opening import Numbered
from ledger.approvals import approvals_of
from ledger.case_tables import CaseFileRow, ContactRow, PlacementRow, TaskRow
from ledger.questions import asks

_NUMBERED = re.compile(r"(?P<stem>.+?)-(?P<number>\d+)(-by-.+)?")


def numbered(session: Session, file: CaseFileRow) -> Numbered:
    """The highest numbers on record of what a case of that file counts."""
    contacts = select(ContactRow.step).where(
        ContactRow.loan_id == file.loan_id, ContactRow.episode == file.episode
    )
    tasks = select(TaskRow.what).where(
        TaskRow.loan_id == file.loan_id, TaskRow.episode == file.episode
    )
    placed = select(PlacementRow.number).where(
        PlacementRow.loan_id == file.loan_id, PlacementRow.episode == file.episode
    )
    asked = [
        f"{row.subject}-{row.approval_id.rpartition('/')[2]}"
        for row in approvals_of(session, file.loan_id)
        if asks(row, file.episode)
    ]
    return Numbered(
        contacts=_highest(session.exec(contacts)),
        questions=_highest(asked),
        placements=max(session.exec(placed), default=0),
        check_backs=_highest(session.exec(tasks)).get("check-back", 0),
    )


def _highest(names: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in names:
        if parts := _NUMBERED.fullmatch(name):
            stem = parts["stem"]
            found[stem] = max(found.get(stem, 0), int(parts["number"]))
    return found
