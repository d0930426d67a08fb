"""Telling cases what the ledger has heard of before them: now, or when the server is back."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from domain.clock import Clock
from intake.cases import Cases
from intake.connect import Unanswered
from ledger import deliveries, money_news, news, standing
from ledger.engine import reading, writing
from ledger.events import mark_spoken
from ledger.news import Untold

log = structlog.get_logger("doors")


@dataclass(frozen=True, slots=True)
class Spoken:
    """How many facts cases were told, and how many were for cases that are over."""

    told: int = 0
    over: int = 0


class Speaker:
    """Tells the cases of one namespace; `connect` gives them, or raises Unanswered."""

    def __init__(
        self,
        engine: Engine,
        connect: Callable[[], Awaitable[Cases]],
        clock: Clock | None = None,
    ) -> None:
        self._engine = engine
        self._connect = connect
        self._clock = clock or Clock()
        self._cases: Cases | None = None

    async def speak(self, wall: datetime, loan_id: str = "") -> Spoken:
        """Tell everything that waits, about one loan or all, the oldest first.

        Raises Unanswered when the server is away: what was not told waits.
        """
        at = self._clock.at(wall)
        waiting = await asyncio.to_thread(self._waiting, at, loan_id)
        if not waiting:
            return Spoken()
        if self._cases is None:
            self._cases = await self._connect()
        told = 0
        for untold in waiting:
            if await self._cases.tell(untold.case_id, untold.fact) is None:
                told += 1
            await asyncio.to_thread(self._mark, untold, at)
        return Spoken(told, len(waiting) - told)

    async def keep_speaking(
        self, wake: asyncio.Event, seconds: float, now: Callable[[], datetime]
    ) -> None:
        """Speak whenever something came in, and every so often, until cancelled."""
        while True:
            wake.clear()
            try:
                spoken = await self.speak(now())
                if spoken.told or spoken.over:
                    log.info("spoken", told=spoken.told, over=spoken.over)
            except (RPCError, SQLAlchemyError, Unanswered) as failure:  # may quote what it was told
                log.warning("cases not told yet", why=type(failure).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(wake.wait(), seconds)

    def _waiting(self, at: datetime, loan_id: str) -> list[Untold]:
        with writing(self._engine) as session:
            deliveries.catch_up(session, at)
        with reading(self._engine) as session:
            rest = (news.untold, standing.untold, money_news.untold)
            return [untold for of in rest for untold in of(session, loan_id)]

    def _mark(self, untold: Untold, at: datetime) -> None:
        with writing(self._engine) as session:
            mark_spoken(session, untold.event_id, at)
