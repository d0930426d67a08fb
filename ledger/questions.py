"""What a case asks of a second person: on record with the debt it is about, while it waits."""

from datetime import date, datetime

from sqlmodel import Session

from domain.authority import Action, Question
from domain.clock import local_date
from domain.keys import case_id
from domain.orders import TaskOrder
from ledger import approvals
from ledger.approval_tables import ApprovalRow
from ledger.legal_figures import unpaid_minor
from ledger.loans import loan_view, lock_loan

ACTIONS = {"placement": Action.PLACEMENT, "bureau_report": Action.BUREAU_REPORT}
"""What a case asks for; everything else is a paper to be filed."""


def put(session: Session, order: TaskOrder) -> ApprovalRow:
    """Put a case's question on record and on the task list, about all that is unpaid,
    late charges and costs included.

    It is the case's one question: whatever else the case asked is over. The same again changes
    nothing.
    """
    lock_loan(session, order.loan_id)
    known = session.get(ApprovalRow, order.question)
    if known is not None:
        return known
    end_all(session, order.loan_id, order.episode, order.asked_at)
    view = loan_view(session, order.loan_id)
    assert view is not None, "the loan was locked, so it is in the ledger"
    question = Question(
        ACTIONS.get(order.what, Action.LEGAL_FILING),
        case_id(order.loan_id, order.episode),
        order.asked_at,
        unpaid_minor(session, view, local_date(order.asked_at, view.borrower.calendar_zone)),
        view.loan.currency,
        until=order.until,
    )
    loan = (order.loan_id, order.episode)
    return approvals.ask(
        session, approvals.NewApproval(order.question, *loan, question, order.what)
    )


def end_all(session: Session, loan_id: str, episode: date, at: datetime) -> int:
    """End what a case asked and nobody answered, because it waits no longer; how many."""
    mine = [row for row in approvals.waiting(session, loan_id) if asks(row, episode)]
    for row in mine:
        approvals.end(session, row.approval_id, at)
    return len(mine)


def question_of(session: Session, loan_id: str, episode: date, what: str) -> ApprovalRow | None:
    """What that case asked last about `what`, answered or not; None when it has not."""
    rows = reversed(approvals.approvals_of(session, loan_id))
    return next((row for row in rows if asks(row, episode) and row.subject == what), None)


def asks(row: ApprovalRow, episode: date | None = None) -> bool:
    """Whether a case asked this: that of the episode, or any (None)."""
    mine = row.asked_by == case_id(row.loan_id, row.episode)
    return mine and episode in (None, row.episode)
