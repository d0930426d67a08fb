"""Files and functions stay short enough to be read aloud."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = (
    "activities", "channels", "commands", "demo", "domain", "intake", "ledger", "policies",
    "simulation", "workbench", "workflows",
)  # fmt: skip
LEFT_OUT = ("ledger/migrations/",)  # written by alembic, one step after the other

BODY_LINES = 40
FILE_LINES = 300

# "room/file.py" or "room/file.py::function": the reason why it may be longer.
EXCEPTIONS: dict[str, str] = {
    "workflows/temporal_desk.py": "the desk's verbs stand together: a newcomer reads one file",
}


def too_long(source: str, name: str) -> Iterator[str]:
    """Each thing in one file that is over its size, as `name: how long`."""
    lines = len(source.splitlines())
    if lines > FILE_LINES:
        yield f"{name}: {lines} lines, the aim is {FILE_LINES}"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = body_lines(node)
            if body > BODY_LINES:
                yield f"{name}::{node.name}: {body} lines in its body, the aim is {BODY_LINES}"


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first statement to the last; the signature and the docstring are free."""
    documented = ast.get_docstring(function, clean=False) is not None
    statements = function.body[1:] if documented else function.body
    if not statements:
        return 0
    return (statements[-1].end_lineno or 0) - statements[0].lineno + 1


def _files() -> Iterator[Path]:
    yield from sorted(ROOT.glob("*.py"))
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


@cache
def _all_too_long() -> dict[str, str]:
    found = {}
    for file in _files():
        name = file.relative_to(ROOT).as_posix()
        if not name.startswith(LEFT_OUT):
            for line in too_long(file.read_text(encoding="utf-8"), name):
                found[line.rpartition(": ")[0]] = line
    return found


def test_every_file_and_function_keeps_its_size_or_says_why():
    found = [line for name, line in _all_too_long().items() if name not in EXCEPTIONS]
    assert not found, "\n" + "\n".join(found)


def test_an_exception_that_is_no_longer_needed_goes():
    assert not EXCEPTIONS.keys() - _all_too_long().keys()


def test_a_planted_long_function_is_found():
    long = "def f():\n    '''Free.'''\n" + "    x = 1\n" * (BODY_LINES + 1)
    short = "def f():\n    '''Free.'''\n" + "    x = 1\n" * BODY_LINES
    assert list(too_long(long, "a.py")) == ["a.py::f: 41 lines in its body, the aim is 40"]
    assert list(too_long(short, "a.py")) == []


def test_a_planted_long_file_is_found():
    assert list(too_long("x = 1\n" * 301, "a.py")) == ["a.py: 301 lines, the aim is 300"]
    assert list(too_long("x = 1\n" * 300, "a.py")) == []
