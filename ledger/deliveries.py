"""What became of messages: the newest word on each contact, and what follows from it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from domain.deliveries import DEAD, DeliveryReport, DeliveryStatus, outweighs, word
from domain.gate.words import Channel, ContactOutcome
from domain.keys import case_id
from domain.outcomes import Sent
from ledger import contacts, decisions, early_reports, news
from ledger.case_tables import ContactRow
from ledger.loans import lock_borrower
from ledger.stops import told_to_provider
from ledger.tables import ContactPointRow
from ledger.words import AWAY, ContactStatus, PointStatus

_CODE = re.compile(r"(?!.*\d{7})[A-Za-z0-9._:-]{1,40}", re.ASCII)
"""A provider's word that may go on record: no sentence, and nothing as long as a number."""


def take(
    session: Session, report: DeliveryReport, channel: Channel, known_at: datetime
) -> ContactRow | None:
    """Write what became of a contact; None when the report is about none of ours, or comes early.

    A repeat, or a report that says less than one before, changes nothing. One that says that the
    message did not arrive is news for the case; when the address is dead, its contact point is.
    Who told the provider to stop has told us, and is not contacted by that channel any more.
    """
    row = find(session, report.key, report.provider_id, channel)
    if row is None:
        early_reports.keep(session, replace(report, code=_code(report)), channel, known_at)
        return None
    _take(session, row, report, known_at)
    return row


def _take(session: Session, row: ContactRow, report: DeliveryReport, known_at: datetime) -> None:
    _lock(session, row)
    if report.opt_out and row.contact_point_id is not None:
        told_to_provider(session, row.key, known_at)
    if outweighs(row.delivery, report):
        _write(session, row, report, known_at)


def take_all(
    session: Session, reports: Sequence[DeliveryReport], channel: Channel, known_at: datetime
) -> int:
    """Take several at once; how many were about contacts of ours."""
    found = [find(session, said.key, said.provider_id, channel) for said in reports]
    lock_people(session, [row.borrower_id for row in found if row])
    return sum(take(session, said, channel, known_at) is not None for said in reports)


def lock_people(session: Session, borrower_ids: Iterable[str]) -> None:
    """Take the rows of several people, in an order that all who do so keep."""
    for borrower_id in sorted(set(borrower_ids)):
        lock_borrower(session, borrower_id)


def find(session: Session, key: str, provider_id: str, channel: Channel) -> ContactRow | None:
    """The contact by that channel under our key, else under the provider's own number.

    None when there is none, or when the provider's number is not unique.
    """
    row = session.get(ContactRow, key) if key else None
    if row is None and provider_id:
        same = select(ContactRow).where(
            ContactRow.provider_id == provider_id,
            ContactRow.channel == channel,
            col(ContactRow.inbound).is_(False),
        )
        rows = session.exec(same.limit(2)).all()
        row = rows[0] if len(rows) == 1 else None
    if row is None or row.channel is not channel or row.inbound:
        return None
    return None if row.status is ContactStatus.SUPPRESSED else row


def letter_key(session: Session, message_id: str, recipient: str) -> str:
    """The key of the letter with that Message-ID to that recipient; empty when we sent none."""
    sent = (
        select(ContactRow.key)
        .join(ContactPointRow, col(ContactRow.contact_point_id) == col(ContactPointRow.id))
        .where(
            ContactRow.borrower_id == ContactPointRow.borrower_id,
            ContactRow.message_id == message_id,
            ContactRow.channel == Channel.EMAIL,
            func.lower(col(ContactPointRow.address)) == recipient.lower(),
        )
    )
    return session.exec(sent).first() or ""


def catch_up(session: Session, known_at: datetime) -> None:
    """Let follow what was said of a contact before it was confirmed, or before its number came."""
    for early in early_reports.kept(session, known_at):
        if row := find(session, "", early.provider_id, early.channel):
            _take(session, row, early_reports.report_of(early), known_at)
            session.delete(early)
    for row in news.untold_contacts(session):
        if row.delivery == DEAD and row.status in AWAY:
            _lock(session, row)
            _follow(session, row, "", known_at)


def point_died(session: Session, row: ContactRow, reason: str) -> None:
    """The contact's point reaches nobody, or not the borrower; `reason` holds no address."""
    if row.contact_point_id is not None:
        point = session.get_one(ContactPointRow, row.contact_point_id)
        point.status, point.dead_reason = PointStatus.DEAD, reason
        session.add(point)
        session.flush()


def _code(report: DeliveryReport) -> str:
    """The provider's word where it may go on record, else nothing."""
    return report.code if _CODE.fullmatch(report.code) else ""


def _lock(session: Session, row: ContactRow) -> None:
    lock_borrower(session, row.borrower_id)
    session.refresh(row)


def _write(session: Session, row: ContactRow, report: DeliveryReport, known_at: datetime) -> None:
    was, row.delivery = row.delivery, word(report)
    row.provider_id = row.provider_id or report.provider_id
    session.add(row)
    session.flush()
    if report.status is DeliveryStatus.UNKNOWN:
        return
    code = _code(report)
    inputs = {"was": was, "code": code, "contact": row.status, "said_at": report.at}
    case = case_id(row.loan_id, row.episode)
    decisions.append(session, case, known_at, "delivery", row.key, row.delivery, inputs=inputs)
    arrived = report.status is DeliveryStatus.DELIVERED
    row.outcome = ContactOutcome.DELIVERED if arrived else ContactOutcome.UNDELIVERED
    row.delivered_at = report.at if arrived else None
    session.add(row)
    if arrived:
        _arrived(session, row, known_at)
    else:
        _follow(session, row, code, known_at)
    session.flush()


def _arrived(session: Session, row: ContactRow, known_at: datetime) -> None:
    """A contact that arrived is certain, whatever was believed of it, and its point is alive."""
    if row.status is ContactStatus.SENT_UNCERTAIN:
        contacts.confirm(session, row.key, Sent.SENT, known_at)
    if row.status is ContactStatus.BOUNCED and row.contact_point_id is not None:
        point = session.get_one(ContactPointRow, row.contact_point_id)
        if point.dead_reason == row.reason:
            point.status, point.dead_reason = PointStatus.ACTIVE, ""
            session.add(point)
    if row.status in (ContactStatus.BOUNCED, ContactStatus.FAILED):
        row.status, row.reason = ContactStatus.SENT, ""
        session.add(row)


def _follow(session: Session, row: ContactRow, code: str, known_at: datetime) -> None:
    """It did not arrive: the case is told, and a dead point is marked.

    What is not confirmed yet is marked by `catch_up`, once it is.
    """
    if row.status is ContactStatus.BOUNCED:
        return
    news.note(session, news.News.UNDELIVERED, row, known_at)
    if row.status not in AWAY:
        return
    if row.delivery == DEAD:
        reason = f"bounced, {code}" if code else "bounced"
        contacts.mark_bounced(session, row.key, reason, known_at)
    elif row.status is ContactStatus.SENT_UNCERTAIN:
        contacts.confirm(session, row.key, Sent.SENT, known_at)
