"""Waking people before something is lost: a task for each deadline of ours, on its day."""

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlmodel import Session, col, select

from domain.clock import local_date, local_instant
from domain.legal.alarms import Alarm, alarms, next_wake, procedure_of, ringing
from domain.legal.court import FILED
from domain.legal.file import Calendars, CourtEvent
from domain.legal.filing import WatchOrder
from domain.orders import TaskOrder
from domain.periods import RestDays
from ledger import tasks
from ledger.case_tables import CaseFileRow, TaskRow
from ledger.errors import LedgerError
from ledger.legal_position import position_of
from ledger.loans import loan_view
from ledger.paper_tasks import withdrawing

WITHDRAWN = "withdrawn"
"""What a court says when we have withdrawn what we filed."""

DEADLINE = "deadline/"
"""How tasks begin that wake people: deadline/NAME/LAST-DAY/DAYS-BEFORE."""

WOKEN_AT = time(9)
"""The time of day at which people are woken, by the borrower's clock."""


def watch(session: Session, order: WatchOrder, calendars: Calendars) -> datetime | None:
    """Put what is about to be lost on the task list, once for each day people are woken on.

    Nobody is woken for a procedure that was withdrawn, or is to be. Answers when to look again;
    None when nothing is owed, or every deadline is over. A deadline that was put off is another
    one. Raises LedgerError for an unknown loan.
    """
    view = loan_view(session, order.loan_id)
    if view is None:
        raise LedgerError(f"Loan {order.loan_id!r} is not in the ledger.")
    zone = view.borrower.calendar_zone
    today = local_date(order.at, zone)
    position = position_of(session, view, today)
    found = alarms(position, calendars)
    episode = _episode(session, order.loan_id) or position.claim.last_due
    withdrawn = withdrawing(session, order.loan_id) | _withdrawn(position.court)
    for alarm, rang in ringing(found, today):
        if procedure_of(alarm.name, position.court) in withdrawn:
            continue
        what, said = _said(alarm, rang, calendars)
        tasks.ask(session, TaskOrder(order.loan_id, episode, what, said, order.at))
    day = next_wake(found, today)
    return local_instant(day, WOKEN_AT, zone) if day is not None else None


def _withdrawn(court: Sequence[CourtEvent]) -> set[str]:
    """The remedies that were withdrawn and not filed again."""
    last = {event.remedy: event.what for event in court if event.what in (FILED, WITHDRAWN)}
    return {remedy for remedy, what in last.items() if what == WITHDRAWN and remedy}


def deadlines_of(session: Session, loan_id: str) -> list[TaskRow]:
    """What people were woken for on a loan and have not settled."""
    return tasks.open_of(session, loan_id, (DEADLINE,))


def deadline_in(task: TaskRow) -> str:
    """The name of the deadline that a task is about."""
    return task.what.removeprefix(DEADLINE).rsplit("/", 2)[0]


def _said(alarm: Alarm, rang: date, calendars: Calendars) -> tuple[str, str]:
    """What the task is called, and what it says; an end that may still move says so."""
    last = alarm.ends.isoformat()
    what = f"{DEADLINE}{alarm.name}/{last}/{(alarm.ends - rang).days}"
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
