"""Posting: a fact of money comes in, and the journal gets what it changes, never an edit.

A fact that counts from after all others goes on from the account's mark. Any other is a recount of
before and after; the difference is posted day by day, each entry known from now on. A payment is
posted while somebody waits for it, so what it asks of the database is said once, in few words.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, bindparam, func, insert, select, update
from sqlmodel import Session

from domain.account import Change, recount
from domain.books import Posted
from domain.keys import follow_key
from domain.marks import (
    Mark,
    frame_from_json,
    frame_to_json,
    from_json,
    mark_after,
    resumed,
    to_json,
)
from domain.money_events import MoneyEvent, MoneyFacts, place_in_time
from ledger import waived
from ledger.account_facts import facts_of
from ledger.account_tables import AccountMarkRow, LoanTermsRow, MoneyEventRow
from ledger.errors import LedgerError
from ledger.journal import Entry, Posting, post_all
from ledger.tables import BorrowerRow, LoanRow, PaymentRow, table
from ledger.values import Loan


@dataclass(frozen=True, slots=True)
class Cause:
    """The fact that is posted: its id, its instant, and the key and words of its own entry.

    `source` is whose postings its own entry moves: the event itself, or the payment it undoes.
    """

    fact_id: str
    known_at: datetime
    key: str
    what: str
    source: str


@dataclass(frozen=True, slots=True)
class LockedAccount:
    """A loan whose borrower is locked, so that nobody else posts before we are done.

    `payments` counts payments and their reversals, `others` further facts of money and terms.
    `marked` says whether a mark is there, and `mark` is it while it holds, with `frame`.
    """

    loan: Loan
    payments: int
    others: int
    marked: bool
    mark: Mark | None
    frame: MoneyFacts | None


_LOAN, _BORROWER, _PAYMENT = table(LoanRow), table(BorrowerRow), table(PaymentRow)
_EVENT, _TERMS, _MARK = table(MoneyEventRow), table(LoanTermsRow), table(AccountMarkRow)

_LOCK = (
    select(_LOAN)
    .join(_BORROWER, _BORROWER.c.borrower_id == _LOAN.c.borrower_id)
    .where(_LOAN.c.loan_id == bindparam("loan_id"))
    .with_for_update(key_share=True, of=_BORROWER)
)


def _count(*columns: Column[Any]) -> Any:
    """How many rows of the loan have something in those columns, added up."""
    counts = [func.count(column) for column in columns]
    mine = columns[0].table.c.loan_id == bindparam("loan_id")
    return select(sum(counts[1:], counts[0])).where(mine).scalar_subquery()


_STANDING = (
    select(
        _count(_PAYMENT.c.payment_id, _PAYMENT.c.reversal_fact_id),
        _count(_EVENT.c.id) + _count(_TERMS.c.id),
        _MARK.c.facts,
        _MARK.c.mark,
        _MARK.c.frame,
    )
    .select_from(_LOAN.outerjoin(_MARK, _MARK.c.loan_id == _LOAN.c.loan_id))
    .where(_LOAN.c.loan_id == bindparam("loan_id"))
)
_MOVE_ON = (
    update(_MARK)
    .where(_MARK.c.loan_id == bindparam("of_loan"))
    .values(facts=bindparam("facts"), mark=bindparam("mark"))
)


def lock_account(session: Session, loan_id: str) -> LockedAccount:
    """Take the row of the loan's borrower and see the account; LedgerError for an unknown loan."""
    session.flush()
    connection, of_loan = session.connection(), {"loan_id": loan_id}
    row = connection.execute(_LOCK, of_loan).mappings().first()
    if row is None:
        raise LedgerError(f"Loan {loan_id!r} is not in the ledger.")
    payments, others, facts, mark, frame = connection.execute(_STANDING, of_loan).one()
    holds = facts == payments + others
    return LockedAccount(
        Loan(**row),
        payments,
        others,
        facts is not None,
        from_json(mark) if holds else None,
        frame_from_json(frame) if holds else None,
    )


def post_event(session: Session, locked: LockedAccount, event: MoneyEvent, cause: Cause) -> None:
    """Post an event before it is written to its table; a case hears of what it forgives."""
    mark, frame = locked.mark, locked.frame
    if mark is None or frame is None or mark.last >= place_in_time(event):
        before = facts_of(session, locked.loan)
        after = replace(before, events=(*before.events, event))
        post_recount(session, locked, before, after, cause)
        return
    books = resumed(frame, mark)
    books.take(event)
    _post(session, locked.loan, [_change(posted) for posted in books.postings], cause)
    told = {
        "of_loan": locked.loan.loan_id,
        "facts": locked.payments + locked.others + 1,
        "mark": to_json(mark_after(books, event, frame)),
    }
    session.connection().execute(_MOVE_ON, told)


def post_recount(  # noqa: PLR0913 - the account before and after, why, and how many facts more
    session: Session,
    locked: LockedAccount,
    before: MoneyFacts,
    after: MoneyFacts,
    cause: Cause,
    facts: int = 1,
) -> None:
    """Post the difference that more facts make, before they are written to their table."""
    changes, mark = recount(before, after)
    _post(session, locked.loan, changes, cause)
    connection, loan_id = session.connection(), locked.loan.loan_id
    if locked.marked:
        connection.execute(_MARK.delete().where(_MARK.c.loan_id == loan_id))
    if mark is not None:
        row = {
            "loan_id": loan_id,
            "facts": locked.payments + locked.others + facts,
            "mark": to_json(mark),
            "frame": frame_to_json(after),
        }
        connection.execute(insert(_MARK), row)


def _change(posted: Posted) -> Change:
    return Change(date.fromordinal(posted.on), posted.source, posted.what, posted.lines)


def _post(session: Session, loan: Loan, changes: list[Change], cause: Cause) -> None:
    post_all(session, [_entry(loan, change, cause) for change in changes])
    if any(waived.moves_credit({account for account, _ in change.lines}) for change in changes):
        waived.note(session, loan.loan_id, cause.fact_id, cause.known_at)


def _entry(loan: Loan, change: Change, cause: Cause) -> Entry:
    own = change.source == cause.source
    what = cause.what if own else f"{change.what}, corrected" if change.again else change.what
    key = cause.key if own else follow_key(cause.fact_id, change.source, change.on)
    lines = tuple(Posting(account, amount, loan.currency) for account, amount in change.lines)
    known_at = cause.known_at.astimezone(UTC)
    return Entry(key, loan.loan_id, change.on, known_at, what, lines)
