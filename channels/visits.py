"""Visits at home: work for two people, which leaves the house as an entry on the visit list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from channels.letters import Letter
from domain.gate.words import ContactOutcome
from domain.orders import NoticeOrder, TaskOrder
from domain.refused import Refused

VISITORS = 2
"""How many go together (CN-VISIT-01); one alone may not go."""

CONDUCT = (
    "Two go together, and both show who they are before anything is said.",
    "Nobody enters a home, a private place or an office without being asked in.",
    "Nothing is said or shown to anybody but the borrower, and nothing is posted.",
    "Whoever is asked to leave, leaves.",
)
"""What both visitors confirm before they go (CN-VISIT-03 and kin)."""


@dataclass(frozen=True, slots=True)
class VisitTask:
    """One visit to make: on that local date, within those local hours, by these two people.

    `address_id` names the contact point; the address itself is read where the task is worked on.
    `guide` is what to speak about.
    """

    key: str
    loan_id: str
    episode: date
    address_id: str
    day: date
    earliest: time
    latest: time
    visitors: tuple[str, ...]
    guide: str
    conduct: tuple[str, ...] = CONDUCT


@dataclass(frozen=True, slots=True)
class VisitReport:
    """What came of a visit, as both visitors say it."""

    key: str
    at: datetime
    outcome: ContactOutcome
    visitors: tuple[str, ...]
    note: str = ""
    dead: bool = False


def visit_to_make(order: NoticeOrder, guide: Letter, at: datetime) -> TaskOrder:
    """The entry on the visit list; the guide itself is kept in the contact log."""
    return TaskOrder(order.loan_id, order.episode, f"visit/{order.step}", guide.subject, at)


def refusal(task: VisitTask, visits: Iterable[date]) -> Refused | None:
    """Why this visit may not be planned, or None if it may.

    `visits` are the local dates of all visits to this person, planned or made, over all loans.
    """
    names = {name.strip().casefold() for name in task.visitors if name.strip()}
    if len(names) < VISITORS:
        return Refused("CN-VISIT-01", "A visit needs two different people who go together.")
    if task.day in set(visits):
        return Refused("CN-VISIT-02", "This person is already visited on that day.")
    if not task.earliest < task.latest:
        return Refused("visit-hours", "The hours of a visit must end after they begin.")
    return None


def report_refusal(task: VisitTask, report: VisitReport) -> Refused | None:
    """Why this report cannot be taken, or None if it can."""
    if report.key != task.key:
        return Refused("visit-unknown", "This report is about another visit.")
    if set(report.visitors) != set(task.visitors):
        return Refused("CN-VISIT-01", "Both visitors must say what came of the visit.")
    if report.outcome is ContactOutcome.VOICEMAIL:
        return Refused("visit-outcome", "A visit has no voicemail.")
    return None
