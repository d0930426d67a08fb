"""The interest of plans in the ledger: each part a fact of its own, known with the agreement.

A part is owed from its day on; the calculator posts it with the first event that comes then, as it
does late charges. A plan that ends takes back what was not due, and a hold what rests on its days,
as facts of their own too, so that what was known at a past instant stays readable. The days are
those of the plan's record: the ledger does not count them again, and cannot differ from the case.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime

from sqlmodel import Session, select

from domain.agreeing import AgreementState
from domain.delinquency import Instalment
from domain.keys import follow_key, plan_interest_id, void_id
from domain.plan_interest import booked
from domain.plans import Plan
from domain.records import Agreed, PlanChanged
from ledger.account_facts import facts_of
from ledger.account_posting import Cause, lock_account, post_recount
from ledger.account_tables import MoneyEventRow
from ledger.agreed import agreement_of_plan
from ledger.paper_tasks import tell_of_money
from ledger.words import MoneyKind

_BY = "plan"


def book_interest(session: Session, loan_id: str, record: Agreed) -> bool:
    """Write the interest of a plan as it stands now, and post what that changes; whether it did.

    Nothing happens for any other record, nor for a plan to which the ledger has not agreed.
    """
    if not isinstance(record, PlanChanged) or not record.plan.interest:
        return False
    plan, at = record.plan, record.at
    wanted = _wanted(session, plan)
    times, known = _written(session, loan_id, plan.plan_id)
    new = [
        _row(loan_id, plan, part, times[due] + 1, at)
        for due, part in wanted.items()
        if due not in known or known[due].amount_minor != part.amount_minor
    ]
    gone = [
        _void(row, plan, at)
        for due, row in known.items()
        if due not in wanted or wanted[due].amount_minor != row.amount_minor
    ]
    if not new and not gone:
        return False
    locked = lock_account(session, loan_id)
    before = facts_of(session, locked.loan)
    rows = [*new, *gone]
    session.add_all(rows)
    session.flush()
    first = rows[0].event_id
    key = follow_key(first, loan_id, rows[0].on_date)
    cause = Cause(first, at, key, "Interest of the plan", "")
    post_recount(session, locked, before, facts_of(session, locked.loan), cause, facts=len(rows))
    tell_of_money(session, loan_id, record.at)
    return True


def _wanted(session: Session, plan: Plan) -> Mapping[date, Instalment]:
    """What the plan's interest is now, by the days of its parts."""
    agreement = agreement_of_plan(session, plan.plan_id)
    if agreement is None or agreement.state is not AgreementState.IN_FORCE:
        return {}
    return {part.due: part for part in booked(plan)}


def _written(
    session: Session, loan_id: str, plan_id: str
) -> tuple[Counter[date], dict[date, MoneyEventRow]]:
    """How often a part of each day was written, and the one that was not taken back."""
    rows = session.exec(select(MoneyEventRow).where(MoneyEventRow.loan_id == loan_id)).all()
    voided = {row.of for row in rows if row.kind is MoneyKind.VOID}
    mine = [row for row in rows if row.kind is MoneyKind.INTEREST and row.of == plan_id]
    known = {row.on_date: row for row in mine if row.event_id not in voided}
    return Counter(row.on_date for row in mine), known


def _row(
    loan_id: str, plan: Plan, part: Instalment, number: int, known_at: datetime
) -> MoneyEventRow:
    return MoneyEventRow(
        event_id=plan_interest_id(plan.plan_id, part.due, number),
        loan_id=loan_id,
        kind=MoneyKind.INTEREST,
        on_date=part.due,
        known_at=known_at.astimezone(UTC),
        amount_minor=part.amount_minor,
        component="plan_interest",
        of=plan.plan_id,
        by=_BY,
        reason=f"agreement {plan.offer_id}",
    )


def _void(row: MoneyEventRow, plan: Plan, known_at: datetime) -> MoneyEventRow:
    return MoneyEventRow(
        event_id=void_id(row.event_id),
        loan_id=row.loan_id,
        kind=MoneyKind.VOID,
        on_date=row.on_date,
        known_at=known_at.astimezone(UTC),
        of=row.event_id,
        by=_BY,
        reason=f"the plan is over: {plan.ended}" if plan.ended else "the plan's interest rests",
    )
