"""Waking people before something is lost: a task for each deadline of ours, on its day."""

from datetime import date, datetime, time

from sqlmodel import Session, col, select

from domain.clock import local_date, local_instant
from domain.legal.alarms import Alarm, alarms, next_wake, ringing
from domain.legal.file import Calendars
from domain.legal.filing import WatchOrder
from domain.orders import TaskOrder
from domain.periods import RestDays
from ledger import tasks
from ledger.case_tables import CaseFileRow
from ledger.errors import LedgerError
from ledger.legal_position import position_of
from ledger.loans import loan_view

WOKEN_AT = time(9)
"""The time of day at which people are woken, by the borrower's clock."""


def watch(session: Session, order: WatchOrder, calendars: Calendars) -> datetime | None:
    """Put what is about to be lost on the task list, once for each day people are woken on.

    Answers when to look again; None when nothing is owed, or every deadline is over. A deadline
    that was put off is another one. Raises LedgerError for an unknown loan.
    """
    view = loan_view(session, order.loan_id)
    if view is None:
        raise LedgerError(f"Loan {order.loan_id!r} is not in the ledger.")
    zone = view.borrower.calendar_zone
    today = local_date(order.at, zone)
    position = position_of(session, view, today)
    found = alarms(position, calendars)
    episode = _episode(session, order.loan_id) or position.claim.last_due
    for alarm, rang in ringing(found, today):
        what, said = _said(alarm, rang, calendars)
        tasks.ask(session, TaskOrder(order.loan_id, episode, what, said, order.at))
    day = next_wake(found, today)
    return local_instant(day, WOKEN_AT, zone) if day is not None else None


def _said(alarm: Alarm, rang: date, calendars: Calendars) -> tuple[str, str]:
    """What the task is called, and what it says; an end that may still move says so."""
    last = alarm.ends.isoformat()
    what = f"deadline/{alarm.name}/{last}/{(alarm.ends - rang).days}"
    if rang > alarm.ends:
        return what, f"{alarm.rule}: {alarm.why}; {last} was the last day"
    book = calendars.get(alarm.rule.partition("-")[0])
    caveat = book.caveat(alarm.ends) if isinstance(book, RestDays) else ""
    return what, f"{alarm.rule}: after {last} {alarm.why}{f' ({caveat})' if caveat else ''}"


def _episode(session: Session, loan_id: str) -> date | None:
    """The episode of the loan's newest case, whose tasks these are."""
    mine = select(CaseFileRow).where(CaseFileRow.loan_id == loan_id)
    newest = session.exec(mine.order_by(col(CaseFileRow.opened_at).desc())).first()
    return newest.episode if newest is not None else None
