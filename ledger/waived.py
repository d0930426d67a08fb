"""What the account counts for the instalments beside payments, and that the case must hear of it.

A case knows instalments and payments. What was forgiven of the instalments it counts as paid; what
a payment covered of late charges and costs, as the order of payments says, it does not.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import func
from sqlmodel import Session, col, select

from domain.books import Account
from domain.facts import LetOff, PaymentReceived, PaymentReversed
from domain.keys import waived_key
from ledger.agreed import forgiven_minor
from ledger.case_tables import CaseFileRow, LoanEventRow
from ledger.events import LoanEvent, record_event
from ledger.tables import InstalmentRow, JournalEntryRow, PostingRow

_Money = TypeVar("_Money", PaymentReceived, PaymentReversed)

CHANGED = "loan.forgiven"
"""The type of the event by which a case is told; its source is what was forgiven or taken back."""

_OF_INSTALMENTS = frozenset(
    {Account.RECEIVABLE, Account.INTEREST, Account.PLAN_INTEREST, Account.CHARGED_OFF}
)
_CHARGES = frozenset({Account.PENALTY, Account.COSTS, Account.FEES})


def waived_minor(session: Session, loan_id: str) -> int:
    """What counts for the instalments beside payments and completed agreements, in minor units.

    Below zero when more of the payments went to late charges and costs than was forgiven.
    """
    forgiven, taken = as_posted(session, loan_id)
    if forgiven:
        forgiven = max(0, forgiven - forgiven_minor(session, loan_id))
    return forgiven - taken


def as_posted(session: Session, loan_id: str, known_at: datetime | None = None) -> tuple[int, int]:
    """What was forgiven of the instalments and what charges took of payments, by the journal.

    As known then (None: now), and with what agreements forgave. Fees count as those of the
    instalments until these are covered. Once a loan is charged off its components are not told
    apart any more: all that is forgiven counts, and all that is paid.
    """
    mine = (
        select(JournalEntryRow.entry_id)
        .join(PostingRow, col(PostingRow.entry_id) == col(JournalEntryRow.entry_id))
        .where(
            JournalEntryRow.loan_id == loan_id,
            col(PostingRow.account).in_((Account.WAIVED, *_CHARGES)),
        )
    )
    if known_at is not None:
        mine = mine.where(col(JournalEntryRow.known_at) <= known_at)
    lines = select(PostingRow.entry_id, PostingRow.account, PostingRow.amount_minor)
    entries: dict[int, Counter[Account]] = {}
    for entry_id, account, amount in session.exec(lines.where(col(PostingRow.entry_id).in_(mine))):
        entries.setdefault(entry_id, Counter())[Account(account)] += amount
    if not entries:
        return 0, 0
    waivers = [entry for entry in entries.values() if Account.WAIVED in entry]
    covers = [e for e in entries.values() if Account.WAIVED not in e and moves_credit(e)]
    forgiven = -sum(entry[account] for entry in waivers for account in _OF_INSTALMENTS)
    taken = -sum(entry[account] for entry in covers for account in _CHARGES)
    fees = -sum(entry[Account.FEES] for entry in (*waivers, *covers))
    return forgiven, taken - min(fees, _fees(session, loan_id))


def moves_credit(entry: Collection[Account]) -> bool:
    """Whether an entry on those accounts changes what counts for the instalments.

    It forgives, or it covers late charges with money; one that charges them does not.
    """
    if Account.WAIVED in entry:
        return any(account in _OF_INSTALMENTS or account is Account.FEES for account in entry)
    charged = Account.INCOME in entry or Account.DISBURSEMENT in entry
    moved = Account.CHARGED_OFF in entry
    return not (charged or moved) and any(account in _CHARGES for account in entry)


def told(session: Session, loan_id: str, fact: _Money) -> _Money:
    """The fact with what counts for the instalments beside payments from now on."""
    version = version_of(session, loan_id)
    if not version:
        return fact
    return replace(fact, let_off=LetOff(waived_minor(session, loan_id), version))


def version_of(session: Session, loan_id: str) -> int:
    """How often it has changed while a case was open: of two tellings the higher is the newer."""
    mine = select(func.count()).where(LoanEventRow.loan_id == loan_id, LoanEventRow.type == CHANGED)
    return session.exec(mine).one()


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
