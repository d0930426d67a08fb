"""Whether a case may be placed, and with that agency: asked in the transaction of the claim."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from domain.agencies import (
    BARRED,
    Account,
    Agency,
    Band,
    CommissionTerms,
    asked_again,
    scrub,
    unfit,
)
from domain.clock import local_date
from domain.delinquency import Terms, arrears_of, paid_by
from domain.holds import Hold, free_from, held
from domain.orders import PlacementOrder
from domain.plans import Plan
from ledger.agreements import holds_of, performing_plan
from ledger.case_tables import PlacementRow
from ledger.snapshots import outstanding
from ledger.values import LoanView
from ledger.words import PlacementStatus

Panel = Mapping[str, Agency]

_WORKING = (PlacementStatus.CLAIMED, PlacementStatus.PLACED)

_MONEY = timedelta(days=1)
"""How long a case is put off that has yet to hear of a payment; it asks for it at once."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The rule that keeps a case from an agency; `until`: it is asked again then (None: never)."""

    rule: str
    until: datetime | None = None


def nothing_due(at: datetime) -> Kept:
    """Nothing material is late: the case has yet to hear of the money."""
    return Kept("nothing-due", at + _MONEY)


def kept(
    session: Session, order: PlacementOrder, view: LoanView, panel: Panel | None, today: date
) -> Kept | None:
    """What keeps this case from this agency; None when it may have it.

    Holds and plans pass, and the case may not have heard of them yet: it is put off. Without a
    panel (None) every agency fits, and only the account is scrubbed.
    """
    holds = holds_of(session, view.borrower.borrower_id, order.loan_id)
    biting = [hold for hold in holds if hold.bites(order.decided_at)]
    plan = performing_plan(session, order.loan_id)
    account = _account(order, view, biting, plan, today)
    found = [refused.rule for refused in scrub(account)]
    if found:
        passes = BARRED not in found
        until = _again(holds, plan, order.decided_at) if passes else None
        return Kept(found[0] if passes else BARRED, until)
    if panel is None:
        return None
    agency = panel.get(order.agency)
    if agency is None:
        return Kept("agency-unknown")
    not_fit = unfit(agency, account, working(session, agency.name))
    return Kept(not_fit.rule) if not_fit else None


def since_asked(session: Session, order: PlacementOrder, view: LoanView, asked_minor: int) -> str:
    """The rule that forbids to ask an agency again for as much as before; empty for none.

    All the money counts that the ledger has, and every hold that is or will be in force since the
    first attempt was decided: a later attempt may be days after it.
    """
    today = local_date(order.decided_at, view.borrower.calendar_zone)
    paid = paid_by(view.credits, date.max)
    if arrears_of(view.schedule, paid, Terms(), today)[1] is None:
        return "nothing-due"
    if outstanding(view, today, paid_to=date.max) < asked_minor:
        return "money-since"
    holds = holds_of(session, view.borrower.borrower_id, order.loan_id)
    starts = {max(hold.start, order.decided_at) for hold in holds}
    for at in sorted({order.decided_at, *starts}):
        if found := kept(session, replace(order, decided_at=at), view, None, today):
            return found.rule
    return ""


def working(session: Session, agency: str) -> int:
    """How many cases that agency has now."""
    count = select(func.count(col(PlacementRow.key))).where(
        PlacementRow.agency == agency, col(PlacementRow.status).in_(_WORKING)
    )
    return session.exec(count).one()


def terms_to_json(terms: CommissionTerms) -> dict[str, Any]:
    """The commission terms as the placement keeps them."""
    bands = [[band.from_days, band.basis_points] for band in terms.bands]
    return {"bands": bands, "conduct_percent": terms.conduct_percent}


def terms_of(row: PlacementRow) -> CommissionTerms | None:
    """The commission as it was agreed when the case was placed; None when none was."""
    if not row.terms:
        return None
    bands = tuple(Band(*band) for band in row.terms["bands"])
    return CommissionTerms(bands, row.terms["conduct_percent"])


def _again(holds: Sequence[Hold], plan: Plan | None, at: datetime) -> datetime:
    """When to ask again about an account that is on hold or has a plan that performs."""
    if (hold := held(holds, at)) is not None:
        return asked_again(hold.start, free_from(holds, at), at)
    assert plan is not None, "without a hold it is the plan that stands in the way"
    return asked_again(datetime.combine(plan.agreed_on, time(), UTC), None, at)


def _account(
    order: PlacementOrder, view: LoanView, biting: Sequence[Hold], plan: Plan | None, today: date
) -> Account:
    paid = [p.on for p in view.payments if p.reversed_on is None and p.on <= today]
    last_due = max((instalment.due for instalment in view.instalments), default=None)
    return Account(
        jurisdiction=view.borrower.jurisdiction,
        product=view.loan.product,
        today=today,
        until=order.until,
        holds=tuple(sorted({hold.reason for hold in biting})),
        plan_performing=plan is not None,
        limited_from=max([*paid, *([last_due] if last_due else [])], default=None),
    )
