"""Every number, time and choice of a policy changes some simulated case; every text is used."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from channels.texts import page_of
from domain.gate.rulebook import Rulebook
from domain.gate.words import Channel
from domain.steps import MessageClass, OnLate
from domain.strategy import Strategy
from policies.strategy_files import load_strategies
from tests.properties.portfolio import Lived, live, person
from tests.strategies import rules_with, strategy_with, tree_of
from tests.templates.unnamed import unnamed

SEEDS = range(1_500)
TEMPLATES = Path(__file__).parents[2] / "templates"
CHOICES: dict[str, Sequence[str]] = {
    "channel": [str(c) for c in Channel],
    "message_class": [str(c) for c in MessageClass],
    "on_late": [str(c) for c in OnLate],
}
LEFT_OUT = {
    "name": "the name of the strategy is which one it is, not what it does",
    "delinquency.buckets.M0": "the first bucket starts on day 0, whatever the others do",
    "legal.steps.0.on_late": "a statutory notice must be sent however late",
}
"""Fields of a strategy file that may change without changing a case, and why."""

Place = tuple[str | int, ...]


def leaves(tree: Any, at: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every value of a file that is not a map or a list of maps, with its place."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from leaves(value, (*at, key))
    elif isinstance(tree, list) and tree and isinstance(tree[0], dict):
        for number, value in enumerate(tree):
            yield from leaves(value, (*at, number))
    else:
        yield at, tree


def implied(tree: Any) -> None:
    """Write out what the steps of the file leave to the default, so that it is nudged too."""
    tree["delinquency"].setdefault("quiet_days_after_payment", 0)
    for ladder in ("remind", "negotiate", "legal"):
        for step in tree[ladder]["steps"]:
            step.setdefault("gap_days", 1)
            step.setdefault("max_lateness_days", 2)
            step.setdefault("on_late", "merge")
            step.setdefault("message_class", "dunning")
    for event in (tree["promise"]["broken"], tree["plan"]["missed"]):
        event.setdefault("max_lateness_days", 2)
        event.setdefault("on_late", "send")
        event.setdefault("message_class", "dunning")


def nudges(name: str, value: Any) -> list[Any]:
    """Other values that the field may well have."""
    if name in CHOICES:
        return [choice for choice in CHOICES[name] if choice != value]
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1, value + 10]
    if isinstance(value, list):
        return [[*value, "south"], []]
    if ":" in value:
        return [f"{(int(value[:2]) + hours) % 24:02d}{value[2:]}" for hours in (1, -1, 9)]
    return [f"{value}_x"]


SEASON: dict[str, Any] = {
    "name": "spring",
    "from": "03-01",
    "to": "05-31",
    "stages": ["remind", "negotiate"],
    "steps": [
        {"name": "added", "day": 8, "channel": "email", "at": "12:00", "template": "options"}
        | {"gap_days": 1, "max_lateness_days": 2, "on_late": "merge", "message_class": "dunning"}
    ],
}
SEASONS: dict[str, list[Any]] = {
    "from": ["03-02", "09-01"],
    "to": ["05-30", "12-31"],
    "stages": [["remind"], ["negotiate"]],
}
"""Other values of the fields of a campaign beside those of its steps."""


def named(place: Place) -> str:
    return ".".join(map(str, place))


def knobs() -> dict[str, tuple[Place, Any]]:
    tree = tree_of()
    implied(tree)
    found = {named(place): (place, value) for place, value in leaves(tree)}
    return {name: knob for name, knob in found.items() if name not in LEFT_OUT}


@cache
def as_it_is(seed: int) -> list[Any]:
    return seen(live(person(seed), watch=True))


@cache
def with_a_season(seed: int) -> list[Any]:
    return seen(live(person(seed), strategy_with(("campaigns", [SEASON])), watch=True))


def seen(book: Lived) -> list[Any]:
    return [*book.story, [told.waits for told in book.told]]


def changes_something(strategy: Strategy | None, rules: dict[str, Rulebook] | None = None) -> bool:
    return any(
        seen(live(person(seed), strategy, rules, watch=True)) != as_it_is(seed) for seed in SEEDS
    )


def variants(place: Place, value: Any) -> Iterator[Strategy]:
    for other in nudges(str(place[-1]), value):
        try:
            yield strategy_with((named(place), other))
        except ValueError:
            continue


@pytest.mark.parametrize(("place", "value"), knobs().values(), ids=knobs())
def test_every_field_of_a_strategy_changes_some_case(place, value):
    tried = list(variants(place, value))
    assert tried, "no other value is sound: the field decides nothing"
    assert any(map(changes_something, tried))


@pytest.mark.parametrize("name", [name for name in SEASON if name not in ("name", "steps")])
def test_every_field_of_a_campaign_changes_some_case(name):
    for other in SEASONS[name]:
        strategy = strategy_with(("campaigns", [SEASON | {name: other}]))
        assert any(seen(live(person(s), strategy, watch=True)) != with_a_season(s) for s in SEEDS)


@pytest.mark.parametrize("name", [name for name in SEASON["steps"][0] if name != "name"])
def test_every_field_of_a_step_of_a_campaign_changes_some_case(name):
    (step,) = SEASON["steps"]
    tried = []
    for other in nudges(name, step[name]):
        with suppress(ValueError):
            changed = SEASON | {"steps": [step | {name: other}]}
            tried.append(strategy_with(("campaigns", [changed])))
    assert tried, "no other value is sound: the field decides nothing"
    assert any(
        seen(live(person(seed), strategy, watch=True)) != with_a_season(seed)
        for strategy in tried
        for seed in SEEDS
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('earliest: "08:00"', 'earliest: "09:30"'),
        ('latest: "22:00"', 'latest: "20:00"'),
        ("- max: 1\n          days: 1\n", "- max: 2\n          days: 1\n"),
        ("- max: 1\n          days: 1\n", "- max: 1\n          days: 9\n"),
        ("when: [dunning]", "when: [deceased]"),
        ("[2026-02-16, 2026-02-19]", "[2026-02-16, 2026-02-22]"),
        ("id: CN-TIME-01\n", "id: CN-OTHER\n"),
        ("id: CN-DAY-01\n", "id: CN-OTHER\n"),
    ],
)
def test_the_numbers_of_a_pack_that_our_steps_meet_change_some_case(old, new):
    assert changes_something(None, rules_with("CN", (old, new)))


def used() -> set[tuple[str, str]]:
    steps = [step for strategy in load_strategies().values() for step in strategy.steps()]
    return {
        (step.template, f"{page_of(channel)}.txt")
        for step in steps
        for channel in (step.channel, *step.otherwise)
    }


@pytest.mark.parametrize("locale", sorted(p.name for p in TEMPLATES.iterdir() if p.is_dir()))
def test_every_text_is_named_by_a_strategy_and_there_in_every_language(locale):
    there = {(file.parent.name, file.name) for file in (TEMPLATES / locale).glob("*/*")}
    assert used() <= there
    assert {(n, f) for n, f in there if not unnamed(n, f.removesuffix(".txt"))} <= used()
