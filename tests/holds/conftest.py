"""Ledgers as the ledger's tests have them, the command line, and the whole house."""

from tests.commands.conftest import at_home, home, run
from tests.ledger.conftest import empty_url, ledger, own_ledger, server, sqlite_template, url

__all__ = [
    "at_home",
    "empty_url",
    "home",
    "ledger",
    "own_ledger",
    "run",
    "server",
    "sqlite_template",
    "url",
]
