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

    The ledger has it already; `reference` is a number or a key, never a name. `struck`: it was put
    there by mistake, and counts no longer.
    """

    request_id: str
    by: str
    item: str
    on: date
    reference: str
    at: datetime | None = None
    struck: bool = False


LONGEST_REFERENCE = 80
"""Signs of a reference: a court's number has some thirty."""


def plain_reference(text: str) -> bool:
    """Whether that is a number or a key, and no sentence or address: it goes into histories."""
    strange = any(sign.isspace() or sign in "@,;" for sign in text)
    return len(text) <= LONGEST_REFERENCE and not strange


def evidence_refusal(
    case: "Case", request: FileEvidence, _: Strategy, now: datetime
) -> Refused | None:
    """Why this cannot be put on file, or None if it can."""
    if not request.item or not request.reference:
        return Refused("evidence-unnamed", "Evidence names its item and where it is kept.")
    if not plain_reference(request.reference):
        return Refused("evidence-reference", "A reference is a number or a key, without spaces.")
    if request.on > local_date(now, case.zone):
        return Refused("evidence-in-future", f"{request.on.isoformat()} is still to come.")
    return None
