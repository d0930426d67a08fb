"""The daily watch on the real server: opens once, reports what is broken, misses no day."""

import asyncio
from datetime import timedelta

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from temporalio.exceptions import ApplicationError

from activities.watching import Watching
from channels.agency_files import SEALED, FileInbox
from domain.delinquency import Instalment
from domain.facts import PaymentReceived
from domain.orders import CloseOrder
from domain.refused import Refused
from domain.strategy import Outcome
from domain.watching import Found, NotDone, Read, Seen
from intake.cases import Cases
from intake.connect import Unanswered
from intake.watch_schedule import WatchSchedule
from intake.watching import AgencyFiles
from ledger import approvals, cases
from ledger.cases import NewCase
from ledger.engine import open_ledger, reading, writing
from ledger.loans import add_borrower, add_loan
from ledger.migrate import upgrade
from ledger.payments import record_payment
from ledger.values import Borrower, Loan
from policies.authority_files import load_authority
from tests.workflows.seeded import PLAIN
from tests.workflows.watching import AHEAD, MORNING, OWED, watch_worker, watchhouse

pytestmark = pytest.mark.asyncio(loop_scope="session")

TODAY = MORNING.date()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def engine(tmp_path):
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade(url)
    engine = open_ledger(url)
    yield engine
    engine.dispose()


@pytest_asyncio.fixture(loop_scope="session")
async def home(server, engine):
    async with watchhouse(server.client, engine) as built:
        yield built


def opened(engine):
    with reading(engine) as session:
        return sorted(row.loan_id for row in cases.cases(session))


async def test_three_newly_late_loans_are_opened_once_although_it_watches_twice(home):
    for name in ("A", "B", "C"):
        home.loan(f"once-{name}", YESTERDAY)
    home.loan("once-today", TODAY)
    home.loan("once-paid", YESTERDAY)
    with writing(home.engine) as session:
        paid = PaymentReceived("f1", "p1", OWED, YESTERDAY)
        record_payment(session, "once-paid", paid, "EUR", MORNING)
    first = await home.watched()
    assert (first.opened.opened, first.opened.running, first.opened.refused) == (3, 0, 0)
    assert opened(home.engine) == ["once-A", "once-B", "once-C"]
    assert await home.runs("once-B", YESTERDAY)
    second = await home.watched()
    assert second.window.opened_before == first.at
    assert (second.opened.opened, second.opened.running) == (0, 3)
    await home.pass_days(1)
    third = await home.watched()
    assert (third.opened.opened, third.opened.running) == (1, 0)
    assert await home.runs("once-today", TODAY)


async def test_a_loan_with_a_broken_strategy_is_reported_and_the_others_are_opened(home):
    home.loan("broken-A", YESTERDAY)
    home.loan("broken-B", YESTERDAY, strategy="gone")
    home.loan("broken-C", YESTERDAY)
    did = (await home.watched()).opened
    assert (did.opened, did.refused) == (2, 1)
    why = f"The strategy 'gone' is not known; there are: {AHEAD.id}, {PLAIN.id}."
    assert did.first_refused == (NotDone("broken-B", why),)
    assert [(row.loan_id, row.what, row.reason) for row in home.tasks()] == [
        ("broken-B", "open-case", why)
    ]
    assert (await home.watched()).opened.refused == 1
    assert len(home.tasks()) == 1, "asked of a person once"


async def test_what_was_refused_is_tried_again_until_it_is_mended_however_old_it_is(home):
    home.loan("mended", YESTERDAY, strategy="gone")
    await home.watched()
    await home.pass_days(20)
    assert (await home.watched()).opened.refused == 1
    with home.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE loan SET strategy = 'plain'")
    assert (await home.watched()).opened.opened == 1
    assert home.tasks() == []
    assert await home.runs("mended", YESTERDAY)


async def test_a_loan_whose_data_make_no_sense_does_not_keep_the_others(home):
    home.loan("odd-A", YESTERDAY)
    home.loan("odd-B", YESTERDAY)
    with home.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE borrower SET zone = 'Mars/Base' WHERE name = 'Eva' AND borrower_id = 'B-odd-A'"
        )
    did = (await home.watched()).opened
    assert (did.opened, did.refused) == (1, 1)
    assert did.first_refused[0].why == "It cannot be read: ZoneInfoNotFoundError."


async def test_an_outage_of_five_days_misses_nothing(home):
    await home.watched()
    dues = [TODAY + timedelta(days=n) for n in range(5)]
    for due in dues:
        home.loan(f"outage-{due.isoformat()}", due)
    await home.pass_days(5)
    did = await home.watched()
    assert (did.window.first, did.window.last) == (YESTERDAY, dues[-1])
    assert did.opened.opened == 5
    for due in dues:
        assert await home.runs(f"outage-{due.isoformat()}", due)


async def test_a_case_whose_file_is_open_and_that_nobody_started_is_started(home):
    home.loan("orphan", YESTERDAY)
    with writing(home.engine) as session:
        new = NewCase("orphan", "B-orphan", YESTERDAY, PLAIN.id)
        cases.open_case(session, new, MORNING - timedelta(hours=1))
    did = (await home.watched()).opened
    assert (did.opened, did.running) == (0, 1)
    assert await home.runs("orphan", YESTERDAY)


async def test_a_delinquency_that_people_ended_is_left_alone_until_another_begins(home):
    with writing(home.engine) as session:
        add_borrower(session, Borrower("B-ended", "Eva", "en", "UTC", "EU"))
        dues = [Instalment(YESTERDAY - timedelta(days=30), OWED), Instalment(YESTERDAY, OWED)]
        loan = Loan("ended", "B-ended", "EUR", 2 * OWED, strategy="plain")
        add_loan(session, loan, dues, MORNING)
        cases.open_case(session, NewCase("ended", "B-ended", dues[0].due, PLAIN.id), MORNING)
        over = CloseOrder("ended", "B-ended", dues[0].due, Outcome.CLOSED, "sold", MORNING)
        cases.close_case(session, over)
    assert (await home.watched()).opened.opened == 0
    with writing(home.engine) as session:
        first = PaymentReceived("f1", "p1", OWED, TODAY)
        record_payment(session, "ended", first, "EUR", MORNING)
    await home.on()
    assert (await home.watched()).opened.opened == 1
    assert await home.runs("ended", YESTERDAY)


async def test_loans_soon_due_are_opened_on_the_day_their_strategy_first_speaks(home):
    for days in (4, 5, 6):
        home.loan(f"soon-{days}", TODAY + timedelta(days=days), strategy="pingan")
    home.loan("soon-plain", TODAY + timedelta(days=5))
    assert (await home.watched()).opened.opened == 2, "the first watch looks at every day ahead"
    assert opened(home.engine) == ["soon-4", "soon-5"]
    await home.pass_days(1)
    assert (await home.watched()).opened.opened == 1
    assert opened(home.engine) == ["soon-4", "soon-5", "soon-6"]
    assert await home.runs("soon-6", TODAY + timedelta(days=6))


async def test_approvals_are_spoken_of_again_and_end_without_anybody_giving_a_command(home):
    home.loan("asked", TODAY + timedelta(days=90))
    authority = load_authority()
    home.ask("waits", "asked", MORNING - timedelta(days=authority.remind_days))
    home.ask("late", "asked", MORNING - timedelta(days=authority.answer_days))
    home.ask("fresh", "asked", MORNING)
    did = (await home.watched()).swept
    assert (did.reminded, did.ended) == (1, 1)
    with reading(home.engine) as session:
        assert [row.approval_id for row in approvals.waiting(session)] == ["waits", "fresh"]
    again = (await home.watched()).swept
    assert (again.reminded, again.ended) == (0, 0)


class Trouble:
    """Opens nothing, and loses the server once, when it comes to the second loan."""

    def __init__(self):
        self.seen = []
        self.broken = True

    def leads(self):
        return ()

    async def open(self, loan_id, wall, clock):
        self.seen.append(loan_id)
        if self.broken and loan_id == "crash-B":
            self.broken = False
            raise Unanswered("no server")
        return Seen(Found.OPENED)


async def no_files(wall, clock):
    return Read()


async def test_a_look_that_is_broken_off_goes_on_where_it_was(server, engine):
    trouble = Trouble()
    watching = Watching(engine, load_authority(), trouble, no_files)
    async with watchhouse(server.client, engine, watching=watching) as home:
        for name in ("A", "B", "C"):
            home.loan(f"crash-{name}", YESTERDAY)
        did = (await home.watched()).opened
    assert trouble.seen == ["crash-A", "crash-B", "crash-B", "crash-C"]
    assert did.opened == 3, "counted over both attempts"


async def test_a_look_in_which_a_worker_is_stopped_goes_on_with_the_next(server, engine):
    class Slow(Trouble):
        def __init__(self):
            super().__init__()
            self.broken, self.busy = False, asyncio.Event()

        async def open(self, loan_id, wall, clock):
            if loan_id == "stop-B" and not self.busy.is_set():
                self.busy.set()
                await asyncio.sleep(60)
            return await super().open(loan_id, wall, clock)

    slow = Slow()
    watching = Watching(engine, load_authority(), slow, no_files)
    queue = "watch-stopped"
    async with watchhouse(server.client, engine, queue, watching) as home:
        for name in ("A", "B", "C"):
            home.loan(f"stop-{name}", YESTERDAY)
        under_way = asyncio.create_task(home.watched())
        await slow.busy.wait()
        await home.worker.shutdown()
        async with watch_worker(server.client, queue, watching):
            did = (await under_way).opened
    assert slow.seen == ["stop-A", "stop-B", "stop-C"]
    assert did.opened == 3


async def test_when_one_work_cannot_be_done_the_others_are_and_the_days_are_looked_at_again(
    server, engine
):
    async def no_folder(wall, clock):
        raise ApplicationError("no", type="FolderGone", non_retryable=True)

    trouble = Trouble()
    watching = Watching(engine, load_authority(), trouble, no_folder)
    async with watchhouse(server.client, engine, watching=watching) as home:
        home.loan("half", YESTERDAY)
        run = await home.failed()
        assert run.status == "failed"
        assert run.why.startswith("Not done: ReadAgencies: FolderGone.")
        assert trouble.seen == ["half"]
        await home.pass_days(3)
        await home.failed()
    assert trouble.seen == ["half", "half"], "no run was good, so it is a first look again"


async def test_files_of_agencies_are_read_and_one_folder_does_not_keep_another(
    server, engine, tmp_path
):
    ours = X25519PrivateKey.generate()
    inboxes = {name: FileInbox(tmp_path / name, ours, "known") for name in ("east", "west")}
    (tmp_path / "east" / "in" / f"no-file{SEALED}").mkdir(parents=True)
    (tmp_path / "west" / "in").mkdir(parents=True)
    (tmp_path / "west" / "in" / f"broken{SEALED}").write_bytes(b"not sealed")
    files = AgencyFiles(engine, Cases(server.client, "nobody"), inboxes)
    watching = Watching(engine, load_authority(), Trouble(), files.read)
    async with watchhouse(server.client, engine, watching=watching) as home:
        did = (await home.watched()).read
    assert (did.taken, did.refused) == (0, 2)
    assert [one.of for one in did.first_refused] == ["east", "west"]
    assert did.first_refused[0].why == "Its folder cannot be read: Is a directory."
    assert (tmp_path / "west" / "in" / "refused" / f"broken{SEALED}").exists()


async def test_it_is_on_moved_off_and_on_again_and_remembers_how_far_it_looked(server, engine):
    async with watchhouse(server.client, engine) as home:
        stands = await home.schedule.standing()
        assert not isinstance(stands, Refused)
        assert (stands.on, stands.last, stands.zone) == (True, None, "UTC")
        assert stands.next_at is not None
        first = await home.watched()
        assert await home.schedule.off("ann") is None
        stands = await home.schedule.standing()
        assert not isinstance(stands, Refused)
        assert (stands.on, stands.note) == (False, "off by ann")
        assert stands.last is not None
        assert stands.last.did == first
        by_hand = await home.watched()
        assert by_hand.window.opened_before == first.at, "it watches by hand when it is off"
        await home.pass_days(40)
        stands = await home.schedule.standing()
        assert not isinstance(stands, Refused)
        assert stands.on
        assert (await home.watched()).window.first == YESTERDAY


async def test_without_a_schedule_it_says_so_and_watches_once_when_told(server, engine):
    async with watchhouse(server.client, engine) as home:
        handle = server.client.get_schedule_handle("daily-watch")
        await handle.delete()
        for answer in (await home.schedule.standing(), await home.schedule.off("ann")):
            assert isinstance(answer, Refused)
            assert answer.rule == "watch-not-on"
        assert (await home.watched()).opened.opened == 0
        await home.on()


async def test_without_a_worker_it_says_that_nobody_watches(server):
    alone = WatchSchedule(server.client, "nobody-serves-this")
    with pytest.raises(Unanswered, match="no worker serves the task queue 'nobody-serves-this'"):
        await alone.now(timedelta(seconds=1))
    await server.client.get_workflow_handle("daily-watch").terminate()
