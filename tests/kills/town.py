"""Two hundred cases on real processes that can be killed: a server, a worker, a mail server."""

import asyncio
import random
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine
from temporalio.service import RPCError

from demo.children import Child
from demo.mailcatcher import MailCatcher
from demo.server import EmbeddedServer
from domain import keys
from domain.case import Case, Entry
from domain.clock import Clock, local_date
from domain.delinquency import Instalment
from domain.facts import PaymentReceived
from domain.opening import open_case
from domain.strategy import Strategy
from intake.cases import Cases
from intake.connect import Unanswered, connect
from ledger import cases as case_files
from ledger.engine import open_ledger, writing
from ledger.loans import add_loans
from ledger.migrate import upgrade
from ledger.payments import record_payment
from ledger.values import Borrower, ContactPoint, Loan, NewLoan
from ledger.words import PointChannel
from settings import Settings

_T = TypeVar("_T")

ROOT = Path(__file__).parents[2]
ZONE = "Asia/Shanghai"
DUE = date(2026, 1, 10)
OPENED = datetime(2026, 1, 11, 1, tzinfo=UTC)
OWED = 50_000
SPEED = 86_400
"""A day a second: sixty days of reminders and calls in a minute."""


@dataclass(frozen=True, slots=True)
class Soul:
    """One borrower: pays half on one day and the rest on another; `days` count from opening."""

    loan_id: str
    part_after: timedelta
    rest_after: timedelta

    def payments(self) -> list[tuple[timedelta, PaymentReceived]]:
        """What they pay, and how long after the opening it becomes known."""
        both = ((self.part_after, OWED // 2), (self.rest_after, OWED - OWED // 2))
        return [
            (after, _payment(f"{self.loan_id}-{n}", amount, OPENED + after))
            for n, (after, amount) in enumerate(both)
        ]


def _payment(payment_id: str, amount: int, at: datetime) -> PaymentReceived:
    return PaymentReceived(payment_id, payment_id, amount, local_date(at, ZONE), at)


def people(count: int, seed: int) -> list[Soul]:
    """Borrowers who pay on seeded days, up to two months late."""
    dice = random.Random(seed)
    souls = []
    for number in range(count):
        rest = dice.uniform(25, 60)
        part = dice.uniform(12, rest - 1)
        souls.append(Soul(f"K-{number:03}", timedelta(days=part), timedelta(days=rest)))
    return souls


def new_case(soul: Soul, strategy: Strategy, clock: Clock) -> Case:
    """The case of a borrower, one day past due."""
    case = open_case(
        loan_id=soul.loan_id,
        borrower_id=f"B-{soul.loan_id}",
        currency="CNY",
        jurisdiction="CN",
        zone=ZONE,
        strategy=strategy,
        at=OPENED,
        instalments=[Instalment(DUE, OWED)],
        payments=[],
        clock=clock,
    )
    assert case is not None
    return case


@dataclass
class Town:
    """Everything that runs; `kill_worker` and `kill_server` come without warning."""

    folder: Path
    strategy: Strategy
    lives: dict[str, list[Entry]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ledger_url = f"sqlite:///{self.folder / 'ledger.db'}"
        upgrade(self.ledger_url)
        self.engine: Engine = open_ledger(self.ledger_url)
        self.server = EmbeddedServer(self.folder / "temporal")
        self.mail = MailCatcher(self.folder / "letters.db")
        self.server.start()
        self.mail.start()
        self.settings = Settings(
            ledger_url=self.ledger_url,
            temporal_address=self.server.address,
            smtp_port=self.mail.smtp_port,
        )
        self.worker = self._new_worker()

    def _new_worker(self) -> Child:
        said = {
            "FORBEAR_LEDGER_URL": self.ledger_url,
            "FORBEAR_TEMPORAL_ADDRESS": self.settings.temporal_address,
            "FORBEAR_SMTP_PORT": str(self.settings.smtp_port),
        }
        command = [sys.executable, str(ROOT / "worker.py")]
        worker = Child(command, self.folder / "worker.log", said)
        worker.start()
        return worker

    def kill_worker(self) -> None:
        """Kill -9, and start another."""
        self.worker.kill()
        self.worker = self._new_worker()

    def kill_server(self) -> None:
        """Kill -9, and start again on the same file and ports."""
        self.server.restart()

    def close(self) -> None:
        """End everything."""
        self.worker.kill()
        self.mail.stop()
        self.server.kill()

    def settle(self, souls: list[Soul]) -> None:
        """Everybody's loan goes into the ledger."""
        with writing(self.engine) as session:
            add_loans(session, (_new_loan(soul) for soul in souls), datetime.now(UTC))

    async def live(self, souls: list[Soul]) -> None:
        """Open every case and tell each payment at its instant, whatever is being killed."""
        client = await connect(self.settings)
        cases = Cases(client, self.settings.task_queue)
        await asyncio.gather(*(self._life(soul, cases) for soul in souls))

    async def _life(self, soul: Soul, cases: Cases) -> None:
        started = datetime.now(UTC)
        case = new_case(soul, self.strategy, Clock(OPENED, started, SPEED))
        case_id = keys.case_id(case.loan_id, case.episode)
        await asyncio.to_thread(self._open_file, case)
        await _persist(lambda: cases.open(case))
        for after, payment in soul.payments():
            pause = (started + after / SPEED - datetime.now(UTC)).total_seconds()
            await asyncio.sleep(max(0.0, pause))
            await asyncio.to_thread(self._record, soul, payment)
            await _persist(partial(cases.tell, case_id, payment))
        await _persist(lambda: _over(cases, case_id))
        timeline = await _persist(lambda: cases.timeline(case_id))
        assert isinstance(timeline, list), timeline
        self.lives[soul.loan_id] = timeline

    def _open_file(self, case: Case) -> None:
        new = case_files.NewCase(case.loan_id, case.borrower_id, case.episode, case.strategy_id)
        with writing(self.engine) as session:
            case_files.open_case(session, new, case.opened_at)

    def _record(self, soul: Soul, payment: PaymentReceived) -> None:
        assert payment.at is not None
        with writing(self.engine) as session:
            record_payment(session, soul.loan_id, payment, "CNY", payment.at)


def _new_loan(soul: Soul) -> NewLoan:
    borrower = Borrower(f"B-{soul.loan_id}", f"Name of {soul.loan_id}", "en", ZONE, "CN")
    points = (
        ContactPoint(PointChannel.EMAIL, f"{soul.loan_id.lower()}@example.test"),
        ContactPoint(PointChannel.PHONE, "+86 139 0000 0000"),
    )
    loan = Loan(soul.loan_id, borrower.borrower_id, "CNY", OWED)
    return NewLoan(borrower, loan, (Instalment(DUE, OWED),), points)


async def _over(cases: Cases, case_id: str) -> None:
    if not await cases.over(case_id, timedelta(seconds=5)):
        raise Unanswered(f"{case_id} is still open")


async def _persist(ask: Callable[[], Awaitable[_T]]) -> _T:
    """Ask until there is an answer: the server may be down for a while."""
    for _ in range(120):
        try:
            return await ask()
        except (Unanswered, RPCError):
            await asyncio.sleep(0.5)
    raise AssertionError("no answer for a minute")
