"""The mailbox that bounces and answers go to: read every so often, each letter recorded once."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from channels.bounces import BouncedMail, Mailbox, Taken, take
from channels.mailboxes import MailboxAway
from intake.receipts import Receipts
from ledger.errors import LedgerError

log = structlog.get_logger("doors")


class Postbox:
    """Reads one mailbox. A letter is marked as read once it is recorded, else it comes again."""

    def __init__(self, box: Mailbox, receipts: Receipts) -> None:
        self._box = box
        self._receipts = receipts

    def read(self, wall: datetime) -> Taken:
        """Read what is new; raises MailboxAway."""

        def bounced(bounce: BouncedMail) -> None:
            self._receipts.bounced([bounce], wall)

        def other(raw: bytes) -> None:
            if not self._receipts.answered(raw, wall).ours:
                log.warning("a letter that is nobody's we know stays in the mailbox")

        return take(self._box, bounced, other)

    async def keep_reading(
        self, wake: asyncio.Event, seconds: float, now: Callable[[], datetime]
    ) -> None:
        """Read every so often until cancelled; `wake` is set when there is something to tell."""
        while True:
            try:
                taken = await asyncio.to_thread(self.read, now())
                if taken.bounces or taken.others:
                    log.info("letters read", bounces=taken.bounces, others=taken.others)
                    wake.set()
            except (LedgerError, MailboxAway, SQLAlchemyError) as failure:  # may quote a letter
                log.warning("letters not read", why=type(failure).__name__)
            await asyncio.sleep(seconds)
