"""The legal file of a case: what is on it, the remedy in hand, and what the court has said."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date

from domain.deadlines import period
from domain.legal.remedies import Evidence, Remedy

Calendars = Mapping[str, Container[date]]
"""The rest days by country, as the law of that country counts (CN, US)."""


@dataclass(frozen=True, slots=True)
class CourtEvent:
    """What a court, or we at a court, did: `what` in one word, its date, and its number there.

    Empty `remedy` means the one in hand.
    """

    what: str
    on: date
    reference: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Stand:
    """A step that the remedy reached, and the date of what led to it."""

    step: str
    since: date


@dataclass(slots=True)
class LegalFile:
    """Everything the escalation of one case has come to.

    `wanted_since` says from which day an item has been missing. `path` are the steps of the remedy
    in hand, the present one last; empty until its papers are drawn up. `ended` has each remedy that
    is over with its `End`, or why it was passed over; `before` is the last that went through a
    court, with its steps. `unplaced` are events that fit no step, for a
    person to look at; `asked` is what people have been asked for.
    """

    evidence: list[Evidence] = field(default_factory=list)
    wanted_since: dict[str, date] = field(default_factory=dict)
    chased: int = 0
    chased_on: date | None = None
    remedy: Remedy | None = None
    limitation_ends: date | None = None
    path: list[Stand] = field(default_factory=list)
    said: list[CourtEvent] = field(default_factory=list)
    filed: dict[str, date] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    before: Remedy | None = None
    before_path: list[Stand] = field(default_factory=list)
    unplaced: list[CourtEvent] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def stand(self) -> Stand | None:
        """Where the remedy in hand stands; None until its papers are drawn up."""
        return self.path[-1] if self.path else None


def last_day(rule: str, step: str, start: date, calendars: Calendars) -> date:
    """The last day of a period of the law, by the rest days of its own country."""
    counted = period(rule, step)
    assert counted.calendar is None or counted.calendar in calendars, (
        f"the rest days of {counted.calendar} are not known to this process"
    )
    return counted.end(start, calendars.get(counted.calendar or "", ()))
