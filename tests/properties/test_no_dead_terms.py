"""Every field of what can be agreed changes something: offers, means and authority."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from domain.affordability import means
from domain.authority import Action, Delegation, Question, lending_refusal, refusal, reminded_at
from domain.offer_terms import OfferKind, problems
from domain.offers import Offer, Wanted, compose
from domain.reasons import Reason, Vulnerability, care_of
from policies.authority_files import FILE as AUTHORITY
from policies.authority_files import AuthorityFile
from policies.hardship_files import FILE as HARDSHIP
from policies.hardship_files import HardshipFile
from policies.offer_files import FOLDER as OFFERS
from policies.offer_files import OfferFile
from tests.properties.test_no_dead_knobs import leaves, named
from tests.rules.bargain import LEVELS, TODAY, finances, rules, situation, surplus


@cache
def _read(file: Path) -> Any:
    return YAML(typ="safe").load(file.read_text("utf-8"))


def read(file: Path) -> Any:
    return deepcopy(_read(file))


def other_values(value: Any) -> list[Any]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1, value * 2, 1]
    if isinstance(value, list):
        return [value[1:]]
    return {"arrears": ["debt"], "charges": ["debt"], "debt": ["arrears", "charges"]}.get(value, [])


def nudged(tree: Any, place: tuple[str | int, ...], value: Any) -> Any:
    changed = deepcopy(tree)
    at = changed
    for part in place[:-1]:
        at = at[part]
    at[place[-1]] = value
    return changed


def offer_knobs() -> list[tuple[str, tuple[str | int, ...], Any]]:
    found = []
    for file in sorted(OFFERS.glob("*.yaml")):
        for place, value in leaves(read(file)):
            if place not in (("name",), ("kind",)):
                found.append((file.stem, place, value))
    return found


def situations(kind: str):
    """People of every reason, lateness and purse."""
    asked = OfferKind(kind)
    for reason in (*Reason, None):
        yield situation(reason=reason, asked_for=asked)
    yield situation(days_past_due=200)
    for days, purse, broken in product(
        (0, 1, 30, 31, 90, 91), (None, 4_000, 30_000, 10**8), (0, 1, 2, 3)
    ):
        means_of = None if purse is None else surplus(purse)
        yield situation(days_past_due=days, means=means_of, plans_broken=broken, asked_for=asked)


def proposed(tree: Any, kind: str) -> list[Any]:
    definition = OfferFile.model_validate(tree).definition("same")
    if problems(definition):
        raise ValueError
    wishes = (
        Wanted(),
        Wanted(instalments=1),
        Wanted(instalments=84),
        Wanted(percent=50),
        Wanted(percent=100),
    )
    made = []
    for one in situations(kind):
        for wanted in wishes:
            offer = compose(definition, one, rules(), wanted)
            made.append(replace(offer, definition="") if isinstance(offer, Offer) else offer)
    return made


@cache
def as_shipped(name: str) -> list[Any]:
    return proposed(read(OFFERS / f"{name}.yaml"), name)


@pytest.mark.parametrize(
    ("name", "place", "value"), offer_knobs(), ids=lambda v: named(v) if isinstance(v, tuple) else v
)
def test_every_field_of_an_offer_changes_some_offer(name, place, value):
    tree, tried = read(OFFERS / f"{name}.yaml"), 0
    for other in other_values(value):
        if other == value:
            continue
        try:
            changed = proposed(nudged(tree, place, other), name)
        except ValueError:
            continue
        tried += 1
        if changed != as_shipped(name):
            return
    assert not tried, "no other value changes an offer: the field decides nothing"
    pytest.skip("no other value is sound beside the kind of the offer")


def care_knobs() -> list[tuple[str | int, ...]]:
    tree = read(HARDSHIP)
    return [place for place, _ in leaves(tree) if place[-1] not in ("source", "confidence")]


def judged(tree: Any) -> list[Any]:
    """What the means of a household of each place come to, under each flag."""
    file = HardshipFile.model_validate(tree)
    cares = {flag: _care(care) for flag, care in file.vulnerability.items()}
    found: list[Any] = [file.finances_days]
    for law, entry in file.households.items():
        form = finances(10**9, currency=CURRENCIES[law], living=(), adults=2, children=2)
        spare = file.spare_percent
        found.append((law, means(form, entry.household(), spare, care_of([], cares))))
    for flag in Vulnerability:
        care = care_of([flag], cares)
        found.append(means(finances(), None, file.spare_percent, care))
        found.append(compose(_plain(), situation(), rules(care=care)))
    return found


def _care(file: Any) -> Any:
    from domain.reasons import Care

    return Care(**file.model_dump())


def _plain() -> Any:
    return OfferFile.model_validate(read(OFFERS / "longer_term.yaml")).definition("same")


@pytest.mark.parametrize("place", care_knobs(), ids=named)
def test_every_number_of_hardship_changes_what_is_asked_of_somebody(place):
    tree = read(HARDSHIP)
    value = dict(leaves(tree))[place]
    other = "JPY" if isinstance(value, str) else other_values(value)[0]
    assert judged(nudged(tree, place, other)) != judged(tree)


CURRENCIES = {law: entry["currency"] for law, entry in read(HARDSHIP)["households"].items()}
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def decided(tree: Any) -> list[Any]:
    """Who may decide on what, alone and with lent authority, and when."""
    authority = AuthorityFile.model_validate(tree).authority()
    authority = replace(authority, people={name: name for name in LEVELS})
    found: list[Any] = []
    for action, currency, level in product(
        Action, ("CNY", "TWD", "GBP", "EUR", "USD", "NGN", "UGX"), LEVELS
    ):
        limit = authority.level_of(level).limits.get(action, {}).get(currency, 0)
        for amount in (limit, limit + 1):
            question = Question(action, "x", NOW, amount, currency)
            found.append((amount, refusal(authority, [], question, level, NOW)))
            found.append(reminded_at(question, authority))
    for days in range(1, 40):
        until = NOW + timedelta(days=days)
        lending = Delegation("manager", "x", frozenset(Action), NOW, until)
        found.append(lending_refusal(authority, lending))
        question = Question(Action.WRITE_OFF, "x", NOW, 1, "CNY")
        found.append(refusal(authority, [], question, "manager", until))
    return found


@pytest.mark.parametrize(
    "place", [place for place, _ in leaves(read(AUTHORITY)) if place[0] != "people"], ids=named
)
def test_every_number_of_authority_changes_some_decision(place):
    tree = read(AUTHORITY)
    value = dict(leaves(tree))[place]
    assert decided(nudged(tree, place, value + 1)) != decided(tree)


def test_the_day_of_these_tests_is_one_day():
    assert NOW.date() == TODAY
