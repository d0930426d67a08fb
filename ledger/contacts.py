"""The contact log: every contact is claimed here before it is made, and confirmed after."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from domain.keys import case_id, notice_key, task_key
from domain.orders import NoticeOrder, TaskOrder
from domain.outcomes import SendOutcome, Sent
from domain.steps import AT_MOST_ONCE
from ledger import decisions, tasks
from ledger.case_tables import ContactRow, TaskRow
from ledger.errors import LedgerError
from ledger.loans import lock_borrower
from ledger.tables import ContactPointRow
from ledger.words import AWAY, ContactStatus, PointStatus

_OPEN = (ContactStatus.CLAIMED, ContactStatus.SENT_UNCERTAIN)
"""Contacts whose outcome is not known yet."""


def confirm(  # noqa: PLR0913  what came of it, when, and what the borrower got to read
    session: Session,
    key: str,
    kind: Sent,
    wall: datetime,
    subject: str = "",
    body: str = "",
    reason: str = "",
    rule: str = "",
    provider_id: str = "",
) -> SendOutcome:
    """Write what came of a claimed contact: sent, bounced, failed or uncertain; answers what it is.

    `reason` is shown to everybody and goes on record, so it holds no address; `provider_id` is what
    the provider calls the message. The same again changes nothing. A late confirmation settles an
    uncertain contact; one that came back before it was confirmed stays bounced. Raises LedgerError
    for a contact that was not claimed, or has another outcome.
    """
    row = _locked(session, key)
    status = ContactStatus(kind.value)
    if row.status is not status:
        if row.status is ContactStatus.BOUNCED and status in AWAY:
            inputs = {"was": row.status, "reason": reason}
            decide(session, row, row.claimed_at, status, rule, inputs)
        elif row.status in _OPEN:
            row.rule = rule
            give_outcome(session, row, status, reason, row.claimed_at)
        else:
            raise LedgerError(f"{key}: is {row.status} and cannot become {status}.")
        row.provider_id = provider_id or row.provider_id
        row.confirmed_wall = wall
        row.subject, row.body = subject or row.subject, body or row.body
        saved(session, row)
    return SendOutcome(Sent(row.status.value), row.rule, row.reason)


def release(session: Session, key: str, reason: str = "") -> None:
    """Give a claim back: the contact was certainly not made, and another try claims anew.

    Nothing happens when there is no such claim. Raises LedgerError when its outcome is known.
    """
    if session.get(ContactRow, key) is None:
        return
    row = _locked(session, key)
    if row.status is not ContactStatus.CLAIMED:
        raise LedgerError(f"{key}: is {row.status} and cannot be released.")
    decide(session, row, row.claimed_at, "released", inputs={"reason": reason})
    session.delete(row)
    session.flush()


def mark_bounced(session: Session, key: str, reason: str, at: datetime | None = None) -> bool:
    """A contact came back: its contact point is dead; False when that is known already.

    `at` is the case's instant, None: that of the claim; `reason` holds no address. Raises
    LedgerError for a contact that cannot have been made.
    """
    row = _locked(session, key)
    if row.status is ContactStatus.BOUNCED:
        return False
    if row.status in (ContactStatus.SUPPRESSED, ContactStatus.FAILED):
        raise LedgerError(f"{key}: is {row.status} and cannot bounce.")
    give_outcome(session, row, ContactStatus.BOUNCED, reason, at or row.claimed_at)
    saved(session, row)
    return True


def settle(session: Session, key: str, arrived: bool, by: str, at: datetime) -> None:
    """A person found out whether an uncertain contact arrived. It is not sent again either way.

    Raises LedgerError for a contact that is not uncertain.
    """
    row = _locked(session, key)
    if row.status is not ContactStatus.SENT_UNCERTAIN:
        raise LedgerError(f"{key}: is {row.status}, not uncertain.")
    status = ContactStatus.SENT if arrived else ContactStatus.FAILED
    row.rule = "settled-by-person"
    give_outcome(session, row, status, f"Settled by {by}.", at, by)
    saved(session, row)


def leave(session: Session, order: NoticeOrder) -> SendOutcome | None:
    """What came of a contact that is given up for now; None when it may be asked for again.

    One that was claimed and never confirmed may have been made: where that happens at most once it
    is uncertain from now on.
    """
    lock_borrower(session, order.borrower_id)
    row = session.get(ContactRow, notice_key(order.loan_id, order.episode, order.step))
    if row is None:
        return None
    session.refresh(row)
    if row.status is not ContactStatus.CLAIMED:
        sent = row.status is ContactStatus.SENT
        kind = Sent.ALREADY_SENT if sent else Sent(row.status.value)
        return SendOutcome(kind, row.rule, row.reason)
    if row.message_class not in AT_MOST_ONCE:
        return None
    return left_uncertain(session, row, "at-most-once", order.decided_at)


def leave_all(session: Session, loan_id: str, episode: date, at: datetime) -> None:
    """The case is over: whatever was claimed in it and never confirmed is uncertain."""
    rows = session.exec(
        select(ContactRow).where(
            ContactRow.loan_id == loan_id,
            ContactRow.episode == episode,
            ContactRow.status == ContactStatus.CLAIMED,
        )
    ).all()
    for row in rows:
        left_uncertain(session, row, "case-over", at)


def left_uncertain(session: Session, row: ContactRow, rule: str, at: datetime) -> SendOutcome:
    """The contact may have been made, and is not made again."""
    row.rule = rule
    reason = "Claimed and never confirmed: it may have been sent, and is not sent again."
    give_outcome(session, row, ContactStatus.SENT_UNCERTAIN, reason, at)
    saved(session, row)
    return SendOutcome(Sent.UNCERTAIN, row.rule, row.reason)


def contacts_of(session: Session, loan_id: str) -> Sequence[ContactRow]:
    """The contact log of a loan, the oldest first."""
    mine = select(ContactRow).where(ContactRow.loan_id == loan_id)
    return session.exec(mine.order_by(col(ContactRow.claimed_at), ContactRow.key)).all()


def uncertain(session: Session) -> Sequence[ContactRow]:
    """Contacts of which nobody knows whether they arrived, the oldest first."""
    rows = select(ContactRow).where(ContactRow.status == ContactStatus.SENT_UNCERTAIN)
    return session.exec(rows.order_by(col(ContactRow.claimed_at), ContactRow.key)).all()


def give_outcome(  # noqa: PLR0913  what became of it, why, when and by whom
    session: Session,
    row: ContactRow,
    status: ContactStatus,
    reason: str,
    at: datetime,
    by: str = "ledger",
) -> None:
    """Give the row its outcome, with all that follows from it."""
    if status is ContactStatus.SENT_UNCERTAIN:
        row.rule = row.rule or "at-most-once"
    inputs = {"was": row.status, "reason": reason, "claimed_at": row.claimed_at, "by": by}
    decide(session, row, at, status, row.rule, inputs)
    what = f"uncertain/{row.step}"
    if row.status is ContactStatus.SENT_UNCERTAIN:
        task = session.get(TaskRow, task_key(row.loan_id, row.episode, what))
        if task:
            tasks.finish(session, task.key, by, at)
    if status is ContactStatus.SENT_UNCERTAIN:
        ask_person(session, row, what, reason, at)
    if status is ContactStatus.BOUNCED and row.contact_point_id is not None:
        point = session.get_one(ContactPointRow, row.contact_point_id)
        point.status, point.dead_reason = PointStatus.DEAD, reason
        session.add(point)
    row.status, row.reason = status, reason


def _locked(session: Session, key: str) -> ContactRow:
    """The row as it stands once we have its borrower; raises LedgerError when there is none."""
    row = session.get(ContactRow, key)
    if row is None:
        raise LedgerError(f"{key}: no such contact was claimed.")
    lock_borrower(session, row.borrower_id)
    session.refresh(row)
    return row


def saved(session: Session, row: ContactRow) -> ContactRow:
    session.add(row)
    session.flush()
    return row


def ask_person(session: Session, row: ContactRow, what: str, reason: str, at: datetime) -> None:
    tasks.ask(session, TaskOrder(row.loan_id, row.episode, what, reason, at))


def decide(  # noqa: PLR0913  the parts of a decision
    session: Session,
    row: ContactRow,
    at: datetime,
    verdict: str,
    rule: str = "",
    inputs: Mapping[str, Any] | None = None,
) -> None:
    case = case_id(row.loan_id, row.episode)
    decisions.append(session, case, at, "contact", row.key, verdict, rule, inputs)
