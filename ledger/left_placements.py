"""Hand-offs that were given up before the agency answered."""

from sqlmodel import Session

from domain.keys import placement_key
from domain.orders import LeaveOrder
from domain.outcomes import AgencyOutcome, Placed
from ledger import placements
from ledger.case_tables import PlacementRow
from ledger.loans import lock_loan
from ledger.words import PlacementStatus


def leave_placement(session: Session, left: LeaveOrder) -> AgencyOutcome:
    """What has become of a hand-off that is given up.

    Deferred: the agency was never asked. Uncertain: it was, and may have the case.
    """
    order, rule = left.placement, left.rule
    lock_loan(session, order.loan_id)
    key = placement_key(order.loan_id, order.episode, order.number)
    row = session.get(PlacementRow, key, populate_existing=True)
    if row is None or row.agency != order.agency:
        return AgencyOutcome(Placed.DEFERRED, reason=rule, until=order.decided_at)
    if row.status is not PlacementStatus.CLAIMED:
        return AgencyOutcome(placements.PLACED_BEFORE[row.status], row.reference, row.reason)
    return placements.uncertain(session, row, order.decided_at, rule)
