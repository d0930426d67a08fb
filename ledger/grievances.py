"""Complaints and disputes in the ledger: opened, given more time, answered, or lapsed.

What a grievance rests on stands in the decision record of its opening: its rule, its dates and the
later ones that can be agreed, so that a new rule pack changes nothing for it. While it is open a
hold in the hold table, which no case writes, keeps every claim of a contact away.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, or_, select

from domain.clock import PUNCTUAL
from domain.grievance_requests import ExtendAnswer, GiveAnswer, settle, take
from domain.grievances import (
    Extension,
    Grievance,
    GrievanceKind,
    Verdict,
    ends_the_case,
    hold_reason,
    in_time,
    reaches_all_cases,
    still_open,
)
from domain.holds import Hold
from domain.keys import CORRECT, grievance_decision_key, grievance_hold_key, grievance_task
from domain.refused import Refused
from ledger import decisions, tasks
from ledger.account_pauses import stop_charges_of
from ledger.case_tables import CaseFileRow, DecisionRow, HoldRow
from ledger.cases import chain_of
from ledger.errors import KeyReused, LedgerError
from ledger.loans import lock_borrower
from ledger.people_tables import GrievanceRow
from ledger.tables import BorrowerRow, LoanRow

WHAT = "grievance"
"""The kind of a decision about a complaint or dispute."""

BEFORE = 2 * PUNCTUAL
"""How much earlier its hold starts than it is written, so that no claim in a queue slips by."""

BY_THE_CLOCK = "the clock"
"""Who closes a dispute that nobody answered."""

_SAME = ("borrower_id", "loan_id", "kind", "about")


def open_(session: Session, grievance: Grievance, at: datetime) -> bool:
    """Write that it came, and rest what it is about; False when it is there already.

    Raises KeyReused when another grievance has that id.
    """
    lock_borrower(session, grievance.borrower_id)
    known = session.get(GrievanceRow, grievance.grievance_id)
    if known is not None:
        if any(getattr(known, name) != getattr(grievance, name) for name in _SAME):
            raise KeyReused(f"Grievance {grievance.grievance_id!r} is known with other content.")
        return False
    told = {name: getattr(grievance, name) for name in (*_SAME, "opened_at", "by", "answer_by")}
    session.add(GrievanceRow(grievance_id=grievance.grievance_id, rule=grievance.rule, **told))
    session.flush()
    later = [asdict(extension) for extension in grievance.extensions]
    _decide(session, grievance, at, "opened", told | {"extensions": later})
    _rest(session, grievance, at)
    return True


def extend(
    session: Session, grievance_id: str, request: ExtendAnswer, at: datetime
) -> Refused | None:
    """Give it more time, or say why not; the same again changes nothing."""
    grievance, row = _locked(session, grievance_id)
    if row.extended_to == request.until:
        return None
    if refused := take(grievance, request, at):
        return refused
    row.extended_to = request.until
    session.add(row)
    session.flush()
    why = {"because": request.because, "by": request.by, "approved_by": request.approved_by}
    _decide(session, grievance, at, f"extended/{request.until}", why | {"until": request.until})
    return None


def answer(
    session: Session, grievance_id: str, request: GiveAnswer, at: datetime
) -> Refused | None:
    """Answer it and end its holds, or say why not; the same again changes nothing.

    A complaint that is answered late has lapsed first, whether or not its clock has said so.
    """
    grievance, row = _locked(session, grievance_id)
    if (row.verdict, row.evidence) == (request.verdict, request.evidence):
        return None
    late = not in_time(grievance, at)
    before = grievance.verdict
    if refused := take(grievance, request, at):
        return refused
    if late and before is None and grievance.kind is GrievanceKind.COMPLAINT:
        _decide(session, grievance, at, Verdict.LAPSED, {"last_day": grievance.last_day})
    _settle(session, grievance, row, at, {"by": request.by, "late": late})
    return None


def lapse(session: Session, grievance_id: str, at: datetime) -> Grievance:
    """Close a dispute for the borrower, or put a complaint's breach on record, where it is due.

    Answers how it stands: it may have been answered, or given more time, meanwhile.
    """
    grievance, row = _locked(session, grievance_id)
    if grievance.verdict is None and not in_time(grievance, at):
        settle(grievance, Verdict.LAPSED, "", BY_THE_CLOCK, at)
        _settle(session, grievance, row, at, {"by": BY_THE_CLOCK, "late": True})
    return grievance


def grievance_of(session: Session, grievance_id: str) -> Grievance | None:
    """The grievance as it stands, or None."""
    row = session.get(GrievanceRow, grievance_id, populate_existing=True)
    return None if row is None else _grievance(session, row)


def standing(session: Session, grievance_id: str) -> Grievance:
    """The grievance as it stands, which must be there; LedgerError where it is not."""
    found = grievance_of(session, grievance_id)
    if found is None:
        raise LedgerError(f"Grievance {grievance_id!r} is not in the ledger.")
    return found


def grievances_of(session: Session, loan_id: str) -> list[Grievance]:
    """Everything held against us about a loan, the oldest first."""
    mine = select(GrievanceRow).where(GrievanceRow.loan_id == loan_id)
    return _all(session, mine.order_by(col(GrievanceRow.opened_at), GrievanceRow.grievance_id))


def open_grievances(session: Session, borrower_id: str = "") -> list[Grievance]:
    """What is still to be answered, of one person or of all, the first to lapse first.

    Lapsed complaints are among them.
    """
    unanswered = or_(
        col(GrievanceRow.verdict).is_(None),
        (col(GrievanceRow.verdict) == Verdict.LAPSED)
        & (col(GrievanceRow.kind) == GrievanceKind.COMPLAINT),
    )
    rows = select(GrievanceRow).where(unanswered)
    if borrower_id:
        rows = rows.where(GrievanceRow.borrower_id == borrower_id)
    found = _all(session, rows)
    return sorted(found, key=lambda grievance: (grievance.last_day, grievance.grievance_id))


def reached(session: Session, grievance: Grievance) -> Sequence[str]:
    """The ids of the open cases that rest for it, or hear of it."""
    mine = select(CaseFileRow.case_id).where(
        CaseFileRow.borrower_id == grievance.borrower_id, col(CaseFileRow.closed_at).is_(None)
    )
    if not reaches_all_cases(grievance.kind):
        mine = mine.where(CaseFileRow.loan_id == grievance.loan_id)
    return session.exec(mine.order_by(CaseFileRow.case_id)).all()


def resting(session: Session, loan_id: str, borrower_id: str, case_id: str) -> list[Hold]:
    """The holds with which a case of the loan begins: what is open then was not told to it."""
    found = []
    for grievance in open_grievances(session, borrower_id):
        reason = hold_reason(grievance.kind)
        mine = reaches_all_cases(grievance.kind) or grievance.loan_id == loan_id
        if reason is not None and mine:
            key = grievance_hold_key(grievance.grievance_id, case_id)
            found.append(Hold(key, reason, grievance.opened_at, None, grievance.by))
    return found


def uncorrected(session: Session, loan_id: str) -> bool:
    """Whether a dispute of the debt ended for the borrower, and nobody has put it right yet."""
    lost = [
        grievance_task(grievance.grievance_id, CORRECT)
        for grievance in grievances_of(session, loan_id)
        if grievance.verdict and ends_the_case(grievance.kind, grievance.verdict)
    ]
    done = {task.what for task in tasks.tasks_of(session, loan_id) if task.done_at is not None}
    return any(what not in done for what in lost)


def episode_of(session: Session, loan_id: str, otherwise: date) -> date:
    """The episode of the loan's latest case, or that date where it never had one."""
    past = select(col(CaseFileRow.episode)).where(CaseFileRow.loan_id == loan_id)
    found = session.exec(past.order_by(col(CaseFileRow.opened_at).desc()).limit(1)).first()
    return found or otherwise


def _locked(session: Session, grievance_id: str) -> tuple[Grievance, GrievanceRow]:
    """The grievance and its row, so that nobody else changes it before we are done."""
    row = session.get(GrievanceRow, grievance_id)
    if row is None:
        raise LedgerError(f"Grievance {grievance_id!r} is not in the ledger.")
    lock_borrower(session, row.borrower_id)
    session.refresh(row)
    return _grievance(session, row), row


def _settle(
    session: Session, grievance: Grievance, row: GrievanceRow, at: datetime, said: dict[str, Any]
) -> None:
    assert grievance.verdict is not None, "only what was decided is settled"
    row.verdict, row.evidence = grievance.verdict, grievance.evidence
    row.answered_at, row.answered_by = grievance.answered_at, grievance.answered_by
    session.add(row)
    session.flush()
    told = {"evidence": grievance.evidence, "last_day": grievance.last_day}
    _decide(session, grievance, at, grievance.verdict, said | told)
    if not still_open(grievance.kind, grievance.verdict):
        _end_holds(session, grievance, at)
        _finish_tasks(session, grievance, at)


def _rest(session: Session, grievance: Grievance, at: datetime) -> None:
    reason = hold_reason(grievance.kind)
    if reason is None:
        return
    whole = reaches_all_cases(grievance.kind)
    of = f"person/{grievance.borrower_id}" if whole else f"loan/{grievance.loan_id}"
    session.add(
        HoldRow(
            hold_id=grievance_hold_key(grievance.grievance_id, of),
            borrower_id=grievance.borrower_id,
            loan_id=grievance.loan_id,
            reason=reason,
            start=at - BEFORE,
            until=None,
            by=grievance.by,
        )
    )
    stop_charges_of(session, grievance.borrower_id, at)


def _end_holds(session: Session, grievance: Grievance, at: datetime) -> None:
    """Cases hear of it later, and closed ones never; the ledger ends what they wrote at once."""
    prefix = grievance_hold_key(grievance.grievance_id, "")
    rows = select(HoldRow).where(
        HoldRow.borrower_id == grievance.borrower_id,
        col(HoldRow.hold_id).startswith(prefix, autoescape=True),
    )
    for row in session.exec(rows):
        if row.hold_id.startswith(prefix) and (row.until is None or row.until > at):
            row.until = max(at, row.start)
            session.add(row)
    stop_charges_of(session, grievance.borrower_id, at)


def _finish_tasks(session: Session, grievance: Grievance, at: datetime) -> None:
    """What was asked so that it would be answered needs nobody any more."""
    prefix = grievance_task(grievance.grievance_id, "")
    for task in tasks.tasks_of(session, grievance.loan_id):
        if task.what.startswith(prefix) and task.done_at is None:
            tasks.finish(session, task.key, grievance.answered_by, at)


def _decide(
    session: Session, grievance: Grievance, at: datetime, what: str, inputs: dict[str, Any]
) -> None:
    key = grievance_decision_key(grievance.grievance_id, what)
    verdict = what.partition("/")[0]
    chain = chain_of(session, grievance.loan_id)
    decisions.append(session, chain, at, WHAT, key, verdict, grievance.rule, inputs)


def _all(session: Session, rows: Any) -> list[Grievance]:
    found = session.exec(rows.execution_options(populate_existing=True)).all()
    return [_grievance(session, row) for row in found]


def _grievance(session: Session, row: GrievanceRow) -> Grievance:
    opening = session.exec(
        select(DecisionRow).where(
            DecisionRow.loan_id == row.loan_id,
            DecisionRow.key == grievance_decision_key(row.grievance_id, "opened"),
        )
    ).one()
    later = (
        Extension(date.fromisoformat(each["until"]), each["because"], each["approved"])
        for each in opening.inputs["extensions"]
    )
    person = session.get_one(BorrowerRow, row.borrower_id)
    kept = row.model_dump()
    return Grievance(
        **kept,
        episode=episode_of(session, row.loan_id, opening.at.date()),
        zone=person.calendar_zone,
        now=row.answered_at or row.opened_at,
        extensions=tuple(later),
        jurisdiction=person.jurisdiction,
        portfolio=session.get_one(LoanRow, row.loan_id).portfolio,
    )
