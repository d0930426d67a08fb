"""The `case` commands, each under its name."""

from collections.abc import Callable
from typing import Any

import typer

from commands import approval, asking, calling, filing, hardship, looking, replies, why
from commands.doors import ending

COMMANDS: dict[str, Callable[..., Any]] = {
    "open": looking.open_,
    "list": looking.list_,
    "show": looking.show,
    "future": looking.future,
    "why": why.why,
    "promise": asking.promise,
    "plan": asking.plan,
    "hold": asking.hold,
    "lift": asking.lift,
    "reason": hardship.reason,
    "finances": hardship.finances,
    "vulnerable": hardship.vulnerable,
    "assign": asking.assign,
    "note": asking.note,
    "called": calling.called_,
    "visited": calling.visited,
    "replies": replies.replies,
    "evidence": filing.evidence,
    "court": filing.court,
    "approve": approval.of_case,
    "close": asking.close,
}


def app() -> typer.Typer:
    """The commands that look at a case or speak to it."""
    program = typer.Typer(help="Look at a case or speak to it.", no_args_is_help=True)
    for name, command in COMMANDS.items():
        program.command(name)(ending(command))
    return program
