"""Cases at court on the real server: the same lives as in virtual time, and what they cost."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from domain import known
from domain.facts import CourtSaid
from domain.gate.words import Channel
from domain.holds import HoldReason
from domain.outcomes import Placed
from domain.requests import Approve, LiftHold, PlaceHold
from simulation.driver import Event
from tests.workflows.courthouse import COURT, Courthouse
from tests.workflows.histories import cost, runs
from tests.workflows.loans import day, late_loan, payment
from tests.workflows.playing import start
from tests.workflows.seeded import RULES, Story
from tests.workflows.server import at_work
from workflows import temporal_desk

pytestmark = pytest.mark.asyncio(loop_scope="session")

CALM = [
    (80, "file-payment_order"), (84, "filed"), (86, "accepted"), (90, "issued"), (95, "served"),
    (120, "file-enforcement"), (125, "filed"),
]  # fmt: skip
OBJECTED = [
    (80, "file-payment_order"), (84, "filed"), (86, "accepted"), (90, "issued"), (95, "served"),
    (100, "objected"), (105, "terminated"), (125, "file-suit"), (128, "filed"), (132, "docketed"),
    (133, "oral_objection"), (140, "public_notice"), (200, "judgment"), (205, "appealed"),
    (260, "final"), (270, "file-enforcement"), (275, "filed"), (300, "ended_for_now"),
]  # fmt: skip
SILENT = [(80, "file-payment_order"), (84, "filed"), (86, "accepted"), (90, "issued")]


@pytest.fixture(scope="module", autouse=True)
def _known_court() -> None:
    known.know({COURT.id: COURT}, {})


def events(words: list[tuple[int, str]]) -> Iterator[tuple[datetime, Event]]:
    for on, word in words:
        if word.startswith("file-") or word == "placement":
            yield day(on), Approve(f"yes-{on}", "sue", word)
        else:
            yield day(on), CourtSaid(f"said-{on}", word, day(on).date(), f"M-{on}")


def told(name: str, words: list[tuple[int, str]], *more: tuple[datetime, Event]) -> Story:
    case = late_loan(name, strategy=COURT)
    said = sorted([*events(words), *more], key=lambda event: event[0])
    return Story(0, case, COURT, frozenset(Channel), Placed.ACCEPTED, [], said)


def calm(name: str) -> Story:
    return told(name, CALM, (day(400), payment("all", day(400))))


def objected(name: str) -> Story:
    return told(name, OBJECTED)


def given_to_an_agency(name: str) -> Story:
    return told(name, [*OBJECTED, (310, "placement")], (day(340), payment("all", day(340))))


def silent(name: str) -> Story:
    return told(name, SILENT)


def insolvent(name: str) -> Story:
    held = PlaceHold("hold", "ann", HoldReason.BANKRUPTCY)
    lifted = LiftHold("lift", "ann", "hold")
    return told(name, OBJECTED[:-4], (day(150), held), (day(400), lifted))


def paid_a_day_before(name: str) -> Story:
    return told(name, SILENT[:0], (day(79), payment("all", day(79))))


LIVES = (calm, objected, given_to_an_agency, silent, insolvent, paid_a_day_before)


@pytest.mark.parametrize("life", LIVES)
@pytest.mark.parametrize("roll_at", [temporal_desk.ROLL_AT_EVENTS, 12])
async def test_a_case_at_court_has_the_same_timeline_on_the_real_server(
    server, monkeypatch, life, roll_at
):
    story = life(f"{life.__name__}-{roll_at}")
    monkeypatch.setattr(temporal_desk, "ROLL_AT_EVENTS", roll_at)
    office = Courthouse(RULES)
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, story.case)
        for at, event in story.events:
            await played.say(at, event)
        await played.skip_to(story.until)
        real = await played.timeline()
    assert real == story.in_virtual_time().timeline


async def test_two_years_of_enforcement_cost_no_more_than_their_real_events(server):
    office = Courthouse(RULES)
    story = told("enforced", CALM)
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, story.case)
        for at, event in story.events:
            await played.say(at, event)
        before = cost(await runs(played))
        for month in range(4):
            at = day(200 + 180 * month)
            await played.say(at, payment(f"m{month}", at, 1_000))
        await played.skip_to(day(855))
        after = cost(await runs(played))
        assert (await played.state()).waits_for == "the court to collect"
    assert after.events - before.events == 4 * 4, "a signal and a workflow task for each payment"
    assert after.actions - before.actions == 4
