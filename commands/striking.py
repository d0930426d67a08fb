"""What is on the legal file of a loan, and striking what was put there by mistake."""

from typing import Annotated

import typer

from commands import reading as read
from commands.asking import By, LoanId
from commands.doors import RequestId, now, open_house, os_user
from commands.filing import tell
from commands.saying import (
    WRONG_INPUT,
    AsJson,
    Failed,
    refused,
    show_facts,
    show_json,
    show_listed,
)
from commands.standing import standing
from domain import known
from domain.facts import CourtSaid
from domain.legal.asking import FileEvidence
from domain.refused import Refused
from ledger.engine import reading, writing
from ledger.legal_events import on_record, strikes
from ledger.legal_striking import Strike, strike
from ledger.legal_tables import LegalEventRow, LegalKind

Entry = Annotated[
    str, typer.Argument(metavar="EVENT", help="Its id: `legal entries LOAN` has them.")
]
Reason = Annotated[str, typer.Option("--reason", help="Why it is struck; stays in the ledger.")]


def entries(loan: LoanId, as_json: AsJson = False) -> int:
    """Everything on the legal file with its id, and what was struck, by whom, when and why."""
    house = open_house()
    standing(house.engine, loan)
    with reading(house.engine) as session:
        rows = on_record(session, loan)
        struck = strikes(rows)
        told = [_said(row, struck) for row in rows if row.kind is not LegalKind.STRIKE]
    if as_json:
        show_json(told)
        return 0
    heads = ("Id", "What", "On", "Remedy", "Reference", "By", "Struck")
    shown = [
        (row["id"], row["what"], row["on"], row["remedy"], row["reference"], row["by"],
         _struck(row["struck"]))
        for row in told
    ]  # fmt: skip
    show_listed(f"The legal file of loan {loan}: {len(told)}", heads, shown)
    return 0


async def strike_(
    loan: LoanId,
    event: Entry,
    reason: Reason,
    by: By = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """Strike what was put on the legal file by mistake: it stays on record and counts no more.

    What a case did because of it is not undone: a task asks people to look.
    """
    if not reason.strip():
        raise Failed(f"--reason: say why {event} is struck from the file of {loan}.", WRONG_INPUT)
    house = open_house()
    where = standing(house.engine, loan)
    order = Strike(request_id or read.fresh_id(), loan, event, by or os_user(), now(), reason)
    with writing(house.engine) as session:
        entry = strike(session, order)
    if isinstance(entry, Refused):
        advice = f"`legal entries {loan}` lists what is on file."
        return refused(Refused(entry.rule, f"{entry.reason} {advice}"), as_json)
    law = where.view.borrower.jurisdiction
    asked = {i.name for r in known.remedies().get(law, {}).values() for i in r.items}
    case = where.file.case_id if where.file is not None and where.over is None else ""
    heard, code = await tell(house, loan, case, _told(order, entry, asked))
    shown = {"id": order.strike_id, "struck": entry.event_id, "what": entry.what,
             "on": entry.on_date, "remedy": entry.remedy, "told": heard}  # fmt: skip
    if as_json:
        show_json(shown)
    else:
        show_facts(f"Struck from the legal file of loan {loan}", [*shown.items()])
    return code


def _told(order: Strike, row: LegalEventRow, asked: set[str]) -> FileEvidence | CourtSaid | None:
    """What the case is told; None of what it never heard of."""
    if row.kind is LegalKind.COURT:
        said = (row.what, row.on_date, row.reference, row.remedy)
        return CourtSaid(order.strike_id, *said, struck=True)
    if row.what not in asked:
        return None
    who = (order.strike_id, order.by)
    return FileEvidence(*who, row.what, row.on_date, row.reference, struck=True)


def _said(row: LegalEventRow, struck: dict[str, LegalEventRow]) -> dict[str, object]:
    gone = struck.get(row.event_id)
    return {
        "id": row.event_id,
        "kind": row.kind,
        "what": row.what,
        "on": row.on_date,
        "until": row.until_date,
        "remedy": row.remedy,
        "reference": row.reference,
        "text": row.text,
        "by": row.by,
        "struck": None
        if gone is None
        else {"id": gone.event_id, "on": gone.on_date, "by": gone.by, "why": gone.text},
    }


def _struck(gone: object) -> str:
    if not isinstance(gone, dict):
        return ""
    return f"{gone['on'].isoformat()} by {gone['by']}: {gone['why']}"
