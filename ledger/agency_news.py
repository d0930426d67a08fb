"""What agencies report of their placements, written before any case is told of it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, select

from domain.acknowledging import DATA, RECALL
from domain.gate.words import Channel, ContactOutcome
from domain.keys import agency_contact_key, agency_message_key, case_id, message_id
from domain.orders import TaskOrder
from domain.steps import MessageClass
from ledger import decisions, tasks
from ledger.agreements import holds_of
from ledger.case_tables import AgencyMessageRow, ContactRow, PlacementRow
from ledger.errors import LedgerError
from ledger.loans import lock_borrower
from ledger.tables import PaymentRow
from ledger.words import ContactStatus, MessageStatus, PlacementStatus


@dataclass(frozen=True, slots=True)
class AgencyContact:
    """A contact that the agency made, or the borrower made with it (`inbound`)."""

    update_id: str
    channel: Channel
    outcome: ContactOutcome
    at: datetime
    inbound: bool = False


def placement_for(session: Session, key: str, agency: str) -> PlacementRow:
    """The placement, with its borrower locked; raises LedgerError unless that agency has had it."""
    row = session.get(PlacementRow, key)
    if row is None or row.agency != agency or row.status is PlacementStatus.REFUSED:
        raise LedgerError(f"{key!r} is no placement with {agency}.")
    lock_borrower(session, row.borrower_id)
    session.refresh(row)
    return row


def acknowledged(session: Session, row: PlacementRow, at: datetime) -> None:
    """The agency says that it has the case; the first time counts."""
    if row.acknowledged_at is None:
        row.acknowledged_at = at
        session.add(row)
        session.flush()
        _decide(session, row, at, row.key, "acknowledged")


def message_acknowledged(session: Session, row: PlacementRow, what: str, at: datetime) -> None:
    """The agency says that it heeds what it was told; an acknowledged recall ends the placement.

    Raises LedgerError for something it was never told.
    """
    message = session.get(AgencyMessageRow, agency_message_key(row.key, what))
    if message is None:
        raise LedgerError(f"{row.key}: {row.agency} was never told {what!r}.")
    if message.status is MessageStatus.ACKNOWLEDGED:
        return
    message.status, message.answered_at = MessageStatus.ACKNOWLEDGED, at
    if what == RECALL:
        row.status, row.recalled_at = PlacementStatus.RECALLED, at
    session.add_all((message, row))
    session.flush()
    _decide(session, row, at, message.key, "acknowledged")


def data_gone(session: Session, row: PlacementRow, at: datetime) -> None:
    """The agency says that it has returned or deleted the person's data (CN-PI-03)."""
    message = session.get(AgencyMessageRow, agency_message_key(row.key, DATA))
    if message is not None and message.status is MessageStatus.TOLD:
        message.status, message.answered_at = MessageStatus.ACKNOWLEDGED, at
        session.add(message)
    if row.data_gone_at is None:
        row.data_gone_at = at
        session.add(row)
        session.flush()
        _decide(session, row, at, f"{row.key}/data", "gone", "CN-PI-03")


def contacted(session: Session, row: PlacementRow, contact: AgencyContact) -> ContactRow:
    """Write a contact into the person's log, where it counts in every cap; again changes nothing.

    One made after the recall, or during a hold, happened all the same: it counts, and a person is
    asked to take it up with the agency.
    """
    key = agency_contact_key(row.agency, contact.update_id)
    if known := session.get(ContactRow, key):
        return known
    line = ContactRow(
        key=key,
        loan_id=row.loan_id,
        borrower_id=row.borrower_id,
        episode=row.episode,
        step="agency",
        channel=contact.channel,
        template="",
        message_class=MessageClass.DUNNING,
        fingerprint="",
        status=ContactStatus.SENT,
        claimed_at=contact.at,
        claimed_wall=contact.at,
        message_id=message_id(key),
        outcome=contact.outcome,
        inbound=contact.inbound,
        contacted_by=row.agency,
    )
    session.add(line)
    session.flush()
    wrong = "" if contact.inbound else _wrong(session, row, contact.at)
    inputs = {"agency": row.agency, "channel": contact.channel, "inbound": contact.inbound}
    case = case_id(row.loan_id, row.episode)
    decisions.append(
        session, case, contact.at, "agency_contact", key, contact.outcome, wrong, inputs
    )
    if wrong:
        ask(
            session, row, f"agency-breach/{contact.update_id}", f"{row.agency}: {wrong}", contact.at
        )
    return line


def same_recovery(
    session: Session, row: PlacementRow, payment_id: str, amount_minor: int, on: date
) -> bool:
    """Whether that agency already reported as much money for that day under another number."""
    alike = select(PaymentRow.payment_id).where(
        PaymentRow.loan_id == row.loan_id,
        PaymentRow.amount_minor == amount_minor,
        PaymentRow.on_date == on,
        PaymentRow.payment_id != payment_id,
    )
    mine = f"agency/{row.agency}/"
    return any(other.startswith(mine) for other in session.exec(alike).all())


def ask(session: Session, row: PlacementRow, what: str, reason: str, at: datetime) -> None:
    """Ask a person about something on that placement, once."""
    tasks.ask(session, TaskOrder(row.loan_id, row.episode, what, reason, at))


def _wrong(session: Session, row: PlacementRow, at: datetime) -> str:
    if row.recalled_at is not None and row.recalled_at < at:
        return "contact-after-recall"
    if any(hold.bites(at) for hold in holds_of(session, row.borrower_id)):
        return "contact-during-hold"
    return ""


def _decide(  # noqa: PLR0913  the parts of a decision
    session: Session, row: PlacementRow, at: datetime, key: str, verdict: str, rule: str = ""
) -> None:
    case = case_id(row.loan_id, row.episode)
    decisions.append(session, case, at, "agency", key, verdict, rule, {"agency": row.agency})
