"""What comes with more contents than one is refused, and stops nothing."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from temporalio import activity
from temporalio.client import WorkflowUpdateFailedError
from temporalio.worker import Replayer, Worker

from activities.contracts import WATCH_DEADLINES
from domain import keys
from domain.clock import Clock
from domain.holds import HoldReason
from domain.legal.filing import Looked, WatchOrder
from domain.requests import PlaceHold
from intake.cases import Cases
from intake.connect import DATA_CONVERTER
from tests.workflows.histories import TASK_FAILED, runs
from tests.workflows.loans import OPENED, day, late_loan, payment
from tests.workflows.office import Office
from tests.workflows.playing import Played, start
from tests.workflows.seeded import RULES
from tests.workflows.server import IDENTITY, at_work, worker_of
from worker import sandbox
from workflows.legal_clock import LegalClock
from workflows.loan_case import LoanCase
from workflows.one_content import OneContent

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOLD = PlaceHold("h", "ann", HoldReason.DISPUTE)
SEVERAL: dict[str, tuple[str, list[Any]]] = {
    "two payments": ("payment_received", [payment("a", day(2), 100), payment("b", day(2), 100)]),
    "the fields of one one by one": ("place_hold", ["h", "ann", "dispute"]),
    "one and a null": ("place_hold", [HOLD, None]),
    "two nulls": ("payment_received", [None, None]),
}
TOLD = "it takes one JSON object; send each in a signal of its own"


@pytest_asyncio.fixture(loop_scope="session")
async def played(server, request):
    """A case at noon of its second day past due."""
    name = request.node.name.replace("[", "-").replace("]", "")
    office = Office(RULES)
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, late_loan(name))
        await played.skip_to(day(2))
        yield played
        await played.handle.terminate()


async def until_stopped(played: Played) -> bool:
    """Whether a task of the case fails within some seconds."""
    for _ in range(100):
        history = await played.handle.fetch_history()
        if any(event.event_type == TASK_FAILED for event in history.events):
            return True
        await asyncio.sleep(0.1)
    return False


@pytest.mark.parametrize("said", SEVERAL)
async def test_a_signal_with_several_contents_is_written_on_the_case_which_goes_on(played, said):
    signal, contents = SEVERAL[said]
    await played.handle.signal(signal, args=contents)
    await played.skip_to(day(4))
    refused = f"refused: signal {signal} with {len(contents)} contents: {TOLD}"
    assert await played.lines() == [
        "opened: 1 days past due",
        refused,
        "notice: gentle by email: sent",
    ]
    heard = (await played.timeline())[1]
    assert abs(heard.at - day(2)) < timedelta(minutes=1)


async def test_what_is_sent_again_one_by_one_is_heard(played):
    payments = [payment("a", day(2), 100), payment("b", day(2), 100)]
    await played.handle.signal("payment_received", args=payments)
    for fact in payments:
        await played.handle.signal("payment_received", fact)
    assert (await played.lines())[-2:] == ["payment: 1.00 CNY"] * 2


async def test_its_history_replays(played):
    await played.handle.signal("place_hold", args=[HOLD, HOLD])
    await played.handle.signal("place_hold", HOLD)
    await played.skip_to(day(4))
    (history,) = await runs(played)
    replayer = Replayer(
        workflows=[LoanCase],
        data_converter=DATA_CONVERTER,
        workflow_runner=sandbox(),
        interceptors=[OneContent()],
    )
    replayed = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    assert replayed.replay_failure is None


async def test_a_case_that_it_stopped_under_an_older_worker_goes_on_under_this_one(server):
    office, queue = Office(RULES), "stopped-by-two"
    older = Worker(
        server.client,
        task_queue=queue,
        workflows=[LoanCase],
        activities=office.activities(),
        workflow_runner=sandbox(),
        identity=IDENTITY,
    )
    async with older:
        played = await start(server, queue, office, late_loan(queue))
        await played.skip_to(day(2))
        await played.handle.signal("place_hold", args=[HOLD, HOLD])
        assert await until_stopped(played), "without the interceptor its tasks fail"
    async with at_work(server, office, queue):
        await played.skip_to(day(4))
        assert (await played.lines())[-1] == "notice: gentle by email: sent"


@pytest.mark.parametrize("contents", [[HOLD, HOLD], [HOLD, None]])
async def test_an_update_with_several_contents_is_refused_and_nothing_happens(played, contents):
    with pytest.raises(WorkflowUpdateFailedError):
        await played.handle.execute_update("place_hold", args=contents)
    await played.skip_to(day(4))
    assert (await played.lines())[1:] == ["notice: gentle by email: sent"]


async def test_a_query_is_answered_whatever_came_with_it(played):
    answer = await played.handle.query("state", args=[1, 2])
    assert answer["stage"] == "remind"
    await played.skip_to(day(4))
    assert (await played.lines())[1:] == ["notice: gentle by email: sent"]


async def test_the_clock_of_deadlines_looks_whatever_came_with_its_signal(server):
    looks, looked = [], asyncio.Event()

    @activity.defn(name=WATCH_DEADLINES)
    async def look(order: WatchOrder) -> Looked:
        looks.append(order)
        looked.set()
        return Looked(day(200) if len(looks) == 1 else None)

    queue = "clock-of-two"
    handle = server.client.get_workflow_handle_for(LegalClock.run, keys.legal_clock_id(queue))
    async with worker_of(server.client, queue, [LegalClock], [look]):
        await Cases(server.client, queue).watch(queue, Clock(OPENED, datetime.now(UTC)))
        await looked.wait()
        await handle.signal("look", args=[{"x": 1}, 2])
        await handle.result()
    assert len(looks) == 2
