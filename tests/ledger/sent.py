"""Contacts as they stand in the log once they were made, by any channel."""

from sqlmodel import col, select

from domain.gate.words import Channel
from domain.keys import message_id, notice_key
from domain.steps import MessageClass
from ledger.case_tables import ContactRow, DecisionRow, TaskRow
from ledger.engine import reading, writing
from ledger.tables import ContactPointRow
from ledger.words import ContactStatus, PointChannel, PointStatus
from tests.ledger.book import EPISODE, MORNING

KINDS = {Channel.EMAIL: PointChannel.EMAIL, Channel.VISIT: PointChannel.POSTAL}


def sent(
    engine,
    step="gentle",
    channel=Channel.SMS,
    borrower_id="B1",
    loan_id="L1",
    episode=EPISODE,
    **changes,
):
    """Write a contact that was sent; its key."""
    key = notice_key(loan_id, episode, step)
    with writing(engine) as session:
        point = session.exec(
            select(ContactPointRow.id)
            .where(
                ContactPointRow.borrower_id == borrower_id,
                ContactPointRow.channel == KINDS.get(channel, PointChannel.PHONE),
            )
            .order_by(col(ContactPointRow.id))
        ).first()
        plain = {
            "key": key,
            "loan_id": loan_id,
            "borrower_id": borrower_id,
            "episode": episode,
            "step": step,
            "channel": channel,
            "template": step,
            "message_class": MessageClass.DUNNING,
            "fingerprint": "",
            "status": ContactStatus.SENT,
            "claimed_at": MORNING,
            "claimed_wall": MORNING,
            "message_id": message_id(key),
            "contact_point_id": point,
        }
        session.add(ContactRow(**plain | changes))
    return key


def points(engine):
    """Each address with its status."""
    with reading(engine) as session:
        rows = session.exec(select(ContactPointRow)).all()
    return {row.address: row.status for row in rows}


def dead(engine):
    """The addresses that are not used any more."""
    return {address for address, status in points(engine).items() if status is PointStatus.DEAD}


def tasks(engine):
    """What is asked of people and not done, as (loan, what, reason)."""
    with reading(engine) as session:
        rows = session.exec(select(TaskRow).where(col(TaskRow.done_at).is_(None))).all()
    return sorted((row.loan_id, row.what, row.reason) for row in rows)


def decided(engine, what):
    """The verdicts of that kind of decision, in their order."""
    with reading(engine) as session:
        rows = session.exec(select(DecisionRow).order_by(col(DecisionRow.id))).all()
    return [row.verdict for row in rows if row.what == what]
