"""One letter for several loans of a person, where the strategy merges."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from domain.clock import local_date
from domain.delinquency import Terms
from domain.orders import NoticeOrder
from domain.outcomes import SendOutcome, Sent
from domain.promises import PromiseStatus
from ledger.agreements import performing_plan, promises_of
from ledger.case_tables import ContactRow, PlacementRow
from ledger.loans import loan_view
from ledger.snapshots import Snapshot, snapshot_of
from ledger.tables import LoanRow
from ledger.values import LoanView
from ledger.words import ContactStatus, PlacementStatus

MERGED = "merged-letter"
"""The rule of a step that another letter has stood for."""

_ARRIVED = (ContactStatus.CLAIMED, ContactStatus.SENT, ContactStatus.SENT_UNCERTAIN)


def other_loans(
    session: Session, order: NoticeOrder, view: LoanView, terms: Terms, at: datetime
) -> tuple[Snapshot, ...]:
    """The person's other late loans that this letter speaks of too; none when it does not merge.

    Left out are those with a promise or a plan to keep, and those that an agency works.
    """
    if not order.merge_days or spoken_of_already(session, order, at):
        return ()
    today = local_date(at, view.borrower.calendar_zone)
    mine = select(LoanRow.loan_id).where(
        LoanRow.borrower_id == order.borrower_id, LoanRow.loan_id != order.loan_id
    )
    found = []
    for loan_id in session.exec(mine.order_by(LoanRow.loan_id)).all():
        other = loan_view(session, loan_id)
        assert other is not None, "a loan that was just read is in the ledger"
        snapshot = snapshot_of(session, other, terms, today)
        if snapshot.oldest_due is not None and not _left_in_peace(session, loan_id):
            found.append(snapshot)
    return tuple(found)


def spoken_of_already(session: Session, order: NoticeOrder, at: datetime) -> SendOutcome | None:
    """The same notice about another loan spoke of this one a short while ago; None if not."""
    if not order.merge_days:
        return None
    rows = session.exec(
        select(ContactRow).where(
            ContactRow.borrower_id == order.borrower_id,
            ContactRow.loan_id != order.loan_id,
            ContactRow.channel == order.channel,
            ContactRow.template == order.template,
            col(ContactRow.status).in_(_ARRIVED),
            ContactRow.claimed_at > at - timedelta(days=order.merge_days),
        )
    )
    stands = next((row for row in rows if order.loan_id in row.covers), None)
    if stands is None:
        return None
    return SendOutcome(Sent.ALREADY_SENT, MERGED, f"{stands.key} speaks of this loan too.")


def _left_in_peace(session: Session, loan_id: str) -> bool:
    promised = any(p.status is PromiseStatus.OPEN for p in promises_of(session, loan_id))
    if promised or performing_plan(session, loan_id):
        return True
    placed = select(PlacementRow.key).where(
        PlacementRow.loan_id == loan_id, PlacementRow.status == PlacementStatus.PLACED
    )
    return session.exec(placed.limit(1)).first() is not None
