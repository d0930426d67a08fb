"""Processes that die while they make a contact: run by the tests, never by pytest.

python -m tests.activities.dying <ledger url> <way> <counterpart> <number>/<class>/<where> ...

Each order, of person and loan <number>, has a process of its own, which kills itself with SIGKILL:
no farewell, no cleanup. The numbers of those that did not die are printed.
"""

import asyncio
import os
import signal
import sys

from domain.steps import MessageClass
from ledger.engine import open_ledger
from tests.activities.ways import LISTS, TEXTS, by_way, order_by, sender_of
from tests.activities.world import run

BEFORE, AFTER = "before", "after"
"""Between claim and act, and between act and confirm."""


def die() -> None:
    """At once, as by kill -9."""
    os.kill(os.getpid(), signal.SIGKILL)


class DyingSender:
    """Hands messages over, and kills the process before or after it does."""

    def __init__(self, real, where):
        self._real, self._where = real, where

    async def send(self, message):
        if self._where == AFTER:
            await self._real.send(message)
        die()

    async def close(self):
        """Nobody lives to close it."""


class DyingTexts:
    """Kills the process when the guide of a call or visit is to be written: it is claimed then."""

    def threatens(self, template):
        return TEXTS.threatens(template)

    def write(self, *args, **more):
        die()


def contact(url: str, way: str, place: str, what: str) -> None:
    number, kind, where = what.split("/")
    engine = open_ledger(url)
    asked = order_by(way, int(number), message_class=MessageClass(kind))
    if way in LISTS:
        texts = DyingTexts() if where == BEFORE else TEXTS
        asyncio.run(run(by_way(engine, way, None, texts=texts).send_notice, asked))
        die()
    sender = DyingSender(sender_of(way, place), where)
    asyncio.run(run(by_way(engine, way, sender).send_notice, asked))


def main(url: str, way: str, place: str, *whats: str) -> None:
    for what in whats:
        child = os.fork()
        if child == 0:
            try:
                contact(url, way, place, what)
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
            print(what)


if __name__ == "__main__":
    main(*sys.argv[1:])
