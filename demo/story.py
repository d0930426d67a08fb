"""Half a year passes: everything in the book happens at its instant, through the front doors."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from temporalio.client import Client

from demo.book import Book, Life
from demo.door import Door
from demo.teller import Happening
from domain.case import Entry
from domain.clock import Clock
from domain.facts import PaymentReceived
from domain.refused import Refused
from domain.strategy import Stage

NOT_YET = (
    "nothing-to-approve",
    "no-such-hold",
    "case-unknown",
    "event-refused",
    "court-not-there",
    "no-visit-listed",
)
"""Refusals that mean we came before the case was ready: whoever asks, asks again a little later."""

_AGAIN = timedelta(seconds=0.3)
_PATIENCE = timedelta(seconds=6)

_AFTER = 0.01
"""Seconds after its instant at which a thing is told: nobody may tell of the future."""


@dataclass(slots=True)
class Story:
    """What was told and what was seen at the end, by case id; `latest` is the longest delay.

    `refused` are requests that were refused against the book, or taken against it. `paid` is when
    the ledger had taken a payment, on the wall, by payment id.
    """

    timelines: dict[str, list[Entry]] = field(default_factory=dict)
    workflows: Counter[str] = field(default_factory=Counter)
    troubled: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    paid: dict[str, datetime] = field(default_factory=dict)
    told: int = 0
    latest: timedelta = timedelta()

    def outcome(self, case_id: str) -> str:
        """How the case ended by its own account; empty while it is open, or unknown."""
        timeline = self.timelines.get(case_id, [])
        return next((entry.detail for entry in timeline[::-1] if entry.what == "outcome"), "")


@dataclass(frozen=True, slots=True)
class Telling:
    """One telling of the book, by the clock that every case carries."""

    book: Book
    clock: Clock
    door: Door
    story: Story = field(default_factory=Story)

    def now(self) -> datetime:
        """What the cases' clock shows."""
        return self.clock.at(datetime.now(UTC))

    @property
    def over(self) -> bool:
        return self.now() >= self.book.ends

    async def tell(self) -> None:
        """Live every life of the book, side by side, and then wait for the cases still running."""
        async with asyncio.TaskGroup() as lives:
            for life in self.book.lives:
                lives.create_task(self._live(life))
        while not self.over and await running(self.door.client):  # noqa: ASYNC110 - nobody tells us
            await asyncio.sleep(1)

    async def look_back(self) -> None:
        """Ask every case for its timeline, and the server for what became of the workflows."""
        client, seats = self.door.client, asyncio.Semaphore(8)

        async def one(case_id: str) -> None:
            async with seats:
                timeline = await self.door.cases.timeline(case_id)
            self.story.timelines[case_id] = [] if isinstance(timeline, Refused) else timeline

        async with asyncio.TaskGroup() as questions:
            async for execution in client.list_workflows("WorkflowType = 'LoanCase'"):
                status = execution.status.name.lower() if execution.status else "unknown"
                self.story.workflows[status] += 1
                if status not in ("completed", "running", "continued_as_new"):
                    self.story.troubled.append(f"{execution.id} {status}")
                if execution.id not in self.story.timelines:
                    self.story.timelines[execution.id] = []
                    questions.create_task(one(execution.id))
        stuck = "TemporalReportedProblems IS NOT NULL"
        self.story.troubled += [f"{e.id} stuck" async for e in client.list_workflows(stuck)]

    async def _live(self, life: Life) -> None:
        for happening in life.happenings:
            due = self.clock.started + self.clock.wall_wait(happening.at - self.clock.anchor)
            left = (due - datetime.now(UTC)).total_seconds()
            await asyncio.sleep(max(0.0, left) + _AFTER)
            await self._happen(life, happening)
            self.story.told += 1
            self.story.latest = max(self.story.latest, datetime.now(UTC) - due)

    async def _happen(self, life: Life, happening: Happening) -> None:
        answer = await _patiently(lambda: self.door.deliver(life, happening))
        if isinstance(happening.event, PaymentReceived):
            self.story.paid[happening.event.payment_id] = datetime.now(UTC)
        rule = answer.rule if answer else ""
        if rule != happening.refused:
            what = type(happening.event).__name__
            self.story.refused.append(f"{life.tale}: {what} {rule or 'was taken'}")


async def running(client: Client, stage: Stage | None = None) -> int:
    """How many cases run, in one stage or in all, as operators see it."""
    narrowed = f" AND CaseStage = '{stage}'" if stage else ""
    found = await client.count_workflows(f"ExecutionStatus = 'Running'{narrowed}")
    return found.count


async def _patiently(ask: Callable[[], Awaitable[Refused | None]]) -> Refused | None:
    """Ask again while the case is not ready; the last answer counts."""
    for _ in range(int(_PATIENCE / _AGAIN)):
        answer = await ask()
        if answer is None or answer.rule not in NOT_YET:
            return answer
        await asyncio.sleep(_AGAIN.total_seconds())
    return await ask()
