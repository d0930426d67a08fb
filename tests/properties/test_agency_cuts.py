"""A case with an agency that answers late or never may be dropped and picked up at any wait."""

from copy import deepcopy
from datetime import datetime, timedelta
from random import Random

import pytest
from pydantic import TypeAdapter

from domain.case import Case
from domain.facts import AgencyReported
from domain.requests import Approve
from domain.strategy import Outcome, Strategy
from simulation.driver import Event, Life, VirtualDesk
from simulation.world import LawfulWorld
from tests.strategies import rulebooks, strategy_with
from tests.workflows.loans import day, late_loan, payment, promise

STATUSES = ("acknowledged", "contacted", "promised", "uncollectable", "data_gone")
ABOUT = ("", "recall", "return-data")
SEEDS = range(120)
CASE = TypeAdapter(Case)


def strategy() -> Strategy:
    return strategy_with(
        ("placement.agencies", ["a", "b"]),
        ("placement.shares", {"a": 1, "b": 2}),
        ("placement.acknowledge_days", 3),
        ("placement.stop_on_payment", True),
        ("placement.recall_days", 2),
        ("bureau", {"notice": "final_demand", "notice_days": 15, "approval_days": 10}),
    )


def lived(seed: int, *, cut: bool) -> Case:
    """The case of that seed to its end; `cut` drops it at about every third wait."""
    dice, knife = Random(seed), Random(seed)
    plan = strategy()
    world = LawfulWorld(rulebooks())
    life = _begun(deepcopy(late_loan(f"cut-{seed}", strategy=plan)), plan, world)

    def dropped(life: Life) -> Life:
        """The case from its JSON, as continue-as-new hands it on."""
        if not cut or life.waiting is None or knife.random() < 0.6:
            return life
        return _begun(CASE.validate_json(CASE.dump_json(life.case)), plan, world)

    at = day(60)
    for number in range(30):
        at += timedelta(hours=dice.randint(1, 120))
        while _rings(life, at):
            life.ring()
            life = dropped(life)
        if life.waiting is None:
            return life.case
        world.agencies_hesitate = dice.random() < 0.6
        life.tell(_event(dice, life.case, f"{seed}-{number}", at), at)
        life = dropped(life)
    while life.waiting is not None:
        life.ring()
        life = dropped(life)
    return life.case


def _begun(case: Case, plan: Strategy, world: LawfulWorld) -> Life:
    return Life(case, plan, VirtualDesk(case, plan, world))


def _rings(life: Life, end: datetime) -> bool:
    """Whether a timer comes before that instant."""
    return life.waiting is not None and life.waiting.at is not None and life.waiting.at < end


def _event(dice: Random, case: Case, name: str, at: datetime) -> Event:
    if case.approval is not None and case.approval.answer is None:
        return Approve(f"r{name}", "sue", case.approval.what, dice.random() < 0.8)
    chance = dice.random()
    if chance < 0.08:
        return payment(name, at, dice.randint(100, 20_000))
    if chance < 0.14:
        return promise(name, at + timedelta(days=5), 1_000)
    key = case.placement.key if case.placement else "none"
    return AgencyReported(f"f{name}", key, dice.choice(STATUSES), about=dice.choice(ABOUT))


@pytest.mark.parametrize("half", [0, 1])
def test_cuts_change_nothing_in_the_life_of_a_placed_case(half):
    for seed in list(SEEDS)[half::2]:
        assert lived(seed, cut=True).timeline == lived(seed, cut=False).timeline, seed


def test_every_recall_ends_and_every_case_too():
    cases = [lived(seed, cut=False) for seed in SEEDS]
    assert all(case.outcome is not None for case in cases)
    assert all(case.placement is None for case in cases)
    kinds = {entry.detail.split(": ", 1)[-1] for case in cases for entry in case.timeline}
    shown = {"recall, acknowledge: no answer", "recall, data gone: no answer"}
    shown |= {"placement not acknowledged", "adverse report ordered", "correction ordered"}
    assert shown <= kinds
    assert {case.outcome for case in cases} >= {Outcome.EXHAUSTED, Outcome.CURED}
