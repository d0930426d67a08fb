"""Opening the ledger, and the two ways to speak to it: writing and reading."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from threading import RLock

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

WRITES = "ledger_writes"
"""The execution option of a connection that is going to write."""

_PRAGMAS = (
    "PRAGMA journal_mode=wal",
    "PRAGMA synchronous=normal",
    "PRAGMA busy_timeout=10000",
    "PRAGMA foreign_keys=on",
)

_turns: defaultdict[str, AbstractContextManager[object]] = defaultdict(RLock)
"""Our writers queue for a SQLite file: SQLite itself would let the unlucky wait until they fail."""


def open_ledger(url: str) -> Engine:
    """The ledger at that URL: `sqlite:///path` (its folder is made) or `postgresql+psycopg://`."""
    where = make_url(url)
    if where.get_backend_name() != "sqlite":
        return create_engine(where, pool_pre_ping=True)
    if where.database:
        Path(where.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(where)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: SqliteConnection, _: ConnectionPoolEntry) -> None:
    """Leave BEGIN to us, and set what SQLite forgets with every connection."""
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    """A writer takes the lock before it reads, so what it has read is still true when it writes."""
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One transaction that writes: committed at the end, or undone whole. Retries nothing."""
    bind = engine.execution_options(**{WRITES: True})
    turn = _turns[str(engine.url)] if engine.dialect.name == "sqlite" else nullcontext()
    with turn, Session(bind, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """One transaction that only reads, and sees one moment of the ledger."""
    bind = engine
    if engine.dialect.name == "postgresql":
        bind = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with Session(bind, expire_on_commit=False) as session:
        yield session
