"""What people write back: kept once, put before a person, and told to the case it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from domain.gate.words import Channel, Party
from domain.keys import case_id, message_id, reply_key
from domain.orders import TaskOrder
from domain.rights import Right, RightKind
from domain.steps import MessageClass
from ledger import decisions, news, tasks
from ledger.case_tables import CaseFileRow, ContactRow
from ledger.deliveries import lock_people
from ledger.loans import lock_borrower
from ledger.people_tables import ReplyRow
from ledger.points import KINDS
from ledger.rights import exercise
from ledger.tables import ContactPointRow, InstalmentRow, LoanRow
from ledger.words import AWAY, ContactStatus, PointChannel

STEP = "reply"
"""The step of the contact log that a reply stands under: the person began it."""


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote from that address, known to us at `at`.

    `number` is what tells it from every other reply of that provider. `answers` is the Message-ID
    of the letter that it answers, empty when it does not say.
    """

    channel: Channel
    sender: str
    text: str
    opt_out: bool
    at: datetime
    number: str
    answers: str = ""


@dataclass(frozen=True, slots=True)
class _About:
    """The loan and the delinquency that a reply is put down to."""

    loan_id: str
    episode: date


def take(session: Session, said: Written) -> int:
    """Keep a reply for everybody who has that address, once; how many have it.

    One person's reply is a contact of theirs, and news for the case it answers. An address of
    several is put before a person under each of them, and nothing is guessed. Who asks us to stop
    is not written to there again, whoever it was.
    """
    points = _points(session, said)
    people = {point.borrower_id: point for point in reversed(points)}
    for borrower_id in sorted(people):
        lock_borrower(session, borrower_id)
        point = people[borrower_id]
        reply_id = reply_key(said.channel, said.sender, said.text, said.number, borrower_id)
        if session.get(ReplyRow, reply_id) is None:
            _keep(session, reply_id, said, point, shared=len(people) > 1)
    return len(people)


def take_all(session: Session, written: Sequence[Written]) -> int:
    """Take several at once; how many came from somebody we know."""
    found = [point for said in written for point in _points(session, said)]
    lock_people(session, [point.borrower_id for point in found])
    return sum(take(session, said) > 0 for said in written)


def replies_of(session: Session, loan_id: str) -> Sequence[ReplyRow]:
    """What the borrower of a loan wrote, about this loan or about none, the oldest first."""
    loan = session.get(LoanRow, loan_id)
    if loan is None:
        return []
    mine = select(ReplyRow).where(
        ReplyRow.borrower_id == loan.borrower_id,
        (col(ReplyRow.loan_id) == loan_id) | col(ReplyRow.loan_id).is_(None),
    )
    return session.exec(mine.order_by(col(ReplyRow.at), ReplyRow.reply_id)).all()


def _points(session: Session, said: Written) -> Sequence[ContactPointRow]:
    """Everybody's contact point with that address, dead ones too; e-mail in any letters."""
    kind, address = KINDS[said.channel], col(ContactPointRow.address)
    same = address == said.sender
    if kind is PointChannel.EMAIL:
        same = func.lower(address) == said.sender.lower()
    wanted = select(ContactPointRow).where(ContactPointRow.channel == kind, same)
    return session.exec(wanted.order_by(col(ContactPointRow.id))).all()


def _keep(
    session: Session, reply_id: str, said: Written, point: ContactPointRow, *, shared: bool
) -> None:
    answered = None if shared else _answered(session, said, point)
    about = _about(session, point.borrower_id, answered)
    if about is None:
        return
    _write(session, reply_id, said, point, answered)
    case = case_id(about.loan_id, about.episode)
    verdict = "opt out" if said.opt_out else "taken"
    inputs = {
        "channel": said.channel,
        "answers": answered.key if answered else "",
        "contact_point_id": point.id,
        "party": point.party,
        "shared": shared,
    }
    decisions.append(session, case, said.at, "reply", reply_id, verdict, inputs=inputs)
    if not shared and point.party is Party.BORROWER:
        covers = answered.covers if answered else []
        row = _contact(reply_id, said, point, about, covers)
        session.add(row)
        session.flush()
        news.note(session, news.News.REACHED, row, said.at)
    if said.opt_out:
        exercise(session, _stop(reply_id, said, point, shared=shared), said.at)
    reason = _reason(said, point, shared=shared)
    tasks.ask(session, TaskOrder(about.loan_id, about.episode, reply_id, reason, said.at))


def _write(
    session: Session,
    reply_id: str,
    said: Written,
    point: ContactPointRow,
    answered: ContactRow | None,
) -> None:
    session.add(
        ReplyRow(
            reply_id=reply_id,
            borrower_id=point.borrower_id,
            loan_id=answered.loan_id if answered else None,
            channel=said.channel,
            contact_point_id=point.id,
            contact_key=answered.key if answered else None,
            text=said.text,
            opt_out=said.opt_out,
            at=said.at,
        )
    )
    session.flush()


def _answered(session: Session, said: Written, point: ContactPointRow) -> ContactRow | None:
    """The message that a reply names, else the newest to that address by that channel."""
    sent = select(ContactRow).where(
        ContactRow.borrower_id == point.borrower_id,
        ContactRow.channel == said.channel,
        ContactRow.contact_point_id == point.id,
        col(ContactRow.inbound).is_(False),
        col(ContactRow.status).in_(AWAY),
    )
    if said.answers:
        named = session.exec(sent.where(ContactRow.message_id == said.answers)).first()
        if named:
            return named
    before = sent.where(ContactRow.claimed_at <= said.at)
    return session.exec(before.order_by(col(ContactRow.claimed_at).desc()).limit(1)).first()


def _about(session: Session, borrower_id: str, answered: ContactRow | None) -> _About | None:
    """What was answered; else the open case, the latest one, or the oldest loan of the person.

    An answer to a letter of an earlier delinquency is about the one that is open now. None when
    the person has no loan.
    """
    files = select(CaseFileRow).where(CaseFileRow.borrower_id == borrower_id)
    if answered:
        files = files.where(CaseFileRow.loan_id == answered.loan_id)
    open_first = (col(CaseFileRow.closed_at).is_(None).desc(), col(CaseFileRow.opened_at).desc())
    file = session.exec(files.order_by(*open_first).limit(1)).first()
    if file:
        return _About(file.loan_id, file.episode)
    if answered:
        return _About(answered.loan_id, answered.episode)
    oldest = (
        select(InstalmentRow)
        .join(LoanRow, col(LoanRow.loan_id) == col(InstalmentRow.loan_id))
        .where(LoanRow.borrower_id == borrower_id)
        .order_by(col(InstalmentRow.due), col(InstalmentRow.loan_id))
    )
    due = session.exec(oldest.limit(1)).first()
    return _About(due.loan_id, due.due) if due else None


def _contact(
    key: str, said: Written, point: ContactPointRow, about: _About, covers: list[str]
) -> ContactRow:
    return ContactRow(
        key=key,
        loan_id=about.loan_id,
        borrower_id=point.borrower_id,
        episode=about.episode,
        step=STEP,
        channel=said.channel,
        template="",
        message_class=MessageClass.SERVICE,
        fingerprint="",
        status=ContactStatus.SENT,
        claimed_at=said.at,
        claimed_wall=said.at,
        message_id=message_id(key),
        contact_point_id=point.id,
        inbound=True,
        covers=covers,
    )


def _stop(reply_id: str, said: Written, point: ContactPointRow, *, shared: bool) -> Right:
    """Not by that channel any more; an address of several, or of somebody else, bars itself."""
    other = point.party is not Party.BORROWER
    return Right(
        right_id=reply_id,
        borrower_id=point.borrower_id,
        kind=RightKind.THIRD_PARTY_REFUSAL if other else RightKind.OPT_OUT,
        start=said.at,
        by="reply",
        channel=said.channel,
        contact_point_id=point.id if shared or other else None,
        reference=reply_id,
    )


def _reason(said: Written, point: ContactPointRow, *, shared: bool) -> str:
    """What the task says; the text itself is read with `case replies`."""
    asked = f"A reply by {said.channel}"
    if said.opt_out:
        asked += " that asks us to stop"
    if shared:
        return f"{asked}, from an address of several people: find out who wrote."
    if point.party is not Party.BORROWER:
        return f"{asked}, from a {point.party.replace('_', ' ')}, not the borrower."
    return f"{asked}."
