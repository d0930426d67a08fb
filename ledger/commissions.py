"""What agencies earn: one line a money fact, by the terms of the day the case was placed."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from domain.agencies import commission
from domain.clock import local_date
from domain.keys import commission_key
from domain.liquidation import Placed
from ledger.agency_tables import CommissionRow
from ledger.case_tables import PlacementRow
from ledger.errors import LedgerError
from ledger.scrubs import terms_of
from ledger.tables import BorrowerRow, PaymentRow
from ledger.words import PlacementStatus


def settle(session: Session, placement: PlacementRow, at: datetime) -> Sequence[CommissionRow]:
    """Write every line the placement has earned or owes back by then; again adds only what is new.

    Money counts that came in while the agency had the case. What is undone later is taken back,
    whenever that is. Without terms nothing is earned.
    """
    terms = terms_of(placement)
    if terms is None:
        return ()
    new = []
    for payment in _recoveries(session, placement, at):
        facts = [(payment.fact_id, payment.amount_minor)]
        if payment.reversal_fact_id is not None:
            facts.append((payment.reversal_fact_id, -payment.amount_minor))
        for fact_id, amount_minor in facts:
            key = commission_key(placement.key, fact_id)
            if session.get(CommissionRow, key) is None:
                earned = commission(terms, amount_minor, placement.days_past_due)
                new.append(
                    CommissionRow(
                        key=key,
                        placement_key=placement.key,
                        agency=placement.agency,
                        loan_id=placement.loan_id,
                        payment_id=payment.payment_id,
                        currency=placement.currency,
                        recovered_minor=amount_minor,
                        basis_points=earned.basis_points,
                        payable_minor=earned.payable_minor,
                        withheld_minor=earned.withheld_minor,
                        at=at,
                    )
                )
    session.add_all(new)
    session.flush()
    return new


def settle_all(session: Session, at: datetime) -> int:
    """Settle every placement there ever was, so that late reversals are taken back; new lines."""
    had = select(PlacementRow).where(col(PlacementRow.placed_at).is_not(None))
    return sum(len(settle(session, row, at)) for row in session.exec(had).all())


def release(session: Session, agency: str, by: str, at: datetime) -> int:
    """The agency's conduct was reviewed: what waited for that is to be paid; how many lines.

    Raises LedgerError when nobody says that they reviewed it.
    """
    if not by:
        raise LedgerError(f"{agency}: somebody must have reviewed its conduct.")
    waiting = select(CommissionRow).where(
        CommissionRow.agency == agency, col(CommissionRow.released_at).is_(None)
    )
    rows = session.exec(waiting).all()
    for row in rows:
        row.released_at, row.released_by = at, by
        session.add(row)
    session.flush()
    return len(rows)


def lines_of(session: Session, agency: str = "") -> Sequence[CommissionRow]:
    """Every line of an agency, or of all, the oldest first."""
    rows = select(CommissionRow)
    if agency:
        rows = rows.where(CommissionRow.agency == agency)
    return session.exec(rows.order_by(col(CommissionRow.at), CommissionRow.key)).all()


def commissions_of(session: Session, loan_id: str) -> Sequence[CommissionRow]:
    """What was earned on a loan, the oldest first."""
    mine = select(CommissionRow).where(CommissionRow.loan_id == loan_id)
    return session.exec(mine.order_by(col(CommissionRow.at), CommissionRow.key)).all()


def lots(session: Session, at: datetime) -> list[Placed]:
    """The cases that chance gave to agencies, each with what came of it by then."""
    drawn = select(PlacementRow).where(
        col(PlacementRow.by_lot).is_(True),
        PlacementRow.number == 1,
        col(PlacementRow.status).in_((PlacementStatus.PLACED, PlacementStatus.RECALLED)),
    )
    return [_lot(session, row, at) for row in session.exec(drawn.order_by(PlacementRow.key)).all()]


def _lot(session: Session, row: PlacementRow, at: datetime) -> Placed:
    recovered = _recoveries(session, row, at)
    paid = select(CommissionRow).where(CommissionRow.placement_key == row.key)
    return Placed(
        row.agency,
        row.currency,
        row.days_past_due,
        row.amount_minor,
        sum(p.amount_minor for p in recovered if p.reversed_on is None),
        sum(line.payable_minor + line.withheld_minor for line in session.exec(paid).all()),
    )


def _recoveries(session: Session, row: PlacementRow, at: datetime) -> Sequence[PaymentRow]:
    """Payments that came in while the agency had the case, undone ones included."""
    if row.placed_at is None:
        return ()
    zone = session.get_one(BorrowerRow, row.borrower_id).calendar_zone
    mine = select(PaymentRow).where(
        PaymentRow.loan_id == row.loan_id,
        PaymentRow.known_at > row.placed_at,
        PaymentRow.known_at <= (row.recalled_at or at),
        PaymentRow.on_date >= local_date(row.placed_at, zone),
    )
    return session.exec(mine.order_by(col(PaymentRow.known_at), PaymentRow.payment_id)).all()
