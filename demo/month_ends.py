"""At the end of each month the credit bureau gets its file, as `starter.py bureau batch` makes it.

What was reported since, and what must be put right, leaves the house in one batch a month.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from activities.bureau import Bureaus
from channels.bureau.metro2 import Reporter
from channels.bureau.places import national
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


def bureaus(world: World) -> Bureaus:
    """The bureaus' folder of this run, with us as the reporter."""
    said = world.settings
    phone = national(said.lender_phone)
    reporter = Reporter(said.lender_name, said.lender_address, phone, said.bureau_number)
    return Bureaus(world.engine, said.bureau_folder, reporter)


async def report_monthly(world: World, book: Book, clock: Clock) -> None:
    """Make the file of the Chinese bureau at the end of every month, by the telling's clock."""
    ours = bureaus(world)
    for at in month_ends(book):
        due = clock.started + clock.wall_wait(at - clock.anchor)
        await asyncio.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
        await asyncio.to_thread(ours.batch, Bureau.ZHENGXIN, clock.at(datetime.now(UTC)))
