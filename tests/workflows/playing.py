"""Playing a story on the real server: skip to each event, say it, skip to the end, read back."""

from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from temporalio.client import WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from domain import keys
from domain.case import Case, Entry
from domain.clock import Clock
from domain.facts import FACTS
from domain.refused import Refused
from domain.strategy import Outcome
from domain.telling import CaseState
from intake.cases import Cases
from simulation.driver import Event
from tests.workflows.office import Works
from workflows.loan_case import LoanCase

SHORT_OF = timedelta(seconds=5)
"""We stop that much before an event: a timer at the same instant must not ring before it. An
event names its own instant, and the case believes it while the clock is within a minute of it."""

LEG = timedelta(days=200)
"""One skip at most, so that a case never comes near the server's limit of skips a session."""


@dataclass(slots=True)
class Played:
    """A case on the real server, its clock started at the case's `opened_at`."""

    server: WorkflowEnvironment
    cases: Cases
    case_id: str
    clock: Clock

    @property
    def handle(self) -> WorkflowHandle[LoanCase, Outcome]:
        """The case without a run id, so that the chain of its runs is followed."""
        return self.server.client.get_workflow_handle_for(LoanCase.run, self.case_id)

    async def now(self) -> datetime:
        """What the case's clock shows."""
        return self.clock.at(await self.server.get_current_time(self.handle))

    async def skip_to(self, at: datetime) -> None:
        """Let everything happen that happens before that instant, and nothing at it."""
        while (left := at - SHORT_OF - await self.now()) > timedelta():
            try:
                if not await self.server.fast_forward(self.handle, min(left, LEG)):
                    return
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND:
                    return
                raise

    async def say(self, at: datetime, event: Event) -> Refused | None:
        """Skip to an event's instant and let the case hear it; a refusal is on its timeline."""
        await self.skip_to(at)
        said = replace(event, at=at)
        if isinstance(said, FACTS):
            return await self.cases.tell(self.case_id, said)
        answer = await self.cases.ask(self.case_id, said)
        if isinstance(answer, CaseState):
            return None
        await self.cases.mention(self.case_id, said)
        return answer

    async def timeline(self) -> list[Entry]:
        """Everything that happened in the case, also after its end."""
        answer = await self.cases.timeline(self.case_id)
        assert not isinstance(answer, Refused), answer.reason
        return answer

    async def lines(self) -> list[str]:
        """The timeline without its instants."""
        return [f"{entry.what}: {entry.detail}" for entry in await self.timeline()]

    async def state(self) -> CaseState:
        """Where the case stands."""
        answer = await self.cases.state(self.case_id)
        assert not isinstance(answer, Refused), answer.reason
        return answer


async def start(
    server: WorkflowEnvironment,
    queue: str,
    office: Works,
    case: Case,
    unserved: timedelta = timedelta(),
) -> Played:
    """Start that case on the server, under a clock that shows its opening now.

    A case that was `unserved` opened that long ago and finds its first worker only now.
    """
    case = deepcopy(case)
    case.clock = Clock(case.opened_at, datetime.now(UTC) - unserved)
    office.takes(case)
    cases = Cases(server.client, queue)
    await cases.open(case)
    return Played(server, cases, keys.case_id(case.loan_id, case.episode), case.clock)
