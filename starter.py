"""The command line: tapes and events come in, cases are spoken to, rules are asked.

`python starter.py --help` names the commands. What is asked wrongly ends with a sentence that says
what, where and what to do, and exit code 2; what is refused or done only in part, with 1.
"""

from types import ModuleType

import typer

from exits import run_entrypoint


def app() -> typer.Typer:
    """Every command, under its name."""
    from commands import (
        ask,
        case,
        demo,
        events,
        legal,
        receiving,
        rehearse,
        rehearse_tape,
        story,
        tape,
        waiting,
    )
    from commands.doors import ending

    program = typer.Typer(
        help="Forbear: the collection of delinquent consumer loans.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    program.command("tape")(ending(tape.tape))
    program.command("events")(ending(events.events))
    program.add_typer(case.app(), name="case")
    program.command("rehearse")(ending(rehearse.rehearse))
    program.command("rehearse-tape")(ending(rehearse_tape.rehearse_tape))
    program.command("story")(ending(story.story))
    program.command("ask")(ending(ask.ask))
    for name, group in _groups().items():
        program.add_typer(group.app(), name=name)
    program.command("limitation")(ending(legal.limitation))
    program.command("waiting")(ending(waiting.waiting))
    program.command("doors")(ending(receiving.doors_))
    program.command("demo")(ending(demo.demo))
    return program


def _groups() -> dict[str, ModuleType]:
    """The commands that come in groups, each group under its name."""
    from commands import (
        agency,
        approval,
        bureau,
        evidence,
        grievance,
        holds,
        ledger,
        legal,
        offer,
        right,
        strategy,
        task,
        template,
        watch,
    )

    return {
        "agency": agency,
        "approval": approval,
        "bureau": bureau,
        "evidence": evidence,
        "grievance": grievance,
        "hold": holds,
        "ledger": ledger,
        "legal": legal,
        "offer": offer,
        "right": right,
        "strategy": strategy,
        "task": task,
        "template": template,
        "watch": watch,
    }


def main() -> None:
    """Run the command that was given; it leaves with its exit code."""
    app()()


if __name__ == "__main__":
    run_entrypoint(main)
