"""The end of the demo: what was found, as a table for people and a line of JSON for programs."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from demo.book import HALF_A_YEAR, Book
from demo.checking import Check
from demo.checks import checks, letters_of
from demo.figures import Figures, figures
from demo.staging import World
from demo.story import Story
from domain.strategy import Outcome
from ledger.engine import reading
from policies.packs import load_packs


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that was checked, and every number."""

    checks: Sequence[Check]
    numbers: Mapping[str, Any]

    @property
    def ok(self) -> bool:
        return all(check.ok for check in self.checks)

    def as_json(self) -> str:
        wrong = {check.key: check.wrong for check in self.checks}
        said = {"ok": self.ok, **self.numbers, "wrong": wrong}
        return json.dumps(said, ensure_ascii=False)


def summary(world: World, book: Book, story: Story) -> Summary:
    """Read the ledger and the letters as they are now, and check them."""
    with reading(world.engine) as session:
        letters = letters_of(session, world.letters())
        found = checks(session, letters, world.outside, story, load_packs().books())
        counted = figures(session)
    numbers = _numbers(book, story, counted) | {"letters": letters.numbers}
    return Summary(found, numbers)


def report(world: World, book: Book, story: Story) -> int:
    """Print the summary, the JSON last; 0 when every check holds, else 1."""
    found = summary(world, book, story)
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 110)
    console.print(_table(found))
    for line in _story_lines(found.numbers):
        console.print(line, highlight=False)
    print(found.as_json(), flush=True)
    return 0 if found.ok else 1


def _table(found: Summary) -> Table:
    shown = Table(title="What must be true", title_justify="left", show_header=False)
    for check in found.checks:
        verdict = Text("OK", "green") if check.ok else Text("FAILED", "bold red")
        shown.add_row(verdict, check.name, Text(check.said))
    return shown


def _story_lines(numbers: Mapping[str, Any]) -> list[str]:
    cases = numbers["cases"]
    return [
        f"{numbers['borrowers']} borrowers with {numbers['loans']} loans lived {numbers['days']} "
        f"days: {cases['opened']} cases, {cases['cured']} cured, {cases['closed']} closed, "
        f"{cases['exhausted']} exhausted, {cases['paid_in_time']} paid in time, "
        f"{cases['open']} still open.",
        f"Of {numbers['told']} events and requests the latest came {numbers['latest_seconds']} "
        f"seconds after its instant.",
    ]


def _numbers(book: Book, story: Story, counted: Figures) -> dict[str, Any]:
    outcomes = {str(outcome): counted.outcomes.get(outcome, 0) for outcome in Outcome}
    opened = sum(counted.outcomes.values())
    return {
        "days": HALF_A_YEAR.days,
        "borrowers": book.borrowers,
        "loans": len(book.lives),
        "cases": {"opened": opened, **outcomes, "open": counted.open_cases},
        "calls": dict(counted.calls),
        "promises": dict(counted.promises),
        "plans": dict(counted.plans),
        "placements": dict(counted.placements),
        "papers": dict(counted.papers),
        "bureau_reports": dict(counted.reports),
        "strategies": sorted({life.strategy for life in book.lives}),
        "holds": counted.holds,
        "payments": counted.payments,
        "reversals": counted.reversals,
        "workflows": dict(story.workflows),
        "told": story.told,
        "latest_seconds": round(story.latest.total_seconds(), 2),
    }
