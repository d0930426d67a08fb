"""The `watch` commands: the daily watch for newly late loans, on, off, now, and what it did."""

from dataclasses import asdict
from datetime import time
from typing import Annotated
from zoneinfo import ZoneInfoNotFoundError

import typer

from commands.doors import ending, os_user, read_settings
from commands.saying import (
    NOT_DONE,
    WRONG_INPUT,
    AsJson,
    Failed,
    complain,
    refused,
    show_facts,
    show_json,
    show_table,
)
from domain.clock import zone as zone_of
from domain.counting import counted
from domain.refused import Refused
from domain.watching import Watched
from intake.connect import connect
from intake.watch_schedule import Run, Standing, WatchSchedule


def app() -> typer.Typer:
    """The commands about the daily watch."""
    program = typer.Typer(help="The daily watch for newly late loans.", no_args_is_help=True)
    for command in (on, off, now, show):
        program.command(command.__name__)(ending(command))
    return program


async def on(
    at: Annotated[str, typer.Option("--at", metavar="HH:MM", help="Local time.")] = "06:00",
    zone: Annotated[str, typer.Option("--zone", help="IANA time zone.")] = "Asia/Shanghai",
    as_json: AsJson = False,
) -> int:
    """Watch every day at a local time; one that is on is moved to it."""
    when = _time(at)
    try:
        zone_of(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Failed(
            f"--zone: {zone!r} is no time zone such as Asia/Shanghai.", WRONG_INPUT
        ) from None
    watch = await _watch()
    await watch.on(when, zone)
    return await _show(watch, as_json)


async def off(
    by: Annotated[str, typer.Option("--by", help="Who. Default: the OS user.")] = "",
    as_json: AsJson = False,
) -> int:
    """Watch no more until it is on again; what falls due meanwhile is looked at then."""
    watch = await _watch()
    if (answer := await watch.off(by or os_user())) is not None:
        return refused(answer, as_json)
    return await _show(watch, as_json)


async def now(as_json: AsJson = False) -> int:
    """Watch at once and say what was done; exit code 1 when something was refused or failed."""
    run = await (await _watch()).now()
    if as_json:
        show_json(run)
    elif run.did is None:
        complain(f"The watch is {run.status}: {run.why}")
    else:
        print(_sentence(run.did))
        _show_refused(run.did)
    return NOT_DONE if run.did is None or _refusals(run.did) else 0


async def show(as_json: AsJson = False) -> int:
    """Whether it is on, when it watches next, and what its last run did."""
    return await _show(await _watch(), as_json)


async def _watch() -> WatchSchedule:
    settings = read_settings()
    return WatchSchedule(await connect(settings), settings.task_queue)


async def _show(watch: WatchSchedule, as_json: bool) -> int:
    standing = await watch.standing()
    if isinstance(standing, Refused):
        return refused(standing, as_json)
    if as_json:
        show_json(asdict(standing) | {"at": f"{standing.at:%H:%M}"})
        return 0
    show_facts("The daily watch", _facts(standing))
    if standing.last is not None and standing.last.did is not None:
        _show_refused(standing.last.did)
    return 0


def _facts(standing: Standing) -> list[tuple[str, object]]:
    last = standing.last
    return [
        ("Is", "on" if standing.on else f"off ({standing.note})"),
        ("Every day at", f"{standing.at:%H:%M} {standing.zone}"),
        ("Next", standing.next_at if standing.on else None),
        ("Last run", last.started_at if last else "none yet"),
        ("It", _did(last) if last else None),
    ]


def _did(run: Run) -> str:
    return _sentence(run.did) if run.did is not None else f"{run.status}. {run.why}".strip()


def _sentence(did: Watched) -> str:
    days = f"due {did.window.first} to {did.window.last}"
    running = f" ({did.opened.running} ran already)" if did.opened.running else ""
    files = f", took {counted(did.read.taken, 'update')} of agencies" if did.read.taken else ""
    return (
        f"Looked at loans {days}: opened {did.opened.opened}{running}, refused "
        f"{did.opened.refused}; approvals: reminded of {did.swept.reminded}, ended "
        f"{did.swept.ended}{files}."
    )


def _show_refused(did: Watched) -> None:
    named = (*did.opened.first_refused, *did.read.first_refused)
    if named:
        title = (
            f"{_refusals(did)} refused; loans, and updates and files of agencies, are on the task "
            f"list; loans, and what could not be fetched, are tried again every day"
        )
        show_table(title, ("Of", "Why"), [(one.of, one.why) for one in named])


def _refusals(did: Watched) -> int:
    return did.opened.refused + did.read.refused


def _time(text: str) -> time:
    try:
        hour, minute = text.split(":")
        return time(int(hour), int(minute))
    except ValueError:
        raise Failed(f"--at: {text!r} is not a time such as 06:00.", WRONG_INPUT) from None
