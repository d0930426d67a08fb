"""What the ledger has of a remedy's checklist, and whether the claim may still be brought."""

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session

from domain.clock import local_date
from domain.gate.words import Channel
from domain.keys import posting_key
from domain.legal.alarms import clock
from domain.legal.file import Calendars
from domain.legal.remedies import Evidence, Prepared, Remedy
from ledger.case_tables import ContactRow
from ledger.contacts import contacts_of
from ledger.legal_events import legal_events_of
from ledger.legal_position import arrived_on, position_of
from ledger.legal_tables import LegalKind
from ledger.payments import version
from ledger.snapshots import outstanding
from ledger.values import LoanView
from ledger.words import ContactStatus, PointChannel, PointStatus

NOTICES = "notices"
ADDRESS = "address"
CALCULATION = "calculation"


def prepared_of(
    session: Session, view: LoanView, remedy: Remedy | None, today: date, calendars: Calendars
) -> Prepared:
    """What a remedy finds on file at the end of that day, in one transaction."""
    limited = clock(position_of(session, view, today), calendars)
    ends = limited.ends if limited is not None else None
    if remedy is None:
        return Prepared(None, (), ends)
    asked = {item.name for item in remedy.items}
    found = [
        *_told(session, view),
        *_of_the_loan(session, view, today),
        *_of_the_contacts(session, view, asked),
    ]
    mine = tuple(evidence for evidence in found if evidence.item in asked)
    return Prepared(remedy, mine, ends)


def _told(session: Session, view: LoanView) -> Iterator[Evidence]:
    """What people put on file; an address counts while letters may still go to some address."""
    dead = _every_address_is_dead(view)
    for row in legal_events_of(session, view.loan.loan_id, LegalKind.EVIDENCE):
        if row.what != ADDRESS or not dead:
            yield Evidence(row.what, row.on_date, row.reference)


def _of_the_loan(session: Session, view: LoanView, today: date) -> Iterator[Evidence]:
    loan = view.loan
    if loan.disbursed_on is not None:
        yield Evidence("disbursement", loan.disbursed_on, posting_key("loan_opened", loan.loan_id))
    if outstanding(view, today):
        number = version(session, loan.loan_id)
        yield Evidence(CALCULATION, today, f"ledger version {number}")


def _of_the_contacts(session: Session, view: LoanView, asked: set[str]) -> Iterator[Evidence]:
    """Notices by their template, demands that arrived, and the address a letter arrived at."""
    zone = view.borrower.calendar_zone
    living = {
        point.id
        for point in view.contact_points
        if point.channel is PointChannel.POSTAL and point.status is PointStatus.ACTIVE
    }
    for row in contacts_of(session, view.loan.loan_id):
        if arrived := arrived_on(row, zone):
            yield Evidence(NOTICES, arrived, row.key)
            if row.channel is Channel.LETTER and row.contact_point_id in living:
                yield Evidence(ADDRESS, arrived, row.key)
        if _stands(row) and row.template in asked:
            yield Evidence(row.template, local_date(row.claimed_at, zone), row.key)


def _stands(row: ContactRow) -> bool:
    """Whether a message of ours went out and did not come back."""
    return row.status is ContactStatus.SENT and not row.inbound


def _every_address_is_dead(view: LoanView) -> bool:
    postal = [point for point in view.contact_points if point.channel is PointChannel.POSTAL]
    return bool(postal) and all(point.status is PointStatus.DEAD for point in postal)
