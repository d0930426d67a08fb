"""What a case does on hearing from a court, and when something is put on its legal file."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from domain import known
from domain.facts import CourtSaid
from domain.legal.asking import FileEvidence
from domain.legal.court import hear_court
from domain.legal.file import CourtEvent, LegalFile
from domain.legal.readiness import add
from domain.legal.remedies import Evidence
from domain.legal.striking import strike_court, strike_evidence
from domain.strategy import Strategy

if TYPE_CHECKING:
    from domain.case import Case


def legal_file(case: "Case") -> LegalFile:
    """The legal file of the case, opened when it is first needed."""
    if case.legal is None:
        case.legal = LegalFile()
    return case.legal


def _court_said(case: "Case", fact: CourtSaid, _: Strategy) -> None:
    file = legal_file(case)
    remedy = fact.remedy or (file.remedy.name if file.remedy is not None else "court")
    event = CourtEvent(fact.what, fact.on, fact.reference, fact.remedy)
    if fact.struck:
        back = strike_court(file, event)
        case.log("struck", f"{remedy}: {fact.what} on {fact.on.isoformat()}{_back_at(back)}")
        return
    to = hear_court(file, event, known.calendars())
    case.log("court", f"{remedy}: {fact.what} on {fact.on.isoformat()}{f', {to}' if to else ''}")


def _file_evidence(case: "Case", request: FileEvidence, _: Strategy) -> None:
    evidence = Evidence(request.item, request.on, request.reference)
    if request.struck:
        strike_evidence(legal_file(case), evidence, case.today())
        case.log("struck", f"{request.item} of {request.on.isoformat()}: {request.reference}")
        return
    add(legal_file(case), evidence, case.today())
    case.log("evidence", f"{request.item} of {request.on.isoformat()}: {request.reference}")


def _back_at(step: str) -> str:
    return f", back at {step}" if step else ""


FACTS: dict[type, Callable[["Case", Any, Strategy], None]] = {CourtSaid: _court_said}
REQUESTS: dict[type, Callable[["Case", Any, Strategy], None]] = {FileEvidence: _file_evidence}
