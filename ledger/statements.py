"""The statement of account: what was posted, what is owed, and whether the two agree.

Two clocks: `as_of` is the day that is looked at, `known_at` the instant from which it is looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select as columns
from sqlmodel import Session, col

from domain.account import LoanAccount, account, posted
from domain.books import Account
from ledger.account_facts import facts_of
from ledger.tables import JournalEntryRow, PostingRow
from ledger.values import Loan


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One entry: the day it counts from, the instant it was known, and what it moved."""

    on: date
    known_at: datetime
    narrative: str
    key: str
    moved: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Statement:
    """A loan's account on one day, as known at one instant (None: now), in minor units.

    `balances` are sums of the entries by account. `differences` say where they are not what the
    calculator posts from the same facts; empty when all is well.
    """

    loan_id: str
    currency: str
    as_of: date
    known_at: datetime | None
    account: LoanAccount
    lines: Sequence[StatementLine]
    balances: Mapping[str, int]
    differences: Sequence[str]


def statement(
    session: Session, loan: Loan, as_of: date, known_at: datetime | None = None
) -> Statement:
    """The statement of a loan at the end of that day."""
    facts = facts_of(session, loan, known_at)
    lines = _lines(session, loan.loan_id, as_of, known_at)
    balances = dict.fromkeys(map(str, Account), 0)
    for line in lines:
        for name, amount in line.moved.items():
            balances[name] += amount
    expected = dict.fromkeys(map(str, Account), 0)
    for entry in posted(facts, as_of):
        for name, amount in entry.lines:
            expected[str(name)] += amount
    return Statement(
        loan.loan_id,
        loan.currency,
        as_of,
        known_at,
        account(facts, as_of),
        lines,
        balances,
        tuple(
            f"{name}: the journal has {balances[name]}, the facts say {expected[name]}."
            for name in balances
            if balances[name] != expected[name]
        ),
    )


def _lines(
    session: Session, loan_id: str, as_of: date, known_at: datetime | None
) -> list[StatementLine]:
    mine = (
        columns(
            col(JournalEntryRow.entry_id),
            col(JournalEntryRow.on_date),
            col(JournalEntryRow.known_at),
            col(JournalEntryRow.narrative),
            col(JournalEntryRow.key),
            col(PostingRow.account),
            col(PostingRow.amount_minor),
        )
        .join(PostingRow, col(PostingRow.entry_id) == col(JournalEntryRow.entry_id))
        .where(col(JournalEntryRow.loan_id) == loan_id, col(JournalEntryRow.on_date) <= as_of)
        .order_by(col(JournalEntryRow.on_date), col(JournalEntryRow.entry_id), col(PostingRow.id))
    )
    if known_at is not None:
        mine = mine.where(col(JournalEntryRow.known_at) <= known_at.astimezone(UTC))
    found: dict[int, tuple[date, datetime, str, str, dict[str, int]]] = {}
    for entry_id, on, at, narrative, key, name, amount in session.execute(mine):
        moved = found.setdefault(entry_id, (on, at, narrative, key, {}))[-1]
        moved[str(name)] = moved.get(str(name), 0) + amount
    return [StatementLine(*entry) for entry in found.values()]
