"""`make demo`: half a year of collections in two minutes, on a real Temporal server.

Everything a real installation has is started here, made for this run and thrown away by the next:
the server, the ledger, a mail server that keeps the letters, an agency, and a worker.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from demo.board import watch
from demo.book import BORROWERS, HALF_A_YEAR, Book, sample_book
from demo.door import open_door
from demo.guests import hints, welcome
from demo.month_ends import report_monthly
from demo.ports import Ports
from demo.server import NotStarted
from demo.staging import FOLDER, Ended, World, staged
from demo.story import Story, Telling
from demo.summary import report
from demo.tales import TELLING
from domain import keys

SECONDS = 112
"""How long the half-year takes; a day is then longer than a letter."""


@dataclass(frozen=True, slots=True)
class Staging:
    """How the demo is staged; `afterwards` is called while everything is still up."""

    seconds: int = SECONDS
    borrowers: int = BORROWERS
    seed: int = 1
    folder: Path = FOLDER
    ports: Ports | None = None
    afterwards: Callable[[World, Book, Story], None] | None = None


def main(keep: bool = False, staging: Staging | None = None) -> int:
    """Run the demo; 0 when every check at its end holds. `keep` stays up until Ctrl-C."""
    chosen = staging or Staging()
    started = time.monotonic()
    book = sample_book(chosen.seed, chosen.borrowers)
    code = 1
    try:
        with staged(chosen.folder, chosen.ports) as world:
            _greet(world, book, chosen)
            story = asyncio.run(_tell(world, book, chosen.seconds))
            print(f"\nThe half-year is over after {time.monotonic() - started:.0f} seconds.\n")
            code = report(world, book, story)
            if chosen.afterwards:
                chosen.afterwards(world, book, story)
            if keep:
                _stay(world)
    except* (NotStarted, Ended) as problems:
        for problem in problems.exceptions:
            print(problem)
    return code


async def _tell(world: World, book: Book, seconds: int) -> Story:
    door, clock = await open_door(world, book, seconds)
    telling = Telling(book, clock, door)
    async with asyncio.TaskGroup() as beside:
        bystanders = [
            beside.create_task(watch(telling)),
            beside.create_task(_guard(world)),
            beside.create_task(report_monthly(world, book, clock)),
        ]
        await telling.tell()
        for bystander in bystanders:
            bystander.cancel()
    await telling.look_back()
    return telling.story


async def _guard(world: World) -> None:
    while True:
        world.check_worker()
        await asyncio.sleep(0.5)


def _greet(world: World, book: Book, chosen: Staging) -> None:
    """Say where to look, before there is anything to see."""
    for sentence in world.moved:
        print(sentence)
    print(
        f"\n{HALF_A_YEAR.days} days of {book.borrowers} borrowers, from "
        f"{book.starts:%d %B %Y}, in about {chosen.seconds} seconds."
    )
    print(f"\nCases    {world.server.ui}/namespaces/{world.settings.temporal_namespace}/workflows")
    print(f"Letters  {world.letters_page}\nMessages {world.messages_page}")
    print("\nOne telling case a stage:")
    for stage, tale in TELLING.items():
        life = book.telling(tale)
        page = world.case_page(keys.case_id(life.loan.loan.loan_id, life.episode))
        print(f"  {stage:<14} {life.tale}: from {life.episode:%d %B}\n{'':<17}{page}")
    print(flush=True)


def _stay(world: World) -> None:
    """Stay up, with borrowers of today and something to try, until Ctrl-C."""
    now = datetime.now(UTC)
    world.doors_of_today()
    lives = welcome(world, now)
    print(f"\nStill up: {world.server.ui} and {world.letters_page}")
    print(f"{len(lives)} borrowers of today wait for you. Try, in another terminal:")
    for line in hints(lives, world.folder, now.date()):
        print(f"  {line}")
    print("Ctrl-C ends it.", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            world.check_worker()
            time.sleep(0.5)
