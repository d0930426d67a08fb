"""Placements with agencies, and what agencies are told: claimed, asked for, confirmed.

An agency knows each request by its key and answers a repeat with what it has, so a claim that was
never confirmed is simply claimed again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from domain.acknowledging import DATA as RETURN_DATA
from domain.acknowledging import RECALL
from domain.clock import local_date
from domain.delinquency import Terms, arrears_of, paid_by
from domain.keys import agency_message_key, case_id, placement_key
from domain.orders import AgencyOrder, PlacementOrder
from domain.outcomes import AgencyOutcome, Placed
from ledger import decisions, scrubs
from ledger.case_tables import AgencyMessageRow, PlacementRow
from ledger.errors import KeyReused, LedgerError
from ledger.loans import loan_view, lock_borrower, lock_loan
from ledger.snapshots import outstanding
from ledger.words import MessageStatus, PlacementStatus

_PLACED = {
    Placed.ACCEPTED: PlacementStatus.PLACED,
    Placed.REFUSED: PlacementStatus.REFUSED,
    Placed.UNREACHABLE: PlacementStatus.FAILED,
}
_TOLD = {
    Placed.ACCEPTED: MessageStatus.ACKNOWLEDGED,
    Placed.REFUSED: MessageStatus.REFUSED,
    Placed.UNREACHABLE: MessageStatus.FAILED,
}
PLACED_BEFORE = {status: kind for kind, status in _PLACED.items()}
PLACED_BEFORE[PlacementStatus.RECALLED] = Placed.ACCEPTED
_TOLD_BEFORE = {status: kind for kind, status in _TOLD.items()}
_TOLD_BEFORE[MessageStatus.TOLD] = Placed.ACCEPTED


@dataclass(frozen=True, slots=True)
class PlacementClaim:
    """The hand-off is ours to ask for; the agency knows it by its key."""

    key: str
    loan_id: str
    borrower_id: str
    agency: str
    currency: str
    amount_minor: int
    until: date


@dataclass(frozen=True, slots=True)
class AgencyMessageClaim:
    """The message is ours to give; `reference` is the agency's number of the placement.

    `certain`: the agency has said that it has the case; else it may have never heard of it.
    """

    key: str
    placement_key: str
    loan_id: str
    agency: str
    reference: str
    what: str
    reason: str
    certain: bool = True


def claim_placement(
    session: Session, order: PlacementOrder, panel: scrubs.Panel | None = None
) -> PlacementClaim | AgencyOutcome:
    """Claim a hand-off, for all that is still to be paid; a confirmed one answers its outcome.

    A loan with nothing late is not handed over, nor is one that a scrub finds, or that the agency
    may not have by the `panel` (None: any agency may). What passes only puts it off: the answer is
    on record, and the same placement may be claimed again. One that was claimed and never confirmed
    is judged again before every attempt: when money or a hold came since, it is uncertain what the
    agency has, and it is asked no more. Raises KeyReused for the same placement with another agency
    or term, LedgerError for an unknown loan.
    """
    lock_loan(session, order.loan_id)
    key = placement_key(order.loan_id, order.episode, order.number)
    if row := session.get(PlacementRow, key, populate_existing=True):
        if (row.agency, row.until) != (order.agency, order.until):
            raise KeyReused(f"{key}: was claimed for another agency or term.")
        if row.status is not PlacementStatus.CLAIMED:
            return AgencyOutcome(PLACED_BEFORE[row.status], row.reference, row.reason)
        return _asked_again(session, order, row)
    row, kept = _new_placement(session, key, order, panel)
    if kept is None:
        _decide_placement(session, row, order.decided_at, "allowed")
    else:
        row.status, row.reason = PlacementStatus.REFUSED, kept.rule
        verdict = "deferred" if kept.until else "suppressed"
        _decide_placement(session, row, order.decided_at, verdict, kept.rule)
        if kept.until:
            return AgencyOutcome(Placed.DEFERRED, reason=kept.rule, until=kept.until)
    session.add(row)
    session.flush()
    return AgencyOutcome(Placed.REFUSED, reason=row.reason) if kept else _placement_claim(row)


def confirm_placement(session: Session, key: str, outcome: AgencyOutcome, at: datetime) -> None:
    """Write what the agency answered; the same again changes nothing.

    Raises LedgerError for a placement that was not claimed or has another outcome.
    """
    row = _locked_placement(session, key)
    status = _PLACED[outcome.kind]
    if row.status is status:
        return
    if row.status is not PlacementStatus.CLAIMED:
        raise LedgerError(f"{key}: is {row.status} and cannot become {status}.")
    row.status, row.reference, row.reason = status, outcome.reference, outcome.reason
    row.placed_at = at if status is PlacementStatus.PLACED else None
    session.add(row)
    session.flush()
    _decide_placement(session, row, at, status)


def claim_agency_message(
    session: Session, order: AgencyOrder
) -> AgencyMessageClaim | AgencyOutcome:
    """Claim something to tell an agency; a confirmed one answers its outcome.

    Raises LedgerError for an unknown placement.
    """
    placement = _locked_placement(session, order.placement_key)
    key = agency_message_key(order.placement_key, order.what)
    row = session.get(AgencyMessageRow, key, populate_existing=True)
    if row is None:
        row = AgencyMessageRow(
            key=key,
            placement_key=order.placement_key,
            what=order.what,
            reason=order.reason,
            status=MessageStatus.CLAIMED,
            at=order.at,
        )
        session.add(row)
        session.flush()
        _decide_message(session, placement, row, order.at, "allowed")
    elif row.status is not MessageStatus.CLAIMED:
        waits = row.status is MessageStatus.TOLD
        return AgencyOutcome(_TOLD_BEFORE[row.status], row.reference, row.answer, pending=waits)
    return AgencyMessageClaim(
        key,
        placement.key,
        placement.loan_id,
        placement.agency,
        placement.reference,
        row.what,
        row.reason,
        placement.placed_at is not None or placement.acknowledged_at is not None,
    )


def confirm_agency_message(
    session: Session, key: str, outcome: AgencyOutcome, at: datetime
) -> None:
    """Write what the agency answered; an accepted recall ends the placement.

    The same again changes nothing. Raises LedgerError for a message that was not claimed or has
    another outcome.
    """
    row = session.get(AgencyMessageRow, key)
    if row is None:
        raise LedgerError(f"{key}: no such message was claimed.")
    placement = _locked_placement(session, row.placement_key)
    session.refresh(row)
    gone = row.what == RETURN_DATA and placement.data_gone_at is not None
    status = MessageStatus.TOLD if outcome.pending and not gone else _TOLD[outcome.kind]
    if row.status is status or (outcome.pending and row.status is MessageStatus.ACKNOWLEDGED):
        return
    if row.status is not MessageStatus.CLAIMED:
        raise LedgerError(f"{key}: is {row.status} and cannot become {status}.")
    row.status = status
    row.answered_at = None if status is MessageStatus.TOLD else at
    row.reference, row.answer = outcome.reference, outcome.reason
    if row.what == RECALL and status is MessageStatus.ACKNOWLEDGED:
        placement.status, placement.recalled_at = PlacementStatus.RECALLED, at
    if row.what == RETURN_DATA and status is MessageStatus.ACKNOWLEDGED and not gone:
        placement.data_gone_at = at
    session.add_all((row, placement))
    session.flush()
    _decide_message(session, placement, row, at, status)


def placements_of(session: Session, loan_id: str) -> Sequence[PlacementRow]:
    """The loan's placements, the oldest first."""
    mine = select(PlacementRow).where(PlacementRow.loan_id == loan_id)
    return session.exec(mine.order_by(col(PlacementRow.claimed_at), PlacementRow.key)).all()


def messages_of(session: Session, placement: str) -> Sequence[AgencyMessageRow]:
    """What the agency was told about a placement, the oldest first."""
    mine = select(AgencyMessageRow).where(AgencyMessageRow.placement_key == placement)
    return session.exec(mine.order_by(col(AgencyMessageRow.at), AgencyMessageRow.key)).all()


def _new_placement(
    session: Session, key: str, order: PlacementOrder, panel: scrubs.Panel | None
) -> tuple[PlacementRow, scrubs.Kept | None]:
    """The row for that order with the ledger's amount, and what keeps it from the agency."""
    view = loan_view(session, order.loan_id)
    assert view is not None, "the loan was locked, so it is in the ledger"
    today = local_date(order.decided_at, view.borrower.calendar_zone)
    _, oldest = arrears_of(view.schedule, paid_by(view.credits, today), Terms(), today)
    row = PlacementRow(
        key=key,
        loan_id=order.loan_id,
        borrower_id=view.borrower.borrower_id,
        episode=order.episode,
        number=order.number,
        agency=order.agency,
        status=PlacementStatus.CLAIMED,
        currency=view.loan.currency,
        amount_minor=outstanding(view, today),
        until=order.until,
        claimed_at=order.decided_at,
        by_lot=order.by_lot,
        days_past_due=(today - oldest).days if oldest else 0,
    )
    if panel and order.agency in panel:
        row.terms = scrubs.terms_to_json(panel[order.agency].commission)
    if oldest is None:
        return row, scrubs.nothing_due(order.decided_at)
    return row, scrubs.kept(session, order, view, panel, today)


def _asked_again(
    session: Session, order: PlacementOrder, row: PlacementRow
) -> PlacementClaim | AgencyOutcome:
    """The claim for one more attempt; uncertain when money or a hold since the first forbids it."""
    view = loan_view(session, order.loan_id)
    assert view is not None, "the loan was locked, so it is in the ledger"
    if rule := scrubs.since_asked(session, order, view, row.amount_minor):
        return uncertain(session, row, order.decided_at, rule)
    return _placement_claim(row)


def uncertain(session: Session, row: PlacementRow, at: datetime, rule: str) -> AgencyOutcome:
    """The agency was asked and is asked no more; that goes on record, once."""
    if row.reason != rule:
        row.reason = rule
        session.add(row)
        session.flush()
        _decide_placement(session, row, at, "suppressed", rule)
    return AgencyOutcome(Placed.UNCERTAIN, reason=rule)


def _locked_placement(session: Session, key: str) -> PlacementRow:
    row = session.get(PlacementRow, key)
    if row is None:
        raise LedgerError(f"{key}: no such placement was claimed.")
    lock_borrower(session, row.borrower_id)
    session.refresh(row)
    return row


def _placement_claim(row: PlacementRow) -> PlacementClaim:
    return PlacementClaim(
        row.key,
        row.loan_id,
        row.borrower_id,
        row.agency,
        row.currency,
        row.amount_minor,
        row.until,
    )


def _decide_placement(
    session: Session, row: PlacementRow, at: datetime, verdict: str, rule: str = ""
) -> None:
    inputs = {
        "agency": row.agency,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "until": row.until,
        "reference": row.reference,
        "reason": row.reason,
    }
    case = case_id(row.loan_id, row.episode)
    decisions.append(session, case, at, "placement", row.key, verdict, rule, inputs)


def _decide_message(
    session: Session, placement: PlacementRow, row: AgencyMessageRow, at: datetime, verdict: str
) -> None:
    inputs = {"agency": placement.agency, "what": row.what, "reason": row.reason}
    case = case_id(placement.loan_id, placement.episode)
    decisions.append(session, case, at, "agency_message", row.key, verdict, "", inputs)
