"""Calls: a collector says what came of one, so that the caps on calls count what was."""

from typing import Annotated, Literal

import typer

from commands import reading as read
from commands.asking import By, LoanId
from commands.doors import RequestId, now, open_house, os_user
from commands.saying import AsJson, show_facts, show_json
from commands.standing import standing
from domain.gate.words import ContactOutcome
from ledger.calls import Call, called
from ledger.engine import writing

CallOutcome = Literal["connected", "conversation", "no_answer", "voicemail", "not_connected"]


def called_(
    loan: LoanId,
    outcome: Annotated[CallOutcome, typer.Option("--outcome", help="What came of it.")],
    inbound: Annotated[bool, typer.Option("--inbound", help="The borrower called us.")] = False,
    at: Annotated[str, typer.Option("--at", help="When it was made. Default: now.")] = "",
    by: By = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """Write what came of a call; it counts in the caps on calls. Needs no server."""
    house = open_house()
    where = standing(house.engine, loan)
    call = Call(
        request_id or read.fresh_id(),
        loan,
        where.case.episode,
        ContactOutcome(outcome),
        read.instant(at, "--at", where.view.borrower.zone) if at else now(),
        by or os_user(),
        inbound,
    )
    with writing(house.engine) as session:
        row = called(session, call)
    told = {"request_id": call.request_id, "contact": row.key, "outcome": row.outcome}
    if as_json:
        show_json(told)
    else:
        show_facts(f"Written: a call about loan {loan}", list(told.items()))
    return 0
