"""The contact log: every contact is claimed here before it is made, and confirmed after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from domain.clock import local_date
from domain.delinquency import Terms
from domain.holds import Hold
from domain.keys import case_id, digest, message_id, notice_key
from domain.orders import NoticeOrder, TaskOrder
from domain.outcomes import SendOutcome, Sent
from domain.permit import ContactRules, Denied, PastContact, may_contact
from domain.strategy import Channel, MessageClass
from ledger import decisions, tasks
from ledger.agreements import holds_of
from ledger.case_tables import ContactRow
from ledger.errors import KeyReused, LedgerError
from ledger.loans import lock_loan, loan_view
from ledger.payments import money_facts, version
from ledger.snapshots import Snapshot, from_json, snapshot_of, to_json
from ledger.values import ContactPoint, LoanView
from ledger.words import ContactStatus, PointChannel, PointStatus

HISTORY = timedelta(days=8)
"""How far back the gate looks: a day more than the longest window of a cap, a week."""

BEHIND = timedelta(minutes=15)
"""How long a contact waits for a payment that the case has heard of and the ledger has not."""

_COUNTS = (ContactStatus.CLAIMED, ContactStatus.SENT, ContactStatus.SENT_UNCERTAIN)
"""Contacts the borrower has or may have got; each counts in every cap."""

_POINTS = {Channel.EMAIL: PointChannel.EMAIL, Channel.CALL: PointChannel.PHONE}


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


@dataclass(frozen=True, slots=True)
class _Asked:
    """Everything the answer to one claim is made from."""

    order: NoticeOrder
    rules: ContactRules
    at: datetime
    key: str
    view: LoanView
    snapshot: Snapshot
    version: int
    history: Sequence[PastContact]
    holds: Sequence[Hold]
    point: ContactPoint | None


def claim(  # noqa: PLR0913  the order, the law, the terms, and the two clocks
    session: Session,
    order: NoticeOrder,
    rules: ContactRules,
    terms: Terms,
    at: datetime,
    wall: datetime,
) -> Claimed | SendOutcome:
    """May this contact be made now? If so it is ours, and counts at once in every cap.

    `at` is the case's instant of sending, `wall` the true one. Every answer but the repeat of a
    known one goes on the decision record. Raises KeyReused when the key was claimed for another
    content, LedgerError for an unknown loan or the wrong borrower.
    """
    loan = lock_loan(session, order.loan_id)
    if loan.borrower_id != order.borrower_id:
        raise LedgerError(f"Loan {loan.loan_id!r} is not of borrower {order.borrower_id!r}.")
    key = notice_key(order.loan_id, order.episode, order.step)
    if row := session.get(ContactRow, key, populate_existing=True):
        return _claimed_before(session, row, order, at)
    asked = _asked(session, order, rules, terms, at)
    answer = _objection(session, asked)
    verdict = answer.kind.value if answer else "allowed"
    rule = answer.rule if answer else ""
    inputs = _inputs(asked) | ({"until": answer.until} if answer and answer.until else {})
    _decide(session, asked.order, at, verdict, rule, inputs)
    if answer is None:
        return _claimed(_add_row(session, asked, wall), asked.view)
    if answer.kind is Sent.SUPPRESSED:
        _add_row(session, asked, wall, answer)
    return answer
