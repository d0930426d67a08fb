"""A ledger with one late loan, a real mail server and a real agency on loopback."""

from collections.abc import Iterator

import pytest

from demo.agency import AgencyStandIn
from demo.mailcatcher import MailCatcher
from tests.activities.world import SECRET
from tests.channels.conftest import providers
from tests.ledger.book import open_book
from tests.ledger.conftest import ledger, server, sqlite_template, url

__all__ = ["agency", "book", "ledger", "mail", "providers", "server", "sqlite_template", "url"]


@pytest.fixture
def book(ledger):
    """The ledger with the loan L1 of 王伟."""
    open_book(ledger)
    return ledger


@pytest.fixture
def mail(tmp_path) -> Iterator[MailCatcher]:
    catcher = MailCatcher(tmp_path / "letters.db")
    catcher.start()
    yield catcher
    catcher.stop()


@pytest.fixture
def agency() -> Iterator[AgencyStandIn]:
    stand_in = AgencyStandIn(SECRET)
    stand_in.start()
    yield stand_in
    stand_in.stop()
