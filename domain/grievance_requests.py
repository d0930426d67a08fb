"""What people ask of a grievance, more time or its answer, and why it may be refused."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.grievances import (
    Extension,
    Grievance,
    GrievanceKind,
    Verdict,
    for_the_borrower,
    in_time,
)
from domain.refused import Refused


@dataclass(frozen=True, slots=True)
class ExtendAnswer:
    """Answer it later, by `until`; `approved_by` is the second person where the rule wants one."""

    request_id: str
    by: str
    until: date
    because: str
    approved_by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class GiveAnswer:
    """Answer it; `evidence` names what the answer rests on, such as the id of a document."""

    request_id: str
    by: str
    verdict: Verdict
    evidence: str = ""
    at: datetime | None = None


GrievanceRequest = ExtendAnswer | GiveAnswer


def refusal(grievance: Grievance, request: GrievanceRequest, now: datetime) -> Refused | None:
    """Why this cannot be taken now, or None if it can."""
    if not request.request_id or not request.by:
        return Refused("request-unsigned", "A request carries its own id and who gave it.")
    if grievance.settled:
        return Refused("grievance-answered", f"It was answered: {grievance.verdict}.")
    if isinstance(request, ExtendAnswer):
        return _extension_refusal(grievance, request, now)
    return _answer_refusal(grievance, request, now)


def take(grievance: Grievance, request: GrievanceRequest, now: datetime) -> Refused | None:
    """Take in a request at `now`, or say why not; one taken before changes nothing."""
    if request.request_id in grievance.heard:
        return None
    if refused := refusal(grievance, request, now):
        return refused
    grievance.heard.append(request.request_id)
    grievance.now = max(grievance.now, now)
    if isinstance(request, ExtendAnswer):
        grievance.extended_to = request.until
    else:
        settle(grievance, request.verdict, request.evidence, request.by, now)
    return None


def settle(grievance: Grievance, verdict: Verdict, evidence: str, by: str, at: datetime) -> None:
    """Take down how it was answered."""
    grievance.verdict, grievance.evidence = verdict, evidence
    grievance.answered_by, grievance.answered_at = by, at


def allowed(grievance: Grievance, until: date) -> Extension | None:
    """The term of the rule that such a later date falls under, or None beyond all of them."""
    return next((term for term in grievance.extensions if until <= term.until), None)


def _extension_refusal(
    grievance: Grievance, request: ExtendAnswer, now: datetime
) -> Refused | None:
    if grievance.verdict is not None or not in_time(grievance, now):
        return Refused("extension-too-late", f"The last date was {grievance.last_day}.")
    if request.until <= grievance.last_day:
        return Refused(
            "extension-not-later", f"It is to be answered by {grievance.last_day} already."
        )
    term = allowed(grievance, request.until)
    if term is None:
        latest = max((term.until for term in grievance.extensions), default=grievance.last_day)
        return Refused("extension-too-far", f"{grievance.rule} gives until {latest} at the latest.")
    if not request.because or (term.because and request.because != term.because):
        wanted = f"the reason {term.because!r}" if term.because else "a reason"
        return Refused("extension-without-reason", f"{grievance.rule} wants {wanted}.")
    if term.approved and request.approved_by in ("", request.by):
        return Refused(
            "extension-not-approved", f"{grievance.rule} wants the consent of a second person."
        )
    return None


def _answer_refusal(grievance: Grievance, request: GiveAnswer, now: datetime) -> Refused | None:
    if request.verdict is Verdict.LAPSED:
        return Refused("answer-without-verdict", "It lapses by itself; nobody answers so.")
    if request.verdict is Verdict.REJECTED and not request.evidence:
        return Refused("answer-without-evidence", "Who rejects it names the evidence.")
    late = grievance.kind is not GrievanceKind.COMPLAINT and not in_time(grievance, now)
    if late and not for_the_borrower(request.verdict):
        return Refused(
            "answer-too-late",
            f"The last date was {grievance.last_day}: it is closed for the borrower.",
        )
    return None
