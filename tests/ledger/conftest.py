"""A fresh ledger for every test, on SQLite and on PostgreSQL."""

import os
import shutil
from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from ledger.engine import open_ledger
from ledger.migrate import upgrade
from ledger.tables import Table
from tests.ledger.servers import NoPostgres, postgres

_numbers = count(1)

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """The file of an empty ledger."""
    file = tmp_path_factory.mktemp("template") / "ledger.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def server() -> Iterator[Engine]:
    """A PostgreSQL server with a ledger in the database `ledger`."""
    try:
        running = postgres()
        url = running.__enter__()
    except NoPostgres as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL: {error}")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        _execute(engine, "CREATE DATABASE ledger")
        upgrade(_database(engine, "ledger"))
        yield engine
    finally:
        engine.dispose()
        running.__exit__(None, None, None)


@pytest.fixture(params=BOTH)
def empty_url(request, tmp_path) -> Iterator[str]:
    """A database without a single table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/new/folder/ledger.db"
    else:
        yield from _new_database(request.getfixturevalue("server"))


@pytest.fixture(params=BOTH)
def url(request, tmp_path) -> Iterator[str]:
    """An empty ledger."""
    if request.param == "sqlite":
        file = tmp_path / "ledger.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
    else:
        url = _database(request.getfixturevalue("server"), "ledger")
        _empty(url)
        yield url


@pytest.fixture
def ledger(url) -> Iterator[Engine]:
    """An empty ledger, open."""
    engine = open_ledger(url)
    yield engine
    engine.dispose()


@pytest.fixture
def own_ledger(empty_url) -> Iterator[Engine]:
    """An empty ledger for a test that changes its tables."""
    upgrade(empty_url)
    engine = open_ledger(empty_url)
    yield engine
    engine.dispose()


def _empty(url: str) -> None:
    """Take every row out, quicker than a new database; as a replica, for which triggers sleep."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in Table.metadata.tables:
            connection.execute(text(f"DELETE FROM {table}"))
    engine.dispose()


def _new_database(server: Engine) -> Iterator[str]:
    name = f"ledger_{next(_numbers)}"
    _execute(server, f"CREATE DATABASE {name}")
    yield _database(server, name)
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _database(server: Engine, name: str) -> str:
    return make_url(server.url).set(database=name).render_as_string(hide_password=False)


def _execute(server: Engine, statement: str) -> None:
    with server.connect() as connection:
        connection.execute(text(statement))
