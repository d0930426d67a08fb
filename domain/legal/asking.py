"""What people put on the legal file of a case, and why it may be refused."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from domain.clock import local_date
from domain.refused import Refused
from domain.strategy import Strategy

if TYPE_CHECKING:
    from domain.case import Case


@dataclass(frozen=True, slots=True)
class FileEvidence:
    """Something was put on the legal file: the item, its date and where it is kept.

    The ledger has it already; `reference` is a number or a key, never a name.
    """

    request_id: str
    by: str
    item: str
    on: date
    reference: str
    at: datetime | None = None


def evidence_refusal(
    case: "Case", request: FileEvidence, _: Strategy, now: datetime
) -> Refused | None:
    """Why this cannot be put on file, or None if it can."""
    if not request.item or not request.reference:
        return Refused("evidence-unnamed", "Evidence names its item and where it is kept.")
    if request.on > local_date(now, case.zone):
        return Refused("evidence-in-future", f"{request.on.isoformat()} is still to come.")
    return None
