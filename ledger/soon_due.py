"""Loans of which something falls due soon: found by their due dates, not by walking the book."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ScalarSelect, func
from sqlmodel import Session, col, exists, select
from sqlmodel.sql.expression import SelectOfScalar

from ledger.case_tables import CaseFileRow
from ledger.tables import InstalmentRow, PaymentRow


def soon_due(session: Session, from_day: date, to_day: date, after: str = "") -> Sequence[str]:
    """Loans after that id with an unpaid instalment due in those days (both count), and no case.

    What was forgiven, what counts as material, and whether the strategy speaks to anybody before
    the due date, is for whoever opens the case to say.
    """
    return session.exec(upcoming_loans(from_day, to_day, after)).all()


def upcoming_loans(from_day: date, to_day: date, after: str = "") -> SelectOfScalar[str]:
    """The question that `soon_due` asks the database."""
    loan_id, due = col(InstalmentRow.loan_id), col(InstalmentRow.due)
    falls_due = select(loan_id).where(due >= from_day, due <= to_day, loan_id > after)
    running = exists().where(
        col(CaseFileRow.loan_id) == loan_id, col(CaseFileRow.closed_at).is_(None)
    )
    return falls_due.where(~running, _owed() > _paid()).distinct().order_by(loan_id)


def _owed() -> ScalarSelect[int]:
    """Everything that falls due on the loan up to and with the instalment."""
    portion = InstalmentRow.__table__.alias("portion")  # type: ignore[attr-defined]
    return (
        select(func.coalesce(func.sum(portion.c.amount_minor), 0))
        .where(
            portion.c.loan_id == col(InstalmentRow.loan_id),
            portion.c.due <= col(InstalmentRow.due),
        )
        .scalar_subquery()
    )


def _paid() -> ScalarSelect[int]:
    """Everything paid on the loan."""
    return (
        select(func.coalesce(func.sum(col(PaymentRow.amount_minor)), 0))
        .where(
            col(PaymentRow.loan_id) == col(InstalmentRow.loan_id),
            col(PaymentRow.reversed_on).is_(None),
        )
        .scalar_subquery()
    )
