"""The contact log: every contact is claimed here before it is made, and confirmed after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from domain.delinquency import Terms
from domain.gate.rulebook import Rulebook
from domain.keys import case_id, message_id, notice_key, task_key
from domain.orders import NoticeOrder, TaskOrder
from domain.outcomes import SendOutcome, Sent
from domain.strategy import MessageClass
from ledger import decisions, gate, tasks
from ledger.case_tables import ContactRow, TaskRow
from ledger.errors import KeyReused, LedgerError
from ledger.loans import lock_borrower, lock_loan
from ledger.snapshots import Snapshot, from_json, to_json
from ledger.tables import BorrowerRow, ContactPointRow
from ledger.words import ContactStatus, PointStatus

MAIL_DOMAIN = "forbear"
"""The right side of every Message-ID; the left side is the key."""

_OPEN = (ContactStatus.CLAIMED, ContactStatus.SENT_UNCERTAIN)
"""Contacts whose outcome is not known yet."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """The contact is ours to make, now and once; every number in it comes from the snapshot."""

    key: str
    message_id: str
    message_class: MessageClass
    name: str
    locale: str
    address: str
    contact_point_id: int
    snapshot: Snapshot


def claim(  # noqa: PLR0913  the order, the law, the terms, and the two clocks
    session: Session,
    order: NoticeOrder,
    rules: Rulebook,
    terms: Terms,
    at: datetime,
    wall: datetime,
) -> Claimed | SendOutcome:
    """May this contact be made now? If so it is ours, and counts at once in every cap.

    `at` is the case's instant of sending, `wall` the true one. Every answer goes on the decision
    record, but for the repeat of a known outcome. Raises KeyReused when the key was claimed for
    another content, LedgerError for an unknown loan or the wrong borrower.
    """
    loan = lock_loan(session, order.loan_id)
    if loan.borrower_id != order.borrower_id:
        raise LedgerError(f"Loan {loan.loan_id!r} is not of borrower {order.borrower_id!r}.")
    key = notice_key(order.loan_id, order.episode, order.step)
    asked = gate.asked(session, order, rules, terms, at)
    if row := session.get(ContactRow, key, populate_existing=True):
        return _claimed_before(session, row, asked)
    answer = gate.objection(session, asked)
    row = _row(key, asked, answer, wall)
    if answer is None:
        _decide(session, row, at, "allowed", inputs=gate.inputs(asked))
        return _claimed(session, _saved(session, row))
    told = {"reason": answer.reason, "until": answer.until}
    _decide(session, row, at, answer.kind, answer.rule, gate.inputs(asked) | told)
    if answer.kind is Sent.SUPPRESSED:
        _saved(session, row)
        if answer.rule == gate.NO_POINT:
            _ask(session, row, f"{gate.NO_POINT}/{row.channel}", answer.reason, at)
    return answer


def confirm(  # noqa: PLR0913  what came of it, when, and what the borrower got to read
    session: Session,
    key: str,
    kind: Sent,
    wall: datetime,
    subject: str = "",
    body: str = "",
    reason: str = "",
    rule: str = "",
) -> None:
    """Write what came of a claimed contact: sent, bounced, failed or uncertain.

    `reason` is shown to everybody and goes on record, so it holds no address. The same again
    changes nothing. A late confirmation settles an uncertain contact. Raises LedgerError for a
    contact that was not claimed, or has another outcome.
    """
    row = _locked(session, key)
    status = ContactStatus(kind.value)
    if row.status is status:
        return
    if row.status not in _OPEN:
        raise LedgerError(f"{key}: is {row.status} and cannot become {status}.")
    row.rule = rule
    _settle(session, row, status, reason, row.claimed_at)
    row.confirmed_wall = wall
    row.subject, row.body = subject or row.subject, body or row.body
    _saved(session, row)


def release(session: Session, key: str, reason: str = "") -> None:
    """Give a claim back: the contact was certainly not made, and another try claims anew.

    Nothing happens when there is no such claim. Raises LedgerError when its outcome is known.
    """
    if session.get(ContactRow, key) is None:
        return
    row = _locked(session, key)
    if row.status is not ContactStatus.CLAIMED:
        raise LedgerError(f"{key}: is {row.status} and cannot be released.")
    _decide(session, row, row.claimed_at, "released", inputs={"reason": reason})
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
    _settle(session, row, ContactStatus.BOUNCED, reason, at or row.claimed_at)
    _saved(session, row)
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
    _settle(session, row, status, f"Settled by {by}.", at, by)
    _saved(session, row)


def contacts_of(session: Session, loan_id: str) -> Sequence[ContactRow]:
    """The contact log of a loan, the oldest first."""
    mine = select(ContactRow).where(ContactRow.loan_id == loan_id)
    return session.exec(mine.order_by(col(ContactRow.claimed_at), ContactRow.key)).all()


def uncertain(session: Session) -> Sequence[ContactRow]:
    """Contacts of which nobody knows whether they arrived, the oldest first."""
    rows = select(ContactRow).where(ContactRow.status == ContactStatus.SENT_UNCERTAIN)
    return session.exec(rows.order_by(col(ContactRow.claimed_at), ContactRow.key)).all()


def _claimed_before(session: Session, row: ContactRow, asked: gate.Asked) -> Claimed | SendOutcome:
    """The recorded outcome; or, when we died between claim and confirm, what the class says."""
    if row.fingerprint != gate.fingerprint(asked.order):
        raise KeyReused(f"{row.key}: was claimed for another content.")
    if row.status is ContactStatus.SENT:
        return SendOutcome(Sent.ALREADY_SENT)
    if row.status is not ContactStatus.CLAIMED:
        return SendOutcome(Sent(row.status.value), row.rule, row.reason)
    if row.message_class is not MessageClass.DUNNING:
        return _claimed_again(session, row, asked)
    return _left_uncertain(session, row, "at-most-once", asked.at)


def _claimed_again(session: Session, row: ContactRow, asked: gate.Asked) -> Claimed | SendOutcome:
    """The same letter once more, at a lawful instant; never while an open hold bars it."""
    inputs = gate.inputs(asked) | {"claimed_at": row.claimed_at}
    barred = gate.forbidden(asked)
    if barred is None:
        _decide(session, row, asked.at, "allowed", "at-least-once", inputs)
        return _claimed(session, row)
    if barred.until is None:
        return _left_uncertain(session, row, barred.rule, asked.at)
    told = {"reason": barred.reason, "until": barred.until}
    _decide(session, row, asked.at, barred.kind, barred.rule, inputs | told)
    return barred


def _left_uncertain(session: Session, row: ContactRow, rule: str, at: datetime) -> SendOutcome:
    row.rule = rule
    reason = "Claimed and never confirmed: it may have been sent, and is not sent again."
    _settle(session, row, ContactStatus.SENT_UNCERTAIN, reason, at)
    _saved(session, row)
    return SendOutcome(Sent.UNCERTAIN, row.rule, row.reason)


def _settle(  # noqa: PLR0913  what became of it, why, when and by whom
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
    _decide(session, row, at, status, row.rule, inputs)
    what = f"uncertain/{row.step}"
    if row.status is ContactStatus.SENT_UNCERTAIN:
        task = session.get(TaskRow, task_key(row.loan_id, row.episode, what))
        if task:
            tasks.finish(session, task.key, by, at)
    if status is ContactStatus.SENT_UNCERTAIN:
        _ask(session, row, what, reason, at)
    if status is ContactStatus.BOUNCED and row.contact_point_id is not None:
        point = session.get_one(ContactPointRow, row.contact_point_id)
        point.status, point.dead_reason = PointStatus.DEAD, reason
        session.add(point)
    row.status, row.reason = status, reason


def _row(key: str, asked: gate.Asked, answer: SendOutcome | None, wall: datetime) -> ContactRow:
    order, point = asked.order, asked.point
    return ContactRow(
        key=key,
        loan_id=order.loan_id,
        borrower_id=order.borrower_id,
        episode=order.episode,
        step=order.step,
        channel=order.channel,
        template=order.template,
        message_class=order.message_class,
        fingerprint=gate.fingerprint(order),
        status=ContactStatus.SUPPRESSED if answer else ContactStatus.CLAIMED,
        rule=answer.rule if answer else "",
        reason=answer.reason if answer else "",
        claimed_at=asked.at,
        claimed_wall=wall,
        message_id=message_id(key, MAIL_DOMAIN),
        contact_point_id=point.id if point else None,
        snapshot=to_json(asked.snapshot),
    )


def _claimed(session: Session, row: ContactRow) -> Claimed:
    """What the sender needs, the same at every claim of the row."""
    assert row.snapshot is not None, "a claimed contact has the numbers of its letter"
    assert row.contact_point_id is not None, "a claimed contact has somewhere to go"
    borrower = session.get_one(BorrowerRow, row.borrower_id)
    return Claimed(
        row.key,
        row.message_id,
        row.message_class,
        borrower.name,
        borrower.locale,
        session.get_one(ContactPointRow, row.contact_point_id).address,
        row.contact_point_id,
        from_json(row.snapshot),
    )


def _locked(session: Session, key: str) -> ContactRow:
    """The row as it stands once we have its borrower; raises LedgerError when there is none."""
    row = session.get(ContactRow, key)
    if row is None:
        raise LedgerError(f"{key}: no such contact was claimed.")
    lock_borrower(session, row.borrower_id)
    session.refresh(row)
    return row


def _saved(session: Session, row: ContactRow) -> ContactRow:
    session.add(row)
    session.flush()
    return row


def _ask(session: Session, row: ContactRow, what: str, reason: str, at: datetime) -> None:
    tasks.ask(session, TaskOrder(row.loan_id, row.episode, what, reason, at))


def _decide(  # noqa: PLR0913  the parts of a decision
    session: Session,
    row: ContactRow,
    at: datetime,
    verdict: str,
    rule: str = "",
    inputs: Mapping[str, Any] | None = None,
) -> None:
    case = case_id(row.loan_id, row.episode)
    decisions.append(session, case, at, "contact", row.key, verdict, rule, inputs)
