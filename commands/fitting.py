"""Whether what a court is said to have said can be true: asked before it is put on file."""

from collections.abc import Mapping, Sequence
from datetime import date

from commands.doors import House
from domain import known
from domain.legal.alarms import FREEZES
from domain.legal.file import CourtEvent, LegalFile
from domain.legal.fitting import NO_STEP, misfit, too_early
from domain.legal.remedies import Remedy
from domain.refused import Refused
from intake.cases import Cases
from intake.connect import Unanswered
from ledger.engine import reading
from ledger.legal_documents import documents_of
from ledger.legal_events import LegalEvent, court_events_of, written
from ledger.legal_tables import LegalDocumentRow

Remedies = Mapping[str, Remedy]
"""The remedies of the loan's law by name."""

ANY_TIME = {*FREEZES, "unfrozen", "performance_due", "oral_objection", "guarantor_sued"}
"""What a court may say at any time; each remedy has its own words beside them."""

NO_PAPERS = "court-no-papers"

TRULY = (
    "If a court has truly said it, of papers drawn up elsewhere with --remedy, give it again with "
    "--anyway: people are asked to look."
)
"""What to do about a word that is out of place."""

RIGHT_DAY = (
    "Give the day on which it happened with --on; what is on file by mistake is listed by `legal "
    "entries {loan}` and struck by `legal strike`."
)
"""What to do about a date that cannot be."""


async def unfit(
    house: House, event: LegalEvent, case_id: str, remedies: Remedies
) -> Refused | None:
    """Why that word cannot be placed, and what to do then; None when it can, or nobody can know.

    Empty `case_id`: no case is open. A word that may come at any time is bound by the filing of its
    own procedure alone. A word that is on file already is only told again.
    """
    said = CourtEvent(event.what, event.on_date, event.reference, event.remedy)
    with reading(house.engine) as session:
        if written(session, event.event_id):
            return None
        court = court_events_of(session, event.loan_id)
        papers = [row for row in documents_of(session, event.loan_id) if row.pdf is not None]
    if no := too_early(said, _dated(event, papers, remedies), court):
        return _refused(event, no, RIGHT_DAY)
    if event.what in ANY_TIME:
        return None
    where, file = await _stands(house, case_id)
    drawn = any(row.remedy == event.remedy for row in papers)
    if not drawn and (file is None or file.stand is None):
        of = f" of {event.remedy}" if event.remedy else f" for {event.what!r}" if papers else ""
        no = Refused(NO_PAPERS, f"no papers{of} were drawn up for {event.loan_id}; {where}.")
        return _refused(event, no, f"`legal ready {event.loan_id}` says what is missing. {TRULY}")
    no = misfit(file, said, known.calendars()) if file is not None else None
    if no is None:
        return None
    return _refused(event, no, TRULY if no.rule == NO_STEP else RIGHT_DAY)


def remedy_meant(what: str, papers: Sequence[LegalDocumentRow], remedies: Remedies) -> str:
    """The remedy that a word is about when none is named: the newest drawn up that knows it.

    A word that comes at any time is of the newest of all; empty: no papers could be meant.
    """
    drawn = [row.remedy for row in reversed(papers)]
    known_to = (name for name in drawn if name in remedies and what in words_of(remedies[name]))
    newest = drawn[0] if drawn and what in ANY_TIME else ""
    return next(known_to, newest)


def words_of(remedy: Remedy) -> set[str]:
    """Every word that a court, or we, may say in that remedy."""
    return {word for step in remedy.steps for word in step.answers}


def _dated(
    event: LegalEvent, papers: Sequence[LegalDocumentRow], remedies: Remedies
) -> date | None:
    """The date of the newest of the remedy's own papers; None when none was drawn up."""
    remedy = remedies.get(event.remedy)
    if remedy is None:
        return None
    own = (row for row in papers if row.remedy == remedy.name and row.paper in remedy.papers)
    return max((row.dated for row in own), default=None)


async def _stands(house: House, case_id: str) -> tuple[str, LegalFile | None]:
    """Where the case is, in words, and its legal file; None when nobody can say."""
    if not case_id:
        return "it has no open case", None
    try:
        cases = await house.cases()
        return await _asked(cases, case_id)
    except Unanswered:
        return "its case cannot be asked", None


async def _asked(cases: Cases, case_id: str) -> tuple[str, LegalFile | None]:
    state, file = await cases.state(case_id), await cases.legal(case_id)
    if isinstance(state, Refused) or isinstance(file, Refused):
        return "its case is over", None
    return f"it is in {state.stage}", file or LegalFile()


def _refused(event: LegalEvent, no: Refused, advice: str) -> Refused:
    todo = advice.format(loan=event.loan_id)
    return Refused(no.rule, f"Loan {event.loan_id}: {no.reason} {todo}")
