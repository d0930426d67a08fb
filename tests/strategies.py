"""The standard strategy and the rule packs, as they are or with one knob turned."""

import json
from copy import deepcopy
from functools import cache, reduce
from operator import getitem
from typing import Any

from ruamel.yaml import YAML

from domain.gate.rulebook import Rulebook, rulebook
from domain.gate.words import Profile
from domain.strategy import Strategy
from domain.strategy_problems import problems
from policies.packs import FOLDER as PACKS
from policies.packs import load_pack, load_packs
from policies.strategy_files import FOLDER, load_strategy
from policies.strategy_parts import StrategyFile

STANDARD = FOLDER / "standard.yaml"


@cache
def standard() -> Strategy:
    return load_strategy(STANDARD)


@cache
def rulebooks() -> dict[str, Rulebook]:
    return load_packs().books()


@cache
def rules_with(jurisdiction: str, *changes: tuple[str, str]) -> dict[str, Rulebook]:
    """All rules, with words in the pack of one jurisdiction replaced by others, each once."""
    file = PACKS / f"{jurisdiction.lower()}.yaml"
    text = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        text = text.replace(old, new)
    return {**rulebooks(), jurisdiction: rulebook([load_pack(file, text)], Profile.PRUDENT)}


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
