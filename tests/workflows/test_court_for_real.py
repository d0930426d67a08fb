"""A case at court on the real server, with the real ledger and real papers."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from temporalio.worker import Worker

from activities.ledger import LedgerActivities
from domain import keys, known
from domain.clock import Clock
from domain.opening import open_case
from domain.requests import Approve
from domain.strategy import Stage
from domain.telling import CaseState
from intake.cases import Cases
from ledger.engine import open_ledger
from ledger.migrate import upgrade
from tests.legal.office import DUES, EPISODE, MORNING, a_debt, asked, court, papers_of, ready_for
from tests.workflows.courthouse import COURT
from tests.workflows.server import IDENTITY
from worker import sandbox
from workflows.loan_case import LoanCase

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def book(tmp_path):
    url = f"sqlite:///{tmp_path}/ledger.db"
    upgrade(url)
    engine = open_ledger(url)
    a_debt(engine)
    yield engine
    engine.dispose()


def at_court():
    """The case of L1 as it enters the court stage."""
    case = open_case(
        loan_id="L1",
        borrower_id="B1",
        currency="CNY",
        jurisdiction="CN",
        zone="Asia/Shanghai",
        strategy=COURT,
        at=MORNING,
        instalments=list(DUES),
        payments=[],
        clock=Clock(MORNING, datetime.now(UTC)),
    )
    assert case is not None, "nothing was paid, so the loan is late"
    case.stage = case.came_from = Stage.COURT
    return case


async def until(cases, case_id, why) -> CaseState:
    """The state of the case once it waits for that."""
    seen = []
    for _ in range(100):
        state = await cases.state(case_id)
        if isinstance(state, CaseState) and state.waits_for.startswith(why):
            return state
        seen.append(state)
    raise AssertionError(seen[-1])


async def test_what_is_missing_is_asked_for_and_what_is_ready_is_drawn_up(server, book):
    known.know({COURT.id: COURT}, {})
    ledger, ours = LedgerActivities(book, None), court(book)
    queue, case_id = f"court-{uuid4().hex[:8]}", keys.case_id("L1", EPISODE)
    async with Worker(
        server.client,
        task_queue=queue,
        workflows=[LoanCase],
        activities=[
            ledger.read_ledger,
            ledger.record_agreed,
            ledger.close_case,
            ledger.ask_person,
            ours.prepare_remedy,
            ours.file_papers,
        ],
        workflow_runner=sandbox(),
        identity=IDENTITY,
    ):
        cases = Cases(server.client, queue)
        await cases.open(at_court())
        await until(cases, case_id, "what is missing: contract since 2026-03-10")
        [(what, why)] = asked(book)
        assert what == "evidence-payment_order-1"
        assert why.startswith("payment_order needs contract since 2026-03-10, ")
        handle = server.client.get_workflow_handle_for(LoanCase.run, case_id)
        await handle.terminate()
        ready_for(book, "payment_order")
        await cases.open(at_court())
        await until(cases, case_id, "approval of file-payment_order")
        await cases.ask(case_id, Approve("yes", "sue", "file-payment_order"))
        await until(cases, case_id, "the court to have our application")
        assert all(row.pdf for row in papers_of(book))
        assert "hand-in-payment_order" in {what for what, _ in asked(book)}
        await handle.terminate()
