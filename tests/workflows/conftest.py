"""The real embedded server, once for all tests here, known policies, and empty ledgers."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import Engine
from temporalio.testing import WorkflowEnvironment

from demo.mailcatcher import MailCatcher
from domain import known
from ledger.engine import open_ledger
from ledger.migrate import upgrade
from policies.calendars import COUNTRIES, rest_days
from policies.remedy_files import load_remedies
from tests.workflows.seeded import RULES, STRATEGIES
from tests.workflows.server import embedded_server


@pytest.fixture(scope="session", autouse=True)
def _known_policies() -> None:
    known.know(STRATEGIES, RULES)
    known.know_law({country: rest_days(country) for country in COUNTRIES}, load_remedies())


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server() -> AsyncIterator[WorkflowEnvironment]:
    """A server whose cases skip time only when told to."""
    async with await embedded_server() as environment:
        yield environment


@pytest.fixture
def ledger_file(tmp_path) -> Path:
    """The file of an empty ledger."""
    path: Path = tmp_path / "ledger.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def ledger(ledger_file) -> Iterator[Engine]:
    """An empty ledger of the test's own."""
    engine = open_ledger(f"sqlite:///{ledger_file}")
    yield engine
    engine.dispose()


@pytest.fixture
def mail(tmp_path) -> Iterator[MailCatcher]:
    """A mail server of the test's own, that keeps what it is given."""
    catcher = MailCatcher(tmp_path / "letters.db")
    catcher.start()
    yield catcher
    catcher.stop()
