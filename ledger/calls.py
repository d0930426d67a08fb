"""What came of calls and visits: once written, the caps count what was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from domain.deliveries import CallReport, says_more
from domain.gate.words import VOICE, Channel, ContactOutcome, Party
from domain.keys import call_key, case_id, message_id, task_key, visit_key
from domain.outcomes import Sent
from domain.rights import Right, RightKind
from domain.steps import MessageClass
from ledger import decisions, tasks
from ledger.case_tables import ContactRow, DecisionRow, TaskRow
from ledger.contacts import confirm
from ledger.deliveries import find, lock_people, point_died
from ledger.errors import LedgerError
from ledger.loans import lock_borrower, lock_loan
from ledger.news import News, note
from ledger.points import KINDS
from ledger.rights import exercise, right_of
from ledger.tables import ContactPointRow
from ledger.words import AWAY, ContactStatus, PointChannel, PointStatus

OUTCOMES = (
    ContactOutcome.CONNECTED,
    ContactOutcome.CONVERSATION,
    ContactOutcome.NO_ANSWER,
    ContactOutcome.VOICEMAIL,
    ContactOutcome.NOT_CONNECTED,
    ContactOutcome.WRONG_NUMBER,
)
"""What can come of a call; of a visit, too, but for voicemail."""

ANSWERED = (ContactOutcome.CONNECTED, ContactOutcome.CONVERSATION)
"""Somebody answered; a collector says so of the borrower only."""

_KEYS = {Channel.CALL: call_key, Channel.VISIT: visit_key}


@dataclass(frozen=True, slots=True)
class Call:
    """A call or a visit as it was: `request_id` is its own, `at` when it was made.

    `by` says so; of a visit, both who went. An `inbound` one was made by the borrower.
    """

    request_id: str
    loan_id: str
    episode: date
    outcome: ContactOutcome
    at: datetime
    by: str
    inbound: bool = False
    channel: Channel = Channel.CALL


def called(session: Session, call: Call) -> ContactRow:
    """Write what came of a call or visit; the same request again changes nothing.

    One of ours is the newest on the list that has no outcome yet: it counts from when it was made,
    and its task is done. Any other, as a second try or one of the borrower's, is a contact of its
    own. A wrong number or address is dead. The case is to be told whether the borrower was
    reached. Raises LedgerError for an unknown loan, or an outcome that no call has.
    """
    if call.outcome not in OUTCOMES:
        raise LedgerError(f"A {call.channel} does not end in {call.outcome}.")
    borrower_id = lock_loan(session, call.loan_id).borrower_id
    key = _KEYS[call.channel](call.loan_id, call.episode, call.request_id)
    case = case_id(call.loan_id, call.episode)
    if row := _written(session, case, key):
        return row
    row = (None if call.inbound else _on_the_list(session, call)) or _new(
        session, call, key, borrower_id
    )
    inputs = {"by": call.by, "inbound": call.inbound, "contact": row.key, "listed": row.claimed_at}
    decisions.append(session, case, call.at, call.channel, key, call.outcome, inputs=inputs)
    row.outcome, row.claimed_at = call.outcome, call.at
    session.add(row)
    session.flush()
    _finish(session, row, call)
    if call.outcome is ContactOutcome.WRONG_NUMBER:
        point_died(session, row, call.outcome)
    _tell(session, row, call.inbound or call.outcome in ANSWERED, call.at)
    return row


def dialled(session: Session, report: CallReport, known_at: datetime) -> ContactRow | None:
    """Write what a dialer says came of a call; None when it is about none of ours.

    A repeat, or an outcome that says less than one before, changes nothing. A dead number is
    marked, and who asked not to be called is not called again by anybody.
    """
    row = find(session, report.key, report.provider_id, Channel.AI_CALL)
    if row is None:
        return None
    lock_borrower(session, row.borrower_id)
    session.refresh(row)
    if report.opt_out:
        for right in _no_calls(row, known_at):
            if right_of(session, right.right_id) is None:
                exercise(session, right, known_at)
    if says_more(row.outcome, report.outcome):
        _write(session, row, report, known_at)
    return row


def dialled_all(session: Session, reports: Sequence[CallReport], known_at: datetime) -> int:
    """Take several reports at once; how many were about calls of ours."""
    found = [find(session, said.key, said.provider_id, Channel.AI_CALL) for said in reports]
    lock_people(session, [row.borrower_id for row in found if row])
    return sum(dialled(session, said, known_at) is not None for said in reports)


def _write(session: Session, row: ContactRow, report: CallReport, known_at: datetime) -> None:
    inputs = {
        "by": "dialer",
        "was": row.outcome,
        "contact": row.key,
        "listed": row.claimed_at,
        "seconds": report.seconds,
    }
    case = case_id(row.loan_id, row.episode)
    decisions.append(session, case, known_at, "call", row.key, report.outcome, inputs=inputs)
    row.outcome = report.outcome
    row.provider_id = row.provider_id or report.provider_id
    session.add(row)
    session.flush()
    if row.status is ContactStatus.SENT_UNCERTAIN:
        confirm(session, row.key, Sent.SENT, known_at)
    if report.dead:
        point_died(session, row, report.outcome)
    if report.reached is not None:
        _tell(session, row, report.reached, known_at)


def _tell(session: Session, row: ContactRow, reached: bool, at: datetime) -> None:
    """The case hears of it; somebody else who answered is not the borrower, and no failure."""
    if not reached:
        note(session, News.FAILED, row, at)
    elif row.party is Party.BORROWER:
        note(session, News.REACHED, row, at)


def _no_calls(row: ContactRow, at: datetime) -> list[Right]:
    """No call of any kind, whoever or whatever makes it; somebody else is left alone altogether."""
    if row.party is not Party.BORROWER:
        return [
            Right(
                right_id=f"refusal/{row.key}",
                borrower_id=row.borrower_id,
                kind=RightKind.THIRD_PARTY_REFUSAL,
                start=at,
                by="dialer",
                contact_point_id=row.contact_point_id,
                reference=row.key,
            )
        ]
    return [
        Right(
            right_id=f"{channel}/{row.key}",
            borrower_id=row.borrower_id,
            kind=RightKind.OPT_OUT,
            start=at,
            by="dialer",
            channel=channel,
            reference=row.key,
        )
        for channel in sorted(VOICE)
    ]


def _finish(session: Session, row: ContactRow, call: Call) -> None:
    """Take it from the list, if it stands there."""
    key = task_key(row.loan_id, row.episode, f"{row.channel}/{row.step}")
    if session.get(TaskRow, key):
        tasks.finish(session, key, call.by, call.at)


def _written(session: Session, case: str, key: str) -> ContactRow | None:
    """The contact that this very request was written to, or None."""
    said = select(DecisionRow).where(DecisionRow.case_id == case, DecisionRow.key == key)
    row = session.exec(said).first()
    return session.get_one(ContactRow, row.inputs["contact"]) if row else None


def _on_the_list(session: Session, call: Call) -> ContactRow | None:
    waiting = select(ContactRow).where(
        ContactRow.loan_id == call.loan_id,
        ContactRow.episode == call.episode,
        ContactRow.channel == call.channel,
        ContactRow.claimed_at <= call.at,
        col(ContactRow.status).in_(AWAY),
        col(ContactRow.outcome).is_(None),
    )
    return session.exec(waiting.order_by(col(ContactRow.claimed_at).desc()).limit(1)).first()


def _new(session: Session, call: Call, key: str, borrower_id: str) -> ContactRow:
    return ContactRow(
        key=key,
        loan_id=call.loan_id,
        borrower_id=borrower_id,
        episode=call.episode,
        step=f"{call.channel}-in" if call.inbound else f"{call.channel}-again",
        channel=call.channel,
        template="",
        message_class=MessageClass.DUNNING,
        fingerprint="",
        status=ContactStatus.SENT,
        claimed_at=call.at,
        claimed_wall=call.at,
        message_id=message_id(key),
        contact_point_id=_point(session, borrower_id, KINDS[call.channel]),
        inbound=call.inbound,
    )


def _point(session: Session, borrower_id: str, kind: PointChannel) -> int | None:
    """The living number or address of the borrower, or None."""
    mine = select(ContactPointRow.id).where(
        ContactPointRow.borrower_id == borrower_id,
        ContactPointRow.channel == kind,
        ContactPointRow.party == Party.BORROWER,
        ContactPointRow.status == PointStatus.ACTIVE,
    )
    return session.exec(mine.order_by(col(ContactPointRow.id)).limit(1)).first()
