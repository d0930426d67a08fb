"""Calls and visits: who made one says what came of it, so that the caps count what was."""

from typing import Annotated, Literal

import typer

from channels.visits import VisitReport, refusal
from commands import reading as read
from commands.asking import By, LoanId
from commands.doors import House, RequestId, now, open_house, os_user
from commands.saying import AsJson, refused, show_facts, show_json
from commands.speaking import told
from commands.standing import Standing, standing
from domain.gate.words import Channel, ContactOutcome
from ledger.calls import Call, called
from ledger.engine import writing
from ledger.notes import Note, add_note

CallOutcome = Literal[
    "connected", "conversation", "no_answer", "voicemail", "not_connected", "wrong_number"
]
VISITS = {
    "conversation": ContactOutcome.CONVERSATION,
    "connected": ContactOutcome.CONNECTED,
    "nobody_home": ContactOutcome.NO_ANSWER,
    "wrong_address": ContactOutcome.WRONG_NUMBER,
}
VisitOutcome = Literal["conversation", "connected", "nobody_home", "wrong_address"]


async def called_(
    loan: LoanId,
    outcome: Annotated[CallOutcome, typer.Option("--outcome", help="What came of it.")],
    inbound: Annotated[bool, typer.Option("--inbound", help="The borrower called us.")] = False,
    at: Annotated[str, typer.Option("--at", help="When it was made. Default: now.")] = "",
    by: By = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """Write what came of a call; it counts in the caps on calls, and the case is told."""
    house = open_house()
    where = standing(house.engine, loan)
    call = Call(
        request_id or read.fresh_id(),
        loan,
        where.case.episode,
        ContactOutcome(outcome),
        read.past_instant(at, "--at", where.view.borrower.calendar_zone, now()),
        by or os_user(),
        inbound,
    )
    return await _write(house, where, call, as_json)


async def visited(
    loan: LoanId,
    outcome: Annotated[VisitOutcome, typer.Option("--outcome", help="What came of it.")],
    visitor: Annotated[list[str], typer.Option("--visitor", help="Who went; two at least.")],
    at: Annotated[str, typer.Option("--at", help="When it was made. Default: now.")] = "",
    note: Annotated[str, typer.Option("--note", help="What to remember of it.")] = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """Write what came of a visit, as both visitors say it; its task is done."""
    house = open_house()
    where = standing(house.engine, loan)
    made = read.instant(at, "--at", where.view.borrower.calendar_zone) if at else now()
    names = tuple(name.strip() for name in visitor)
    report = VisitReport(made, VISITS[outcome], names)
    if no := refusal(report, now()):
        return refused(no, as_json)
    call = Call(
        request_id or read.fresh_id(),
        loan,
        where.case.episode,
        report.outcome,
        made,
        ", ".join(names),
        channel=Channel.VISIT,
    )
    return await _write(house, where, call, as_json, note)


async def _write(house: House, where: Standing, call: Call, as_json: bool, note: str = "") -> int:
    """Into the ledger first; then the case is told, if anybody can be asked to."""
    with writing(house.engine) as session:
        row = called(session, call)
        if note.strip():
            episode = where.case.episode
            add_note(session, Note(call.request_id, call.loan_id, episode, call.by, note, now()))
    heard = await told(house, call.loan_id)
    facts = {
        "request_id": call.request_id,
        "contact": row.key,
        "outcome": row.outcome,
        "case_told": heard,
    }
    if as_json:
        show_json(facts)
    else:
        show_facts(f"Written: a {call.channel} about loan {call.loan_id}", list(facts.items()))
    return 0
