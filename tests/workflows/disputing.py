"""Grievances on the real server: cases in an office, a real ledger, and the clocks of both."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import uuid4

from sqlalchemy import Engine
from temporalio.client import WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from domain import keys
from domain.clock import Clock
from domain.grievance_requests import GrievanceRequest
from domain.grievances import Grievance, GrievanceKind, Verdict
from domain.orders import TaskOrder
from domain.refused import Refused
from intake.grievances import Grievances, Said, grievance_from
from ledger import grievances
from ledger.cases import NewCase, open_case
from ledger.engine import writing
from ledger.loans import add_borrower, add_loan, loan_view
from ledger.values import Borrower, Loan
from tests.workflows.loans import DUE, OPENED, ZONE, late_loan
from tests.workflows.office import Office
from tests.workflows.playing import LEG, SHORT_OF, Played, start
from tests.workflows.seeded import PLAIN, RULES
from tests.workflows.server import worker_of
from worker import grievance_activities
from workflows.grievance import Grievance as GrievanceLife
from workflows.loan_case import LoanCase


@dataclass(slots=True)
class Held:
    """A grievance on the real server, under a clock that showed `opened_at` when it started."""

    server: WorkflowEnvironment
    lives: Grievances
    grievance: Grievance

    @property
    def handle(self) -> WorkflowHandle[GrievanceLife, Verdict]:
        """Its workflow."""
        own = self.grievance
        return self.server.client.get_workflow_handle_for(
            GrievanceLife.run, keys.grievance_workflow_id(own.loan_id, own.grievance_id)
        )

    async def skip_to(self, at: datetime) -> None:
        """Let everything happen that happens before that instant."""
        while True:
            shown = self.grievance.clock.at(await self.server.get_current_time(self.handle))
            left = at - SHORT_OF - shown
            if left.total_seconds() <= 0:
                return
            try:
                if not await self.server.fast_forward(self.handle, min(left, LEG)):
                    return
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND:
                    return
                raise

    async def say(self, request: GrievanceRequest) -> Refused | None:
        """Ask it of the workflow alone, as from the Temporal UI."""
        return await self.lives.say(self.grievance, request)


@dataclass(slots=True)
class House:
    """One person's loans as cases and in the ledger, and a worker that serves all of it."""

    server: WorkflowEnvironment
    engine: Engine
    office: Office
    queue: str
    person: str

    async def case(self, loan_id: str) -> Played:
        """A case of the person, on its first day past due."""
        case = late_loan(loan_id)
        case.borrower_id = self.person
        with writing(self.engine) as session:
            add_borrower(session, Borrower(self.person, "Wei", "zh_CN", ZONE, "CN"))
            loan = Loan(loan_id, self.person, "CNY", 40_000, portfolio="cards")
            add_loan(session, loan, case.instalments, OPENED)
            open_case(session, NewCase(loan_id, self.person, DUE, PLAIN.id), OPENED)
        return await start(self.server, self.queue, self.office, case)

    def recorded(self, loan_id: str, kind: GrievanceKind, at: datetime) -> Grievance:
        """Write a grievance that came at that instant, which its clock shows now."""
        with writing(self.engine) as session:
            view = loan_view(session, loan_id)
            assert view is not None
            said = Said(f"{kind}-{loan_id}".lower(), kind, "not-mine", "ann", at)
            clock = Clock(at, datetime.now(UTC))
            made = grievance_from(said, view, DUE, RULES, at, clock)
            assert isinstance(made, Grievance), made
            grievances.open_(session, made, at)
        return made

    async def opened(self, loan_id: str, kind: GrievanceKind, at: datetime) -> Held:
        """Write it and start its clock."""
        made = self.recorded(loan_id, kind, at)
        lives = Grievances(self.server.client, self.queue)
        assert await lives.start(made)
        return Held(self.server, lives, made)

    def asked(self) -> list[str]:
        """What people were asked about grievances, without their ids."""
        orders = [asked.order for asked in self.office.done("AskPerson")]
        found = [order.what for order in orders if isinstance(order, TaskOrder)]
        return [what.split("/")[2] for what in found if what.startswith(keys.GRIEVANCE)]


@asynccontextmanager
async def house(
    server: WorkflowEnvironment, engine: Engine, person: str, queue: str = ""
) -> AsyncIterator[House]:
    """A worker that serves cases by an office, and grievances by that ledger."""
    office = Office(RULES)
    queue = queue or f"grievances-{uuid4().hex[:8]}"
    activities = [*office.activities(), *grievance_activities(engine, server.client)]
    async with worker_of(server.client, queue, [LoanCase, GrievanceLife], activities):
        yield House(server, engine, office, queue, person)


def local(text: str) -> date:
    """A date of these tests."""
    return date.fromisoformat(text)
