"""Which contact point a contact uses: the first that lives, or the one that has rested longest."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from domain.gate.words import Channel, Party
from domain.orders import NoticeOrder
from domain.steps import MessageClass
from ledger.case_tables import ContactRow
from ledger.rights import barred_points
from ledger.values import ContactPoint, LoanView
from ledger.words import ContactStatus, PointChannel, PointStatus

KINDS = {
    Channel.EMAIL: PointChannel.EMAIL,
    Channel.CALL: PointChannel.PHONE,
    Channel.AI_CALL: PointChannel.PHONE,
    Channel.RVM: PointChannel.PHONE,
    Channel.SMS: PointChannel.PHONE,
    Channel.PUSH: PointChannel.DEVICE,
    Channel.LETTER: PointChannel.POSTAL,
    Channel.VISIT: PointChannel.POSTAL,
    Channel.SOCIAL: PointChannel.SOCIAL,
}
"""What each channel needs to reach somebody."""

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)

_TRIED = (
    ContactStatus.CLAIMED,
    ContactStatus.SENT,
    ContactStatus.SENT_UNCERTAIN,
    ContactStatus.BOUNCED,
)


def chosen(
    session: Session, order: NoticeOrder, view: LoanView, at: datetime
) -> tuple[ContactPoint | None, datetime | None]:
    """The point to use (None: there is none), and when it has rested if that is still to come.

    Asking where the borrower is goes to those who may know, everything else to the borrower. A
    point that nobody may use is taken only where there is no other, so that its rule is named.
    """
    living = [
        point
        for point in view.contact_points
        if point.status is PointStatus.ACTIVE
        and point.channel is KINDS[order.channel]
        and (point.party is Party.BORROWER) is not (order.message_class is MessageClass.LOCATE)
    ]
    barred = barred_points(session, order.borrower_id, at)
    living = [point for point in living if point.id not in barred] or living
    if not living or not order.cooldown_days:
        return (living[0] if living else None), None
    last = _last_tries(session, order, living)
    point = min(living, key=lambda point: _when(last, point))
    rested_at = _when(last, point) + timedelta(days=order.cooldown_days)
    return point, rested_at if point.id in last and rested_at > at else None


def _when(last: Mapping[int | None, datetime], point: ContactPoint) -> datetime:
    return last.get(point.id, _NEVER)


def _last_tries(
    session: Session, order: NoticeOrder, points: Sequence[ContactPoint]
) -> dict[int | None, datetime]:
    """When each point was last tried by any channel, for any loan of the person."""
    rows = session.exec(
        select(col(ContactRow.contact_point_id), func.max(ContactRow.claimed_at))
        .where(
            ContactRow.borrower_id == order.borrower_id,
            col(ContactRow.contact_point_id).in_([point.id for point in points]),
            col(ContactRow.status).in_(_TRIED),
        )
        .group_by(col(ContactRow.contact_point_id))
    )
    return dict(rows.all())
