"""A case that has ended answers every question, whatever stage it ended in."""

from collections.abc import Callable
from typing import Any

import pytest
from temporalio import workflow
from temporalio.worker import (
    ExecuteWorkflowInput,
    Interceptor,
    Replayer,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)

from domain import known
from domain.facts import GrievanceDecided
from domain.grievances import GrievanceKind, Verdict
from domain.requests import Approve, Close
from domain.strategy import Outcome, Stage
from intake.connect import DATA_CONVERTER
from policies.strategy_files import load_strategies
from simulation.driver import Event
from simulation.future import _CANCELS
from tests.workflows.loans import day, late_loan, payment
from tests.workflows.office import Office
from tests.workflows.playing import start
from tests.workflows.seeded import RULES, STRATEGIES
from tests.workflows.server import at_work
from tests.workflows.test_replay import FILES, FOLDER, read
from worker import sandbox
from workflows.daily_watch import DailyWatch
from workflows.grievance import Grievance
from workflows.loan_case import LoanCase

pytestmark = pytest.mark.asyncio(loop_scope="session")

LIVES = [file for file in FILES if not file.stem.startswith(("daily_watch", "grievance"))]
QUESTIONS = ("state", "timeline", "legal", "future")


class _AskedAtTheEnd(WorkflowInboundInterceptor):
    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:
        """Live the history, then ask everything that can be asked."""
        try:
            return await super().execute_workflow(input)
        finally:
            case = workflow.instance()
            for question in QUESTIONS:
                getattr(case, question)()


class _Asking(Interceptor):
    def workflow_interceptor_class(
        self, _input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor]:
        """Ask in every workflow."""
        return _AskedAtTheEnd


@pytest.fixture
def old_strategies():
    """The strategies that the histories were lived under."""
    known.know(load_strategies(FOLDER / "strategies"), {})
    yield
    known.know(STRATEGIES, RULES)


@pytest.mark.parametrize("file", LIVES, ids=lambda file: file.stem)
async def test_every_question_is_answered_at_the_end_of_every_history(file, old_strategies):
    replayer = Replayer(
        workflows=[LoanCase, Grievance, DailyWatch],
        interceptors=[_Asking()],
        data_converter=DATA_CONVERTER,
        workflow_runner=sandbox(),
    )
    result = await replayer.replay_workflow(read(file), raise_on_replay_failure=False)
    assert result.replay_failure is None


async def test_the_future_of_every_stage_says_what_would_cancel_it():
    assert set(_CANCELS) == set(Stage)


@pytest.mark.parametrize(
    ("news", "outcome"),
    [
        (lambda at: payment("all", at), Outcome.CURED),
        (lambda _: Close("over", "ann", "sold"), Outcome.CLOSED),
        (
            lambda _: GrievanceDecided("g", "D-1", GrievanceKind.DISPUTE, Verdict.UPHELD),
            Outcome.CLOSED,
        ),
    ],
    ids=["cured", "closed", "dispute-upheld"],
)
async def test_a_case_that_ended_while_an_agency_had_it_answers_on_the_server(
    server, news: Callable[..., Event], outcome, request
):
    office = Office(RULES)
    async with at_work(server, office) as queue:
        loan_id = f"ended-{request.node.callspec.id}"
        played = await start(server, queue, office, late_loan(loan_id))
        await played.say(day(80), Approve("yes", "sue", "placement"))
        await played.skip_to(day(99))
        assert (await played.state()).stage == Stage.PLACED
        await played.say(day(100), news(day(100)))
        await played.skip_to(day(103))
        assert await played.handle.result() is outcome
        state = await played.state()
        assert (state.stage, state.outcome) == (Stage.PLACED, outcome)
        assert (state.waits_for, state.until) == ("", None)
        assert (await played.timeline())[-1].at <= state.now
        assert await played.cases.future(played.case_id) == []
