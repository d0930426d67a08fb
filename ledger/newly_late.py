"""Loans that fell behind lately: found by their due dates, without walking through the book."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, func
from sqlmodel import Session, col, exists, select
from sqlmodel.sql.expression import SelectOfScalar

from domain.keys import OPEN_CASE, task_key
from domain.orders import TaskOrder
from ledger import tasks
from ledger.account_tables import MoneyEventRow
from ledger.case_tables import CaseFileRow, TaskRow
from ledger.tables import InstalmentRow, PaymentRow
from ledger.words import MoneyKind

WATCH = "daily watch"
"""By whom a task is done that the watch could do after all."""


def newly_late(
    session: Session, due: date, opened_before: datetime, after: str = ""
) -> Sequence[str]:
    """Loans after that id with an instalment due on that day that was not paid for in time.

    Those with a case that was opened before that instant are left out. What was paid or forgiven
    later, and what counts as material, is for whoever opens the case to say.
    """
    return session.exec(late_loans(due, opened_before, after)).all()


def late_loans(due: date, opened_before: datetime, after: str = "") -> SelectOfScalar[str]:
    """The question that `newly_late` asks the database."""
    loan_id = col(InstalmentRow.loan_id)
    fell_due = select(loan_id).where(col(InstalmentRow.due) == due, loan_id > after)
    late = fell_due.where(~_has_case(opened_before), _owed(due) + _of_plans(due) > _paid(due))
    return late.distinct().order_by(loan_id)


def put_before_a_person(session: Session, loan_id: str, due: date, why: str, at: datetime) -> bool:
    """Ask a person why this loan's case cannot be opened; False when that was asked before."""
    return tasks.ask(session, TaskOrder(loan_id, due, OPEN_CASE, why, at))


def refused_before(session: Session) -> Sequence[tuple[str, date]]:
    """Loans whose case could not be opened, with the due date it was looked for, the oldest first.

    Nobody has said that it is done, so they are tried again.
    """
    waiting = select(TaskRow).where(col(TaskRow.done_at).is_(None), TaskRow.what == OPEN_CASE)
    rows = session.exec(waiting.order_by(col(TaskRow.asked_at), TaskRow.key))
    return [(row.loan_id, row.episode) for row in rows if row.loan_id is not None]


def opened_after_all(session: Session, loan_id: str, due: date, at: datetime) -> bool:
    """The case could be opened, or is not needed any more; False when that was known."""
    return tasks.finish(session, task_key(loan_id, due, OPEN_CASE), WATCH, at)


def _has_case(opened_before: datetime) -> ColumnElement[bool]:
    return exists().where(
        col(CaseFileRow.loan_id) == col(InstalmentRow.loan_id),
        col(CaseFileRow.closed_at).is_(None),
        col(CaseFileRow.opened_at) < opened_before,
    )


def _owed(due: date) -> ScalarSelect[int]:
    """Everything that fell due on the loan by the end of that day."""
    portion = InstalmentRow.__table__.alias("portion")  # type: ignore[attr-defined]
    mine = portion.c.loan_id == col(InstalmentRow.loan_id)
    return (
        select(func.coalesce(func.sum(portion.c.amount_minor), 0))
        .where(mine, portion.c.due <= due)
        .scalar_subquery()
    )


def _of_plans(due: date) -> ScalarSelect[int]:
    """The interest of plans that was owed by the end of that day."""
    taken_back = MoneyEventRow.__table__.alias("taken_back")  # type: ignore[attr-defined]
    return (
        select(func.coalesce(func.sum(col(MoneyEventRow.amount_minor)), 0))
        .where(
            col(MoneyEventRow.loan_id) == col(InstalmentRow.loan_id),
            MoneyEventRow.kind == MoneyKind.INTEREST,
            col(MoneyEventRow.on_date) <= due,
            ~exists().where(
                taken_back.c.loan_id == col(MoneyEventRow.loan_id),
                taken_back.c.of == col(MoneyEventRow.event_id),
            ),
        )
        .scalar_subquery()
    )


def _paid(due: date) -> ScalarSelect[int]:
    """Everything paid by the day after, on which the loan is late at the earliest."""
    return (
        select(func.coalesce(func.sum(col(PaymentRow.amount_minor)), 0))
        .where(
            col(PaymentRow.loan_id) == col(InstalmentRow.loan_id),
            col(PaymentRow.reversed_on).is_(None),
            col(PaymentRow.on_date) <= due + timedelta(days=1),
        )
        .scalar_subquery()
    )
