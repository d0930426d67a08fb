"""The list of those who call and visit: what nobody needs to make any more comes off it."""

from datetime import date, datetime

from sqlmodel import Session

from domain.gate.words import Channel
from domain.keys import notice_key
from domain.orders import TaskOrder
from domain.strategy import Outcome
from ledger import tasks
from ledger.case_tables import ContactRow, TaskRow
from ledger.contacts import give_outcome, saved
from ledger.words import ContactStatus

NOT_MADE = "not-made"
"""The rule of a call or visit that came off the list before anybody said that it was made."""

LATER = "a later {}"
"""Who settles what a later call or visit stands for."""

CASE_OVER = "the end of the case ({})"
"""Who settles what nobody needs to do for a case that has ended."""

_CONTACTS = (f"{Channel.CALL}/", f"{Channel.VISIT}/", "find-contact", "check-back-")
"""How tasks begin that have people look for the borrower, or speak to them, for a case's sake."""


def put_on(session: Session, order: TaskOrder, channel: Channel) -> None:
    """List a call or visit that was claimed; an earlier one that nobody made comes off.

    One that came off when its case ended is listed anew when the case goes on.
    """
    for task in tasks.open_of(session, order.loan_id, (f"{channel}/",)):
        if task.episode == order.episode and task.what != order.what:
            _take_off(session, task, LATER.format(channel), order.asked_at)
    tasks.ask_anew(session, order)


def take_all_off(
    session: Session, loan_id: str, episode: date, outcome: Outcome, at: datetime
) -> None:
    """The case is over: nobody is called, visited or looked for because of it any more."""
    over = CASE_OVER.format(outcome)
    for task in tasks.open_of(session, loan_id, _CONTACTS):
        if task.episode == episode:
            _take_off(session, task, over, at)


def _take_off(session: Session, task: TaskRow, by: str, at: datetime) -> None:
    """Settle the task; what it was to bring about is no contact, and counts in no cap."""
    step = task.what.partition("/")[2]
    contact = notice_key(task.loan_id, task.episode, step) if step and task.loan_id else None
    row = session.get(ContactRow, contact) if contact else None
    if row is not None and row.status is ContactStatus.SENT and row.outcome is None:
        reason = f"Nobody had said that it was made when {by} took it off the list."
        row.rule = NOT_MADE
        give_outcome(session, row, ContactStatus.SUPPRESSED, reason, at, by)
        saved(session, row)
    tasks.finish(session, task.key, by, at)
