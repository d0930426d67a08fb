"""Where a borrower lives, as it becomes known after the loan."""

from dataclasses import replace

from sqlmodel import Session

from ledger.errors import LedgerError
from ledger.loans import check_borrower, lock_borrower
from ledger.tables import BorrowerRow


def lives_in(
    session: Session, borrower_id: str, zone: str | None = None, region: str | None = None
) -> bool:
    """Write where they live, each None as it was; False when that was known.

    It holds for every contact from the commit on; a running case keeps the calendar that it counts
    its days by. Raises LedgerError for an unknown borrower, for what is no time zone, and for a
    region of another jurisdiction.
    """
    known = lock_borrower(session, borrower_id)
    told = replace(known, zone=zone or known.zone, region=region or known.region)
    if told == known:
        return False
    check_borrower(told)
    if told.region and not told.region.startswith(f"{told.jurisdiction}-"):
        raise LedgerError(
            f"Borrower {borrower_id!r}: {told.region} is no region of {told.jurisdiction}."
        )
    row = session.get_one(BorrowerRow, borrower_id)
    row.zone, row.region = told.zone, told.region
    session.add(row)
    session.flush()
    return True
