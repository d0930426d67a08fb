"""What the daily watch does beside the ledger: open cases on the server, read agencies' files."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from channels.agency_files import FileInbox
from domain.clock import Clock, local_date
from domain.delinquency import arrears_of, paid_by
from domain.keys import case_id
from domain.watching import SHOWN, Found, NotDone, Read, Seen
from intake.agency_updates import AgencyUpdates, Done
from intake.cases import Cases
from intake.connect import Unanswered
from intake.events import LoanEvents
from intake.treatments import Treatments, UnknownStrategy
from ledger import cases as files
from ledger.engine import reading
from ledger.errors import LedgerError
from ledger.loans import loan_view
from policies.files import PolicyError

if TYPE_CHECKING:
    from channels.agency_sftp import SftpMirror

AWAY = (RPCError, SQLAlchemyError, Unanswered)
"""What is no fault of one loan: the server or the ledger is away, and is waited for."""

log = structlog.get_logger("watch")


class Opener:
    """Opens the cases of one ledger on one server, one loan at a time."""

    def __init__(self, engine: Engine, cases: Cases, treatments: Treatments) -> None:
        self._engine = engine
        self._cases = cases
        self._treatments = treatments

    def leads(self) -> list[int]:
        """How many days before a due date strategies speak first: to most, and to the risky."""
        early = [one.early for one in self._treatments.strategies.values() if one.early]
        days = {e.days_ahead for e in early} | {e.days_ahead - e.earlier_days for e in early}
        return sorted(days)

    async def open(self, loan_id: str, wall: datetime, clock: Clock) -> Seen:
        """Open the loan's case if something is late, or spoken of ahead; a repeat changes nothing.

        Whatever is wrong with the loan or its strategy is an answer, so that one loan does not keep
        the others from being seen. Raises what AWAY names.
        """
        try:
            if await asyncio.to_thread(self._ended_by_people, loan_id, clock.at(wall)):
                return Seen(Found.NOTHING)
            events = LoanEvents(self._engine, self._cases, self._treatments, clock)
            opened = await events.open(loan_id, wall)
        except (LedgerError, PolicyError, UnknownStrategy) as refused:
            return Seen(Found.REFUSED, str(refused).partition("\n")[0])
        except AWAY:
            raise
        except Exception as fault:  # noqa: BLE001  one broken loan must not hide all others
            log.error("a loan cannot be read", loan=loan_id, why=type(fault).__name__)
            return Seen(Found.REFUSED, f"It cannot be read: {type(fault).__name__}.")
        if opened is None:
            return Seen(Found.NOTHING)
        return Seen(Found.OPENED if opened.fresh else Found.RUNNING)

    def _ended_by_people(self, loan_id: str, at: datetime) -> bool:
        """Whether what is late now was closed though it is unpaid: people decide about it then."""
        with reading(self._engine) as session:
            view = loan_view(session, loan_id)
            if view is None or files.open_case_of(session, loan_id) is not None:
                return False
            terms = self._treatments.chosen(session, view.loan.strategy).terms
            today = local_date(at, view.borrower.calendar_zone)
            _, oldest = arrears_of(view.schedule, paid_by(view.credits, today), terms, today)
            file = files.case_file(session, case_id(loan_id, oldest)) if oldest else None
            return file is not None and file.outcome is not None and not file.outcome.paid


class AgencyFiles:
    """Reads the folders of the agencies that work with files.

    With a mirror what lies on an agency's own server is fetched first.
    """

    def __init__(
        self,
        engine: Engine,
        cases: Cases,
        inboxes: Mapping[str, FileInbox],
        mirrors: "Mapping[str, SftpMirror] | None" = None,
    ) -> None:
        self._engine = engine
        self._cases = cases
        self._inboxes = inboxes
        self._mirrors = mirrors or {}

    async def read(self, wall: datetime, clock: Clock) -> Read:
        """Take in every file that waits; a folder that cannot be read does not keep the others."""
        updates = AgencyUpdates(self._engine, self._here, clock)
        taken, refused = 0, list[NotDone]()
        for name, inbox in self._inboxes.items():
            try:
                for answer in await updates.read(name, inbox, wall, self._mirrors.get(name)):
                    if answer.done in (Done.REFUSED, Done.NOT_FETCHED):
                        refused.append(NotDone(name, f"{answer.id}: {answer.why}"))
                    taken += answer.done in (Done.TOLD, Done.RECORDED)
            except OSError as failure:
                refused.append(NotDone(name, f"Its folder cannot be read: {failure.strerror}."))
        for one in refused:
            log.error("an update of an agency is refused", agency=one.of, why=one.why)
        return Read(taken, len(refused), tuple(refused[:SHOWN]))

    async def _here(self) -> Cases:
        return self._cases
