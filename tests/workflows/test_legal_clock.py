"""The clock of our deadlines on the real server and a real ledger: it wakes people, and sleeps."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import pytest_asyncio
from temporalio import activity

from activities.contracts import WATCH_DEADLINES
from domain import keys
from domain.clock import Clock
from domain.facts import PaymentReceived
from domain.legal.filing import Looked, WatchOrder
from intake.cases import Cases
from ledger.engine import writing
from ledger.payments import record_payment
from tests.ledger.conftest import sqlite_template
from tests.legal.office import MORNING, a_debt, asked, court, told
from tests.workflows.histories import cost
from tests.workflows.server import worker_of
from workflows.legal_clock import LegalClock

__all__ = ["sqlite_template"]
pytestmark = pytest.mark.asyncio(loop_scope="session")
LEG = timedelta(days=200)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/ledger.db"


@pytest.fixture
def book(url):
    from ledger.engine import open_ledger
    from ledger.migrate import upgrade

    upgrade(url)
    engine = open_ledger(url)
    a_debt(engine)
    yield engine
    engine.dispose()


class Watched:
    """The clock of loan L1, running on the server since MORNING."""

    def __init__(self, server, cases, handle):
        self.server, self.cases, self.handle = server, cases, handle
        self.clock = Clock(MORNING, datetime.now(UTC))

    async def begin(self):
        await self.cases.watch("L1", self.clock)

    async def to(self, at):
        while (left := at - await self.now()) > timedelta():
            if not await self.server.fast_forward(self.handle, min(left, LEG)):
                return

    async def now(self):
        return self.clock.at(await self.server.get_current_time(self.handle))

    async def again(self):
        return await self.handle.query(LegalClock.next_wake)


@pytest_asyncio.fixture(loop_scope="session")
async def watched(server, book):
    queue = f"clocks-{uuid4().hex[:8]}"
    handle = server.client.get_workflow_handle_for(LegalClock.run, keys.legal_clock_id("L1"))
    async with worker_of(server.client, queue, [LegalClock], [court(book).watch_deadlines]):
        found = Watched(server, Cases(server.client, queue), handle)
        await found.begin()
        yield found
        await handle.terminate()


async def test_three_quiet_years_wake_people_four_times_and_cost_five_looks(watched, book):
    await watched.to(datetime(2028, 12, 12, 0, tzinfo=UTC))
    assert [what.rpartition("/")[2] for what, _ in asked(book)] == ["90", "30", "7"]
    assert await watched.again() == datetime(2028, 12, 12, 1, tzinfo=UTC)
    history = await watched.handle.fetch_history()
    assert cost([history]).actions == 1 + 1 + 4 + 4, "a start, a nudge, looks and timers"


async def test_what_is_put_on_file_is_looked_at_at_once(watched, book):
    assert (await watched.again()) is None or (await watched.again()).year == 2028
    told(book, "filed", "2026-03-09", kind="court", remedy="preservation")
    told(book, "frozen_deposit", "2026-03-10", kind="court", remedy="preservation")
    await watched.begin()
    await watched.to(MORNING + timedelta(days=1))
    assert (await watched.again()).date().isoformat() == "2026-03-30", "day 20 of thirty"


async def test_what_is_put_on_file_while_it_looks_is_looked_at_before_it_ends(server):
    looking, on_file = asyncio.Event(), asyncio.Event()
    answers = [Looked(None), Looked(MORNING + timedelta(days=20)), Looked(None)]

    @activity.defn(name=WATCH_DEADLINES)
    async def look(order: WatchOrder) -> Looked:
        looking.set()
        await on_file.wait()
        return answers.pop(0)

    queue = f"clocks-{uuid4().hex[:8]}"
    handle = server.client.get_workflow_handle_for(LegalClock.run, keys.legal_clock_id("L2"))
    async with worker_of(server.client, queue, [LegalClock], [look]):
        cases = Cases(server.client, queue)
        await cases.watch("L2", Clock(MORNING, datetime.now(UTC)))
        await looking.wait()
        await cases.watch("L2", Clock(MORNING, datetime.now(UTC)))
        on_file.set()
        assert await server.fast_forward(handle, timedelta(days=1))
        assert await handle.query(LegalClock.next_wake) == MORNING + timedelta(days=20)
        assert not await server.fast_forward(handle, timedelta(days=30)), "then it ends"


async def test_it_ends_when_the_debt_is_paid_and_begins_again_when_that_is_undone(watched, book):
    fact = PaymentReceived("F1", "P1", 5_500_000, MORNING.date())
    with writing(book) as session:
        record_payment(session, "L1", fact, "CNY", MORNING)
    await watched.begin()
    await watched.handle.result()
    assert asked(book) == []
    await watched.begin()
