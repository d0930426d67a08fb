"""No threat of a suit that can no longer be brought: what keeps such a notice from going out."""

from datetime import datetime

from sqlmodel import Session

from domain.legal.file import Calendars
from domain.legal.limitation import LAWS
from domain.orders import NoticeOrder
from domain.outcomes import SendOutcome, Sent
from ledger.errors import LedgerError
from ledger.legal_position import barred_since
from ledger.loans import loan_view, lock_loan

NO_THREAT = {"CN": "CN-LIM-10"}
"""The rule that keeps us from it; elsewhere it is the one under which the claim is barred."""


def threat_refused(
    session: Session, order: NoticeOrder, at: datetime, calendars: Calendars
) -> SendOutcome | None:
    """Why a notice that threatens may not go out, or None while the claim may still be brought.

    Raises LedgerError for an unknown loan.
    """
    lock_loan(session, order.loan_id)
    view = loan_view(session, order.loan_id)
    if view is None:
        raise LedgerError(f"Loan {order.loan_id!r} is not in the ledger.")
    over = barred_since(session, view, at, calendars)
    if over is None:
        return None
    law = view.borrower.jurisdiction
    assert over.ends is not None, "only a limitation with an end is over"
    said = f"The last day to sue was {over.ends.isoformat()} ({over.rule})."
    return SendOutcome(Sent.SUPPRESSED, NO_THREAT.get(law, LAWS[law].rule), said)
