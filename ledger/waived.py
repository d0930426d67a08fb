"""What waivers and settlements forgive of a loan's instalments, and that its case must hear.

The journal has every amount; a case counts in instalments, so what was forgiven of late charges is
nothing to it. What an agreement forgives when it is completed its case knows by itself.
"""

from datetime import UTC, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from domain.books import Account
from domain.keys import waived_key
from ledger.agreed import forgiven_minor
from ledger.case_tables import CaseFileRow
from ledger.events import LoanEvent, record_event
from ledger.tables import InstalmentRow, JournalEntryRow, PostingRow

CHANGED = "loan.forgiven"
"""The type of the event by which a case is told; its source is what was forgiven or taken back."""

_OF_INSTALMENTS = (
    Account.RECEIVABLE,
    Account.INTEREST,
    Account.PLAN_INTEREST,
    Account.CHARGED_OFF,
)


def waived_minor(session: Session, loan_id: str) -> int:
    """What was forgiven of the instalments beside completed agreements, in minor units."""
    posted = forgiven_as_posted(session, loan_id)
    return max(0, posted - forgiven_minor(session, loan_id)) if posted else 0


def forgiven_as_posted(session: Session, loan_id: str, known_at: datetime | None = None) -> int:
    """What the journal says was forgiven of the instalments, as known then (None: now).

    Forgiven fees count up to the fees that are in the instalments. Once a loan is charged off its
    components are not told apart any more, and all that is forgiven counts.
    """
    forgiven = (
        select(JournalEntryRow.entry_id)
        .join(PostingRow, col(PostingRow.entry_id) == col(JournalEntryRow.entry_id))
        .where(JournalEntryRow.loan_id == loan_id, PostingRow.account == Account.WAIVED)
    )
    if known_at is not None:
        forgiven = forgiven.where(col(JournalEntryRow.known_at) <= known_at)
    parts = select(PostingRow.account, func.sum(PostingRow.amount_minor)).where(
        col(PostingRow.entry_id).in_(forgiven)
    )
    by_account = dict(session.exec(parts.group_by(PostingRow.account)).all())
    if not by_account:
        return 0
    fees = min(-by_account.get(Account.FEES, 0), _fees(session, loan_id))
    return int(fees - sum(by_account.get(account, 0) for account in _OF_INSTALMENTS))


def note(session: Session, loan_id: str, cause: str, at: datetime) -> None:
    """See that the loan's open case is told; nothing to do where there is none."""
    mine = select(CaseFileRow.case_id).where(
        CaseFileRow.loan_id == loan_id, col(CaseFileRow.closed_at).is_(None)
    )
    if session.exec(mine.limit(1)).first() is not None:
        event = LoanEvent(waived_key(cause), CHANGED, cause, loan_id, "")
        record_event(session, event, at.astimezone(UTC))


def _fees(session: Session, loan_id: str) -> int:
    mine = select(func.coalesce(func.sum(InstalmentRow.fee_minor), 0))
    return int(session.exec(mine.where(InstalmentRow.loan_id == loan_id)).one())
