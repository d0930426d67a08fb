"""The revisions make the tables that the code has, and can be taken back."""

import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from ledger import case_tables
from ledger.engine import open_ledger
from ledger.migrate import downgrade, upgrade
from ledger.tables import Table


def tables(url):
    engine = open_ledger(url)
    found = set(inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    return found


def test_the_upgraded_ledger_is_what_the_code_expects(empty_url):
    assert case_tables.DecisionRow.__tablename__ in Table.metadata.tables
    upgrade(empty_url)
    engine = open_ledger(empty_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []
    engine.dispose()


def test_an_upgrade_can_be_taken_back_and_made_again(empty_url):
    upgrade(empty_url)
    upgrade(empty_url)
    assert tables(empty_url) == set(Table.metadata.tables)
    downgrade(empty_url, "base")
    assert tables(empty_url) == set()
    upgrade(empty_url)
    assert tables(empty_url) == set(Table.metadata.tables)


@pytest.mark.slow
def test_two_processes_may_upgrade_at_the_same_moment(empty_url):
    command = [sys.executable, "-m", "ledger.migrate"]
    environment = {"FORBEAR_LEDGER_URL": empty_url, "PATH": ""}
    started = [subprocess.Popen(command, env=environment) for _ in range(2)]
    assert [process.wait() for process in started] == [0, 0]
    assert tables(empty_url) == set(Table.metadata.tables)


def test_words_are_stored_by_their_values_and_money_as_big_integers(empty_url):
    upgrade(empty_url)
    engine = open_ledger(empty_url)
    types = {c["name"]: str(c["type"]) for c in inspect(engine).get_columns("contact")}
    assert types["status"] == "VARCHAR(32)"
    for table in Table.metadata.tables:
        for column in inspect(engine).get_columns(table):
            if column["name"].endswith("_minor"):
                assert str(column["type"]) == "BIGINT"
    engine.dispose()


def test_sqlite_is_opened_with_its_settings(tmp_path):
    engine = open_ledger(f"sqlite:///{tmp_path}/deep/down/ledger.db")
    with engine.connect() as connection:
        told = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    engine.dispose()
    assert told == {
        "journal_mode": "wal",
        "synchronous": 1,
        "busy_timeout": 10000,
        "foreign_keys": 1,
    }
