"""What the person who started the demo sees while half a year passes."""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console
from rich.live import Live
from rich.table import Table

from demo.figures import Figures, figures
from demo.story import Telling, running
from domain.strategy import Outcome, Stage
from ledger.engine import reading

_LOOKS = 1.0
"""Seconds between two looks at a terminal."""

_LINES = 10.0
"""Seconds between two lines where there is no terminal."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One look: the cases' date, open cases by stage, and the ledger's numbers."""

    at: datetime
    stages: Mapping[Stage, int]
    ledger: Figures


async def watch(telling: Telling) -> None:
    """Show how it goes, until cancelled: a live table on a terminal, else a line now and then."""
    if not sys.stdout.isatty():
        while True:
            await asyncio.sleep(_LINES)
            print(line(await look(telling)), flush=True)
    with Live(console=Console(), auto_refresh=False) as live:
        while True:
            live.update(table(await look(telling)), refresh=True)
            await asyncio.sleep(_LOOKS)


async def look(telling: Telling) -> Moment:
    """Count now."""

    def read() -> Figures:
        with reading(telling.door.engine) as session:
            return figures(session)

    stages = {stage: await running(telling.door.client, stage) for stage in Stage}
    return Moment(telling.now(), stages, await asyncio.to_thread(read))


def line(moment: Moment) -> str:
    """One look in one line."""
    stages = " ".join(f"{stage} {count}" for stage, count in moment.stages.items() if count)
    ended = " ".join(f"{word} {moment.ledger.outcomes.get(word, 0)}" for word in Outcome)
    return (
        f"{moment.at:%Y-%m-%d}  open: {stages or 'none'}  ended: {ended}  "
        f"letters {moment.ledger.letters_sent}  promises {_sum(moment.ledger.promises)}  "
        f"plans {_sum(moment.ledger.plans)}  papers {_sum(moment.ledger.papers)}  "
        f"reports {_sum(moment.ledger.reports)}"
    )


def table(moment: Moment) -> Table:
    """One look as a table."""
    shown = Table(title=f"{moment.at:%A, %d %B %Y}", show_header=False, min_width=60)
    shown.add_column(style="bold")
    shown.add_column()
    ledger = moment.ledger
    shown.add_row(
        "Open cases", _words({str(stage): count for stage, count in moment.stages.items()})
    )
    shown.add_row("Ended", _words({word: ledger.outcomes.get(word, 0) for word in Outcome}))
    shown.add_row("Letters", _words(ledger.letters))
    shown.add_row("Calls", _words(ledger.calls))
    shown.add_row("Payments", f"{ledger.payments}, {ledger.reversals} taken back")
    shown.add_row("Promises", _words(ledger.promises))
    shown.add_row("Plans", _words(ledger.plans))
    shown.add_row("Holds", str(ledger.holds))
    shown.add_row("With the agency", _words(ledger.placements))
    shown.add_row("Papers for courts", _words(ledger.papers))
    shown.add_row("Told the bureau", _words(ledger.reports))
    return shown


def _words(counts: Mapping[str, int]) -> str:
    return "  ".join(f"{word} {count}" for word, count in counts.items()) or "none yet"


def _sum(counts: Mapping[str, int]) -> int:
    return sum(counts.values())
