"""Runs the revisions in one transaction on the ledger that `ledger/migrate.py` names."""

from alembic import context
from sqlalchemy import text

from ledger import (
    account_tables,
    agency_tables,
    approval_tables,
    case_tables,
    legal_tables,
    people_tables,
)
from ledger.engine import WRITES, open_ledger
from ledger.tables import Table

# imported so that their tables are in the catalogue
_ = account_tables, agency_tables, approval_tables, case_tables, legal_tables, people_tables

_UPGRADES = 4_672_367  # our number among PostgreSQL's advisory locks: one upgrade at a time


def run() -> None:
    engine = open_ledger(context.config.attributes["url"])
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADES})
        context.configure(
            connection=connection,
            target_metadata=Table.metadata,
            transactional_ddl=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
