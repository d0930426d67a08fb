"""Bringing a ledger to the newest tables: `python -m ledger.migrate`."""

import os
from pathlib import Path

from alembic import command
from alembic.config import Config

DEFAULT_URL = "sqlite:///.data/ledger.db"


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the ledger at that URL to the newest tables; nothing happens when it is there."""
    command.upgrade(configuration(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the ledger back to an older revision; `base` drops every table."""
    command.downgrade(configuration(url), revision)


def configuration(url: str) -> Config:
    """How alembic finds our revisions and that ledger."""
    config = Config(attributes={"url": url})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


if __name__ == "__main__":
    upgrade(os.environ.get("FORBEAR_LEDGER_URL", DEFAULT_URL))
