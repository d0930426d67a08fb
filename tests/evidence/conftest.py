"""Ledgers on SQLite and PostgreSQL, and the command line in a folder of its own."""

import pytest

from tests.commands.conftest import Run, run
from tests.ledger.conftest import ledger, server, sqlite_template, url

__all__ = ["ledger", "run", "server", "sqlite_template", "url"]


@pytest.fixture
def at_desk(run: Run, tmp_path, monkeypatch) -> Run:
    """Give a command with an empty ledger, in a folder where keys may be made."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORBEAR_EVIDENCE_KEY_FILE", raising=False)
    return run
