"""At the end of each month the credit bureau gets its file, as `starter.py bureau batch` makes it.

What was reported since, and what must be put right, leaves the house in one batch a month.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from commands.bureau import bureaus_of
from demo.book import Book
from demo.staging import World
from domain.bureau import Bureau
from domain.clock import Clock

_EVENING = timedelta(hours=12)
"""So long before the month is over in UTC the file is made: an evening in China too."""


def month_ends(book: Book) -> Iterator[datetime]:
    """When the file of each month that ends within the book is made."""
    first = book.starts.replace(day=1)
    while (first := (first + timedelta(days=31)).replace(day=1)) <= book.ends:
        yield first - _EVENING


async def report_monthly(world: World, book: Book, clock: Clock) -> None:
    """Make the file of the Chinese bureau at the end of every month, by the telling's clock."""
    ours = bureaus_of(world.engine, world.settings)
    for at in month_ends(book):
        due = clock.started + clock.wall_wait(at - clock.anchor)
        await asyncio.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
        await asyncio.to_thread(ours.batch, Bureau.ZHENGXIN, clock.at(datetime.now(UTC)))
