"""Hand-offs that were given up because something was heard before the agency answered."""

from sqlmodel import Session

from domain.keys import placement_key
from domain.orders import PlacementOrder
from domain.outcomes import ANEW, AgencyOutcome, Placed
from ledger import placements
from ledger.case_tables import PlacementRow
from ledger.loans import lock_loan
from ledger.words import PlacementStatus


def leave_placement(session: Session, order: PlacementOrder) -> AgencyOutcome:
    """What has become of a hand-off that is given up for now.

    Deferred: the agency was never asked. Uncertain: it was, and may have the case.
    """
    lock_loan(session, order.loan_id)
    key = placement_key(order.loan_id, order.episode, order.number)
    row = session.get(PlacementRow, key, populate_existing=True)
    if row is None or row.agency != order.agency:
        return AgencyOutcome(Placed.DEFERRED, reason=ANEW, until=order.decided_at)
    if row.status is not PlacementStatus.CLAIMED:
        return AgencyOutcome(placements.PLACED_BEFORE[row.status], row.reference, row.reason)
    return placements.uncertain(session, row, order.decided_at, ANEW)
