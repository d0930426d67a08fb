"""Rules and stages are pure: no clock, no chance, no environment, no reading or writing.

The same input gives the same decision on every machine and on every replay.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PURE = ("domain", "workflows/stages", "workflows/desk.py")

BANNED_MODULES = {
    "clock": {"time", "sched", "timeit"},
    "chance": {"random", "secrets", "uuid"},
    "concurrency": {"asyncio", "concurrent", "multiprocessing", "queue", "threading"},
    "environment": {"getpass", "locale", "os", "platform", "sys"},
    "reading or writing": {
        "fileinput", "glob", "http", "importlib", "io", "logging", "pathlib", "pickle", "shelve",
        "shutil", "smtplib", "socket", "sqlite3", "ssl", "subprocess", "tempfile", "urllib",
    },
    "frameworks": {"pydantic", "sqlalchemy", "sqlmodel", "temporalio"},
}  # fmt: skip
BANNED_NAMES = {
    "breakpoint": "reading or writing",
    "eval": "running text as code",
    "exec": "running text as code",
    "hash": "chance: it differs from process to process",
    "id": "chance: it differs from process to process",
    "input": "reading or writing",
    "open": "reading or writing",
    "print": "reading or writing",
}
CLOCKS = {"now", "today", "utcnow"}
CLOCK_OWNERS = {"date", "datetime", "dt"}
IN_ORDER = {"enumerate", "iter", "list", "next", "tuple", "zip"}


def breaches(source: str, name: str) -> list[str]:
    """Every impure line of one file, as `file:line: what`; empty when the file is pure."""
    found = {(line, what) for node in ast.walk(ast.parse(source)) for line, what in _judge(node)}
    return [f"{name}:{line}: {what}" for line, what in sorted(found)]


def _judge(node: ast.AST) -> Iterator[tuple[int, str]]:
    match node:
        case ast.Import(names=names):
            for alias in names:
                yield from _imported(alias.name, node.lineno)
        case ast.ImportFrom(module=str(module)):
            yield from _imported(module, node.lineno)
        case ast.Call(func=ast.Name(id=called)) if called in BANNED_NAMES:
            yield node.lineno, f"{called}() is {BANNED_NAMES[called]}"
        case ast.Attribute(value=owner, attr=attr) if attr in CLOCKS:
            if _last_name(owner) in CLOCK_OWNERS:
                yield node.lineno, f"{_last_name(owner)}.{attr} is a clock"
    for iterated in _taken_in_order(node):
        yield from _set_order(iterated)


def _taken_in_order(node: ast.AST) -> list[ast.expr]:
    """What this node walks through one by one, where the order shows in the result."""
    match node:
        case ast.For(iter=iterated) | ast.AsyncFor(iter=iterated):
            return [iterated]
        case ast.ListComp(generators=generators) | ast.DictComp(generators=generators):
            return [generator.iter for generator in generators]
        case ast.Call(func=ast.Name(id=called), args=[first, *_]) if called in IN_ORDER:
            return [first]
        case ast.Call(func=ast.Attribute(attr="join"), args=[first]):
            return [first]
        case _:
            return []


def _imported(module: str, line: int) -> Iterator[tuple[int, str]]:
    top = module.partition(".")[0]
    for why, modules in BANNED_MODULES.items():
        if top in modules:
            yield line, f"import of {module} ({why})"


def _set_order(iterated: ast.expr) -> Iterator[tuple[int, str]]:
    match iterated:
        case ast.Set() | ast.SetComp() | ast.Call(func=ast.Name(id="set" | "frozenset")):
            yield iterated.lineno, "a set has no order that can be relied on; sort it"


def _last_name(owner: ast.expr) -> str:
    match owner:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _files() -> list[Path]:
    roots = [ROOT / room for room in PURE]
    return [f for r in roots for f in (sorted(r.rglob("*.py")) if r.is_dir() else [r])]


def test_rules_and_stages_are_pure():
    found = [
        breach
        for file in _files()
        for breach in breaches(file.read_text(encoding="utf-8"), str(file.relative_to(ROOT)))
    ]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    "impure",
    [
        "import os",
        "import os.path as p",
        "from random import choice",
        "from uuid import uuid4",
        "from temporalio import workflow",
        "def f():\n    import asyncio",
        "now = datetime.now(UTC)",
        "now = datetime.datetime.utcnow()",
        "today = dt.date.today()",
        "make = field(default_factory=datetime.now)",
        "text = open('a').read()",
        "print('sent')",
        "key = hash(loan)",
        "for hold in {a, b}: pass",
        "for hold in set(holds): pass",
        "names = [h for h in {x for x in holds}]",
        "first = next(iter(set(holds)))",
        "text = ', '.join(set(names))",
    ],
)
def test_a_planted_impurity_is_found(impure):
    assert breaches("x = 1\n" + impure, "planted.py")[0].startswith(
        ("planted.py:2:", "planted.py:3")
    )


@pytest.mark.parametrize(
    "pure",
    [
        "from datetime import date, timedelta",
        "from zoneinfo import ZoneInfo",
        "import hashlib",
        "at = desk.now()",
        "today = clock.today",
        "for hold in sorted(set(holds)): pass",
        "known = day in {1, 2}",
        "days = {d for d in set(days)}",
        "ok = any(h.open for h in set(holds))",
    ],
)
def test_pure_code_is_left_alone(pure):
    assert breaches(pure, "planted.py") == []
