"""What stops late charges: the person's holds and the loan's plans, as facts of their own.

A hold can be lifted and a plan can end, so each is written down again when its days change: what
was known at a past instant stays readable.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlmodel import Session, col, select

from domain.clock import local_date
from domain.holds import pauses
from domain.keys import follow_key, pause_id
from ledger.account_facts import facts_of, pause_rows, pauses_of
from ledger.account_posting import Cause, lock_account, post_recount
from ledger.account_tables import LoanTermsRow, MoneyEventRow
from ledger.agreements import holds_of
from ledger.case_tables import PlanRow
from ledger.paper_tasks import tell_of_money
from ledger.tables import BorrowerRow, LoanRow
from ledger.values import Loan
from ledger.words import MoneyKind


@dataclass(frozen=True, slots=True)
class Stop:
    """The days on which `of`, a hold or a plan, stops charges; `until` None: it is not over."""

    of: str
    start: date
    until: date | None
    by: str


def stop_charges(session: Session, loan_id: str, known_at: datetime) -> bool:
    """Write what holds and plans stop as they stand now, and post it; whether that was new."""
    locked = lock_account(session, loan_id)
    loan = locked.loan
    known = pause_rows(session, loan.loan_id)
    latest = {row.of: (row.on_date, row.until) for row in known}
    counts = Counter(row.of for row in known)
    new = [stop for stop in _stops(session, loan) if latest.get(stop.of, _NONE) != _days(stop)]
    if not new:
        return False
    rows = [_row(loan.loan_id, stop, counts[stop.of] + 1, known_at) for stop in new]
    before = facts_of(session, loan)
    after = replace(before, pauses=pauses_of([*known, *rows]))
    first = rows[0].event_id
    key = follow_key(first, loan.loan_id, new[0].start)
    cause = Cause(first, known_at, key, "Charges stopped", "")
    post_recount(session, locked, before, after, cause, facts=len(rows))
    session.add_all(rows)
    session.flush()
    tell_of_money(session, loan_id, known_at)
    return True


def stop_charges_of(session: Session, borrower_id: str, known_at: datetime) -> None:
    """The same for every loan of the person that has terms: a hold counts for all of them."""
    theirs = (
        select(col(LoanTermsRow.loan_id))
        .join(LoanRow, col(LoanRow.loan_id) == col(LoanTermsRow.loan_id))
        .where(LoanRow.borrower_id == borrower_id)
        .distinct()
    )
    for loan_id in sorted(session.exec(theirs)):
        stop_charges(session, loan_id, known_at)


_NONE = (date.min, date.min)


def _days(stop: Stop) -> tuple[date, date | None]:
    return stop.start, stop.until


def _stops(session: Session, loan: Loan) -> Iterator[Stop]:
    zone = session.get_one(BorrowerRow, loan.borrower_id).calendar_zone
    for hold in holds_of(session, loan.borrower_id, loan.loan_id):
        (pause,) = pauses([hold], zone)
        yield Stop(hold.hold_id, pause.start, pause.end, hold.by)
    for plan in session.exec(select(PlanRow).where(PlanRow.loan_id == loan.loan_id)):
        ended = local_date(plan.changed_at, zone) if plan.ended else None
        until = None if ended is None else max(ended, plan.agreed_on)
        yield Stop(plan.plan_id, plan.agreed_on, until, "plan")


def _row(loan_id: str, stop: Stop, number: int, known_at: datetime) -> MoneyEventRow:
    return MoneyEventRow(
        event_id=pause_id(loan_id, stop.of, number),
        loan_id=loan_id,
        kind=MoneyKind.PAUSE,
        on_date=stop.start,
        until=stop.until,
        known_at=known_at.astimezone(UTC),
        of=stop.of,
        by=stop.by,
    )
