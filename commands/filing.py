"""Putting things on the legal file of a loan: evidence, and what a court said."""

from datetime import date, timedelta
from typing import Annotated

import typer

from commands import reading as read
from commands.asking import By, LoanId
from commands.doors import House, RequestId, now, open_house, os_user
from commands.fitting import ANY_TIME, remedy_meant, unfit, words_of
from commands.saying import (
    NOT_DONE,
    WRONG_INPUT,
    AsJson,
    Failed,
    complain,
    refused,
    show_facts,
    show_json,
)
from commands.standing import Standing, standing
from domain import known
from domain.clock import Clock, local_date
from domain.facts import CourtSaid
from domain.legal.asking import FileEvidence, plain_reference
from domain.legal.limitation import Guarantor, Restart
from domain.refused import Refused
from intake.connect import Unanswered
from ledger.engine import reading, writing
from ledger.legal_documents import COURT, documents_of
from ledger.legal_events import LegalEvent
from ledger.legal_position import CALLED, SUSPENSION
from ledger.legal_tables import LegalKind
from ledger.legal_tasks import put_on_file

OURS = {*Restart, *Guarantor, SUSPENSION, CALLED}
"""What may be put on file beside the items of a checklist: it moves our own deadlines."""

NO_CASE = "there is no open case"
OURS_ALONE = "the deadlines are counted anew; the case asks for no such item"
"""What is said of an event that moves our own deadlines while a case is open."""

Reference = Annotated[str, typer.Option("--reference", help="Its number, or where it is kept.")]
On = Annotated[str, typer.Option("--on", metavar="DATE", help="Its date. Default: today.")]
Until = Annotated[
    str, typer.Option("--until", metavar="DATE", help="The end of what lasts: a suspension.")
]
Text = Annotated[
    str, typer.Option("--text", help="Words for the ledger; of a court its name, on our papers.")
]


async def evidence(
    loan: LoanId,
    item: Annotated[str, typer.Argument(metavar="ITEM", help="`legal ready` has those missing.")],
    reference: Reference,
    on: On = "",
    until: Until = "",
    text: Text = "",
    by: By = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """Put something on the legal file: an item of a checklist, or what restarts the limitation."""
    house = open_house()
    where = standing(house.engine, loan)
    law = where.view.borrower.jurisdiction
    asked = {i.name for r in known.remedies().get(law, {}).values() for i in r.items}
    _known_word(item, "ITEM", asked | OURS)
    if item in COURT and not text.strip():
        raise Failed(
            f"--text: name the court whose {item} is put on file for loan {loan}; our papers are "
            "addressed to it by that name.",
            WRONG_INPUT,
        )
    day = _day(on, where)
    event = LegalEvent(
        request_id or read.fresh_id(),
        loan,
        LegalKind.EVIDENCE,
        item,
        day,
        by or os_user(),
        now(),
        until_date=read.day(until, "--until") if until else None,
        reference=reference,
        text=text,
    )
    case = where.file.case_id if where.file is not None and where.over is None else ""
    told = FileEvidence(event.event_id, event.by, item, day, reference)
    return await _put(house, event, case, told if item in asked else None, as_json)


async def court(
    loan: LoanId,
    what: Annotated[str, typer.Argument(metavar="WHAT", help="In one word, such as served.")],
    on: On = "",
    reference: Annotated[str, typer.Option("--reference", help="The court's number.")] = "",
    remedy: Annotated[str, typer.Option("--remedy", help="Default: the last drawn up.")] = "",
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Put it on file though it does not fit; people look.")
    ] = False,
    by: By = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """Tell what happened at a court: filed, accepted, issued, served, objected, judgment.

    Refused before papers are drawn up, for what fits no step that the case waits in, and with a
    date before that of what it follows; `--anyway` puts it on file.
    """
    house = open_house()
    where = standing(house.engine, loan)
    law = where.view.borrower.jurisdiction
    remedies = known.remedies().get(law, {})
    said = {word for one in remedies.values() for word in words_of(one)}
    _known_word(what, "WHAT", said | ANY_TIME)
    with reading(house.engine) as session:
        papers = documents_of(session, loan)
    of = remedy or remedy_meant(what, papers, remedies)
    _known_word(of or "suit", "--remedy", set(remedies))
    day = _day(on, where)
    event = LegalEvent(
        request_id or read.fresh_id(),
        loan,
        LegalKind.COURT,
        what,
        day,
        by or os_user(),
        now(),
        remedy=of,
        reference=reference,
    )
    case = where.file.case_id if where.file is not None and where.over is None else ""
    if not anyway and (no := await unfit(house, event, case, remedies)):
        return refused(no, as_json)
    told = CourtSaid(event.event_id, what, day, reference, of)
    return await _put(house, event, case, told, as_json)


async def _put(
    house: House,
    event: LegalEvent,
    case_id: str,
    told: FileEvidence | CourtSaid | None,
    as_json: bool,
) -> int:
    """Write it, tell the case and the clock of our deadlines; a repeat is told again."""
    if not plain_reference(event.reference):
        raise Failed("--reference: a number or a key, without spaces.", WRONG_INPUT)
    with writing(house.engine) as session:
        put_on_file(session, event, (known.remedies(), known.calendars()))
    shown = {"id": event.event_id, "what": event.what, "on": event.on_date, "remedy": event.remedy}
    heard, code = await tell(house, event.loan_id, case_id, told)
    if as_json:
        show_json(shown | {"told": heard})
    else:
        show_facts(f"On the legal file of loan {event.loan_id}", [*shown.items(), ("told", heard)])
    return code


async def tell(
    house: House, loan_id: str, case_id: str, told: FileEvidence | CourtSaid | None
) -> tuple[str, int]:
    """Tell the case what is written (None: it asks for no such thing), and the legal clock to look.

    Answers what came of it in words, and the exit code; without an open case (empty id) only the
    clock is told.
    """
    heard = OURS_ALONE if case_id else NO_CASE
    try:
        cases = await house.cases()
        if case_id and told is not None:
            heard = "the case knows"
            answer: object = (
                await cases.tell(case_id, told)
                if isinstance(told, CourtSaid)
                else await cases.ask(case_id, told)
            )
            if isinstance(answer, Refused):
                heard = answer.reason
        await cases.watch(loan_id, Clock())
    except Unanswered as away:
        complain(f"It is written. {away}")
        return "not told", NOT_DONE
    return heard, 0


def _known_word(word: str, named: str, words: set[str]) -> None:
    if word not in words:
        listed = ", ".join(sorted(words))
        raise Failed(f"{named}: {word!r} is not known; there are: {listed}.", WRONG_INPUT)


def _day(on: str, where: Standing) -> date:
    today = local_date(now(), where.view.borrower.calendar_zone)
    day = read.day(on, "--on") if on else today
    if day > today + timedelta(days=1):
        raise Failed(f"--on: {day.isoformat()} is still to come.", WRONG_INPUT)
    return day
