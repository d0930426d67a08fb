"""Reports that were held back: judged again before every file, released, dropped or named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from domain.bureau import HELD, Bureau, ReportKind, follows, report_from
from domain.clock import local_date
from domain.delinquency import Terms, delinquency
from domain.refused import Refused
from ledger.agency_tables import BureauReportRow
from ledger.agreements import holds_of
from ledger.bureau import (
    LAYOUT,
    decide,
    disputed,
    hold_back,
    judged,
    said_of,
    standing,
    withdraw,
)
from ledger.loans import loan_view, lock_borrower
from ledger.values import LoanView
from ledger.words import ReportStatus

_DISPUTE_RULES = {"US": "US-CR-04", "CN": "CN-CR-04"}
_FREE = "Nothing hinders it any more: the next file takes it, if it is still true."
_MISFIT = "Its values do not fit the file."


@dataclass(frozen=True, slots=True)
class StillHeld:
    """One report that is held back, by which rule and why; `until` None: no day is known."""

    key: str
    loan_id: str
    rule: str
    reason: str
    until: date | None


def judge_again(session: Session, bureau: Bureau, at: datetime) -> None:
    """Judge everything held back once more, with a decision on record where something changes.

    What nothing hinders any more is ordered again under its old key; what is no longer true, or
    was told since in another report, is withdrawn; the rest stays held, by the rule that holds now.
    """
    for row in _held(session, bureau):
        lock_borrower(session, row.borrower_id)
        view = _view(session, row)
        if rule := _dropped(session, row, view, at):
            withdraw(session, row, rule, at)
        elif refused := hindrance(session, row, view, at):
            hold_back(session, row, refused, at)
        else:
            _release(session, row, at)


def still_held(session: Session, bureau: Bureau, at: datetime) -> list[StillHeld]:
    """Everything that bureau is not told for now, the oldest first; writes nothing."""
    return [why_held(session, row, at) for row in _held(session, bureau)]


def why_held(session: Session, row: BureauReportRow, at: datetime) -> StillHeld:
    """By which rule that report would be held now, and until when; writes nothing."""
    view = _view(session, row)
    refused = hindrance(session, row, view, at)
    if refused is None:
        reason = _MISFIT if row.rule == LAYOUT else _FREE
        return StillHeld(row.key, row.loan_id, row.rule, reason, None)
    until = _until(session, row, view, at)
    return StillHeld(row.key, row.loan_id, refused.rule, refused.reason, until)


def hindrance(
    session: Session, row: BureauReportRow, view: LoanView, at: datetime
) -> Refused | None:
    """Why a report that was held back may not leave now; None if it may.

    What kept it back first is asked as it was then. A debt that was disputed in the meantime waits
    for the answer: the bureau has not heard of it yet, and its first word need not be contested.
    """
    if row.kind is not ReportKind.ADVERSE:
        return None
    if refused := judged(session, row, view, at):
        return refused
    if disputed(session, row.loan_id):
        rule = _DISPUTE_RULES[view.borrower.jurisdiction]
        return Refused(rule, "The borrower contests it, and nobody has answered yet.")
    return None


def _held(session: Session, bureau: Bureau) -> Sequence[BureauReportRow]:
    waiting = select(BureauReportRow).where(
        BureauReportRow.bureau == bureau, BureauReportRow.status == ReportStatus.HELD
    )
    return session.exec(
        waiting.order_by(col(BureauReportRow.ordered_at), BureauReportRow.key)
    ).all()


def _release(session: Session, row: BureauReportRow, at: datetime) -> None:
    """Order it again. One that did not fit the file keeps that rule until it is in a file."""
    row.status = ReportStatus.ORDERED
    if row.rule != LAYOUT:
        decide(session, row, at, "released")
        row.rule = ""
    session.add(row)
    session.flush()


def _dropped(session: Session, row: BureauReportRow, view: LoanView, at: datetime) -> str:
    """The rule by which it is not to be told at all any more; empty while it may be."""
    told = tuple(r.kind for r in said_of(session, row.loan_id))
    if not follows(told, row.kind):
        return "bureau-order"
    today = local_date(at, view.borrower.calendar_zone)
    if row.kind is ReportKind.ADVERSE:
        return "nothing-due" if _ended(row, view, today) else ""
    contested = disputed(session, row.loan_id)
    untrue = {
        ReportKind.DISPUTED: not contested,
        ReportKind.DISPUTE_OVER: contested,
        ReportKind.CURED: _late(view, today),
    }
    return "bureau-order" if untrue.get(row.kind, False) else ""


def _ended(row: BureauReportRow, view: LoanView, today: date) -> bool:
    """Whether the delinquency it tells of ended since the order, even if another began."""
    ordered = local_date(row.ordered_at, view.borrower.calendar_zone)
    paid = {p.on for p in view.payments if ordered <= p.on <= today}
    return not all(_late(view, day) for day in {ordered, today} | paid)


def _late(view: LoanView, on: date) -> bool:
    return delinquency(view.schedule, view.credits, (), Terms(), on).oldest_due is not None


def _until(session: Session, row: BureauReportRow, view: LoanView, at: datetime) -> date | None:
    """The first day on which it may leave as far as is known; the borrower's date."""
    stands = standing(session, row, view, at)
    if stands.on_hold:
        ends = [
            hold.until
            for hold in holds_of(session, row.borrower_id)
            if hold.bites(at) and hold.reason in HELD
        ]
        known = [local_date(end, view.borrower.calendar_zone) for end in ends if end is not None]
        return max(known) if known and len(known) == len(ends) else None
    first = report_from(stands)
    return first if first is not None and stands.today < first else None


def _view(session: Session, row: BureauReportRow) -> LoanView:
    view = loan_view(session, row.loan_id)
    assert view is not None, "a report is of a loan in the ledger"
    return view
