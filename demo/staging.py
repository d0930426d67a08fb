"""The demo's world: a Temporal server, a mail catcher, an agency and a worker, in one tree."""

import asyncio
import contextlib
import fcntl
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote as quote_for_shell
from typing import Protocol, TypeVar
from urllib.parse import quote

from pydantic import SecretStr
from sqlalchemy import Engine

from demo.agency import AgencyStandIn
from demo.children import Child
from demo.doors import doors_open, tell_clock
from demo.mailcatcher import CaughtLetter, MailCatcher
from demo.outside import Outside, what_becomes
from demo.ports import Ports
from demo.providers.stand_in import ProvidersStandIn
from demo.server import EmbeddedServer, free_port
from demo.serving import HOST
from demo.teller import SUPERVISOR
from domain.clock import Clock
from ledger.engine import open_ledger
from ledger.migrate import upgrade
from policies.authority_files import FILE
from settings import Settings

FOLDER = Path(".data/demo")
"""Every run has a folder of its own in here; `env` points the command line at the last one."""

WORKER = Path(__file__).parents[1] / "worker.py"
STARTER = WORKER.with_name("starter.py")

CLOCK = "clock.json"
"""Where in the run's folder the doors find the clock of the telling."""


class Ended(Exception):
    """A part of the world ended before the story did; the message holds its last words."""


@dataclass(slots=True)
class World:
    """Everything that runs, and where it is; `moved` says which ports were taken by others."""

    folder: Path
    server: EmbeddedServer
    catcher: MailCatcher
    agency: AgencyStandIn
    outside: Outside
    settings: Settings
    worker: Child
    doors: Child
    doors_port: int
    engine: Engine
    moved: list[str] = field(default_factory=list)

    @property
    def letters_page(self) -> str:
        return f"http://{HOST}:{self.catcher.http_port}/"

    @property
    def messages_page(self) -> str:
        return f"{self.outside.providers.url}/"

    def case_page(self, case_id: str) -> str:
        """The page of a case in the Temporal UI."""
        space = self.settings.temporal_namespace
        return f"{self.server.ui}/namespaces/{space}/workflows/{quote(case_id, safe='')}"

    def letters(self) -> list[CaughtLetter]:
        return self.catcher.letters()

    async def open_doors(self, clock: Clock) -> None:
        """Let the doors know the telling's clock, and wait until they are open."""
        tell_clock(self.folder / CLOCK, clock)
        while not await doors_open(self.doors_port):
            self.check_worker()
            await asyncio.sleep(0.02)

    def doors_of_today(self) -> None:
        """Have the doors go on by the wall clock, for cases of today."""
        self.doors.stop()
        command = [sys.executable, str(STARTER), "doors", "--port", str(self.doors_port)]
        self.doors = Child(command, self.folder / "doors.log", environment(self.settings))
        self.doors.start()

    def close_doors(self) -> None:
        """End the doors, whichever they are."""
        self.doors.stop()

    def check_worker(self) -> None:
        """Raise Ended when the worker or the doors are gone: without them nobody answers."""
        for name, child in (("worker", self.worker), ("doors", self.doors)):
            if not child.running:
                raise Ended(f"The {name} ended:\n{child.last_words()}")


@contextlib.contextmanager
def staged(folder: Path = FOLDER, ports: Ports | None = None) -> Iterator[World]:
    """Bring the world up, in a fresh folder, and take it down again."""
    with contextlib.ExitStack() as leaving:
        leaving.enter_context(_own_environment())
        run = leaving.enter_context(_own_folder(folder))
        wanted = ports or Ports()
        server = EmbeddedServer(run / "temporal", wanted.temporal, wanted.ui)
        leaving.callback(server.kill)
        server.start()
        ports_of_mail = free_port(wanted.smtp), free_port(wanted.mail)
        catcher = _begun(leaving, MailCatcher(run / "letters.db", *ports_of_mail))
        secret = secrets.token_urlsafe(16)
        agency = _begun(leaving, AgencyStandIn(secret, free_port(wanted.agency)))
        port = free_port(wanted.providers)
        providers = _begun(leaving, ProvidersStandIn(secret, port, becomes=what_becomes))
        outside, doors_port = Outside(providers, run / "outbox"), free_port(wanted.doors)
        settings = Settings(
            ledger_url=f"sqlite:///{run / 'ledger.db'}",
            temporal_address=server.address,
            smtp_port=catcher.smtp_port,
            agency_url=agency.url,
            agency_secret=SecretStr(secret),
            log_level="WARNING",
            authority_file=_authority(run),
            bureau_folder=run / "bureau",
            **outside.settings(run, secret, doors_port),
        )
        upgrade(settings.ledger_url)
        engine = open_ledger(settings.ledger_url)
        leaving.callback(engine.dispose)
        said = environment(settings)
        for place in (run, folder):
            (place / "env").write_text(sourced(said))
        python = sys.executable
        worker = _begun(leaving, Child([python, str(WORKER)], run / "worker.log", said))
        doors = _begun(leaving, _doors_of_the_telling(run, doors_port, said))
        world = World(
            run, server, catcher, agency, outside, settings, worker, doors, doors_port, engine
        )
        leaving.callback(world.close_doors)
        world.moved = _moved(world, wanted)
        yield world


def _authority(run: Path) -> Path:
    """Who may decide what: as shipped, with the people of the telling."""
    file, named = run / "authority.yaml", f"people: {{{SUPERVISOR}: manager}}"
    file.write_text(FILE.read_text("utf-8").replace("people: {}", named), "utf-8")
    return file


def _doors_of_the_telling(run: Path, port: int, said: dict[str, str]) -> Child:
    command = [sys.executable, "-m", "demo.doors", "--port", str(port)]
    command += ["--clock", str(run.resolve() / CLOCK)]
    return Child(command, run / "doors.log", said | {"PYTHONPATH": str(WORKER.parent)})


class Part(Protocol):
    """Something that is started, and stopped at the end."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


_Part = TypeVar("_Part", bound=Part)


def _begun(leaving: contextlib.ExitStack, part: _Part) -> _Part:
    """The part, started, and stopped when we leave."""
    leaving.callback(part.stop)
    part.start()
    return part


def environment(settings: Settings) -> dict[str, str]:
    """The settings as FORBEAR_* variables, those that differ from the defaults."""
    said = settings.model_dump(exclude_defaults=True)
    plain = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in said.items()
    }
    return {f"FORBEAR_{name.upper()}": value for name, value in plain.items()}


def sourced(said: dict[str, str]) -> str:
    """The variables as a shell reads them with a dot, whatever is in them."""
    return "".join(f"export {name}={quote_for_shell(value)}\n" for name, value in said.items())


def _moved(world: World, wanted: Ports) -> list[str]:
    """One sentence for each port that somebody else has."""
    parties = (
        ("the Temporal server", wanted.temporal, world.server.port),
        ("the Temporal UI", wanted.ui, world.server.ui_port),
        ("the mail catcher", wanted.smtp, world.catcher.smtp_port),
        ("the letters' page", wanted.mail, world.catcher.http_port),
        ("the agency", wanted.agency, world.agency.port),
        ("the providers of messages", wanted.providers, world.outside.providers.port),
        ("the doors", wanted.doors, world.doors_port),
    )
    return [
        f"Port {liked} is busy; {who} took {got} instead."
        for who, liked, got in parties
        if liked not in (0, got)
    ]


@contextlib.contextmanager
def _own_environment() -> Iterator[None]:
    """What is set for a real installation means nothing here."""
    theirs = {name: value for name, value in os.environ.items() if name.startswith("FORBEAR_")}
    for name in theirs:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(theirs)


@contextlib.contextmanager
def _own_folder(folder: Path) -> Iterator[Path]:
    """A fresh folder that is ours for as long as this lasts; those of ended runs are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.iterdir()):
        if old.is_dir() and _is_free(old / "lock"):
            print(f"The run in {old} is over: its ledger, letters and log are removed.", flush=True)
            shutil.rmtree(old, ignore_errors=True)
    run = folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
    run.mkdir()
    with (run / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield run


def _is_free(lock: Path) -> bool:
    """Whether the run that took the lock has ended."""
    if not lock.exists():
        return True
    with lock.open() as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True
