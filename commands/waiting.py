"""Cases that wait for us: a fault of ours keeps their next contact from being made."""

from typing import Annotated

import typer

from commands.doors import read_settings
from commands.saying import NOT_DONE, AsJson, show_json, show_table
from intake.alarm import blocked, first_blocked
from intake.connect import connect

MEND = {
    "rules-missing": "give the pack what it lacks (the worker's log says what), restart the worker",
    "zone-unknown": "send borrower.updated with the zone in which the borrower lives",
    "ledger-away": "bring the database back; nothing else is needed",
}
"""What to do, by rule."""


async def waiting(
    most: Annotated[int, typer.Option("--first", min=1, help="Name so many cases a rule.")] = 5,
    as_json: AsJson = False,
) -> int:
    """How many cases wait for us to mend something, by rule; exit code 0 when none does."""
    client = await connect(read_settings())
    counts = await blocked(client)
    first = {rule: await first_blocked(client, rule, most) for rule in counts}
    if as_json:
        show_json({rule: {"cases": counts[rule], "first": first[rule]} for rule in counts})
    elif not counts:
        print("No case waits for us.")
    else:
        rows = [(rule, counts[rule], first[rule], MEND[rule]) for rule in counts]
        columns = ("Rule", "Cases", "The first of them", "To mend it")
        show_table("Nobody is contacted in these cases", columns, rows)
    return NOT_DONE if counts else 0
