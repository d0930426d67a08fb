"""The command line: tapes and events come in, cases are spoken to, rules are asked.

`python starter.py --help` names the commands. What is asked wrongly ends with a sentence that says
what, where and what to do, and exit code 2; what is refused or done only in part, with 1.
"""

from functools import partial

import typer

from commands.run import run
from exits import run_entrypoint


def app() -> typer.Typer:
    """Every command, under its name."""
    from commands import ask, case, demo, events, rehearse, tape

    program = typer.Typer(
        help="Forbear: the collection of delinquent consumer loans.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    program.command("tape")(tape.tape)
    program.command("events")(events.events)
    program.add_typer(case.app(), name="case")
    program.command("rehearse")(rehearse.rehearse)
    program.command("ask")(ask.ask)
    program.command("demo")(demo.demo)
    return program


if __name__ == "__main__":
    run_entrypoint(partial(run, app))
