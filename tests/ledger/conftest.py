"""A fresh ledger for every test, on SQLite and on PostgreSQL."""

import os
import shutil
from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from ledger.engine import open_ledger
from ledger.migrate import upgrade
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
    """A PostgreSQL server with an empty ledger in the database `template_ledger`."""
    try:
        running = postgres()
        url = running.__enter__()
    except NoPostgres as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL: {error}")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        _execute(engine, "CREATE DATABASE template_ledger")
        upgrade(_database(engine, "template_ledger"))
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
        yield from _new_database(request.getfixturevalue("server"), "template1")


@pytest.fixture(params=BOTH)
def url(request, tmp_path) -> Iterator[str]:
    """An empty ledger."""
    if request.param == "sqlite":
        file = tmp_path / "ledger.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
    else:
        yield from _new_database(request.getfixturevalue("server"), "template_ledger")


@pytest.fixture
def ledger(url) -> Iterator[Engine]:
    """An empty ledger, open."""
    engine = open_ledger(url)
    yield engine
    engine.dispose()


def _new_database(server: Engine, template: str) -> Iterator[str]:
    name = f"ledger_{next(_numbers)}"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _database(server, name)
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _database(server: Engine, name: str) -> str:
    return make_url(server.url).set(database=name).render_as_string(hide_password=False)


def _execute(server: Engine, statement: str) -> None:
    with server.connect() as connection:
        connection.execute(text(statement))
