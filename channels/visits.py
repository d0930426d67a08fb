"""Visits at home: work for two people, which leaves the house as an entry on the visit list."""

from dataclasses import dataclass
from datetime import datetime

from channels.letters import Letter
from domain.contacting import VISITORS
from domain.gate.words import ContactOutcome
from domain.orders import NoticeOrder, TaskOrder
from domain.refused import Refused

CONDUCT = (
    "Two go together, and both show who they are before anything is said.",
    "Nobody enters a home, a private place or an office without being asked in.",
    "Nothing is said or shown to anybody but the borrower, and nothing is posted.",
    "Whoever is asked to leave, leaves.",
)
"""What both visitors read on the list before they go (CN-VISIT-03 and kin)."""


@dataclass(frozen=True, slots=True)
class VisitReport:
    """What came of a visit, as both visitors say it."""

    at: datetime
    outcome: ContactOutcome
    visitors: tuple[str, ...]


def visit_to_make(order: NoticeOrder, guide: Letter, at: datetime) -> TaskOrder:
    """The entry on the visit list; the guide itself is kept in the contact log."""
    reason = f"{guide.subject}. {' '.join(CONDUCT)}"
    return TaskOrder(order.loan_id, order.episode, f"visit/{order.step}", reason, at)


def refusal(report: VisitReport, now: datetime) -> Refused | None:
    """Why this report cannot be taken, or None if it can."""
    names = {name.strip().casefold() for name in report.visitors if name.strip()}
    if len(names) < VISITORS:
        return Refused("CN-VISIT-01", "Two different people go together, and both say what came.")
    if report.outcome is ContactOutcome.VOICEMAIL:
        return Refused("visit-outcome", "A visit has no voicemail.")
    if report.at > now:
        return Refused("visit-in-future", "A visit is told of once it was made.")
    return None
