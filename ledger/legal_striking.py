"""Striking an entry of the legal file: it stays on record, with who and why, and counts no more."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from domain.clock import local_date
from domain.orders import TaskOrder
from domain.refused import Refused
from ledger import tasks
from ledger.case_tables import CaseFileRow
from ledger.legal_events import LegalEvent, legal_events_of, on_record, record_legal, strikes
from ledger.legal_tables import LegalEventRow, LegalKind
from ledger.legal_tasks import settle
from ledger.loans import loan_view, lock_loan

STRUCK = "struck"
"""What a strike is called on the legal file, and the first word of the task about it."""


@dataclass(frozen=True, slots=True)
class Strike:
    """Who strikes which entry of a loan's legal file, when and why; `strike_id` makes it one."""

    strike_id: str
    loan_id: str
    event_id: str
    by: str
    at: datetime
    reason: str


def strike(session: Session, order: Strike) -> LegalEventRow | Refused:
    """Strike an entry; answers the entry, also when the same strike is told again.

    What a case did because of it is not undone: where the loan has a case, a task says so. The task
    that asked about a word which fitted no step is finished. Refused for what is not on file, and
    for what somebody has struck before. Raises LedgerError for an unknown loan.
    """
    lock_loan(session, order.loan_id)
    rows = on_record(session, order.loan_id)
    entry = next((row for row in rows if row.event_id == order.event_id), None)
    if entry is None or entry.kind is LegalKind.STRIKE:
        said = f"Nothing that could be struck is on the legal file of {order.loan_id} under"
        return Refused("no-such-entry", f"{said} {order.event_id!r}.")
    before = strikes(rows).get(order.event_id)
    if before is not None and before.event_id != order.strike_id:
        said = f"{order.event_id} was struck on {before.on_date.isoformat()} by {before.by}."
        return Refused("struck-before", said)
    if before is None:
        record_legal(session, _event(session, order, entry))
        _tell(session, order, entry)
    return entry


def _event(session: Session, order: Strike, entry: LegalEventRow) -> LegalEvent:
    view = loan_view(session, order.loan_id)
    assert view is not None, "the loan was locked, so it is in the ledger"
    return LegalEvent(
        order.strike_id,
        order.loan_id,
        LegalKind.STRIKE,
        STRUCK,
        local_date(order.at, view.borrower.calendar_zone),
        order.by,
        order.at,
        remedy=entry.remedy,
        reference=entry.event_id,
        text=order.reason,
    )


def _tell(session: Session, order: Strike, entry: LegalEventRow) -> None:
    """Ask people to look at what was done because of it, and no longer what it was to mean."""
    day = entry.on_date.isoformat()
    left = legal_events_of(session, order.loan_id, LegalKind.COURT)
    again = any((row.what, row.on_date) == (entry.what, entry.on_date) for row in left)
    if entry.kind is LegalKind.COURT and not again:
        settle(session, order.loan_id, f"court-{entry.what}-{day}", order.by, order.at)
    mine = select(CaseFileRow).where(CaseFileRow.loan_id == order.loan_id)
    newest = session.exec(mine.order_by(col(CaseFileRow.opened_at).desc())).first()
    if newest is None:
        return
    said = (
        f"{entry.what} of {day} was on file by mistake and is struck; what was done because of it "
        "is not undone: see whether a step, a task or a paper must be put right"
    )
    what = f"{STRUCK}-{entry.what}-{order.strike_id}"
    tasks.ask(session, TaskOrder(order.loan_id, newest.episode, what, said, order.at))
