"""What nobody needs to do any more comes off the list: calls, visits, and what ends with a case."""

from datetime import datetime

from sqlmodel import Session

from domain.gate.words import Channel
from domain.keys import notice_key
from domain.legal.alarms import DEBT, procedure_of
from domain.orders import CloseOrder, TaskOrder
from ledger import tasks
from ledger.case_tables import ContactRow, TaskRow
from ledger.contacts import give_outcome, saved
from ledger.legal_events import court_events_of
from ledger.legal_watch import deadline_in, deadlines_of
from ledger.paper_tasks import withdrawing
from ledger.words import NO_POINT, ContactStatus

NOT_MADE = "not-made"
"""The rule of a call or visit that came off the list before anybody said that it was made."""

LATER = "a later {}"
"""Who settles what a later call or visit stands for."""

CASE_OVER = tasks.CASE_OVER + " ({})"
"""Who settles what nobody needs to do for a case that has ended."""

_CONTACTS = (
    f"{Channel.CALL}/",
    f"{Channel.VISIT}/",
    f"{NO_POINT}/",
    "find-contact",
    "check-back-",
)
"""How tasks begin that have people look for the borrower, or speak to them, for a case's sake."""


def put_on(session: Session, order: TaskOrder, channel: Channel) -> None:
    """List a call or visit that was claimed; an earlier one that nobody made comes off.

    One that came off when its case ended is listed anew when the case goes on.
    """
    for task in tasks.open_of(session, order.loan_id, (f"{channel}/",)):
        if task.episode == order.episode and task.what != order.what:
            _take_off(session, task, LATER.format(channel), order.asked_at)
    tasks.ask_anew(session, order)


def take_all_off(session: Session, order: CloseOrder, *, nothing_owed: bool) -> None:
    """The case is over: the one home of what comes off the list because of that.

    Nobody is called, visited or looked for any more, and no address is missing. A deadline of a
    procedure that people are asked to withdraw goes with the withdrawal, and one of the debt itself
    with the debt (`nothing_owed`: nothing of the loan is unpaid). Any other deadline stays, as
    letting it pass has its effect at the court. So do the tasks about what is outside: claims to
    withdraw, evidence, agencies, bureaus, contacts of unknown fate.
    """
    over = CASE_OVER.format(order.outcome)
    for task in tasks.open_of(session, order.loan_id, _CONTACTS):
        if task.episode == order.episode:
            _take_off(session, task, over, order.at)
    if not (deadlines := deadlines_of(session, order.loan_id)):
        return
    withdrawn = withdrawing(session, order.loan_id)
    court = court_events_of(session, order.loan_id)
    for task in deadlines:
        of = procedure_of(deadline_in(task), court)
        if of in withdrawn or (nothing_owed and of == DEBT):
            tasks.finish(session, task.key, over, order.at)


def _take_off(session: Session, task: TaskRow, by: str, at: datetime) -> None:
    """Settle the task; a call or visit that it asked for is no contact, and counts in no cap."""
    channel, _, step = task.what.partition("/")
    if channel in (Channel.CALL, Channel.VISIT) and task.loan_id:
        row = session.get(ContactRow, notice_key(task.loan_id, task.episode, step))
        if row is not None and row.status is ContactStatus.SENT and row.outcome is None:
            reason = f"Nobody had said that it was made when {by} took it off the list."
            row.rule = NOT_MADE
            give_outcome(session, row, ContactStatus.SUPPRESSED, reason, at, by)
            saved(session, row)
    tasks.finish(session, task.key, by, at)
