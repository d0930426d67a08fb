"""The standard strategy and the contact rules, as they are or with one knob turned."""

import json
from copy import deepcopy
from dataclasses import replace
from functools import cache, reduce
from operator import getitem
from typing import Any

from ruamel.yaml import YAML

from domain.permit import ContactRules
from domain.strategy import Strategy, problems
from policies.contact_rules import load_contact_rules
from policies.strategy_files import FOLDER, StrategyFile, load_strategy

STANDARD = FOLDER / "standard.yaml"


@cache
def standard() -> Strategy:
    return load_strategy(STANDARD)


@cache
def contact_rules() -> dict[str, ContactRules]:
    return load_contact_rules()


def rules_with(jurisdiction: str, **changed: Any) -> dict[str, ContactRules]:
    """All contact rules, with some fields of one jurisdiction changed."""
    rules = contact_rules()
    return {**rules, jurisdiction: replace(rules[jurisdiction], **changed)}


def tree_of() -> dict[str, Any]:
    """The standard strategy as its file has it, yours to change."""
    return deepcopy(_tree())


def strategy_with(*changes: tuple[str, Any]) -> Strategy:
    """The standard strategy with the values at these places changed: ("plan.grace_days", 0).

    Raises ValueError when it is not sound.
    """
    if not changes:
        return standard()
    tree: Any = tree_of()
    for place, value in changes:
        *path, last = [int(part) if part.isdigit() else part for part in place.split(".")]
        reduce(getitem, path, tree)[last] = value
    strategy = StrategyFile.model_validate(tree).strategy(json.dumps(tree))
    if found := problems(strategy):
        raise ValueError("\n".join(found))
    return strategy


@cache
def _tree() -> dict[str, Any]:
    tree: dict[str, Any] = YAML(typ="safe").load(STANDARD)
    return tree
