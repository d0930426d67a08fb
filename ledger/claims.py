"""The claim: may this contact be made now? If so it is ours, and counts at once."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain.gate.words import Party
from domain.keys import message_id, notice_key
from domain.orders import NoticeOrder
from domain.outcomes import SendOutcome, Sent
from domain.steps import AT_MOST_ONCE, MessageClass
from ledger import gate, merging
from ledger.by_hand import NOT_MADE
from ledger.case_tables import ContactRow
from ledger.consents import consent_to
from ledger.contacts import ask_person, decide, left_uncertain, saved
from ledger.errors import KeyReused, LedgerError
from ledger.loans import lock_loan
from ledger.snapshots import Snapshot, from_json, to_json
from ledger.tables import BorrowerRow, ContactPointRow
from ledger.words import NO_POINT, ContactStatus


@dataclass(frozen=True, slots=True)
class Claimed:
    """The contact is ours to make, now and once; every number in it comes from the snapshot.

    `at` is the case's instant of the first claim: the same letter has the same date. `also` are the
    snapshots of further loans it speaks of. `lasts` says whether it would still be
    lawful some minutes later; `consent` is the reference of the person's consent to the channel.
    """

    key: str
    message_id: str
    message_class: MessageClass
    name: str
    locale: str
    address: str
    contact_point_id: int
    snapshot: Snapshot
    at: datetime
    zone: str
    lasts: bool
    consent: str = ""
    also: tuple[Snapshot, ...] = ()


def claim(  # noqa: PLR0913  the order, its house, the two instants, and what the court's side says
    session: Session,
    order: NoticeOrder,
    house: gate.House,
    at: datetime,
    wall: datetime,
    barred: SendOutcome | None = None,
) -> Claimed | SendOutcome:
    """May this contact be made now? If so it is ours, and counts at once in every cap.

    `at` is the case's instant of sending, `wall` the true one; `barred` is why a notice that
    threatens may not go out, as `ledger.legal_threats` says. Every answer goes on the decision
    record, but for the repeat of a known outcome. Raises KeyReused when the key was claimed for
    another content, LedgerError for an unknown loan or the wrong borrower.
    """
    loan = lock_loan(session, order.loan_id)
    if loan.borrower_id != order.borrower_id:
        raise LedgerError(f"Loan {loan.loan_id!r} is not of borrower {order.borrower_id!r}.")
    key = notice_key(order.loan_id, order.episode, order.step)
    asked = gate.asked(session, order, house, at)
    row = _not_made(session, session.get(ContactRow, key, populate_existing=True))
    if row is not None:
        return _claimed_before(session, row, asked, barred)
    answer = gate.objection(session, asked) or barred
    row = _row(key, asked, answer, wall)
    if answer is None:
        decide(session, row, at, "allowed", inputs=gate.inputs(asked))
        return _claimed(session, saved(session, row), asked)
    told = {"reason": answer.reason, "until": answer.until}
    decide(session, row, at, answer.kind, answer.rule, gate.inputs(asked) | told)
    if answer.settled:
        saved(session, row)
        if answer.rule == NO_POINT:
            ask_person(session, row, f"{NO_POINT}/{row.channel}", answer.reason, at)
    return answer


def _not_made(session: Session, row: ContactRow | None) -> ContactRow | None:
    """That row; none when it came off the list unmade, so that a case that goes on claims anew."""
    if row is None or row.rule != NOT_MADE:
        return row
    session.delete(row)
    session.flush()
    return None


def _claimed_before(
    session: Session, row: ContactRow, asked: gate.Asked, barred: SendOutcome | None
) -> Claimed | SendOutcome:
    """The recorded outcome; or, when we died between claim and confirm, what the class says."""
    if row.fingerprint != gate.fingerprint(asked.order):
        raise KeyReused(f"{row.key}: was claimed for another content.")
    if row.status is ContactStatus.SENT:
        return SendOutcome(Sent.ALREADY_SENT)
    if row.rule == merging.MERGED:
        return SendOutcome(Sent.ALREADY_SENT, row.rule, row.reason)
    if row.status is not ContactStatus.CLAIMED:
        return SendOutcome(Sent(row.status.value), row.rule, row.reason)
    if row.message_class not in AT_MOST_ONCE:
        return _claimed_again(session, row, asked, barred)
    return left_uncertain(session, row, "at-most-once", asked.at)


def _claimed_again(
    session: Session, row: ContactRow, asked: gate.Asked, threat: SendOutcome | None
) -> Claimed | SendOutcome:
    """The same letter once more, at a lawful instant; never while an open hold bars it."""
    inputs = gate.inputs(asked) | {"claimed_at": row.claimed_at}
    barred = threat or gate.forbidden(asked)
    if barred is None:
        decide(session, row, asked.at, "allowed", "at-least-once", inputs)
        return _claimed(session, row, asked)
    if barred.until is None:
        return left_uncertain(session, row, barred.rule, asked.at)
    told = {"reason": barred.reason, "until": barred.until}
    decide(session, row, asked.at, barred.kind, barred.rule, inputs | told)
    return barred


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
        message_id=message_id(key),
        contact_point_id=point.id if point else None,
        snapshot=to_json(asked.snapshot) | {"also": [to_json(other) for other in asked.also]},
        party=point.party if point else Party.BORROWER,
        covers=[] if answer else [snapshot.loan_id for snapshot in asked.also],
    )


def _claimed(session: Session, row: ContactRow, asked: gate.Asked) -> Claimed:
    """What the sender needs, the same at every claim of the row."""
    assert row.snapshot is not None, "a claimed contact has the numbers of its letter"
    assert row.contact_point_id is not None, "a claimed contact has somewhere to go"
    numbers = dict(row.snapshot)
    also = tuple(from_json(other) for other in numbers.pop("also", ()))
    borrower = session.get_one(BorrowerRow, row.borrower_id)
    return Claimed(
        row.key,
        row.message_id,
        row.message_class,
        borrower.name,
        borrower.locale,
        session.get_one(ContactPointRow, row.contact_point_id).address,
        row.contact_point_id,
        from_json(numbers),
        row.claimed_at,
        borrower.calendar_zone,
        gate.lasts(asked),
        consent_to(row.channel, asked.rights, asked.at),
        also,
    )
