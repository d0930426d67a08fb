"""The real embedded server, once for all tests here, and policies known to its workers."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from domain import known
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
