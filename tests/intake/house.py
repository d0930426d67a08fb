"""A whole house for tests: server, mail catcher and worker as real processes, and a ledger."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from demo.children import Child
from demo.mailcatcher import MailCatcher
from demo.server import EmbeddedServer
from domain.delinquency import Instalment
from intake.cases import Cases
from intake.connect import connect
from intake.treatments import Treatments, load_treatments
from ledger.engine import open_ledger, writing
from ledger.loans import add_borrower, add_loan
from ledger.migrate import upgrade
from ledger.values import Borrower, ContactPoint, Loan
from ledger.words import PointChannel
from settings import Settings

WORKER = Path(__file__).parents[2] / "worker.py"


def now() -> datetime:
    return datetime.now(UTC)


def day(offset: int) -> date:
    """A date so many days from today, in UTC."""
    return now().date() + timedelta(days=offset)


def add(
    engine: Engine,
    loan_id: str,
    due: date,
    amount_minor: int = 40_000,
    strategy: str | None = None,
) -> None:
    """A loan in CNY of a borrower of its own, with one instalment, in the zone UTC."""
    borrower = Borrower(f"b-{loan_id}", "Li Wei", "zh_CN", "UTC", "CN")
    points = [ContactPoint(PointChannel.EMAIL, f"{loan_id.lower()}@example.test")]
    loan = Loan(loan_id, borrower.borrower_id, "CNY", amount_minor, strategy=strategy)
    with writing(engine) as session:
        add_borrower(session, borrower, points)
        add_loan(session, loan, [Instalment(due, amount_minor)], now())


@dataclass(frozen=True, slots=True)
class House:
    settings: Settings
    engine: Engine
    treatments: Treatments
    worker: Child

    async def cases(self) -> Cases:
        return Cases(await connect(self.settings), self.settings.task_queue)

    @property
    def env(self) -> dict[str, str]:
        return {
            "FORBEAR_LEDGER_URL": self.settings.ledger_url,
            "FORBEAR_TEMPORAL_ADDRESS": self.settings.temporal_address,
        }


@contextmanager
def house(folder: Path) -> Iterator[House]:
    """Everything up, and down again."""
    url = f"sqlite:///{folder / 'ledger.db'}"
    upgrade(url)
    server, catcher = EmbeddedServer(folder / "temporal"), MailCatcher(folder / "letters.db")
    server.start()
    catcher.start()
    said = {
        "FORBEAR_LEDGER_URL": url,
        "FORBEAR_TEMPORAL_ADDRESS": server.address,
        "FORBEAR_SMTP_PORT": str(catcher.smtp_port),
    }
    worker = Child([sys.executable, str(WORKER)], folder / "worker.log", said)
    settings = Settings(ledger_url=url, temporal_address=server.address)
    worker.start()
    engine = open_ledger(url)
    try:
        yield House(settings, engine, load_treatments(), worker)
    finally:
        engine.dispose()
        worker.stop()
        catcher.stop()
        server.stop()
