"""Cases at court on the real server, over a ledger with the loan L1 of `tests.legal.office`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import Engine
from temporalio.testing import WorkflowEnvironment

from activities.ledger import LedgerActivities
from domain import known
from domain.case import Case
from domain.clock import Clock
from domain.opening import open_case
from domain.strategy import Stage
from domain.telling import CaseState
from intake.cases import Cases
from ledger import cases as files
from ledger.engine import writing
from tests.legal.office import DUES, EPISODE, MORNING, court
from tests.workflows.courthouse import COURT
from tests.workflows.server import worker_of
from workflows.loan_case import LoanCase


def at_court(engine: Engine, law: str = "CN", zone: str = "Asia/Shanghai") -> Case:
    """The case of L1 as it enters the court stage, with its file open in the ledger."""
    case = open_case(
        loan_id="L1",
        borrower_id="B1",
        currency="CNY",
        jurisdiction=law,
        zone=zone,
        strategy=COURT,
        at=MORNING,
        instalments=list(DUES),
        payments=[],
        clock=Clock(MORNING, datetime.now(UTC)),
    )
    assert case is not None, "nothing was paid, so the loan is late"
    case.stage = case.came_from = Stage.COURT
    with writing(engine) as session:
        files.open_case(session, files.NewCase("L1", "B1", EPISODE, COURT.id), MORNING)
    return case


@asynccontextmanager
async def serving(server: WorkflowEnvironment, engine: Engine) -> AsyncIterator[Cases]:
    """A worker with the activities of ledger and court, and the way to its cases."""
    known.know({COURT.id: COURT}, {})
    ledger, ours, queue = LedgerActivities(engine), court(engine), f"court-{uuid4().hex[:8]}"
    works = (
        ledger.read_ledger,
        ledger.record_agreed,
        ledger.close_case,
        ledger.ask_person,
        ours.prepare_remedy,
        ours.file_papers,
    )
    async with worker_of(server.client, queue, [LoanCase], works):
        yield Cases(server.client, queue)


async def until(cases: Cases, case_id: str, why: str) -> CaseState:
    """The state of the case once it waits for that."""
    seen = []
    for _ in range(100):
        state = await cases.state(case_id)
        if isinstance(state, CaseState) and state.waits_for.startswith(why):
            return state
        seen.append(state)
    raise AssertionError(seen[-1])
