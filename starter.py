"""The command line: tapes and events come in, cases are spoken to, rules are asked.

`python starter.py --help` names the commands. What is asked wrongly ends with a sentence that says
what, where and what to do, and exit code 2; what is refused or done only in part, with 1.
"""

import sys
from importlib import import_module

import typer

from exits import run_entrypoint

COMMANDS = {
    "tape": "tape",
    "events": "events",
    "rehearse": "rehearse",
    "rehearse-tape": "rehearse_tape",
    "story": "story",
    "ask": "ask",
    "limitation": "legal.limitation",
    "waiting": "waiting",
    "doors": "receiving.doors_",
    "demo": "demo",
}
"""Commands of their own, each with its module in `commands` and its function if named otherwise."""

GROUPS = {
    "case": "case",
    "agency": "agency",
    "approval": "approval",
    "bureau": "bureau",
    "evidence": "evidence",
    "grievance": "grievance",
    "hold": "holds",
    "ledger": "ledger",
    "legal": "legal",
    "offer": "offer",
    "right": "right",
    "strategy": "strategy",
    "task": "task",
    "template": "template",
    "watch": "watch",
}
"""Commands that come in groups, each group with its module in `commands`."""


def app(name: str = "") -> typer.Typer:
    """Every command, under its name; with the name of one it alone, and nothing else is loaded."""
    program = typer.Typer(
        help="Forbear: the collection of delinquent consumer loans.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    program.callback()(_nothing)
    known = name in COMMANDS or name in GROUPS
    for command in [name] if known else [*COMMANDS, *GROUPS]:
        _add(program, command)
    return program


def main() -> None:
    """Run the command that was given; it leaves with its exit code."""
    app(sys.argv[1] if len(sys.argv) > 1 else "")()


def _add(program: typer.Typer, name: str) -> None:
    if name in GROUPS:
        group = import_module(f"commands.{GROUPS[name]}")
        program.add_typer(group.app(), name=name)
        return
    from commands.doors import ending

    module, _, function = COMMANDS[name].partition(".")
    command = getattr(import_module(f"commands.{module}"), function or module)
    program.command(name)(ending(command))


def _nothing() -> None:
    """What there is to say for every command: nothing."""


if __name__ == "__main__":
    run_entrypoint(main)
