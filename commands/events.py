"""Taking loan events from a file or a pipe, a line at a time."""

import asyncio
import sys
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from commands.doors import now, open_house
from commands.saying import (
    NOT_DONE,
    WRONG_INPUT,
    AsJson,
    Failed,
    complain,
    show_json,
    show_table,
)
from intake.connect import Unanswered
from intake.events import Done, LoanEvents


async def events(
    file: Annotated[str, typer.Argument(help="CloudEvents, one JSON a line; - is standard input.")],
    as_json: AsJson = False,
) -> int:
    """Take loan events: each is recorded first, then told to its case. Repeats change nothing."""
    with _opened(file) as lines:
        house = open_house()
        intake = LoanEvents(house.engine, await house.cases(), house.treatments)
        counts: Counter[Done] = Counter()
        number = 0
        while text := await asyncio.to_thread(lines.readline):
            number += 1
            text = text.removeprefix(BOM_UTF8) if number == 1 else text
            if not text.strip():
                continue
            try:
                answer = await intake.take(text, number, now())
            except Unanswered as away:
                raise Failed(
                    f"line {number}: recorded, and its case not told: {away} "
                    f"Then send {file} again; what was told is not told twice."
                ) from None
            counts[answer.done] += 1
            if as_json:
                show_json(answer, indent=None)
            elif answer.why:
                complain(answer.why)
    if not as_json:
        rows = [(done, counts[done]) for done in Done if counts[done]]
        show_table("Loan events", ("What became of them", "Events"), rows)
    return NOT_DONE if counts[Done.REFUSED] else 0


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
        return
    try:
        with Path(file).open("rb") as lines:
            yield lines
    except OSError as error:
        raise Failed(f"{file} cannot be read: {error.strerror}.", WRONG_INPUT) from None
