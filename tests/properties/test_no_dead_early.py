"""Every field of what is said before a due date changes some simulated case."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache, reduce
from operator import getitem
from random import Random
from typing import Any

import pytest

from domain.case import Case
from domain.clock import local_instant
from domain.delinquency import Instalment, Payment
from domain.facts import ContactBounced, PaymentReceived
from domain.gate.words import Channel
from domain.holds import HoldReason
from domain.opening import open_case
from domain.outcomes import SendOutcome
from domain.requests import PlaceHold
from domain.steps import Step
from domain.strategy import Strategy
from simulation.driver import Event, Life, VirtualDesk
from simulation.world import LawfulWorld
from tests.properties.test_no_dead_knobs import Place, leaves, named, nudges
from tests.strategies import rulebooks, strategy_with

SEEDS = range(300)
DUE = date(2026, 6, 10)
ZONE = "Asia/Shanghai"
MONTHS = tuple(Instalment(date(2026, month, 10), 40_000) for month in range(1, 7))
EARLY: dict[str, Any] = {
    "late_before": 2,
    "within_days": 120,
    "earlier_days": 3,
    "steps": [
        {"name": "due_soon", "day": -6, "channel": "sms", "at": "10:00", "otherwise": ["email"]}
        | {"template": "due_soon", "gap_days": 1, "max_lateness_days": 2, "on_late": "merge"},
        {"name": "due_next", "day": -2, "channel": "email", "at": "21:00", "otherwise": ["sms"]}
        | {"template": "due_soon", "gap_days": 2, "max_lateness_days": 1, "on_late": "skip"},
    ],
}


@dataclass(slots=True)
class Seeing(LawfulWorld):
    """A world that remembers each contact it was asked for."""

    asked: list[tuple[datetime, Step]] = field(default_factory=list)

    def send(self, case: Case, step: Step, /) -> SendOutcome:
        self.asked.append((case.now, step))
        return LawfulWorld.send(self, case, step)


def instant(day: int, hour: int) -> datetime:
    return local_instant(DUE + timedelta(days=day), time(hour), ZONE)


def opened(dice: Random, strategy: Strategy) -> Case:
    """The case of somebody who paid some months late, from some hour of its first day on."""
    days = [i.due + timedelta(days=dice.choice([0, 0, 1, 9])) for i in MONTHS[:5]]
    payments = [Payment(f"p{day.month}", day, 40_000) for day in days]
    hour = dice.choice([0, 0, 11, 22])
    for day in range(dice.choice([-30, -30, -4]), 2):
        if case := open_case(
            loan_id="L1",
            borrower_id="B1",
            currency="CNY",
            jurisdiction="CN",
            zone=ZONE,
            strategy=strategy,
            at=instant(day, hour),
            instalments=list(MONTHS),
            payments=payments,
        ):
            return case
    raise AssertionError("an unpaid instalment has a case the day after at the latest")


def happenings(dice: Random) -> list[tuple[datetime, Event]]:
    """What may happen before and after the due date."""
    events: list[tuple[datetime, Event]] = []
    if dice.random() < 0.4:
        step = dice.choice(["due_soon", "due_next"])
        bounced = ContactBounced("b", step, "sms")
        events.append((instant(dice.randint(-8, 2), 13), bounced))
    if dice.random() < 0.3:
        held = instant(dice.randint(-9, 0), 8)
        over = held + timedelta(days=dice.randint(1, 5))
        events.append((held, PlaceHold("h", "ann", HoldReason.HARDSHIP, over)))
    if dice.random() < 0.4:
        day = dice.randint(-9, 3)
        amount = dice.choice([20_000, 40_000])
        paid = PaymentReceived("f", "p", amount, DUE + timedelta(days=day))
        events.append((instant(day, 15), paid))
    return sorted(events, key=lambda event: event[0])


def seen(seed: int, strategy: Strategy) -> list[Any]:
    """What that person lives through; where we were away for some days, everything is late."""
    dice = Random(seed)
    reachable = dice.choice([frozenset(Channel), frozenset(Channel), frozenset({Channel.EMAIL})])
    world, events = Seeing(rulebooks(), reachable), happenings(dice)
    away = instant(dice.randint(-10, 0), 9) if dice.random() < 0.4 else None
    back = away + timedelta(days=dice.randint(1, 5)) if away else None
    case = opened(dice, strategy)
    life = Life(case, strategy, VirtualDesk(case, strategy, world))
    waits = []
    while (waiting := life.waiting) is not None and waiting.at is not None:
        at = waiting.at
        if away and back and away <= at < back:
            case.now, at = back, back
        if events and events[0][0] <= at:
            when, event = events.pop(0)
            life.tell(event, max(when, case.now))
            continue
        if at > instant(8, 0):
            break
        waits.append((waiting.at, waiting.why, waiting.then))
        life.ring()
    return [waits, world.asked, case.timeline]


@cache
def as_it_is(seed: int) -> list[Any]:
    return seen(seed, strategy_with(("early", EARLY)))


def knobs() -> dict[str, tuple[Place, Any]]:
    return {named(place): (place, value) for place, value in leaves(EARLY)}


def variants(place: Place, value: Any) -> Iterator[Strategy]:
    others = [[], ["letter"]] if place[-1] == "otherwise" else nudges(str(place[-1]), value)
    for other in others:
        early = deepcopy(EARLY)
        at: Any = reduce(getitem, place[:-1], early)  # type: ignore[arg-type]  # names and numbers
        at[place[-1]] = other
        try:
            yield strategy_with(("early", early))
        except ValueError:
            continue


@pytest.mark.parametrize(("place", "value"), knobs().values(), ids=knobs())
def test_every_field_of_what_is_said_before_a_due_date_changes_some_case(place, value):
    tried = list(variants(place, value))
    assert tried, "no other value is sound: the field decides nothing"
    assert any(seen(seed, one) != as_it_is(seed) for one in tried for seed in SEEDS)


def test_no_early_notice_is_made_after_the_due_date_nor_twice():
    for seed in SEEDS:
        *_, asked, timeline = as_it_is(seed)
        early = [(at, step.name) for at, step in asked if step.day < 0]
        assert all(at < instant(1, 0) for at, _ in early)
        done = [e.detail for e in timeline if e.what == "notice" and e.detail.endswith(": sent")]
        assert len(done) == len(set(done))
