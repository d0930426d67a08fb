"""Variants of the standard strategy and of the contact rules: one knob turned, the rest as it is."""

import io
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from domain.permit import ContactRules
from domain.strategy import Strategy
from policies.contact_rules import load_contact_rules
from policies.strategy_files import FOLDER, load_strategy

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


def tree_of(path: Path = STANDARD) -> dict[str, Any]:
    tree: dict[str, Any] = YAML(typ="safe").load(path)
    return tree


def strategy_with(*changes: tuple[str, Any]) -> Strategy:
    """The standard strategy with the values at these places changed: ("plan.grace_days", 0)."""
    return load_strategy(STANDARD, text_with(*changes)) if changes else standard()


def text_with(*changes: tuple[str, Any]) -> str:
    tree = tree_of()
    for place, value in changes:
        put(tree, [int(p) if p.isdigit() else p for p in place.split(".")], value)
    text = io.StringIO()
    YAML(typ="safe").dump(tree, text)
    return text.getvalue()


def put(tree: Any, place: Sequence[str | int], value: Any) -> None:
    for part in place[:-1]:
        tree = tree[part]
    tree[place[-1]] = value
