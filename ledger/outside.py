"""What a case wants of agencies and bureaus, written with what was agreed: once, under its key."""

from dataclasses import asdict
from datetime import date

from sqlmodel import Session

from domain.keys import case_id
from domain.orders import TaskOrder
from domain.records import BureauOrdered, Outside, PlacementSettled, RecallOverdue
from ledger import bureau, commissions, tasks
from ledger.agreements import Change
from ledger.case_tables import PlacementRow
from ledger.errors import LedgerError
from ledger.words import PlacementStatus


def change_of(loan_id: str, episode: date, record: Outside) -> Change:
    """What the record says, in the words of the decision record."""
    said = {name: value for name, value in asdict(record).items() if name not in ("kind", "at")}
    match record:
        case PlacementSettled(placement_key):
            return Change("agency", f"{placement_key}/settled", "settled", said)
        case RecallOverdue(placement_key, step):
            return Change("agency", f"{placement_key}/overdue/{step}", "overdue", said)
        case BureauOrdered(report):
            key = f"{case_id(loan_id, episode)}/bureau/{report}/{record.at.isoformat()}"
            return Change("bureau", key, "wanted", said)


def write(session: Session, loan_id: str, episode: date, record: Outside) -> None:
    """Settle the placement, ask a person, or order the report; LedgerError for no placement."""
    match record:
        case PlacementSettled(placement_key, at):
            row = _placement(session, placement_key)
            if row.status in (PlacementStatus.CLAIMED, PlacementStatus.PLACED):
                row.status, row.recalled_at = PlacementStatus.RECALLED, at
                session.add(row)
                session.flush()
            commissions.settle(session, row, at)
        case RecallOverdue(placement_key, step, at):
            agency = _placement(session, placement_key).agency
            number = placement_key.rpartition("/")[2]
            what = f"recall-{number}-{step.replace(' ', '-')}"
            reason = f"{agency} did not answer: {step}"
            tasks.ask(session, TaskOrder(loan_id, episode, what, reason, at))
        case BureauOrdered(report, at, notice, notice_days, by):
            order = bureau.ReportOrder(
                loan_id, episode, report, by or bureau.LEDGER, at, notice, notice_days
            )
            bureau.order(session, order)


def _placement(session: Session, key: str) -> PlacementRow:
    row = session.get(PlacementRow, key, populate_existing=True)
    if row is None:
        raise LedgerError(f"{key}: no such placement was claimed.")
    return row
