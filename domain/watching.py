"""The daily watch: which due dates it looks at, what it asks of its activities, what it did."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.clock import Clock

FIRST_LOOK_DAYS = 31
"""How far back the first watch looks: a month, so each monthly instalment is seen once."""

AHEAD_OF_UTC = timedelta(hours=14)
BEHIND_UTC = timedelta(hours=12)
"""How far local time is from UTC where the day begins first, and where it begins last."""

SHOWN = 20
"""How many of those refused are named in the result; all of them are on the task list."""


class Found(StrEnum):
    """What became of a loan that the watch looked at.

    Nothing: nothing material is late, or people have ended this delinquency.
    """

    OPENED = "opened"
    RUNNING = "running"
    NOTHING = "nothing"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of one loan; `why` says, without names of people, why it was refused."""

    found: Found
    why: str = ""


@dataclass(frozen=True, slots=True)
class WatchOrder:
    """What a schedule starts the watch with: the clock of the cases, the wall clock as a rule."""

    clock: Clock = field(default_factory=Clock)


@dataclass(frozen=True, slots=True)
class Window:
    """The due dates to look at, both included; `opened_before` is the last watch's instant.

    A case whose file was opened after that is looked at again: whoever opened it may have died
    before the case ran.
    """

    first: date
    last: date
    opened_before: datetime


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """Open the cases of these due dates; `wall` is when the watch began, by the wall clock."""

    window: Window
    wall: datetime
    clock: Clock


@dataclass(frozen=True, slots=True)
class SweepOrder:
    """Do the day's other work, as of `at` by the clock of the cases."""

    at: datetime
    wall: datetime
    clock: Clock


@dataclass(frozen=True, slots=True)
class NotDone:
    """Something that was refused: a loan or an agency, and why."""

    of: str
    why: str


@dataclass(frozen=True, slots=True)
class Opened:
    """Cases opened, cases that ran already, and loans refused, with the first of them named."""

    opened: int = 0
    running: int = 0
    refused: int = 0
    first_refused: tuple[NotDone, ...] = ()


@dataclass(frozen=True, slots=True)
class Swept:
    """Approvals that were spoken of again, and those that nobody answered in time."""

    reminded: int = 0
    ended: int = 0


@dataclass(frozen=True, slots=True)
class Read:
    """Updates taken from the files of agencies, and those refused, the first of them named."""

    taken: int = 0
    refused: int = 0
    first_refused: tuple[NotDone, ...] = ()


@dataclass(frozen=True, slots=True)
class Watched:
    """What a watch did at `at` about the due dates of its window; `next_first` begins the next."""

    at: datetime
    window: Window
    next_first: date
    opened: Opened
    swept: Swept
    read: Read


def window(last_good: Watched | None, at: datetime) -> Window:
    """The due dates that fell behind somebody since the last good watch; None: it is the first.

    An instalment is late when the borrower's own day of it is over, so the window ends with the
    day that is over where days begin first. It may be empty.
    """
    last = (at + AHEAD_OF_UTC).date() - timedelta(days=1)
    if last_good is None:
        back = timedelta(days=FIRST_LOOK_DAYS)
        return Window(last - back, last, at - back)
    return Window(last_good.next_first, last, last_good.at)


def next_first(at: datetime) -> date:
    """The first due date that is not over everywhere at that instant: the next watch begins so."""
    return (at - BEHIND_UTC).date()


@dataclass(frozen=True, slots=True)
class Look:
    """One due date to look at: for those who are `late` with it, or who are spoken to before it."""

    due: date
    late: bool

    @property
    def name(self) -> str:
        """Its name; looks are done in the order of their names, those at late loans first."""
        return f"{'late' if self.late else 'soon'} {self.due.isoformat()}"


def looks(days: Window, leads: Sequence[int]) -> list[Look]:
    """Every due date to look at once, in the order in which that is done.

    Loans are looked at before their due date on the days on which some strategy first speaks of
    it, so many days ahead as `leads` says. What is past is not looked at ahead.
    """
    late, soon = list[date](), set[date]()
    for number in range((days.last - days.first).days + 1):
        due = days.first + timedelta(days=number)
        late.append(due)
        soon |= {due + timedelta(days=1 + lead) for lead in leads}
    ahead = [due for due in sorted(soon) if due > days.last]
    return [Look(due, True) for due in late] + [Look(due, False) for due in ahead]
