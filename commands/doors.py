"""What commands need to begin: settings, the ledger, the server; and how each of them ends."""

import asyncio
import functools
import getpass
import inspect
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from temporalio.service import RPCError

from commands.saying import WRONG_INPUT, Failed, complain
from intake.cases import Cases
from intake.connect import Unanswered, connect
from intake.tapes import TapeError
from intake.treatments import Treatments, UnknownStrategy, load_treatments
from ledger.engine import open_ledger
from ledger.errors import LedgerError
from ledger.migrate import upgrade
from policies.files import PolicyError
from settings import Settings

EXPECTED = (LedgerError, PolicyError, TapeError, Unanswered, UnknownStrategy)
"""What can go wrong with a sentence of its own."""

RequestId = Annotated[
    str, typer.Option("--request-id", help="The request's own id: the same again is taken once.")
]


@dataclass(frozen=True, slots=True)
class House:
    """The ledger and the strategies, open."""

    settings: Settings
    engine: Engine
    treatments: Treatments

    async def cases(self) -> Cases:
        """The cases on the server; raises Unanswered when it is away."""
        return Cases(await connect(self.settings), self.settings.task_queue)


def ending(command: Callable[..., Any]) -> Callable[..., None]:
    """Let a command end with the exit code it returns, and every problem with its sentence."""

    @functools.wraps(command)
    def ended(*args: Any, **options: Any) -> None:
        try:
            code = command(*args, **options)
            if inspect.iscoroutine(code):
                code = asyncio.run(code)
        except Failed as failed:
            complain(str(failed))
            raise typer.Exit(failed.code) from None
        except EXPECTED as problem:
            complain(str(problem))
            raise typer.Exit(1) from None
        except SQLAlchemyError as failure:
            complain(f"The ledger could not do it: {_first_line(failure)}")
            raise typer.Exit(1) from None
        except RPCError as failure:
            complain(f"The Temporal server refused: {_first_line(failure)}")
            raise typer.Exit(1) from None
        raise typer.Exit(code or 0)

    return ended


def read_settings() -> Settings:
    """The settings of the environment; every wrong one is named."""
    try:
        return Settings()
    except ValidationError as wrong:
        said = (
            f"FORBEAR_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in wrong.errors()
        )
        raise Failed("The settings are wrong. " + "; ".join(said) + ".", WRONG_INPUT) from None


def open_house() -> House:
    """The ledger, brought to its newest tables, and the strategies."""
    settings = read_settings()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        upgrade(settings.ledger_url)
        engine = open_ledger(settings.ledger_url)
    except (ArgumentError, ImportError, OSError, SQLAlchemyError) as failure:
        raise Failed(
            f"The ledger at {_shown(settings.ledger_url)} cannot be opened: {_first_line(failure)} "
            f"Name another in FORBEAR_LEDGER_URL."
        ) from None
    return House(settings, engine, load_treatments(settings.profile))


def now() -> datetime:
    """The wall clock: read here and handed in everywhere else."""
    return datetime.now(UTC)


def os_user() -> str:
    """Who sits at the keyboard; `unknown` where the system does not say."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _shown(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "that address"


def _first_line(failure: Exception) -> str:
    lines = str(failure).splitlines() or [type(failure).__name__]
    return lines[0].rstrip(".") + "."
