"""What people, courts and visitors do in a tale, each on its day past due."""

from datetime import date, timedelta

from demo.acts import Act
from demo.teller import Teller
from domain.facts import BorrowerReached, CourtSaid
from domain.gate.words import Channel
from domain.legal.asking import FileEvidence
from domain.periods import working_day
from policies.calendars import rest_days


def brings(day: int, *items: str) -> Act:
    """A collector puts on the legal file what the case asked for."""

    def told(teller: Teller) -> None:
        at = teller.in_office_hours(day)
        for item in items:
            an_id = teller.new_id("evidence")
            request = FileEvidence(an_id, teller.collector, item, teller.day(day), an_id, at)
            teller.happens(at, request)

    return told


def court_says(day: int, what: str, remedy: str) -> Act:
    """The court says something, on the first working day from there; `filed`: it has our papers."""

    def told(teller: Teller) -> None:
        on = _in_session(teller, day)
        at = teller.in_office_hours((on - teller.due).days)
        an_id, number = teller.new_id("court"), f"2026-{teller.loan_id}"
        teller.happens(at, CourtSaid(an_id, what, on, number, remedy, at))

    return told


def visited(day: int) -> Act:
    """Two people have visited the borrower, and tell of it."""

    def told(teller: Teller) -> None:
        at = teller.in_office_hours(day)
        teller.happens(at, BorrowerReached(teller.new_id("visit"), Channel.VISIT, at))

    return told


def _in_session(teller: Teller, day: int) -> date:
    """That day, or the first on which a court works after it and after what was said last."""
    told = (happening.event for happening in teller.happenings)
    said = [event.on + timedelta(days=1) for event in told if isinstance(event, CourtSaid)]
    return working_day(max([teller.day(day), *said]), rest_days("CN"))
