"""The front doors, as a core system, an agency and collectors use them."""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from demo.book import Book, Life
from demo.legal_door import LegalDoor
from demo.staging import World
from demo.teller import Happening
from domain.bureau import BUREAUS
from domain.clock import Clock
from domain.facts import (
    FACTS,
    AgencyReported,
    BorrowerReached,
    ContactBounced,
    CourtSaid,
    Fact,
    PaymentReceived,
    PaymentReversed,
)
from domain.gate.words import Channel
from domain.legal.asking import FileEvidence
from domain.refused import Refused
from domain.requests import Approve, Note, Request
from intake.approving import Said, answer
from intake.bargaining import Bargain, load_bargain
from intake.cases import Cases
from intake.connect import connect
from intake.events import Done, LoanEvents
from intake.treatments import load_treatments
from ledger import bureau, notes
from ledger.case_tables import CaseFileRow
from ledger.cases import open_case_of
from ledger.engine import reading, writing
from ledger.loans import add_loans
from ledger.questions import question_of

Told = PaymentReceived | PaymentReversed | ContactBounced | AgencyReported
"""Facts that come as loan events."""

SOURCE = "/demo/book"
NOTE = "Spoke with the borrower; see the case for what was agreed."


@dataclass(frozen=True, slots=True)
class Door:
    """Where events and requests go in; every case that opens carries the telling's clock."""

    client: Client
    cases: Cases
    events: LoanEvents
    engine: Engine
    bargain: Bargain
    legal: LegalDoor

    async def deliver(self, life: Life, happening: Happening) -> Refused | None:
        """Let it happen; Refused when a case or the intake would not take it."""
        event = happening.event
        if event is None or isinstance(event, Told):
            return await self._tell(life, happening)
        if isinstance(event, FACTS):
            return await self._mention(life, event)
        return await self._ask(life, event)

    async def _mention(self, life: Life, fact: Fact) -> Refused | None:
        """What a court said and what came of a visit or a call, as the doors tell it."""
        loan_id = life.loan.loan.loan_id
        mine = await asyncio.to_thread(self._open_file, loan_id)
        if mine is None:
            return Refused("case-unknown", f"{loan_id} has no open case.")
        if isinstance(fact, CourtSaid):
            return await self.legal.court_said(mine, fact)
        if isinstance(fact, BorrowerReached) and fact.channel == Channel.VISIT:
            return await self.legal.visited(mine, fact)
        return await self.cases.tell(mine.case_id, fact)

    async def _tell(self, life: Life, happening: Happening) -> Refused | None:
        text = json.dumps(envelope(life, happening)).encode()
        answer = await self.events.take(text, 1, datetime.now(UTC))
        return Refused("event-refused", answer.why) if answer.done is Done.REFUSED else None

    async def _ask(self, life: Life, request: Request) -> Refused | None:
        loan_id = life.loan.loan.loan_id
        mine = await asyncio.to_thread(self._open_file, loan_id)
        if mine is None:
            return Refused("case-unknown", f"{loan_id} has no open case.")
        if isinstance(request, Approve):
            return await self._answer(mine, request)
        if isinstance(request, FileEvidence):
            return await self.legal.put(mine, request)
        if isinstance(request, Note):
            await asyncio.to_thread(self._write, mine, request)
        answer = await self.cases.ask(mine.case_id, request)
        return answer if isinstance(answer, Refused) else None

    async def _answer(self, mine: CaseFileRow, request: Approve) -> Refused | None:
        """A second person answers, as `starter.py approval` lets them."""
        with reading(self.engine) as session:
            asked = question_of(session, mine.loan_id, mine.episode, request.what)
            question = asked.approval_id if asked else ""
        if not question:
            return Refused("nothing-to-approve", f"{mine.loan_id} has asked nobody.")
        at = request.at or datetime.now(UTC)
        said = Said(request.by, request.approved, at, at)
        answered = await answer(self.engine, self._cases, self.bargain, question, said)
        return answered if isinstance(answered, Refused) else None

    async def _cases(self) -> Cases:
        return self.cases

    def _open_file(self, loan_id: str) -> CaseFileRow | None:
        with reading(self.engine) as session:
            return open_case_of(session, loan_id)

    def _write(self, mine: CaseFileRow, request: Note) -> None:
        """The text of a note is written before the case hears of it."""
        at = request.at or datetime.now(UTC)
        said = notes.Note(request.note_id, mine.loan_id, mine.episode, request.by, NOTE, at)
        with writing(self.engine) as session:
            notes.add_note(session, said)


def envelope(life: Life, happening: Happening) -> dict[str, Any]:
    """The loan event that tells it; without a fact, that an instalment is late or soon due."""
    loan, at, fact = life.loan.loan, happening.at, happening.event
    assert fact is None or isinstance(fact, Told), "other facts are no loan events"
    kind, data = _found(happening) if fact is None else _told(loan.currency, fact)
    return {
        "specversion": "1.0",
        "id": fact.fact_id if fact else f"{loan.loan_id}-{kind.rpartition('.')[2]}-{at:%Y%m%d}",
        "source": SOURCE,
        "type": kind,
        "time": at.isoformat(),
        "data": {"loan_id": loan.loan_id, **data},
    }


def _found(happening: Happening) -> tuple[str, dict[str, Any]]:
    return f"loan.instalment.{'upcoming' if happening.soon else 'overdue'}", {}


def _told(currency: str, fact: Told) -> tuple[str, dict[str, Any]]:
    match fact:
        case PaymentReceived(payment_id=an_id, amount_minor=amount, on=on):
            money = {"amount_minor": amount, "currency": currency}
            return "loan.payment.received", {
                "payment_id": an_id,
                "on": on.isoformat(),
                **money,
            }
        case PaymentReversed(payment_id=an_id, on=on):
            return "loan.payment.reversed", {"payment_id": an_id, "on": on.isoformat()}
        case ContactBounced(step=step):
            return "contact.bounced", {"step": step, "reason": "The mailbox is closed."}
        case AgencyReported(placement_key=key, status=status):
            return "agency.reported", {"placement_key": key, "status": status}


async def open_door(world: World, book: Book, seconds: float) -> tuple[Door, Clock]:
    """Import the book and open the door; the clock starts now and reaches its end in time."""
    treatments = load_treatments()
    client = await connect(world.settings)
    await worker_ready(world, client)
    await asyncio.to_thread(_take_in, world.engine, book)
    speed = int((book.ends - book.starts).total_seconds() / seconds)
    clock = Clock(book.starts, datetime.now(UTC), speed)
    await world.open_doors(clock)
    cases = Cases(client, world.settings.task_queue)
    events = LoanEvents(world.engine, cases, treatments, clock)
    bargain = load_bargain(world.settings.profile, world.settings.authority_file)
    legal = LegalDoor(world.engine, cases, clock)
    return Door(client, cases, events, world.engine, bargain, legal), clock


def _take_in(engine: Engine, book: Book) -> None:
    """The loans; where there is a bureau, borrowers agreed to it when they signed (CN-CR-02)."""
    with writing(engine) as session:
        add_loans(session, (life.loan for life in book.lives), book.starts)
        for life in book.lives:
            loan, who = life.loan.loan, life.loan.borrower
            if who.jurisdiction in BUREAUS and loan.disbursed_on is not None:
                paper = f"contract-{loan.loan_id}"
                bureau.consent(session, who.borrower_id, loan.disbursed_on, paper)


async def worker_ready(world: World, client: Client) -> None:
    """Wait until somebody serves the task queue, so that no time passes unattended."""
    request = DescribeTaskQueueRequest(
        namespace=client.namespace, task_queue=TaskQueue(name=world.settings.task_queue)
    )
    while world.worker.running:
        answer = await client.workflow_service.describe_task_queue(request)
        if answer.pollers:
            return
        await asyncio.sleep(0.1)
    world.check_worker()
