"""Looking at cases: lists, where one stands, and its next thirty days."""

from typing import Annotated

import typer

from commands.asking import LoanId, state_facts
from commands.doors import now, open_house
from commands.saying import (
    WRONG_INPUT,
    AsJson,
    Failed,
    people,
    plain,
    refused,
    show_facts,
    show_json,
    show_listed,
    show_table,
)
from commands.standing import Standing, standing
from domain.counting import counted
from domain.refused import Refused
from domain.strategy import Outcome
from intake.events import LoanEvents
from ledger.cases import ended
from ledger.decisions import loan_of
from ledger.engine import reading


async def open_(loan: LoanId, as_json: AsJson = False) -> int:
    """Open the case of a loan that is late or soon due; one that runs already stays as it is."""
    house = open_house()
    intake = LoanEvents(house.engine, await house.cases(), house.treatments)
    opened = await intake.open(loan, now())
    if opened is None:
        why = await intake.why_none(loan, now())
        raise Failed(f"There is no case to open for loan {loan}. {why}")
    if as_json:
        show_json({"case_id": opened.case_id, "fresh": opened.fresh})
    else:
        print(f"{opened.case_id} {'is open' if opened.fresh else 'was open already'}.")
    return 0


async def list_(
    stage: Annotated[str, typer.Option("--stage", help="Such as remind or legal.")] = "",
    hold: Annotated[str, typer.Option("--hold", help="Such as hardship.")] = "",
    collector: Annotated[str, typer.Option("--collector", help="Who works them.")] = "",
    outcome: Annotated[
        Outcome | None, typer.Option("--outcome", help="Those that ended so, from the ledger.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 1000,
    as_json: AsJson = False,
) -> int:
    """The running cases, the longest unpaid first; or those that ended so, the newest end first."""
    if outcome is not None:
        if stage or hold or collector:
            raise Failed("--outcome is of cases that have ended; it goes alone.", WRONG_INPUT)
        return _ended(outcome, limit, as_json)
    cases = await open_house().cases()
    found = await cases.list(stage, hold, collector, limit)
    found.sort(key=lambda line: (line.due_since is None, line.due_since, line.case_id))
    if as_json:
        show_json(found)
        return 0
    rows = [
        (
            loan_of(line.case_id),
            line.stage,
            line.due_since.date() if line.due_since else "",
            line.holds,
            line.collector,
            line.jurisdiction,
            line.strategy,
        )
        for line in found
    ]
    columns = ("Loan", "Stage", "Due since", "Holds", "Collector", "Law", "Strategy")
    show_listed(counted(len(found), "running case"), columns, rows)
    return 0


def _ended(outcome: Outcome, limit: int, as_json: bool) -> int:
    """What the ledger has of the cases that ended so; no server is asked."""
    with reading(open_house().engine) as session:
        found = [row.model_dump() for row in ended(session, outcome, limit)]
    if as_json:
        show_json([plain(row) for row in found])
        return 0
    shown = ("loan_id", "outcome", "outcome_reason", "opened_at", "closed_at", "strategy")
    rows = [tuple(row[name] for name in shown) for row in found]
    columns = ("Loan", "Outcome", "Reason", "Opened", "Closed", "Strategy")
    show_listed(counted(len(found), "ended case"), columns, rows)
    return 0


async def show(loan: LoanId, as_json: AsJson = False) -> int:
    """Where a case stands, what it waits for, and everything that happened in it."""
    house = open_house()
    where = standing(house.engine, loan)
    case_id = where.case.case_id
    cases = await house.cases()
    state = await cases.state(case_id)
    timeline = await cases.timeline(case_id)
    if isinstance(state, Refused) or isinstance(timeline, Refused):
        return _from_the_file(where, as_json)
    if as_json:
        show_json({"case_id": case_id, "state": state, "timeline": timeline})
        return 0
    show_facts(case_id, state_facts(state))
    rows = [(entry.at, entry.what, entry.detail) for entry in timeline]
    show_table("What happened (UTC)", ("At", "What", "Particulars"), rows)
    return 0


async def future(loan: LoanId, as_json: AsJson = False) -> int:
    """The next thirty days of a case if nobody says anything, and what would cancel each step."""
    house = open_house()
    case_id = standing(house.engine, loan).case.case_id
    expected = await (await house.cases()).future(case_id)
    if isinstance(expected, Refused):
        return refused(expected, as_json)
    if as_json:
        show_json(expected)
        return 0
    if not expected:
        people().print(f"Nothing happens on {case_id} in the next thirty days without news.")
        return 0
    rows = [(e.at, e.stage, e.what, e.cancelled_by) for e in expected]
    show_table(f"The next thirty days of {case_id} (UTC)", ("At", "Stage", "What", "Unless"), rows)
    return 0


def _from_the_file(where: Standing, as_json: bool) -> int:
    """What the ledger has of a case that the server no longer keeps."""
    file = where.case
    facts: list[tuple[str, object]] = [
        ("Loan", file.loan_id),
        ("Opened", file.opened_at),
        ("Closed", file.closed_at or ""),
        ("Outcome", str(file.outcome or "")),
        ("Reason", file.outcome_reason),
        ("Strategy", file.strategy),
    ]
    if as_json:
        show_json({"case_id": file.case_id, "file": dict(facts)})
    else:
        show_facts(f"{file.case_id} (from the ledger; the server does not know it)", facts)
    return 0
