"""The numbers of a letter: all of one loan, all from one transaction."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, select

from domain.delinquency import Instalment, Payment, Terms, delinquency, paid_by
from domain.early import first_unpaid
from domain.plan_interest import due_by
from domain.plans import Plan, covered
from ledger.account_facts import account_of
from ledger.account_tables import LoanTermsRow, MoneyEventRow
from ledger.agreements import open_promise, performing_plan
from ledger.values import Loan, LoanView


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a letter may say about money; days by the borrower's calendar.

    `outstanding_minor` is everything still to be paid, due or not. `oldest_due` is None when
    nothing material is late. `promised_*` is the open promise, `plan_*` the portion of the
    performing plan that is to be paid next; None when there is none. `charges_minor` is what
    lateness has cost beside the instalments and is still owed, by the account of the loan. `next_*`
    is the first instalment that is not paid, late or not, and what is unpaid of it; None for none.
    """

    loan_id: str
    currency: str
    as_of: date
    arrears_minor: int
    outstanding_minor: int
    days_past_due: int
    oldest_due: date | None
    promised_minor: int | None = None
    promised_by: date | None = None
    plan_minor: int | None = None
    plan_due: date | None = None
    charges_minor: int = 0
    next_minor: int | None = None
    next_due: date | None = None


def snapshot_of(session: Session, view: LoanView, terms: Terms, as_of: date) -> Snapshot:
    """The loan's numbers at the end of that day."""
    late = delinquency(view.schedule, view.credits, (), terms, as_of)
    unpaid = first_unpaid(view.instalments, paid_by(view.credits, as_of), terms)
    promise = open_promise(session, view.loan.loan_id)
    portion = _next_of_plan(performing_plan(session, view.loan.loan_id), view.payments)
    return Snapshot(
        loan_id=view.loan.loan_id,
        currency=view.loan.currency,
        as_of=as_of,
        arrears_minor=late.arrears_minor,
        outstanding_minor=outstanding(view, as_of),
        days_past_due=late.days_past_due,
        oldest_due=late.oldest_due,
        promised_minor=promise.amount_minor if promise else None,
        promised_by=promise.by if promise else None,
        plan_minor=portion.amount_minor if portion else None,
        plan_due=portion.due if portion else None,
        charges_minor=charges(session, view.loan, as_of),
        next_minor=unpaid.amount_minor if unpaid else None,
        next_due=unpaid.due if unpaid else None,
    )


def charges(session: Session, loan: Loan, as_of: date) -> int:
    """What lateness has cost and is still owed at the end of that day, in minor units."""
    told = select(LoanTermsRow.id).where(LoanTermsRow.loan_id == loan.loan_id).limit(1)
    done = select(MoneyEventRow.id).where(MoneyEventRow.loan_id == loan.loan_id).limit(1)
    if session.exec(told).first() is None and session.exec(done).first() is None:
        return 0
    return account_of(session, loan, as_of).charges_minor


def outstanding(view: LoanView, as_of: date, paid_to: date | None = None) -> int:
    """Everything still to be paid on the loan, in minor units; 0 when it is overpaid.

    Interest of a plan that is not due yet is not owed. `paid_to` is the last day on which money
    counts; None: that of the answer.
    """
    owed = sum(i.amount_minor for i in view.instalments) + due_by(view.plan_interest, as_of)
    return max(0, owed - paid_by(view.credits, paid_to or as_of))


def _next_of_plan(plan: Plan | None, payments: Sequence[Payment]) -> Instalment | None:
    """The first portion of the plan that is neither judged nor paid, or None."""
    if plan is None:
        return None
    number = max(plan.judged, covered(plan, payments))
    portion = plan.asked[number] if number < len(plan.instalments) else None
    return portion if portion and portion.amount_minor else None


def to_json(snapshot: Snapshot) -> dict[str, Any]:
    """The snapshot with its dates as text."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(snapshot).items()
    }


def from_json(stored: dict[str, Any]) -> Snapshot:
    """The snapshot that `to_json` wrote."""
    values = dict(stored)
    for name in ("as_of", "oldest_due", "promised_by", "plan_due", "next_due"):
        if values.get(name):
            values[name] = date.fromisoformat(values[name])
    return Snapshot(**values)
