"""What agencies tell us: recorded first, then told to the case, then thanked.

Whatever is killed in between, the update comes again under its own id and is taken up where it was
left; one that was taken changes nothing when it comes again. Webhooks and files take the same way.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine
from sqlmodel import Session

from channels.agency_files import Batch, FileInbox
from channels.errors import TryAgain
from domain import keys
from domain.clock import Clock, local_date
from domain.facts import AgencyReported, Fact, PaymentReceived, PaymentReversed
from intake.agency_words import (
    Acknowledged,
    Contacted,
    DataGone,
    Recovered,
    Undone,
    Update,
    UpdateRefused,
    read_update,
)
from intake.cases import Cases
from ledger import agency_news
from ledger.agency_news import AgencyContact
from ledger.agency_refusals import RefusedOfAgency, put_before_a_person
from ledger.case_tables import PlacementRow
from ledger.cases import open_case_of
from ledger.engine import writing
from ledger.errors import LedgerError
from ledger.events import LoanEvent, Taken, mark_spoken, record_event, spoken
from ledger.payments import record_payment, record_reversal
from ledger.tables import BorrowerRow
from ledger.waived import told

if TYPE_CHECKING:
    from channels.agency_sftp import Fetched, SftpMirror

AHEAD = timedelta(minutes=5)
"""How far an agency's clock may be ahead of ours."""


class Done(StrEnum):
    """What taking an update came to."""

    TOLD = "told"
    RECORDED = "recorded"
    REPEATED = "repeated"
    REFUSED = "refused"
    NOT_FETCHED = "not fetched"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one update; `why` says what is wrong with a refused one."""

    id: str
    done: Done
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Written:
    """What is in the ledger and still to be told: a fact to a case, or nothing to anybody."""

    case_id: str = ""
    fact: Fact | None = None


class AgencyUpdates:
    """Takes what agencies tell into one ledger, and speaks to the cases of one namespace.

    `connect` gives those cases, or raises Unanswered.

    `clock` is the clock of the cases: the wall clock, except in a time-lapse.
    """

    def __init__(
        self, engine: Engine, connect: Callable[[], Awaitable[Cases]], clock: Clock | None = None
    ) -> None:
        self._engine = engine
        self._connect = connect
        self._cases: Cases | None = None
        self._clock = clock or Clock()

    async def take(self, agency: str, said: Mapping[str, Any], wall: datetime) -> Answer:
        """Take one update of that agency; a refused one leaves nothing behind.

        Raises Unanswered when it is recorded and the server is away: it is told when it comes
        again.
        """
        number = str(said.get("id", ""))[:200]
        try:
            update = read_update(said)
            if update.at > self._clock.at(wall) + AHEAD:
                raise UpdateRefused("at: is in the future")
            written = await asyncio.to_thread(self._record, agency, update, wall)
        except (LedgerError, UpdateRefused) as refused:
            return Answer(number, Done.REFUSED, str(refused))
        if written is None:
            return Answer(number, Done.REPEATED)
        told = await self._tell(written)
        await asyncio.to_thread(self._mark, agency, update, wall)
        return Answer(number, Done.TOLD if told else Done.RECORDED)

    async def read(
        self, agency: str, inbox: FileInbox, wall: datetime, mirror: "SftpMirror | None" = None
    ) -> Sequence[Answer]:
        """Take every file that waits; one is moved away when all of it is in the ledger.

        With a `mirror` those are fetched first. A server that is away does not keep what is here
        from being read. A person is asked about each row that is refused, and each file.
        """
        answers = [] if mirror is None else await _told(agency, mirror.fetch)
        for unread in (one for one in answers if one.done is Done.REFUSED):
            await self._ask(RefusedOfAgency(agency, unread.id, unread.why, unread.why), wall)
        for batch in await asyncio.to_thread(lambda: list(inbox.batches())):
            answers += await self._batch(agency, batch, wall)
            await asyncio.to_thread(inbox.finish, batch)
        if mirror is not None and Done.NOT_FETCHED not in {answer.done for answer in answers}:
            answers += await _told(agency, mirror.settle)
        return answers

    async def _batch(self, agency: str, batch: Batch, wall: datetime) -> list[Answer]:
        """Take the rows of one file; what is refused is put before a person."""
        name = batch.path.name
        if batch.problem:
            content = sha256(await asyncio.to_thread(batch.path.read_bytes)).hexdigest()
            await self._ask(RefusedOfAgency(agency, name, content, batch.problem), wall)
            return [Answer(name, Done.REFUSED, batch.problem)]
        answers = []
        for row in batch.rows:
            answer = await self.take(agency, row, wall)
            answers.append(answer)
            if answer.done is Done.REFUSED:
                content, why = json.dumps(row, sort_keys=True), f"{answer.id}: {answer.why}"
                placement = row.get("placement_key", "")
                await self._ask(RefusedOfAgency(agency, name, content, why, placement), wall)
        return answers

    async def _ask(self, refused: RefusedOfAgency, wall: datetime) -> None:
        def ask() -> None:
            with writing(self._engine) as session:
                put_before_a_person(session, refused, self._clock.at(wall))

        await asyncio.to_thread(ask)

    def _record(self, agency: str, update: Update, wall: datetime) -> _Written | None:
        """Write the update and what it tells, whole or not at all; None for one told before."""
        source = keys.agency_update_source(agency)
        key = keys.event_key(source, update.id)
        with writing(self._engine) as session:
            row = agency_news.placement_for(session, update.placement_key, agency)
            content = update.model_dump_json()
            event = LoanEvent(key, f"agency.{update.kind}", source, row.loan_id, content)
            taken = record_event(session, event, wall)
            if taken is Taken.CONFLICT:
                raise UpdateRefused("id: has come before with other content")
            if taken is Taken.REPEAT and spoken(session, key):
                return None
            return _write(session, row, update, key)

    async def _tell(self, written: _Written) -> bool:
        """Tell the case; False when nobody has to hear it, or the case is over."""
        if written.fact is None or not written.case_id:
            return False
        if self._cases is None:
            self._cases = await self._connect()
        return await self._cases.tell(written.case_id, written.fact) is None

    def _mark(self, agency: str, update: Update, wall: datetime) -> None:
        with writing(self._engine) as session:
            key = keys.event_key(keys.agency_update_source(agency), update.id)
            mark_spoken(session, key, wall)


async def _told(agency: str, visit: "Callable[[], Awaitable[Fetched | None]]") -> list[Answer]:
    """What went wrong on a visit to the agency's server; empty when nothing did."""
    try:
        came = await visit()
    except TryAgain as failure:
        return [Answer(f"server of {agency}", Done.NOT_FETCHED, failure.reason)]
    problems = came.problems if came else {}
    return [Answer(name, Done.REFUSED, why) for name, why in problems.items()]


def _write(session: Session, row: PlacementRow, update: Update, key: str) -> _Written:
    """Write what the update tells, and say what its case is to hear."""
    if isinstance(update, Recovered | Undone):
        return _money(session, row, update, key)
    if isinstance(update, Contacted):
        contact = AgencyContact(
            update.id, update.channel, update.outcome, update.at, update.inbound
        )
        agency_news.contacted(session, row, contact)
    about = update.about if isinstance(update, Acknowledged) else ""
    if about:
        agency_news.message_acknowledged(session, row, about, update.at)
    elif update.kind in ("acknowledged", "contacted", "promised"):
        agency_news.acknowledged(session, row, update.at)
    if isinstance(update, DataGone):
        agency_news.data_gone(session, row, update.at)
    case = keys.case_id(row.loan_id, row.episode)
    return _Written(case, AgencyReported(key, row.key, update.kind, update.at, about))


def _money(session: Session, row: PlacementRow, update: Recovered | Undone, key: str) -> _Written:
    """Money the agency received or had undone; it is booked once, by the agency's number of it."""
    zone = session.get_one(BorrowerRow, row.borrower_id).calendar_zone
    if update.on > local_date(update.at, zone):
        raise UpdateRefused("on: is after the update itself")
    since = local_date(row.claimed_at, zone)
    if update.on < since:
        raise UpdateRefused(f"on: is before the day on which you were given the case, {since}")
    number = keys.agency_payment_id(row.agency, update.payment_id)
    fact: Fact
    if isinstance(update, Undone):
        fact = PaymentReversed(key, number, update.on, update.at)
        record_reversal(session, row.loan_id, fact, update.at)
        fact = told(session, row.loan_id, fact)
    else:
        money = (number, update.amount_minor, update.on)
        twice = agency_news.same_recovery(session, row, *money)
        fact = PaymentReceived(key, *money, update.at)
        if record_payment(session, row.loan_id, fact, update.currency, update.at).new and twice:
            what, why = f"same-recovery/{update.payment_id}", f"{row.agency}: the same money twice?"
            agency_news.ask(session, row, what, why, update.at)
        fact = told(session, row.loan_id, fact)
    open_case = open_case_of(session, row.loan_id)
    return _Written(open_case.case_id if open_case else "", fact)
