"""A ledger with one late loan of Wei, whose postal address is known."""

import pytest

from tests.ledger.conftest import ledger, server, sqlite_template, url
from tests.legal.office import a_debt

__all__ = ["book", "ledger", "server", "sqlite_template", "url"]


@pytest.fixture
def book(ledger):
    """The ledger with the loan L1."""
    a_debt(ledger)
    return ledger
