"""What the workflow of a grievance asks of its activities: ids, dates and codes alone."""

from dataclasses import dataclass
from datetime import datetime

from domain.grievance_requests import ExtendAnswer, GiveAnswer


@dataclass(frozen=True, slots=True)
class GrievanceOrder:
    """Do something about a grievance, at that instant of its clock."""

    grievance_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ExtendOrder:
    """Write that it is answered later."""

    grievance_id: str
    request: ExtendAnswer
    at: datetime


@dataclass(frozen=True, slots=True)
class AnswerOrder:
    """Write its answer."""

    grievance_id: str
    request: GiveAnswer
    at: datetime
