"""What came of calls: a collector writes it, so that the caps on calls count what was."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from domain.gate.words import ContactOutcome
from domain.keys import call_key, case_id, message_id
from domain.strategy import Channel, MessageClass
from ledger import decisions
from ledger.case_tables import ContactRow, DecisionRow
from ledger.contacts import MAIL_DOMAIN
from ledger.errors import LedgerError
from ledger.loans import lock_loan
from ledger.tables import ContactPointRow
from ledger.words import ContactStatus, PointChannel, PointStatus

OUTCOMES = (
    ContactOutcome.CONNECTED,
    ContactOutcome.CONVERSATION,
    ContactOutcome.NO_ANSWER,
    ContactOutcome.VOICEMAIL,
    ContactOutcome.NOT_CONNECTED,
)
"""What can come of a call."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it was: `request_id` is its own, `at` when it was made, `by` who says so.

    An `inbound` one was made by the borrower.
    """

    request_id: str
    loan_id: str
    episode: date
    outcome: ContactOutcome
    at: datetime
    by: str
    inbound: bool = False


def called(session: Session, call: Call) -> ContactRow:
    """Write what came of a call; the same request again changes nothing.

    A call of ours is the newest on the list that has no outcome yet, and counts from when it was
    made. Any other, as a second try or one of the borrower's, is a contact of its own. Raises
    LedgerError for an unknown loan, or an outcome that no call has.
    """
    if call.outcome not in OUTCOMES:
        raise LedgerError(f"A call does not end in {call.outcome}.")
    borrower_id = lock_loan(session, call.loan_id).borrower_id
    key = call_key(call.loan_id, call.episode, call.request_id)
    case = case_id(call.loan_id, call.episode)
    if row := _written(session, case, key):
        return row
    row = (None if call.inbound else _on_the_list(session, call)) or _new(
        session, call, key, borrower_id
    )
    inputs = {"by": call.by, "inbound": call.inbound, "contact": row.key, "listed": row.claimed_at}
    decisions.append(session, case, call.at, "call", key, call.outcome, inputs=inputs)
    row.outcome, row.claimed_at = call.outcome, call.at
    session.add(row)
    session.flush()
    return row


def _written(session: Session, case: str, key: str) -> ContactRow | None:
    """The contact that this very request was written to, or None."""
    said = select(DecisionRow).where(DecisionRow.case_id == case, DecisionRow.key == key)
    row = session.exec(said).first()
    return session.get_one(ContactRow, row.inputs["contact"]) if row else None


def _on_the_list(session: Session, call: Call) -> ContactRow | None:
    waiting = select(ContactRow).where(
        ContactRow.loan_id == call.loan_id,
        ContactRow.episode == call.episode,
        ContactRow.channel == Channel.CALL,
        ContactRow.claimed_at <= call.at,
        col(ContactRow.status).in_((ContactStatus.SENT, ContactStatus.SENT_UNCERTAIN)),
        col(ContactRow.outcome).is_(None),
    )
    return session.exec(waiting.order_by(col(ContactRow.claimed_at).desc()).limit(1)).first()


def _new(session: Session, call: Call, key: str, borrower_id: str) -> ContactRow:
    return ContactRow(
        key=key,
        loan_id=call.loan_id,
        borrower_id=borrower_id,
        episode=call.episode,
        step="call-in" if call.inbound else "call-again",
        channel=Channel.CALL,
        template="",
        message_class=MessageClass.DUNNING,
        fingerprint="",
        status=ContactStatus.SENT,
        claimed_at=call.at,
        claimed_wall=call.at,
        message_id=message_id(key, MAIL_DOMAIN),
        contact_point_id=_telephone(session, borrower_id),
        inbound=call.inbound,
    )


def _telephone(session: Session, borrower_id: str) -> int | None:
    """The living number of the borrower, or None."""
    mine = select(ContactPointRow.id).where(
        ContactPointRow.borrower_id == borrower_id,
        ContactPointRow.channel == PointChannel.PHONE,
        ContactPointRow.status == PointStatus.ACTIVE,
    )
    return session.exec(mine.order_by(col(ContactPointRow.id)).limit(1)).first()
