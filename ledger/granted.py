"""A case given to an agency or reported to a bureau: only on a second person's yes on record."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session

from domain.authority import Action
from domain.bureau import ReportKind
from domain.clock import local_date
from domain.keys import case_id, placement_key
from domain.orders import PlacementOrder
from domain.records import BureauOrdered, Record
from domain.refused import Refused
from ledger import decisions, outside
from ledger.approval_tables import ApprovalRow
from ledger.approvals import approved
from ledger.case_tables import PlacementRow
from ledger.loans import loan_view, lock_loan
from ledger.questions import question_of
from ledger.snapshots import outstanding

PLACEMENT = "placement"
REPORT = "bureau_report"


def placement_refusal(session: Session, order: PlacementOrder) -> Refused | None:
    """Why no agency may have the case, or None when a second person approved it.

    They said yes to what the case asked last, and to at least this debt. The refusal goes on
    record. A placement that was claimed before was approved before.
    """
    lock_loan(session, order.loan_id)
    key = placement_key(order.loan_id, order.episode, order.number)
    if session.get(PlacementRow, key) is not None:
        return None
    given = _given(session, order.loan_id, order.episode, PLACEMENT, order.decided_at)
    if not isinstance(given, Refused):
        return None
    case, inputs = case_id(order.loan_id, order.episode), {"agency": order.agency}
    at, rule = order.decided_at, given.rule
    decisions.append(session, case, at, "placement", key, "unapproved", rule, inputs)
    return given


def approved_only(
    session: Session, loan_id: str, episode: date, records: Sequence[Record]
) -> tuple[tuple[Record, ...], str]:
    """The records without an adverse report that nobody approved, and the rule (empty: all are).

    What remains names who said yes on record. The refusal goes on record, once; a report that was
    written before stays approved.
    """
    kept: list[Record] = []
    rule = ""
    for record in records:
        if not isinstance(record, BureauOrdered) or record.report is not ReportKind.ADVERSE:
            kept.append(record)
            continue
        lock_loan(session, loan_id)
        case, change = case_id(loan_id, episode), outside.change_of(loan_id, episode, record)
        given = _given(session, loan_id, episode, REPORT, record.at)
        if decisions.recorded(session, case, change.key):
            kept.append(record)
        elif not isinstance(given, Refused):
            kept.append(replace(record, by=given.answered_by))
        else:
            rule, key = given.rule, f"{change.key}/unapproved"
            if not decisions.recorded(session, case, key):
                inputs = change.inputs
                decisions.append(
                    session, case, record.at, "bureau", key, "unapproved", rule, inputs
                )
    return tuple(kept), rule


def _given(
    session: Session, loan_id: str, episode: date, what: str, at: datetime
) -> ApprovalRow | Refused:
    """The yes to what the case asked last, for all that is unpaid; else why there is none."""
    asked = question_of(session, loan_id, episode, what)
    if asked is None:
        return Refused("approval-unknown", f"Nobody was asked about a {what}.")
    view = loan_view(session, loan_id)
    assert view is not None, "the loan was locked, so it is in the ledger"
    owed = outstanding(view, local_date(at, view.borrower.calendar_zone))
    action = Action.PLACEMENT if what == PLACEMENT else Action.BUREAU_REPORT
    return approved(session, asked.approval_id, loan_id, action, owed)
