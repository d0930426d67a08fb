"""The daily watch on the real server, with a real ledger; nobody serves the cases it opens."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from activities.watching import Watching
from domain import keys, known
from domain.authority import Action, Question
from domain.clock import Clock
from domain.delinquency import Instalment
from domain.watching import Watched, WatchOrder
from intake.cases import Cases
from intake.treatments import Treatments
from intake.watch_schedule import Run, WatchSchedule
from intake.watching import AgencyFiles, Opener
from ledger import approvals, tasks
from ledger.case_tables import TaskRow
from ledger.engine import reading, writing
from ledger.loans import add_borrower, add_loan
from ledger.values import Borrower, Loan
from policies.authority_files import load_authority
from policies.packs import load_packs
from policies.strategy_files import FOLDER, load_strategy
from tests.workflows.seeded import PLAIN, PLAIN_FILE
from tests.workflows.server import worker_of
from workflows.daily_watch import DailyWatch

MORNING = datetime(2026, 3, 10, 6, tzinfo=UTC)
"""What the cases' clock shows when a test begins."""

OWED = 40_000
AHEAD_FILE = FOLDER / "pingan.yaml"
AHEAD = load_strategy(AHEAD_FILE)
"""It speaks five days before the due date, and eight days before it to whoever was late twice."""


@dataclass(slots=True)
class Watchhouse:
    """A book, its watch with a worker, and how many days have passed."""

    client: Client
    engine: Engine
    queue: str
    schedule: WatchSchedule
    worker: Worker
    days: int = 0

    def loan(self, loan_id: str, due: date, strategy: str = "plain") -> None:
        """A loan of a person in Europe, with one unpaid instalment."""
        with writing(self.engine) as session:
            add_borrower(session, Borrower(f"B-{loan_id}", "Eva", "en", "UTC", "EU"))
            loan = Loan(loan_id, f"B-{loan_id}", "EUR", OWED, strategy=strategy)
            add_loan(session, loan, [Instalment(due, OWED)], MORNING)

    def ask(self, approval_id: str, loan_id: str, asked_at: datetime) -> None:
        """A question to a second person."""
        question = Question(Action.WRITE_OFF, "ann", asked_at, OWED, "EUR")
        new = approvals.NewApproval(approval_id, loan_id, MORNING.date(), question)
        with writing(self.engine) as session:
            approvals.ask(session, new, load_authority())

    async def pass_days(self, days: int) -> None:
        """So many days later by the cases' clock; the watch knows what its last run said."""
        self.days += days
        await self.on()

    async def on(self) -> None:
        """Let the schedule be on, at an hour at which it does not run by itself."""
        wall = datetime.now(UTC)
        clock = Clock(MORNING + timedelta(days=self.days), wall)
        await self.schedule.on(time((wall.hour + 12) % 24), "UTC", WatchOrder(clock))

    async def watched(self) -> Watched:
        """Watch at once."""
        run = await self.schedule.now()
        assert run.did is not None, run
        return run.did

    async def failed(self) -> Run:
        """Watch at once, and fail."""
        run = await self.schedule.now()
        assert run.did is None, run
        return run

    async def ended(self) -> list[WorkflowHandle[Any, Any]]:
        """Every watch so far, the oldest first."""
        found = [one async for one in self.client.list_workflows("WorkflowType = 'DailyWatch'")]
        found.sort(key=lambda one: one.start_time)
        return [self.client.get_workflow_handle(one.id, run_id=one.run_id) for one in found]

    async def runs(self, loan_id: str, due: date) -> bool:
        """Whether the case is on the server."""
        found = [f"WorkflowId = '{keys.case_id(loan_id, due)}'", "ExecutionStatus = 'Running'"]
        for _ in range(50):
            if (await self.client.count_workflows(" AND ".join(found))).count:
                return True
            await asyncio.sleep(0.1)
        return False

    def tasks(self) -> list[TaskRow]:
        """What people are asked."""
        with reading(self.engine) as session:
            return list(tasks.open_tasks(session))


def treatments() -> Treatments:
    """The plain strategy, and one that speaks before the due date."""
    texts = {
        strategy.id: file.read_text(encoding="utf-8")
        for strategy, file in ((PLAIN, PLAIN_FILE), (AHEAD, AHEAD_FILE))
    }
    strategies = {PLAIN.id: PLAIN, AHEAD.id: AHEAD}
    known.know(strategies, {})
    return Treatments(strategies, texts, load_packs())


def watching_of(client: Client, engine: Engine, queue: str) -> Watching:
    """The watch's works, as `worker.py` builds them; nobody serves the queue of the cases."""
    cases = Cases(client, f"{queue}-cases")
    opener = Opener(engine, cases, treatments())
    return Watching(engine, load_authority(), opener, AgencyFiles(engine, cases, {}).read)


def watch_worker(client: Client, queue: str, watching: Watching) -> Worker:
    """A worker that watches, and leaves at once when it is told to stop."""
    works = (watching.open_cases, watching.sweep_approvals, watching.read_agencies)
    return worker_of(client, queue, [DailyWatch], works)


@asynccontextmanager
async def watchhouse(
    client: Client, engine: Engine, queue: str = "", watching: Watching | None = None
) -> AsyncIterator[Watchhouse]:
    """A worker that watches over that ledger; its schedule is gone afterwards."""
    queue = queue or f"watch-{uuid4().hex[:8]}"
    watching = watching or watching_of(client, engine, queue)
    async with watch_worker(client, queue, watching) as worker:
        house = Watchhouse(client, engine, queue, WatchSchedule(client, queue), worker)
        await house.on()
        yield house
        await client.get_schedule_handle(keys.DAILY_WATCH).delete()
