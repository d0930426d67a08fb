"""The one door for what a second person answers: on record first, then told to the case."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from domain.authority import Action
from domain.keys import answer_key, case_id
from domain.refused import Refused
from domain.requests import Approve
from intake.bargaining import Bargain
from intake.cases import Cases
from ledger import approvals, offers
from ledger.approval_tables import ApprovalRow
from ledger.engine import reading, writing
from ledger.loans import loan_view
from ledger.questions import asks


@dataclass(frozen=True, slots=True)
class Said:
    """Who answers, yes or no, and when; `heard_at` is that by the case's clock (None: it knows)."""

    by: str
    given: bool
    at: datetime
    heard_at: datetime | None = None


async def answer(
    engine: Engine,
    cases: Callable[[], Awaitable[Cases]],
    bargain: Bargain,
    approval_id: str,
    said: Said,
) -> ApprovalRow | Refused:
    """Write the answer down, and tell the case if it was a case that asked.

    Whoever works the case cannot answer it. The same again changes nothing on record and tells the
    case again, which takes it once: so a crash in between is put right. `cases` is called for what
    a case asked alone. Raises LedgerError for an unknown question, Unanswered when the server or a
    worker is away.
    """
    with reading(engine) as session:
        row = approvals.approval(session, approval_id)
        key, what, of_case = case_id(row.loan_id, row.episode), row.subject, asks(row)
    if not of_case:
        return _record(engine, bargain, approval_id, said)
    ours = await cases()
    state = await ours.state(key)
    if isinstance(state, Refused):
        return state
    if said.by == state.collector:
        return Refused("own-case", "Whoever works the case cannot approve it.")
    written = _record(engine, bargain, approval_id, said)
    if isinstance(written, Refused):
        return written
    told = await ours.ask(
        key, Approve(answer_key(approval_id, said.by), said.by, what, said.given, said.heard_at)
    )
    if isinstance(told, Refused):
        return Refused(told.rule, f"It is on record, but the case did not take it: {told.reason}")
    return written


def _record(
    engine: Engine, bargain: Bargain, approval_id: str, said: Said
) -> ApprovalRow | Refused:
    with writing(engine) as session:
        if said.given and (refused := _too_early(session, bargain, approval_id, said.at)):
            return refused
        return approvals.answer(
            session, approval_id, said.given, said.by, bargain.authority, said.at
        )


def _too_early(
    session: Session, bargain: Bargain, approval_id: str, at: datetime
) -> Refused | None:
    """UK-FORB-01, EU-CCD-01: nothing is filed before forbearance was offered in the episode."""
    row = approvals.approval(session, approval_id)
    view = loan_view(session, row.loan_id)
    if row.action is not Action.LEGAL_FILING or view is None:
        return None
    first = bargain.law(view, at).offer_first
    if not first or offers.offered(session, row.loan_id, row.episode):
        return None
    return Refused(first[0], "Forbearance is offered before anything is enforced.")
