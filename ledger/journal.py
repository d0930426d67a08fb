"""The journal: double entry, every entry sums to zero, and balances are sums of postings."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert
from sqlmodel import Session, col, select

from domain.keys import posting_key
from ledger.errors import LedgerError
from ledger.tables import JournalEntryRow, PostingRow, table
from ledger.words import Account

_NEW_ENTRIES = insert(table(JournalEntryRow)).returning(
    table(JournalEntryRow).c.entry_id, sort_by_parameter_order=True
)
_NEW_POSTINGS = insert(table(PostingRow))


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of an entry: a debit is positive, a credit negative."""

    account: Account
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of money, to be posted under its own key."""

    key: str
    loan_id: str
    on_date: date
    known_at: datetime
    narrative: str
    postings: tuple[Posting, ...]


def opening(loan_id: str, on: date, known_at: datetime, owed_minor: int, currency: str) -> Entry:
    """The first entry of a loan: all its instalments become owed."""
    lines = (
        Posting(Account.RECEIVABLE, owed_minor, currency),
        Posting(Account.DISBURSEMENT, -owed_minor, currency),
    )
    key = posting_key("loan_opened", loan_id)
    return Entry(key, loan_id, on, known_at, "Loan opened", lines)


def post(session: Session, entry: Entry) -> None:
    """Write an entry; raises LedgerError when it is empty or does not sum to zero."""
    post_all(session, [entry])


def post_all(session: Session, entries: Sequence[Entry]) -> None:
    """Write many entries at once; refuses what `post` refuses, before anything is written."""
    for entry in entries:
        _check(entry)
    if not entries:
        return
    session.flush()
    connection = session.connection()
    ids = connection.scalars(_NEW_ENTRIES, [_row(entry) for entry in entries])
    lines = [
        {
            "entry_id": entry_id,
            "account": line.account,
            "amount_minor": line.amount_minor,
            "currency": line.currency,
        }
        for entry_id, entry in zip(ids, entries, strict=True)
        for line in entry.postings
    ]
    connection.execute(_NEW_POSTINGS, lines)


def postings_of(session: Session, key: str) -> tuple[Posting, ...]:
    """The lines of the entry under that key, in the order they were posted."""
    rows = session.exec(
        select(col(PostingRow.account), PostingRow.amount_minor, PostingRow.currency)
        .join(JournalEntryRow, col(JournalEntryRow.entry_id) == PostingRow.entry_id)
        .where(JournalEntryRow.key == key)
        .order_by(col(PostingRow.id))
    )
    return tuple(Posting(*row) for row in rows)


def balance(session: Session, loan_id: str, account: Account) -> int:
    """What stands on that account of the loan, in minor units; 0 when nothing was posted."""
    total = session.exec(
        select(func.sum(PostingRow.amount_minor))
        .join(JournalEntryRow, col(JournalEntryRow.entry_id) == PostingRow.entry_id)
        .where(JournalEntryRow.loan_id == loan_id, PostingRow.account == account)
    ).one()
    return int(total or 0)


def unbalanced(session: Session) -> list[str]:
    """Every entry of the whole ledger that does not sum to zero, named; empty when all do."""
    total = func.coalesce(func.sum(PostingRow.amount_minor), 0)
    lines = func.count(col(PostingRow.id))
    rows = session.exec(
        select(JournalEntryRow.key, PostingRow.currency, total, lines)
        .join(PostingRow, col(PostingRow.entry_id) == JournalEntryRow.entry_id, isouter=True)
        .group_by(col(JournalEntryRow.entry_id), JournalEntryRow.key, PostingRow.currency)
        .having((total != 0) | (lines == 0))
        .order_by(JournalEntryRow.key)
    )
    return [
        f"{key}: {currency} {off} too much." if count else f"{key}: has no postings."
        for key, currency, off, count in rows
    ]


def _check(entry: Entry) -> None:
    if not entry.postings:
        raise LedgerError(f"{entry.key}: an entry without postings.")
    sums: Counter[str] = Counter()
    for line in entry.postings:
        sums[line.currency] += line.amount_minor
    for currency, off in sums.items():
        if off:
            raise LedgerError(f"{entry.key}: the postings in {currency} sum to {off}, not to zero.")


def _row(entry: Entry) -> dict[str, object]:
    return {
        "key": entry.key,
        "loan_id": entry.loan_id,
        "on_date": entry.on_date,
        "known_at": entry.known_at,
        "narrative": entry.narrative,
    }
