"""How commands speak: tables for people, JSON for programs, a sentence when something is wrong."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from domain.refused import Refused

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]

WRONG_INPUT = 2
"""Exit code: what was given cannot be understood."""

NOT_DONE = 1
"""Exit code: it was understood and not done, or only in part."""


_BORDER = 4
"""Signs that a column's border and margins take at most."""

_NARROWEST = 9
"""So many signs every other column needs beside an id that is not broken."""


class Failed(Exception):
    """A command that ends here: one sentence for the person, and the exit code."""

    def __init__(self, message: str, code: int = NOT_DONE) -> None:
        super().__init__(message)
        self.code = code


def people() -> Console:
    """The console for people; wide enough for tables when nobody looks at a terminal."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=160)


def complain(message: str) -> None:
    """Say on standard error what went wrong; standard output stays for answers."""
    print(message, file=sys.stderr)


def show_json(value: Any, indent: int | None = 2) -> None:
    """One JSON document on standard output; dates and instants as ISO text."""
    print(json.dumps(plain(value), ensure_ascii=False, indent=indent))


def plain(value: Any) -> Any:
    """The value in JSON's own words."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(part) for name, part in asdict(value).items()}
    if isinstance(value, dict):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(part) for part in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table for people under its title; what is empty stays empty."""
    table = Table(*columns, show_header=any(columns))
    _show(people(), title, table, rows)


def show_listed(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table whose first column is an id that people paste: it is never broken.

    Where the console is too narrow for it, rows have numbers, and the ids stand below, one a line.
    """
    console = people()
    longest = max((len(str(first)) for first, *_ in rows), default=0)
    fits = longest + _BORDER + (len(columns) - 1) * (_NARROWEST + _BORDER) <= console.width
    table = Table(Column(columns[0] if fits else "No.", no_wrap=True), *columns[1:])
    shown = rows if fits else [(number, *rest) for number, (_, *rest) in enumerate(rows, 1)]
    _show(console, title, table, shown)
    for number, (first, *_) in enumerate(rows if not fits else (), 1):
        console.print(Text(f"{columns[0]} {number}: {first}"), soft_wrap=True)


def _show(console: Console, title: str, table: Table, rows: Iterable[Sequence[object]]) -> None:
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    console.print(Text(title, style="bold"))
    console.print(table)


def show_facts(title: str, facts: Iterable[tuple[str, object]]) -> None:
    """Names and values, one a line, leaving out what is empty."""
    show_table(title, ("", ""), [(name, value) for name, value in facts if value not in ("", None)])


def refused(refusal: Refused, as_json: bool) -> int:
    """Say by which rule and why; the exit code of a refusal."""
    if as_json:
        show_json({"refused": {"rule": refusal.rule, "reason": refusal.reason}})
    else:
        complain(f"Refused by rule {refusal.rule}: {refusal.reason}")
    return NOT_DONE


def _cell(value: object) -> Text:
    if isinstance(value, tuple | list):
        return Text(", ".join(map(str, value)), overflow="fold")
    if isinstance(value, datetime):
        return Text(f"{value:%Y-%m-%d %H:%M}")
    return Text("" if value is None else str(value), overflow="fold")
