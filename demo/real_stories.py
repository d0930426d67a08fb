"""Stories lived on a real server with time skipping, by the stages, the desk and the worker.

Server and workflow are the real ones. The activities are answered by the same simulated world as
in virtual time, so that nothing but Temporal differs and the two timelines must be equal.
"""

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from activities import contracts
from demo.server import EmbeddedServer
from domain import keys
from domain.case import Case, Entry
from domain.clock import Clock
from domain.facts import FACTS, MoneyFact
from domain.hearing import ask, hear
from domain.known import rules
from domain.legal.filing import FileOrder, FileOutcome, PrepareOrder
from domain.legal.remedies import Prepared
from domain.orders import CloseOrder, NoticeOrder, ReadOrder, RecordOrder, TaskOrder
from domain.outcomes import SendOutcome
from domain.refused import Refused
from domain.steps import Step
from domain.strategy import Outcome, Strategy
from domain.telling import CaseState
from intake.cases import Cases
from intake.connect import connect
from settings import Settings
from simulation.driver import Event
from simulation.stories import BorrowerStory
from simulation.world import LawfulWorld
from worker import build_worker
from workflows.loan_case import LoanCase

QUEUE = "stories"
SHORT_OF = timedelta(seconds=5)
"""We stop that much before an event: a timer at the same instant must not ring before it. An
event names its own instant, and the case believes it while the clock is within a minute of it."""

SERVER_CONFIG = {
    "frontend.WorkflowTimeSkippingMaxSkipPerSession": "2000",
    "history.workflowIdReuseMinimalInterval": '"0s"',
}
"""The last lets one run follow another at once: a skip would misread the usual second between."""

Telling = tuple[BorrowerStory, Strategy]
"""A story, and the strategy under which it is told."""


def timelines(tellings: Sequence[Telling]) -> list[list[Entry]]:
    """The timeline of each story as the real server and worker live it, on one server for all.

    Each story is told once. Strategies and rules must be known (`intake.treatments`).
    """
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedServer(Path(folder), dynamic_config=SERVER_CONFIG)
        server.start()
        try:
            return asyncio.run(_lived(tellings, server.address))
        finally:
            server.stop()


async def _lived(tellings: Sequence[Telling], address: str) -> list[list[Entry]]:
    client = await connect(Settings(temporal_address=address))
    skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
    office = _Office()
    async with build_worker(skipper.client, QUEUE, office.activities()):
        told = (_told(story, strategy, skipper, office) for story, strategy in tellings)
        return list(await asyncio.gather(*told))


async def _told(
    story: BorrowerStory, strategy: Strategy, skipper: TimeSkipper, office: "_Office"
) -> list[Entry]:
    """Open the case, tell it everything at its own instant, and read its timeline at the end."""
    opened = story.case(strategy)
    opened.clock = Clock(opened.opened_at, datetime.now(UTC))
    office.loans[story.loan_id] = _Loan(story.case(strategy), strategy, story.world(rules()))
    cases = Cases(skipper.client, QUEUE)
    await cases.open(opened)
    case_id = keys.case_id(opened.loan_id, opened.episode)
    handle = skipper.client.get_workflow_handle_for(LoanCase.run, case_id)
    for at, event in story.events():
        await _skip(skipper, handle, opened.clock, at - SHORT_OF)
        office.loans[story.loan_id].hears(event, at)
        await _say(cases, case_id, replace(event, at=at))
    await _skip(skipper, handle, opened.clock, story.ends)
    timeline = await cases.timeline(case_id)
    assert not isinstance(timeline, Refused), "a case that has run has a timeline"
    return timeline


async def _say(cases: Cases, case_id: str, event: Event) -> None:
    """Let the case hear an event; a request that is refused is on its timeline all the same."""
    if isinstance(event, FACTS):
        await cases.tell(case_id, event)
    elif not isinstance(await cases.ask(case_id, event), CaseState):
        await cases.mention(case_id, event)


async def _skip(
    skipper: TimeSkipper, handle: WorkflowHandle[LoanCase, Outcome], clock: Clock, to: datetime
) -> None:
    """Let everything happen in the case that happens before that instant of its clock."""
    while (left := to - clock.at(await skipper.get_current_time(handle))) > timedelta():
        try:
            if not await skipper.fast_forward(handle, left):
                return
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return
            raise


@dataclass(slots=True)
class _Loan:
    """What the office knows of a story: a case that only hears, and the story's world."""

    case: Case
    strategy: Strategy
    world: LawfulWorld

    def hears(self, event: Event, at: datetime) -> None:
        """Learn of an event, as the ledger does before the case is told."""
        self.world.hear(self.case, event)
        if isinstance(event, FACTS):
            hear(self.case, event, self.strategy, at)
        else:
            ask(self.case, event, self.strategy, at)


@dataclass(slots=True)
class _Office:
    """The activities of a case at law, answered by the world of its story."""

    loans: dict[str, _Loan] = field(default_factory=dict)

    def activities(self) -> list[Callable[..., Any]]:
        """What the worker registers."""
        return [
            self.send_notice,
            self.leave_notice,
            self.read_ledger,
            self.record_agreed,
            self.close_case,
            self.ask_person,
            self.prepare_remedy,
            self.file_papers,
        ]

    @activity.defn(name=contracts.SEND_NOTICE)
    async def send_notice(self, order: NoticeOrder) -> SendOutcome:
        """Make a contact in the simulated world."""
        loan = self.loans[order.loan_id]
        at = order.decided_at
        loan.case.now = at
        step = Step(order.step, 0, order.channel, at.time(), order.template, order.message_class)
        return loan.world.send(loan.case, step)

    @activity.defn(name=contracts.LEAVE_NOTICE)
    async def leave_notice(self, _order: NoticeOrder) -> SendOutcome | None:
        """Nothing: a contact that was put off was not made."""
        return None

    @activity.defn(name=contracts.READ_LEDGER)
    async def read_ledger(self, _order: ReadOrder) -> tuple[MoneyFact, ...]:
        """Nothing: the case is told every fact as it happens."""
        return ()

    @activity.defn(name=contracts.RECORD_AGREED)
    async def record_agreed(self, _order: RecordOrder) -> None:
        """Nothing is kept beyond the case itself."""

    @activity.defn(name=contracts.CLOSE_CASE)
    async def close_case(self, _order: CloseOrder) -> tuple[MoneyFact, ...]:
        """The ledger knows of nothing more."""
        return ()

    @activity.defn(name=contracts.ASK_PERSON)
    async def ask_person(self, _order: TaskOrder) -> None:
        """What people answer is one of the story's events."""

    @activity.defn(name=contracts.PREPARE_REMEDY)
    async def prepare_remedy(self, order: PrepareOrder) -> Prepared:
        """What is on file in the simulated world."""
        loan = self.loans[order.loan_id]
        return loan.world.prepare(loan.case, order.remedy)

    @activity.defn(name=contracts.FILE_PAPERS)
    async def file_papers(self, order: FileOrder) -> FileOutcome:
        """Papers are numbered in the simulated world."""
        loan = self.loans[order.loan_id]
        return loan.world.file(loan.case, order.remedy, order.papers)
