"""Complaints and disputes on the real server: answered, extended, lapsed, and what cases hear."""

import asyncio

import pytest
import pytest_asyncio
from temporalio.worker import Replayer

from domain.grievance_requests import ExtendAnswer, GiveAnswer
from domain.grievances import GrievanceKind, Verdict
from domain.refused import Refused
from domain.strategy import Outcome
from intake.connect import DATA_CONVERTER
from intake.grievances import Grievances
from ledger import grievances
from ledger.engine import open_ledger, reading, writing
from ledger.migrate import upgrade
from tests.workflows.disputing import Held, House, house, local
from tests.workflows.histories import (
    ACTIVITY_SCHEDULED,
    TIMER_CANCELED,
    TIMER_FIRED,
    TIMER_STARTED,
)
from tests.workflows.loans import day
from tests.workflows.playing import Played
from worker import sandbox
from workflows.grievance import Grievance as GrievanceLife
from workflows.searching import JURISDICTION, PORTFOLIO, STAGE

pytestmark = pytest.mark.asyncio(loop_scope="session")

DISPUTE, COMPLAINT = GrievanceKind.DISPUTE, GrievanceKind.COMPLAINT
REJECTED = GiveAnswer("no", "sue", Verdict.REJECTED, "contract-7")


@pytest_asyncio.fixture(loop_scope="session")
async def home(server, tmp_path, request):
    """An empty ledger and a worker; loans here belong to one person of the test's name."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade(url)
    engine = open_ledger(url)
    async with house(server, engine, f"B-{request.node.name}") as built:
        yield built
    engine.dispose()


async def late(home: House, request: pytest.FixtureRequest, number: int = 1) -> Played:
    """A case on its fifth day past due."""
    played = await home.case(f"{request.node.name}-{number}".replace("[", "-").replace("]", ""))
    await played.skip_to(day(5))
    return played


def loan_of(played: Played) -> str:
    return played.case_id.split("/")[1]


async def holds(played: Played) -> tuple[str, ...]:
    return (await played.state()).holds


async def heard(played: Played, word: str) -> None:
    """Wait until the case has rested, or heard how it was decided."""
    for _ in range(100):
        if any(word in line for line in await played.lines()):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{word!r} was never heard: {await played.lines()}")


async def test_a_dispute_nobody_answers_ends_the_case_for_the_borrower(home, request):
    played = await late(home, request)
    held = await home.opened(loan_of(played), DISPUTE, day(5))
    await heard(played, "hold: dispute until lifted")
    await played.skip_to(day(25))
    assert await holds(played) == ("dispute",)
    assert len(home.office.done("SendNotice")) == 1, "nothing was sent while it was disputed"
    await held.skip_to(day(26, "00:00"))
    assert (await held.lives.state(held.grievance)).verdict is None, "the last day is not over"
    await held.skip_to(day(26, "00:01"))
    assert await held.handle.result() is Verdict.LAPSED
    assert await played.handle.result() is Outcome.CLOSED
    assert (await played.lines())[-3:] == [
        f"grievance: dispute {held.grievance.grievance_id}: lapsed",
        "hold: dispute lifted",
        "outcome: closed",
    ]
    assert home.asked() == ["answer", "remind-5-2026-02-04", "remind-1-2026-02-04", "correct"]
    with reading(home.engine) as session:
        stands = grievances.standing(session, held.grievance.grievance_id)
    assert (stands.verdict, stands.answered_at) == (Verdict.LAPSED, day(26, "00:00"))


async def test_a_dispute_answered_in_time_with_evidence_lets_collection_go_on(home, request):
    played = await late(home, request)
    held = await home.opened(loan_of(played), DISPUTE, day(5))
    await heard(played, "hold: dispute")
    await played.skip_to(day(8))
    await held.skip_to(day(8))
    assert await held.say(REJECTED) is None
    assert await held.handle.result() is Verdict.REJECTED
    assert await holds(played) == ()
    sent = len(home.office.done("SendNotice"))
    await played.skip_to(day(40))
    assert len(home.office.done("SendNotice")) > sent
    assert home.asked() == ["answer"]


async def test_a_dispute_that_is_upheld_ends_the_case_and_asks_for_the_correction(home, request):
    played = await late(home, request)
    held = await home.opened(loan_of(played), DISPUTE, day(5))
    await heard(played, "hold: dispute")
    assert await held.say(GiveAnswer("yes", "sue", Verdict.UPHELD)) is None
    assert await held.handle.result() is Verdict.UPHELD
    assert await played.handle.result() is Outcome.CLOSED
    assert home.asked() == ["answer", "correct"]


async def test_a_complaint_that_lapses_rests_every_case_on_and_goes_to_compliance(home, request):
    one, two = await late(home, request, 1), await late(home, request, 2)
    held = await home.opened(loan_of(one), COMPLAINT, day(5))
    for played in (one, two):
        await heard(played, "hold: complaint")
        await played.skip_to(day(21))
    await held.skip_to(day(22))
    assert home.asked()[-1] == "breach"
    for played in (one, two):
        await heard(played, "lapsed")
        assert await holds(played) == ("complaint",)
    state = await held.lives.state(held.grievance)
    assert (state.verdict, state.settled) == (Verdict.LAPSED, False)
    assert await held.say(REJECTED) is None, "it is answered late, and must be"
    assert await held.handle.result() is Verdict.REJECTED
    for played in (one, two):
        assert await holds(played) == ()


async def test_more_time_moves_the_last_day_and_the_reminders(home, request):
    played = await late(home, request)
    held = await home.opened(loan_of(played), COMPLAINT, day(5))
    await held.skip_to(day(16))
    assert home.asked() == ["answer", "remind-5-2026-01-30"]
    wanted = ExtendAnswer("more", "ann", local("2026-02-20"), "special")
    refused = await held.say(wanted)
    assert isinstance(refused, Refused)
    assert refused.rule == "extension-not-approved"
    assert await held.say(ExtendAnswer("e", "ann", local("2026-02-14"), "complex")) is None
    await held.skip_to(day(33))
    assert home.asked() == ["answer", "remind-5-2026-01-30", "remind-5-2026-02-14"]
    with reading(home.engine) as session:
        stands = grievances.standing(session, held.grievance.grievance_id)
    assert stands.extended_to == local("2026-02-14")


async def test_one_timer_runs_at_a_time_and_little_else_happens(home, request):
    played = await late(home, request)
    held = await home.opened(loan_of(played), COMPLAINT, day(5))
    await held.skip_to(day(16))
    await held.say(ExtendAnswer("e", "ann", local("2026-02-14"), "complex"))
    await held.skip_to(day(60))
    history = await held.handle.fetch_history()
    running, most, counts = 0, 0, {TIMER_STARTED: 0, ACTIVITY_SCHEDULED: 0}
    for event in history.events:
        running += event.event_type == TIMER_STARTED
        running -= event.event_type in (TIMER_FIRED, TIMER_CANCELED)
        most = max(most, running)
        if event.event_type in counts:
            counts[event.event_type] += 1
    assert most == 1
    assert counts == {TIMER_STARTED: 5, ACTIVITY_SCHEDULED: 9}
    replayer = Replayer(
        workflows=[GrievanceLife], data_converter=DATA_CONVERTER, workflow_runner=sandbox()
    )
    replayed = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    assert replayed.replay_failure is None


async def test_what_the_ledger_knows_already_is_heard_when_the_clock_rings(home, request):
    played = await late(home, request)
    held = await home.opened(loan_of(played), DISPUTE, day(5))
    await heard(played, "hold: dispute")
    with writing(home.engine) as session:
        own = held.grievance.grievance_id
        assert grievances.answer(session, own, REJECTED, day(10)) is None
    await held.skip_to(day(27))
    assert await held.handle.result() is Verdict.REJECTED
    assert await holds(played) == ()


async def test_one_that_was_answered_before_its_clock_started_only_tells_the_cases(home, request):
    played = await late(home, request)
    made = home.recorded(loan_of(played), DISPUTE, day(5))
    lives = Grievances(home.server.client, home.queue)
    assert not await lives.runs(made)
    with writing(home.engine) as session:
        grievances.answer(session, made.grievance_id, REJECTED, day(5))
        stands = grievances.standing(session, made.grievance_id)
    assert await lives.say(stands, REJECTED) is None
    held = Held(home.server, lives, stands)
    assert await held.handle.result() is Verdict.REJECTED
    assert home.asked() == []
    assert await holds(played) == ()
    assert not await lives.start(stands), "what has ended does not start again"


async def test_operators_find_it_and_read_what_it_waits_for(home, request):
    played = await late(home, request)
    held = await home.opened(loan_of(played), COMPLAINT, day(5))
    await held.lives.state(held.grievance)
    found = await held.handle.describe()
    shown = found.typed_search_attributes
    assert [shown[key] for key in (STAGE, JURISDICTION, PORTFOLIO)] == ["grievance", "CN", "cards"]
    assert "answer by 2026-01-30" in (await found.static_summary() or "")
    await held.skip_to(day(6))
    waits = await held.handle.query(GrievanceLife.waits_for)
    assert waits is not None
    assert (waits.at, waits.then) == (
        day(15, "09:00"),
        "a person is reminded, 5 before the last day",
    )


async def test_what_the_ledger_does_not_know_becomes_a_task_and_never_hangs(home, request):
    played = await late(home, request)
    made = home.recorded(loan_of(played), DISPUTE, day(5))
    made.grievance_id = "nobody-wrote-this"
    lives = Grievances(home.server.client, home.queue)
    await lives.start(made)
    held = Held(home.server, lives, made)
    await held.skip_to(day(30))
    assert await held.handle.result() is Verdict.LAPSED
    assert [what for what in home.asked() if what.startswith("failed")] == [
        "failed-hold",
        "failed-lapse-2026-02-04",
        "failed-tell-lapsed",
    ]
