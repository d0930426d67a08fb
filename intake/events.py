"""Loan events: recorded first, then told to the case, then marked as told.

Whatever is killed in between, the event comes again and is taken up where it was left; an event
that was told changes nothing when it comes again.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Engine
from sqlmodel import Session

from domain.clock import Clock, local_date
from domain.facts import Fact
from domain.legal.limitation import LAWS
from domain.orders import CloseOrder
from domain.strategy import Outcome
from intake.cases import Cases
from intake.envelopes import Event, EventRefused, Upcoming, read_event
from intake.opening import Opened, open_file, why_none
from intake.recording import RECORDERS, Said
from intake.treatments import Treatments, UnknownStrategy
from ledger import cases as files
from ledger import money_news
from ledger.case_tables import CaseFileRow
from ledger.engine import reading, writing
from ledger.errors import LedgerError
from ledger.events import LoanEvent, Taken, mark_spoken, record_event, spoken
from ledger.loans import loan_view
from ledger.news import Untold
from policies.files import PolicyError

AHEAD = timedelta(minutes=5)
"""How far a sender's clock may be ahead of ours."""


class Done(StrEnum):
    """What taking an event came to."""

    OPENED = "case opened"
    RUNNING = "case runs already"
    TOLD = "case told"
    RECORDED = "recorded"
    REPEATED = "repeated"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one line.

    `why` says what is wrong with a refused one, and why none opened for what falls due soon.
    """

    line: int
    done: Done
    event: str = ""
    loan_id: str = ""
    case_id: str = ""
    why: str = ""


class LoanEvents:
    """Takes loan events into one ledger and tells the cases of one namespace.

    `clock` is the clock that opened cases carry: the wall clock, except in a time-lapse.
    """

    def __init__(
        self, engine: Engine, cases: Cases, treatments: Treatments, clock: Clock | None = None
    ) -> None:
        self._engine = engine
        self._cases = cases
        self._treatments = treatments
        self._clock = clock or Clock()

    async def take(self, text: bytes, line: int, wall: datetime) -> Answer:
        """Take the event on that line at the wall instant `wall`.

        A refused event leaves nothing behind. Raises Unanswered when the event is recorded and
        the server is away: it is told when it comes again.
        """
        try:
            event = read_event(text)
            at = self._known_at(event, wall)
            said = await asyncio.to_thread(self._record, event, at)
        except (EventRefused, LedgerError, UnknownStrategy, PolicyError) as refused:
            return Answer(line, Done.REFUSED, why=f"line {line}: {refused}")
        if said is None:
            return Answer(line, Done.REPEATED, event.key, event.loan_id)
        done, case = await self._speak(said, event.loan_id, at)
        await asyncio.to_thread(self._mark, event.key, at)
        await self._forgiven(event.loan_id, at)
        why = ""
        if done is Done.RECORDED and isinstance(event.data, Upcoming):
            why = f"line {line}: no case: {await self.why_none(event.loan_id, wall)}"
        return Answer(line, done, event.key, event.loan_id, case, why)

    async def open(self, loan_id: str, wall: datetime) -> Opened | None:
        """Open the case of a loan without an event; None when there is none to open.

        Raises LedgerError for an unknown loan, UnknownStrategy for its strategy.
        """
        opened = await asyncio.to_thread(self._open, loan_id, self._clock.at(wall))
        if opened is not None:
            await self._start(opened, None)
        return opened

    async def why_none(self, loan_id: str, wall: datetime) -> str:
        """Why `open` answered None, in a sentence."""

        def read() -> str:
            with reading(self._engine) as session:
                return why_none(session, self._treatments, loan_id, self._clock.at(wall))

        return await asyncio.to_thread(read)

    def _known_at(self, event: Event, wall: datetime) -> datetime:
        """The instant we knew: the event's own while it is punctual, otherwise the clock's."""
        now = self._clock.at(wall)
        if event.time is None:
            return now
        if event.time > now + AHEAD:
            raise EventRefused(
                "time",
                f"{event.time.isoformat()} is in the future",
                f"it is {now:%Y-%m-%dT%H:%M:%SZ} here; check the sender's clock",
            )
        return self._clock.instant(event.time, wall)

    def _record(self, event: Event, at: datetime) -> Said | None:
        """Write the event and what it tells, whole or not at all; None for one already told."""
        letter = LoanEvent(event.key, event.type, event.source, event.loan_id, event.content)
        with writing(self._engine) as session:
            taken = record_event(session, letter, at)
            if taken is Taken.CONFLICT:
                raise EventRefused(
                    "id",
                    f"{event.key} has come before with other content",
                    "a new event needs a new id",
                )
            if taken is Taken.REPEAT and spoken(session, event.key):
                return None
            return RECORDERS[event.type](session, event, at)

    async def _speak(self, said: Said, loan_id: str, at: datetime) -> tuple[Done, str]:
        """Tell the case; start it when its file says that it should run and it does not."""
        for other, fact in said.also:
            await self._cases.tell(other, fact)
        if said.fact is not None and said.case_id:
            if await self._cases.tell(said.case_id, said.fact) is None:
                return Done.TOLD, said.case_id
            opened = await asyncio.to_thread(self._still_open, loan_id, at)
            if opened is not None:
                await self._start(opened, said.fact)
                return Done.OPENED, opened.case_id
        if not said.opens:
            return Done.RECORDED, ""
        opened = await asyncio.to_thread(self._open, loan_id, at)
        if opened is None:
            return Done.RECORDED, ""
        await self._start(opened, None)
        return (Done.OPENED if opened.fresh else Done.RUNNING), opened.case_id

    async def _start(self, opened: Opened, fact: Fact | None) -> None:
        if opened.again:
            await self._cases.over(opened.case_id)
        await self._cases.open(opened.case, fact)
        if opened.fresh and opened.case.jurisdiction in LAWS:
            await self._cases.watch(opened.case.loan_id, opened.case.clock)

    def _open(self, loan_id: str, at: datetime) -> Opened | None:
        with writing(self._engine) as session:
            if loan_view(session, loan_id) is None:
                raise LedgerError(f"Loan {loan_id!r} is not in the ledger; import its tape first.")
            return open_file(session, self._treatments, loan_id, at, self._clock)

    def _still_open(self, loan_id: str, at: datetime) -> Opened | None:
        """The case of an open file that nobody runs; a file with nothing late is closed."""
        with writing(self._engine) as session:
            mine = files.open_case_of(session, loan_id)
            if mine is None:
                return None
            opened = open_file(session, self._treatments, loan_id, at, self._clock)
            if opened is None:
                files.close_case(session, _paid_before_it_ran(session, mine, at))
            return opened

    async def _forgiven(self, loan_id: str, at: datetime) -> None:
        """Tell the case what the event has forgiven of its loan, as a settlement that was paid."""
        for untold in await asyncio.to_thread(self._unheard, loan_id):
            await self._cases.tell(untold.case_id, untold.fact)
            await asyncio.to_thread(self._mark, untold.event_id, at)

    def _unheard(self, loan_id: str) -> list[Untold]:
        with reading(self._engine) as session:
            return money_news.untold(session, loan_id)

    def _mark(self, event_id: str, at: datetime) -> None:
        with writing(self._engine) as session:
            mark_spoken(session, event_id, at)


def _paid_before_it_ran(session: Session, mine: CaseFileRow, at: datetime) -> CloseOrder:
    view = loan_view(session, mine.loan_id)
    assert view is not None, "a case file is about a loan of the ledger"
    ahead = local_date(at, view.borrower.calendar_zone) <= mine.episode
    return CloseOrder(
        mine.loan_id,
        mine.borrower_id,
        mine.episode,
        Outcome.PAID_IN_TIME if ahead else Outcome.CURED,
        "paid before the case ran",
        at,
    )
