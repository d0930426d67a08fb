"""Agencies that hesitate, lots, recalls by steps and the bureau: the same on the real server."""

import asyncio
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from domain.case import Entry
from domain.facts import AgencyReported
from domain.holds import HoldReason
from domain.requests import Approve, LiftHold, PlaceHold
from domain.strategy import Strategy
from simulation.driver import Event, Life, VirtualDesk
from simulation.world import LawfulWorld
from tests.workflows.agency_house import MORE, strict
from tests.workflows.loans import day, late_loan, payment, promise
from tests.workflows.office import Office
from tests.workflows.playing import start
from tests.workflows.seeded import RULES
from tests.workflows.server import at_work

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

STATUSES = ("acknowledged", "contacted", "uncollectable", "data_gone")
ABOUT = ("", "recall")
END = timedelta(days=200)


def everything() -> Strategy:
    """Agencies asked for everything and drawn by lot, and the bureau."""
    return strict("everything", MORE)


def told(seed: int) -> tuple[list[tuple[datetime, Event]], list[Entry]]:
    """What happens to the case of that seed, and its timeline in virtual time."""
    dice, plan = Random(seed), everything()
    world = LawfulWorld(RULES, agencies_hesitate=True)
    case = deepcopy(late_loan(f"conform-{seed}", strategy=plan))
    life = Life(case, plan, VirtualDesk(case, plan, world))
    events: list[tuple[datetime, Event]] = []
    at = day(34)
    for number in range(16):
        at += timedelta(hours=dice.randint(2, 60), minutes=dice.randint(1, 50))
        life.ring_before(at)
        if life.waiting is None:
            break
        event = replace(_event(dice, life, f"{seed}-{number}", at), at=at)
        events.append((at, event))
        life.tell(event, at)
    life.ring_before(at + END)
    return events, case.timeline


def _event(dice: Random, life: Life, name: str, at: datetime) -> Event:
    case = life.case
    if case.approval is not None and case.approval.answer is None:
        return Approve(f"r{name}", "sue", case.approval.what, True)
    chance = dice.random()
    if chance < 0.12:
        return payment(name, at, dice.randint(100, 20_000))
    if chance < 0.2:
        return promise(name, at + timedelta(days=5), 1_000)
    key = case.placement.key if case.placement else "none"
    return AgencyReported(f"f{name}", key, dice.choice(STATUSES), about=dice.choice(ABOUT))


async def test_ten_stories_of_hesitating_agencies_have_the_same_timeline_on_the_server(server):
    seats = asyncio.Semaphore(5)

    async def lived(seed: int) -> None:
        events, virtual = told(seed)
        office = Office(RULES, agencies_hesitate=True)
        async with seats, at_work(server, office) as queue:
            case = late_loan(f"conform-{seed}", strategy=everything())
            played = await start(server, queue, office, case)
            for at, event in events:
                await played.say(at, event)
            await played.skip_to((events[-1][0] if events else day(38)) + END)
            assert await played.timeline() == virtual, f"story {seed}"

    await asyncio.gather(*map(lived, range(10)))


@pytest.mark.parametrize("news", ["none", "hold", "payment"])
async def test_a_case_that_is_put_off_has_the_same_timeline_on_the_server(server, news):
    plan, until = everything(), day(44)
    said: dict[str, list[tuple[datetime, Event]]] = {
        "none": [],
        "hold": [
            (day(41), PlaceHold("h", "ann", HoldReason.DISPUTE, at=day(41))),
            (day(42), LiftHold("l", "ann", "h", at=day(42))),
        ],
        "payment": [(day(41), payment("all", day(41)))],
    }
    yes = [(day(36 + 2 * n), Approve(f"y{n}", "sue", what, at=day(36 + 2 * n)))
           for n, what in enumerate(("bureau_report", "placement"))]  # fmt: skip
    events = [*yes, *said[news]]
    case = late_loan(f"put-off-{news}", strategy=plan)
    world = LawfulWorld(RULES, kept_until=until)
    life = Life(virtual := deepcopy(case), plan, VirtualDesk(virtual, plan, world))
    for at, event in events:
        life.ring_before(at)
        life.tell(event, at)
    life.ring_before(day(300))
    office = Office(RULES)
    office.world.kept_until = until
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, case)
        for at, event in events:
            await played.say(at, event)
        await played.skip_to(day(300))
        assert await played.timeline() == virtual.timeline
    assert any("deferred (scrub-dispute)" in entry.detail for entry in virtual.timeline)


async def test_the_stories_show_what_they_are_for():
    lines = {line.detail.partition(": ")[2] for seed in range(10) for line in told(seed)[1]}
    assert {"recall, acknowledge: no answer", "placement not acknowledged"} <= lines
    kinds = {(line.what, line.detail) for seed in range(10) for line in told(seed)[1]}
    assert ("bureau", "adverse report ordered") in kinds
