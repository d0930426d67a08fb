"""What providers say of messages whose number we do not know yet: kept a day, and heard then."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from domain.deliveries import DeliveryReport, outweighs, word
from domain.gate.words import Channel
from ledger.case_tables import EarlyReportRow

KEPT = timedelta(days=1)
"""How long it may take until a message is confirmed; most of what is never known is not ours."""


def keep(session: Session, report: DeliveryReport, channel: Channel, known_at: datetime) -> None:
    """Keep a report that names its message by the provider's number alone; others are let be.

    One that says more replaces one before; that the person told the provider to stop stays known.
    """
    if report.key or not report.provider_id:
        return
    row = session.get(EarlyReportRow, (channel, report.provider_id))
    stopped = report.opt_out or (row is not None and row.opt_out)
    if row is None or outweighs(word(report_of(row)), report):
        row = EarlyReportRow(
            channel=channel,
            provider_id=report.provider_id,
            status=report.status,
            code=report.code,
            at=report.at,
            dead=report.dead,
            opt_out=stopped,
            known_at=known_at,
        )
    row.opt_out = stopped
    session.merge(row)
    session.flush()


def kept(session: Session, now: datetime) -> Sequence[EarlyReportRow]:
    """What is kept, in the order of its numbers; what is older than KEPT is forgotten first."""
    session.exec(delete(EarlyReportRow).where(col(EarlyReportRow.known_at) < now - KEPT))
    return session.exec(select(EarlyReportRow).order_by(EarlyReportRow.provider_id)).all()


def report_of(row: EarlyReportRow) -> DeliveryReport:
    """The report as it came."""
    said = (row.status, row.code, row.at, row.dead, row.opt_out)
    return DeliveryReport("", row.provider_id, *said)
