"""`docs/compliance.md` from the packs: every rule, its number, its source, and the tests.

`python -m policies.compliance` writes it anew.
"""

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from domain.gate.pack import Pack, Rule
from domain.gate.terms import Caps, Hours, Limit, Wording
from domain.gate.words import Profile
from policies.packs import Packs, load_packs

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "compliance.md"
SHOWN_IN = ("tests/rules", "tests/stories")
"""Where tests are looked for that show a rule."""

_ID = re.compile(r"\b[A-Z]{2}(?:-[A-Z0-9]+)+\b")
_MOST = 3

_INTRODUCTION = """\
# What the law asks, and where it is kept

Written by `python -m policies.compliance` from `policies/packs/`; do not edit it by hand.

Confidence: V the rule's text was read, S a secondary source, M from memory, policy our own.
Severity: what a breach does under the profile prudent, and under minimum. A rule that decides no
contact (kinds other than hours, caps, holds, parties and words) is read by other parts, or kept by
people. The house rules (`-DAY-01`) are asked of the steps of our own strategies only, which the
claim marks with the fact `dunning`: `ask may-contact` answers by the law unless a case states it.

Tests are named by file and function; where none is named, no test names the rule. The given
contact vectors show many of them besides.
"""

_HEAD = """\
| rule | what it says | number | force | severity | source | confidence | shown by |
|---|---|---|---|---|---|---|---|
"""


def page(packs: Packs, tests: Mapping[str, Sequence[str]]) -> str:
    """The whole page; `tests` are the names of tests by the rule they show."""
    sections = [_section(pack, tests) for pack in (*packs.bases.values(), *packs.overlays.values())]
    return "\n".join([_INTRODUCTION, *sections])


def shown_by(root: Path = ROOT) -> dict[str, list[str]]:
    """The tests that name a rule in their own lines, by the rule's id."""
    found: dict[str, list[str]] = {}
    for folder in SHOWN_IN:
        for file in sorted((root / folder).rglob("test_*.py")):
            for test, ids in _named(file):
                for rule in sorted(ids):
                    found.setdefault(rule, []).append(f"{file.stem}::{test}")
    return found


def _named(file: Path) -> Iterator[tuple[str, set[str]]]:
    text = file.read_text(encoding="utf-8")
    lines = text.splitlines()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            yield node.name, set(_ID.findall("\n".join(lines[first - 1 : node.end_lineno])))


def _section(pack: Pack, tests: Mapping[str, Sequence[str]]) -> str:
    place = pack.region or pack.jurisdiction
    base = f", added to `{pack.base}`" if pack.base else ""
    rows = "".join(_row(rule, tests.get(rule.id, ())) for rule in pack.rules)
    return f"## {place}: `{pack.id}`, version {pack.version}{base}\n\n{_HEAD}{rows}"


def _row(rule: Rule, tests: Sequence[str]) -> str:
    shown = "<br>".join(f"`{test}`" for test in tests[:_MOST])
    more = f"<br>and {len(tests) - _MOST} more" if len(tests) > _MOST else ""
    signed = f", signed by {rule.reviewed_by}" if rule.reviewed_by else ""
    cells = (
        rule.id,
        rule.says,
        _number(rule),
        rule.binding,
        " / ".join(rule.severity[profile] for profile in Profile),
        _source(rule),
        f"{rule.source.confidence}{signed}",
        shown + more,
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _source(rule: Rule) -> str:
    start, end = rule.effective
    dates = (f"from {start}" if start else "", f"until {end}" if end else "")
    parts = (rule.source.title, rule.source.article, *dates)
    return ", ".join(part for part in parts if part)


def _number(rule: Rule) -> str:
    match rule.terms:
        case Hours(earliest=earliest, latest=latest):
            return f"{earliest:%H:%M} to {latest:%H:%M}"
        case Caps(limits=limits):
            return "; ".join(map(_limit, limits))
        case Wording(patterns=patterns):
            return f"{len(patterns)} patterns"
        case _:
            return ", ".join(f"{name} {_value(value)}" for name, value in rule.params.items())


def _limit(limit: Limit) -> str:
    per = "".join(f" and {key}" for key in sorted(limit.per))
    outcomes = _listed(limit.outcomes)
    return f"{limit.max} in {limit.days} days a person{per}: {_listed(limit.channels)} ({outcomes})"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))


def _value(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str).replace('"', "")


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(load_packs(), shown_by()), encoding="utf-8")


if __name__ == "__main__":
    main()
