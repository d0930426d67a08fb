"""Real loans lived twice: in virtual time, and on a real server with time skipping. Compared.

Server and worker are real processes; letters go over SMTP to a real mail server. The server skips
the time of each case, so every payment is told at its own instant and the two lives must be equal.
"""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import select
from temporalio.client import WorkflowHandle
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from demo.children import Child
from demo.mailcatcher import CaughtLetter, MailCatcher
from demo.server import EmbeddedServer
from domain import keys
from domain.case import Case, Entry
from domain.clock import Clock
from domain.facts import PaymentReceived
from domain.gate.words import Channel
from domain.known import rules
from domain.strategy import Outcome, Strategy
from intake.cases import Cases
from intake.connect import connect
from intake.tapes import TapeRow
from ledger import cases as case_files
from ledger import decisions
from ledger.case_tables import ContactRow, DecisionRow
from ledger.engine import open_ledger, reading, writing
from ledger.loans import add_loans
from ledger.migrate import upgrade
from ledger.payments import record_payment
from ledger.words import ContactStatus
from settings import Settings
from simulation.lives import Opening, PastLoan, known_at, lived, opening, problems_of
from simulation.world import LawfulWorld

AT_ONCE = 32
"""Cases moved side by side; more only wait for the one SQLite of the embedded server."""

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class RealLife:
    """One loan lived on the server, beside the same loan in virtual time."""

    loan: PastLoan
    expected: Case
    outcome: Outcome
    timeline: list[Entry]

    @property
    def case(self) -> Case:
        """The case as it ended on the server."""
        return replace(self.expected, outcome=self.outcome, timeline=self.timeline)


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of it; `problems` should be empty."""

    cases: int
    letters: int
    contacts: int
    allowed: int
    problems: tuple[str, ...]


def past_loan(row: TapeRow) -> PastLoan:
    """A row of a tape as a loan of the past."""
    return PastLoan(
        loan_id=row.loan.loan_id,
        borrower_id=row.borrower.borrower_id,
        currency=row.loan.currency,
        jurisdiction=row.borrower.jurisdiction,
        zone=row.borrower.zone,
        portfolio=row.loan.portfolio,
        instalments=row.instalments,
        payments=row.payments,
    )


def reachable(rows: Sequence[TapeRow]) -> frozenset[Channel]:
    """The channels for which the tape has contact points."""
    points = {str(point.channel) for row in rows for point in row.contact_points}
    pairs = ((Channel.EMAIL, "email"), (Channel.CALL, "phone"))
    return frozenset(channel for channel, point in pairs if point in points)


def prove(rows: Sequence[TapeRow], treatment: Strategy, folder: Path) -> Proof:
    """Live these late loans on a real server and compare each with its virtual life.

    `folder` gets the ledger, the letters and the logs of this run; it must be new.
    """
    folder.mkdir(parents=True)
    ledger_url = f"sqlite:///{folder / 'ledger.db'}"
    upgrade(ledger_url)
    engine = open_ledger(ledger_url)
    with writing(engine) as session:
        add_loans(session, (row.new_loan for row in rows), datetime.now(UTC))
    server = EmbeddedServer(folder / "temporal")
    catcher = MailCatcher(folder / "letters.db")
    server.start()
    catcher.start()
    said = {
        "FORBEAR_LEDGER_URL": ledger_url,
        "FORBEAR_TEMPORAL_ADDRESS": server.address,
        "FORBEAR_SMTP_PORT": str(catcher.smtp_port),
        "FORBEAR_LOG_LEVEL": "WARNING",
    }
    worker = Child([sys.executable, str(ROOT / "worker.py")], folder / "worker.log", said)
    worker.start()
    try:
        lives = asyncio.run(_live_all(rows, treatment, engine, server.address))
        return _compared(lives, engine, catcher.letters())
    finally:
        worker.stop()
        catcher.stop()
        server.stop()


async def _live_all(
    rows: Sequence[TapeRow], treatment: Strategy, engine: Engine, address: str
) -> list[RealLife]:
    settings = Settings(temporal_address=address)
    client = await connect(settings)
    skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
    stage = _Stage(treatment, engine, skipper, Cases(skipper.client, settings.task_queue))
    gate = asyncio.Semaphore(AT_ONCE)
    world = LawfulWorld(rules(), reachable(rows))

    async def one(row: TapeRow) -> RealLife:
        loan = past_loan(row)
        expected = opening(loan, treatment)
        assert expected is not None, "only late loans are lived again"
        async with gate:
            outcome, timeline = await stage.live(loan)
        return RealLife(loan, lived(expected, treatment, world), outcome, timeline)

    return list(await asyncio.gather(*(one(row) for row in rows)))


@dataclass(frozen=True, slots=True)
class _Stage:
    """Where cases are lived on the real server."""

    strategy: Strategy
    engine: Engine
    skipper: TimeSkipper
    cases: Cases

    async def live(self, loan: PastLoan) -> tuple[Outcome, list[Entry]]:
        """Open the case at its first late instant, tell it each payment at its own, and wait."""
        opened = opening(loan, self.strategy, None)
        assert opened is not None, "only late loans are lived again"
        case = opened.case
        case.clock = Clock(anchor=case.opened_at, started=datetime.now(UTC))
        case_id = keys.case_id(case.loan_id, case.episode)
        for payment in loan.payments:
            if payment not in opened.later:
                await asyncio.to_thread(self._record, loan, payment)
        await asyncio.to_thread(self._open_file, opened)
        await self.cases.open(case)
        handle = self.skipper.client.get_workflow_handle(case_id, result_type=Outcome)
        for payment in opened.later:
            await self._move_to(handle, case.clock, known_at(payment))
            await asyncio.to_thread(self._record, loan, payment)
            await self.cases.tell(case_id, payment)
        outcome = await handle.result()
        timeline = await self.cases.timeline(case_id)
        assert isinstance(timeline, list), "a case that has run has a timeline"
        return outcome, timeline

    async def _move_to(
        self, handle: WorkflowHandle[object, object], clock: Clock, at: datetime
    ) -> None:
        """Skip the case's time up to that instant, timers on the way included."""
        shown = clock.at(await self.skipper.get_current_time(handle))
        if at - shown > timedelta():
            await self.skipper.fast_forward(handle, at - shown)

    def _open_file(self, opened: Opening) -> None:
        case = opened.case
        new = case_files.NewCase(case.loan_id, case.borrower_id, case.episode, case.strategy_id)
        with writing(self.engine) as session:
            case_files.open_case(session, new, case.opened_at)

    def _record(self, loan: PastLoan, payment: PaymentReceived) -> None:
        with writing(self.engine) as session:
            record_payment(session, loan.loan_id, payment, loan.currency, known_at(payment))


def _compared(lives: Sequence[RealLife], engine: Engine, letters: Sequence[CaughtLetter]) -> Proof:
    """Hold the server's lives against the virtual ones, and the letters against the records."""
    problems: list[str] = []
    for life in lives:
        problems += _differences(life)
        problems += problems_of(life.loan, life.case)
        if life.outcome is not Outcome.CURED:
            problems.append(f"{life.loan.loan_id}: {life.outcome}, but it was paid in full")
    with reading(engine) as session:
        sent = session.exec(
            select(ContactRow.message_id).where(
                ContactRow.status == ContactStatus.SENT, ContactRow.channel == Channel.EMAIL
            )
        ).all()
        allowed = session.exec(
            select(DecisionRow).where(
                DecisionRow.what == "contact", DecisionRow.verdict == "allowed"
            )
        ).all()
        problems += decisions.verify(session)
    arrived = sorted(letter.message_id for letter in letters)
    logged = sorted(sent)
    decided = sorted(
        keys.message_id(row.key) for row in allowed if row.inputs["channel"] == Channel.EMAIL
    )
    if arrived != logged:
        problems.append(f"{len(arrived)} letters arrived, {len(logged)} stand in the contact log")
    if logged != decided:
        problems.append(f"{len(logged)} contacts were made, {len(decided)} were allowed")
    return Proof(len(lives), len(arrived), len(logged), len(decided), tuple(problems))


def _differences(life: RealLife) -> list[str]:
    expected, real = life.expected.timeline, life.timeline
    if expected == real:
        return []
    pairs = zip_longest(expected, real)
    first = next((pair for pair in pairs if pair[0] != pair[1]), (None, None))
    return [f"{life.loan.loan_id}: virtual {first[0]}, on the server {first[1]}"]
