"""Posting: a fact of money comes in, and the journal gets what it changes, never an edit.

A fact that counts from after all others goes on from the account's mark. Any other is a recount of
before and after; the difference is posted day by day, each entry known from now on.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import delete, insert, update
from sqlmodel import Session, col, select

from domain.account import Change, recount
from domain.books import Posted
from domain.keys import follow_key
from domain.marks import Mark, from_json, mark_after, resumed, to_json
from domain.money_events import MoneyEvent, MoneyFacts, place_in_time
from ledger.account_facts import fact_count, facts_of
from ledger.account_tables import AccountMarkRow
from ledger.journal import Entry, Posting, post_all
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


def post_event(
    session: Session, loan: Loan, frame: MoneyFacts, event: MoneyEvent, cause: Cause
) -> None:
    """Post an event before it is written to its table; `frame` is the loan's without events."""
    kept = _mark(session, loan.loan_id)
    count = fact_count(session, loan.loan_id)
    if kept is None or kept.facts != count or kept.mark.last >= place_in_time(event):
        before = facts_of(session, loan)
        after = replace(before, events=(*before.events, event))
        post_recount(session, loan, before, after, cause)
        return
    books = resumed(frame, kept.mark)
    books.take(event)
    _post(session, loan, [_change(posted) for posted in books.postings], cause)
    _keep(session, loan.loan_id, mark_after(books, event, frame), count + 1, known=True)


def post_recount(  # noqa: PLR0913 - the loan before and after, why, and how many facts more
    session: Session,
    loan: Loan,
    before: MoneyFacts,
    after: MoneyFacts,
    cause: Cause,
    facts: int = 1,
) -> None:
    """Post the difference that more facts make, before they are written to their table."""
    changes, mark = recount(before, after)
    _post(session, loan, changes, cause)
    known = _mark(session, loan.loan_id) is not None
    count = fact_count(session, loan.loan_id) + facts
    _keep(session, loan.loan_id, mark, count, known=known)


def mark_of(session: Session, loan_id: str) -> Mark | None:
    """The loan's mark while it holds; None where the next posting begins anew."""
    kept = _mark(session, loan_id)
    return kept.mark if kept and kept.facts == fact_count(session, loan_id) else None


@dataclass(frozen=True, slots=True)
class _Kept:
    facts: int
    mark: Mark


def _mark(session: Session, loan_id: str) -> _Kept | None:
    row = session.execute(
        select(AccountMarkRow.facts, AccountMarkRow.mark).where(AccountMarkRow.loan_id == loan_id)
    ).first()
    return _Kept(row[0], from_json(row[1])) if row else None


def _keep(session: Session, loan_id: str, mark: Mark | None, facts: int, *, known: bool) -> None:
    if mark is None:
        session.execute(delete(AccountMarkRow).where(col(AccountMarkRow.loan_id) == loan_id))
        return
    told = {"facts": facts, "mark": to_json(mark)}
    if known:
        mine = col(AccountMarkRow.loan_id) == loan_id
        session.execute(update(AccountMarkRow).where(mine).values(**told))
    else:
        session.execute(insert(AccountMarkRow).values(loan_id=loan_id, **told))


def _change(posted: Posted) -> Change:
    return Change(date.fromordinal(posted.on), posted.source, posted.what, posted.lines)


def _post(session: Session, loan: Loan, changes: list[Change], cause: Cause) -> None:
    post_all(session, [_entry(loan, change, cause) for change in changes])


def _entry(loan: Loan, change: Change, cause: Cause) -> Entry:
    own = change.source == cause.source
    what = cause.what if own else f"{change.what}, corrected" if change.again else change.what
    key = cause.key if own else follow_key(cause.fact_id, change.source, change.on)
    lines = tuple(Posting(account, amount, loan.currency) for account, amount in change.lines)
    known_at = cause.known_at.astimezone(UTC)
    return Entry(key, loan.loan_id, change.on, known_at, what, lines)
