"""A process that dies while it makes a contact: run by the tests, never by pytest.

python -m tests.activities.dying <ledger url> <smtp port> <message class> <where>
"""

import asyncio
import os
import sys

from domain.strategy import MessageClass
from ledger.engine import open_ledger
from tests.activities.world import email, messaging, notice, run

BEFORE, AFTER = "before", "after"


class DyingSender:
    """Hands letters over, and ends the process before or after it does: no farewell, no cleanup."""

    def __init__(self, port, where):
        self._real, self._where = email(port), where

    async def send(self, message):
        if self._where == AFTER:
            await self._real.send(message)
        os._exit(9)

    async def close(self):
        pass


def main(url: str, port: str, kind: str, where: str) -> None:
    sending = messaging(open_ledger(url), DyingSender(int(port), where))
    asyncio.run(run(sending.send_notice, notice(message_class=MessageClass(kind))))


if __name__ == "__main__":
    main(*sys.argv[1:])
