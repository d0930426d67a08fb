"""The `task` commands: what people are asked to look at, and what they found."""

from typing import Annotated

import typer

from commands.doors import ending, now, open_house, os_user
from commands.saying import AsJson, Failed, plain, show_json, show_listed
from domain.counting import counted
from ledger import contacts, tasks
from ledger.engine import reading, writing

UNCERTAIN = "uncertain/"
"""What a task is called that asks whether a letter arrived."""

Key = Annotated[str, typer.Argument(metavar="KEY", help="The task; `task list` has it.")]
By = Annotated[str, typer.Option("--by", help="Who did it. Default: the OS user.")]


def app() -> typer.Typer:
    """The commands about what is asked of people."""
    program = typer.Typer(help="What people are asked to look at.", no_args_is_help=True)
    program.command("list")(ending(list_))
    program.command("done")(ending(done))
    program.command("settle")(ending(settle))
    return program


def list_(
    loan: Annotated[str, typer.Option("--loan", help="Of one loan, those done too.")] = "",
    as_json: AsJson = False,
) -> int:
    """What is to be done, the oldest first: uncertain letters, failures, approvals, calls.

    `Case` says how the case ended; empty while it goes on.
    """
    house = open_house()
    with reading(house.engine) as session:
        rows = tasks.tasks_of(session, loan) if loan else tasks.open_tasks(session)
        ended = tasks.ended_under(session, loan)
        found = [row.model_dump() | {"case": str(ended.get(row.key, ""))} for row in rows]
    if as_json:
        show_json([plain(row) for row in found])
        return 0
    columns = ("Key", "Reason", "Case", "Asked at", "Done by")
    shown = ("key", "reason", "case", "asked_at", "done_by")
    cells = [tuple(row[name] for name in shown) for row in found]
    show_listed(counted(len(found), "task"), columns, cells)
    return 0


def done(key: Key, by: By = "") -> int:
    """Mark a task as done; doing it again changes nothing."""
    house = open_house()
    with writing(house.engine) as session:
        first = tasks.finish(session, key, by or os_user(), now())
    print("Done." if first else "It was done before.")
    return 0


def settle(
    key: Key,
    arrived: Annotated[bool, typer.Option("--arrived/--lost", help="What you found out.")],
    by: By = "",
) -> int:
    """Say whether an uncertain letter arrived, and finish its task; it is not sent again."""
    if f"/{UNCERTAIN}" not in key:
        raise Failed(f"{key} does not ask whether a letter arrived; `task done` finishes it.")
    house = open_house()
    who, at = by or os_user(), now()
    with writing(house.engine) as session:
        contact = key.replace("task/", "notice/", 1).replace(f"/{UNCERTAIN}", "/", 1)
        contacts.settle(session, contact, arrived, who, at)
        tasks.finish(session, key, who, at)
    print(f"Settled: {'it arrived' if arrived else 'it was lost'}.")
    return 0
