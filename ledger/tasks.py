"""What is asked of a person, and what has been done."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from domain.keys import task_key
from domain.orders import TaskOrder
from domain.strategy import Outcome
from ledger.case_tables import CaseFileRow, TaskRow
from ledger.errors import LedgerError

CASE_OVER = "the end of the case"
"""How those are named who take off the list what only a running case needs."""


def ask(session: Session, order: TaskOrder) -> bool:
    """Ask a person for something; False when it was asked already, done or not.

    What only the end of the case took off the list is asked anew when it is asked after that.
    """
    key = task_key(order.loan_id, order.episode, order.what)
    row = session.get(TaskRow, key)
    if row is not None and _ended_with_its_case(row, order.asked_at):
        _renew(session, row, order)
        return True
    if row is not None:
        return False
    session.add(
        TaskRow(
            key=key,
            loan_id=order.loan_id,
            episode=order.episode,
            what=order.what,
            reason=order.reason,
            asked_at=order.asked_at,
        )
    )
    session.flush()
    return True


def ask_anew(session: Session, order: TaskOrder) -> None:
    """Ask a person for something, again where it was asked before: by the order as it is now."""
    if ask(session, order):
        return
    row = session.get_one(TaskRow, task_key(order.loan_id, order.episode, order.what))
    _renew(session, row, order)


def _renew(session: Session, row: TaskRow, order: TaskOrder) -> None:
    row.reason, row.asked_at, row.done_at, row.done_by = order.reason, order.asked_at, None, ""
    session.add(row)
    session.flush()


def _ended_with_its_case(row: TaskRow, asked_at: datetime) -> bool:
    """Whether nobody has done it, and it is asked after the case had ended."""
    ended = row.done_at is not None and row.done_at < asked_at
    return ended and row.done_by.startswith(CASE_OVER)


def finish(session: Session, key: str, by: str, at: datetime) -> bool:
    """A person has done it; False when it was done before. Raises LedgerError for no such task."""
    row = session.get(TaskRow, key)
    if row is None:
        raise LedgerError(f"Task {key!r} is not in the ledger.")
    if row.done_at is not None:
        return False
    row.done_at, row.done_by = at, by
    session.add(row)
    session.flush()
    return True


def open_tasks(session: Session) -> Sequence[TaskRow]:
    """Everything still to be done, the oldest first."""
    waiting = select(TaskRow).where(col(TaskRow.done_at).is_(None))
    return session.exec(waiting.order_by(col(TaskRow.asked_at), TaskRow.key)).all()


def open_of(session: Session, loan_id: str, starts: tuple[str, ...]) -> list[TaskRow]:
    """What is still to be done about a loan and begins with one of those words, by key."""
    mine = select(TaskRow).where(TaskRow.loan_id == loan_id, col(TaskRow.done_at).is_(None))
    rows = session.exec(mine.order_by(TaskRow.key)).all()
    return [row for row in rows if row.what.startswith(starts)]


def ended_under(session: Session, loan_id: str = "") -> Mapping[str, Outcome]:
    """How the cases of tasks ended, by the task's key, without those that go on.

    Of every task of that loan; without one, of those still to be done.
    """
    of_case = select(TaskRow.key, CaseFileRow.outcome).where(
        CaseFileRow.loan_id == TaskRow.loan_id, CaseFileRow.episode == TaskRow.episode
    )
    meant = TaskRow.loan_id == loan_id if loan_id else col(TaskRow.done_at).is_(None)
    found = session.exec(of_case.where(meant)).all()
    return {key: Outcome(outcome) for key, outcome in found if outcome}


def tasks_of(session: Session, loan_id: str) -> Sequence[TaskRow]:
    """Everything asked about a loan, done or not, the oldest first."""
    mine = select(TaskRow).where(TaskRow.loan_id == loan_id)
    return session.exec(mine.order_by(col(TaskRow.asked_at), TaskRow.key)).all()
