"""The virtual-time driver: runs the stage code that runs in production, without waiting."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from domain.case import Approval, Case
from domain.facts import FACTS, Fact
from domain.hearing import ask, hear
from domain.legal.filing import FileOutcome
from domain.legal.papers import Paper
from domain.legal.remedies import Prepared
from domain.outcomes import AgencyOutcome, SendOutcome
from domain.placement import Placement
from domain.records import Record
from domain.requests import Request
from domain.steps import Step
from domain.strategy import Outcome, Strategy
from workflows.stages import live

Event = Fact | Request


class NothingMoreError(Exception):
    """The case waits for news that never comes; the message says for what."""


class World(Protocol):
    """Everything outside the case, as the virtual desk meets it."""

    def send(self, case: Case, step: Step, /) -> SendOutcome:
        """Answer a contact at `case.now`."""
        ...

    def place(self, case: Case, placement: Placement, /) -> AgencyOutcome:
        """Answer a hand-off."""
        ...

    def tell_agency(self, case: Case, placement: Placement, what: str, /) -> AgencyOutcome:
        """Answer a notice or a recall."""
        ...

    def prepare(self, case: Case, remedy: str, /) -> Prepared:
        """Answer what a remedy asks for and what is on file."""
        ...

    def file(self, case: Case, remedy: str, papers: tuple[Paper, ...], /) -> FileOutcome:
        """Answer papers to be drawn up."""
        ...

    def hear(self, case: Case, event: Event, /) -> None:
        """Take note of what the case is about to hear."""
        ...

    def write(self, case: Case, records: list[Record], /) -> None:
        """Take what a case wants written before it waits."""
        ...


@dataclass(slots=True)
class Wait:
    """What a case waits for; the only thing a stage ever awaits in virtual time."""

    at: datetime | None
    news: Callable[[], bool]
    why: str
    then: str

    def __await__(self) -> Generator["Wait", bool, bool]:
        return (yield self)


@dataclass(slots=True)
class VirtualDesk:
    """A desk whose clock jumps from event to event."""

    case: Case
    strategy: Strategy
    world: World
    on_wait: Callable[[Wait], None] | None = None

    def now(self) -> datetime:
        """The instant of the event being lived through."""
        return self.case.now

    async def until(
        self, at: datetime | None, news: Callable[[], bool], *, why: str, then: str
    ) -> bool:
        """Wait in virtual time; see `workflows.desk.Desk`."""
        if self.case.unwritten:
            self.world.write(self.case, self.case.unwritten)
            self.case.unwritten = []
        if news():
            return True
        return await Wait(at, news, why, then)

    async def send(self, step: Step) -> SendOutcome:
        """Contact the borrower in the simulated world."""
        return self.world.send(self.case, step)

    async def refresh(self) -> None:
        """Nothing to hear: in virtual time the case hears every fact as it happens."""

    async def ask(self, what: str, reason: str) -> None:
        """Ask; what people find out is one of the events, if anything."""

    async def ask_approval(self, approval: Approval) -> None:
        """Ask; the answer is one of the events, if any."""

    async def prepare(self, remedy: str) -> Prepared:
        """Look at what is on file in the simulated world."""
        return self.world.prepare(self.case, remedy)

    async def file(self, remedy: str, papers: tuple[Paper, ...] = ()) -> FileOutcome:
        """Draw up papers in the simulated world."""
        return self.world.file(self.case, remedy, papers)

    async def place(self, placement: Placement) -> AgencyOutcome:
        """Hand the case to the simulated agency."""
        return self.world.place(self.case, placement)

    async def tell_agency(
        self,
        placement: Placement,
        what: str,
        reason: str,  # noqa: ARG002 - for the record of a real agency
    ) -> AgencyOutcome:
        """Tell the simulated agency."""
        return self.world.tell_agency(self.case, placement, what)

    async def close(self) -> bool:
        """Hand over whatever was still to be written; in virtual time nothing comes between."""
        self.world.write(self.case, self.case.unwritten)
        self.case.unwritten = []
        return True


@dataclass(slots=True)
class Life:
    """One case in virtual time: what it waits for, and how it goes on."""

    case: Case
    strategy: Strategy
    desk: VirtualDesk
    waiting: Wait | None = field(default=None, init=False)
    _stages: Generator[Wait, bool, Outcome] = field(init=False)

    def __post_init__(self) -> None:
        self.resume_afresh()

    def resume_afresh(self) -> None:
        """Drop the stage and pick the case up from its state alone, as continue-as-new does."""
        self._stages = live(self.case, self.strategy, self.desk).__await__()
        self._step(None)

    def tell(self, event: Event, at: datetime) -> None:
        """Let the case hear an event; it goes on when that is the news it waits for."""
        self.desk.world.hear(self.case, event)
        if isinstance(event, FACTS):
            hear(self.case, event, self.strategy, at)
        else:
            ask(self.case, event, self.strategy, at)
        self.case.now = max(self.case.now, at)
        if self.waiting is not None and self.waiting.news():
            self._step(True)

    def ring(self) -> None:
        """The instant waited for has come."""
        assert self.waiting is not None and self.waiting.at is not None, "no timer is set"
        self.case.now = max(self.case.now, self.waiting.at)
        self._step(False)

    def ring_before(self, end: datetime | None) -> None:
        """Live through every timer that comes before `end` (None: every timer there is)."""
        while (waiting := self.waiting) and waiting.at is not None:
            if end is not None and waiting.at >= end:
                return
            self.ring()

    def _step(self, answer: bool | None) -> None:
        try:
            self.waiting = self._stages.send(answer)  # type: ignore[arg-type]
        except StopIteration:
            self.waiting = None
            return
        assert isinstance(self.waiting, Wait), "a stage may await nothing but its desk"


def run(
    case: Case,
    strategy: Strategy,
    events: Iterable[tuple[datetime, Event]],
    world: World,
    until: datetime | None = None,
) -> Case:
    """Live one case through its events, in order of time, to its end or to `until`.

    An event at the very instant of a timer is heard first. Raises NothingMoreError when the case
    waits for news without a timer and no events are left.
    """
    life = Life(case, strategy, VirtualDesk(case, strategy, world))
    for at, event in events:
        life.ring_before(at if until is None else min(at, until))
        if life.waiting is None or (until is not None and at > until):
            break
        life.tell(event, at)
    life.ring_before(until)
    if until is None and life.waiting is not None:
        raise NothingMoreError(f"{case.loan_id} waits for {life.waiting.why}")
    return case
