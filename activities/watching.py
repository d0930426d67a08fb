"""The daily watch in the ledger: cases opened, approvals spoken of again, agencies' files read."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Protocol

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.contracts import OPEN_CASES, READ_AGENCIES, SWEEP_APPROVALS
from activities.database import in_ledger
from domain.authority import Authority
from domain.clock import Clock
from domain.watching import (
    SHOWN,
    Found,
    Look,
    NotDone,
    Opened,
    OpenOrder,
    Read,
    Seen,
    SweepOrder,
    Swept,
    looks,
)
from ledger import approvals, newly_late, soon_due
from ledger.engine import reading, writing

BEAT_SECONDS = 10
"""How often a long look says how far it is; it is believed dead after a minute of silence."""

Reads = Callable[[datetime, Clock], Awaitable[Read]]
"""Takes in the files that agencies have left."""

log = structlog.get_logger("watch")


class Opening(Protocol):
    """Whoever opens cases on the server."""

    def leads(self) -> Sequence[int]:
        """How many days before a due date some strategy speaks first; none where none does."""
        ...

    async def open(self, loan_id: str, wall: datetime, clock: Clock) -> Seen:
        """Open a loan's case at a wall instant, under a clock; the same again changes nothing."""
        ...


@dataclass(slots=True)
class Progress:
    """How far it is: the look in hand, the last loan of it that was seen, and counts.

    In JSON's own words, as it travels with each heartbeat.
    """

    look: str = ""
    loan_id: str = ""
    opened: int = 0
    running: int = 0
    refused: int = 0
    first_refused: list[list[str]] = field(default_factory=list)

    def count(self, loan_id: str, seen: Seen) -> None:
        """Take down what became of a loan."""
        self.opened += seen.found is Found.OPENED
        self.running += seen.found is Found.RUNNING
        self.refused += seen.found is Found.REFUSED
        if seen.found is Found.REFUSED and len(self.first_refused) < SHOWN:
            self.first_refused.append([loan_id, seen.why])

    def result(self) -> Opened:
        """What the whole look came to."""
        named = tuple(NotDone(*refused) for refused in self.first_refused)
        return Opened(self.opened, self.running, self.refused, named)


class Watching:
    """What the daily watch does; each may be repeated and then changes nothing."""

    def __init__(
        self, engine: Engine, authority: Authority, opening: Opening, reads: Reads
    ) -> None:
        self._engine = engine
        self._authority = authority
        self._opening = opening
        self._reads = reads

    @activity.defn(name=OPEN_CASES)
    async def open_cases(self, order: OpenOrder) -> Opened:
        """Open the case of every loan that fell behind, or is to be spoken to before it does.

        One loan after the other. One that is refused is put before a person, tried again by the
        next watch, and does not keep the others. After a crash it goes on where it was.
        """
        so_far = _so_far()
        async with _beating(so_far):
            again = await in_ledger(self._refused_before)
            if not so_far.look:
                for loan_id, due in again:
                    so_far.count(loan_id, await self._retry(loan_id, due, order))
            tried = {loan_id for loan_id, _ in again}
            for look in looks(order.window, self._opening.leads()):
                if look.name > so_far.look:
                    so_far.look, so_far.loan_id = look.name, ""
                if look.name == so_far.look:
                    await self._look(look, order, so_far, tried)
        return so_far.result()

    @activity.defn(name=SWEEP_APPROVALS)
    async def sweep_approvals(self, order: SweepOrder) -> Swept:
        """Speak again of what waits long for a second person, and end what nobody answered."""

        def sweep() -> Swept:
            with writing(self._engine) as session:
                return Swept(*approvals.sweep(session, self._authority, order.at))

        async with _beating(Progress()):
            return await in_ledger(sweep)

    @activity.defn(name=READ_AGENCIES)
    async def read_agencies(self, order: SweepOrder) -> Read:
        """Take in the files that agencies have left in their folders."""
        async with _beating(Progress()):
            try:
                return await self._reads(order.wall, order.clock)
            except SQLAlchemyError as failure:
                raise _away(failure) from None

    async def _look(self, look: Look, order: OpenOrder, so_far: Progress, tried: set[str]) -> None:
        """Open the cases of one due date; loans that were `tried` and refused are left alone."""
        before = order.window.opened_before
        for loan_id in await in_ledger(self._found, look, before, so_far.loan_id):
            if loan_id not in tried:
                seen = await self._open(loan_id, order)
                if seen.found is Found.REFUSED:
                    await in_ledger(self._ask, loan_id, look.due, seen.why, order)
                    tried.add(loan_id)
                so_far.count(loan_id, seen)
            so_far.loan_id = loan_id

    async def _retry(self, loan_id: str, due: date, order: OpenOrder) -> Seen:
        """Try again what was refused; when that goes well, nobody needs to see to it any more."""
        seen = await self._open(loan_id, order)
        if seen.found is not Found.REFUSED:
            await in_ledger(self._done, loan_id, due, order)
        return seen

    async def _open(self, loan_id: str, order: OpenOrder) -> Seen:
        try:
            seen = await self._opening.open(loan_id, order.wall, order.clock)
        except SQLAlchemyError as failure:
            raise _away(failure) from None
        if seen.found is Found.REFUSED:
            log.error("a case is not opened", loan=loan_id, why=seen.why)
        return seen

    def _refused_before(self) -> Sequence[tuple[str, date]]:
        with reading(self._engine) as session:
            return newly_late.refused_before(session)

    def _found(self, look: Look, opened_before: datetime, after: str) -> Sequence[str]:
        with reading(self._engine) as session:
            if look.late:
                return newly_late.newly_late(session, look.due, opened_before, after)
            return soon_due.soon_due(session, look.due, look.due, after)

    def _ask(self, loan_id: str, due: date, why: str, order: OpenOrder) -> None:
        with writing(self._engine) as session:
            at = order.clock.at(order.wall)
            newly_late.put_before_a_person(session, loan_id, due, why, at)

    def _done(self, loan_id: str, due: date, order: OpenOrder) -> None:
        with writing(self._engine) as session:
            newly_late.opened_after_all(session, loan_id, due, order.clock.at(order.wall))


def _so_far() -> Progress:
    """How far an earlier attempt came, by its last heartbeat."""
    details = activity.info().heartbeat_details
    return Progress(**details[0]) if details else Progress()


@asynccontextmanager
async def _beating(progress: Progress) -> AsyncIterator[None]:
    """Say every few seconds how far it is, also while the ledger thinks."""

    async def beat() -> None:
        while True:
            activity.heartbeat(asdict(progress))
            await asyncio.sleep(BEAT_SECONDS)

    beats = asyncio.create_task(beat())
    try:
        yield
    finally:
        activity.heartbeat(asdict(progress))
        beats.cancel()
        with suppress(asyncio.CancelledError):
            await beats


def _away(failure: SQLAlchemyError) -> ApplicationError:
    """Database errors quote names and addresses, so only their kind goes on."""
    said = f"The ledger could not do it: {type(failure).__name__}."
    return ApplicationError(said, type="LedgerUnavailable")
