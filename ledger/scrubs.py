"""Whether a case may be placed, and with that agency: asked in the transaction of the claim."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from domain.agencies import Account, Agency, Band, CommissionTerms, scrub, unfit
from domain.orders import PlacementOrder
from domain.refused import Refused
from ledger.agreements import holds_of, performing_plan
from ledger.case_tables import PlacementRow
from ledger.values import LoanView
from ledger.words import PlacementStatus

Panel = Mapping[str, Agency]

_WORKING = (PlacementStatus.CLAIMED, PlacementStatus.PLACED)


def refusals(
    session: Session, order: PlacementOrder, view: LoanView, panel: Panel | None, today: date
) -> tuple[Refused, ...]:
    """Everything that keeps this case from this agency; empty when it may have it.

    Without a panel (None) every agency fits, and only the account is scrubbed.
    """
    account = _account(session, order, view, today)
    found = scrub(account)
    if panel is None:
        return found
    agency = panel.get(order.agency)
    if agency is None:
        return (*found, Refused("agency-unknown", f"{order.agency} is not on the panel."))
    not_fit = unfit(agency, account, working(session, agency.name))
    return (*found, not_fit) if not_fit else found


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


def _account(session: Session, order: PlacementOrder, view: LoanView, today: date) -> Account:
    holds = holds_of(session, view.borrower.borrower_id)
    biting = sorted({hold.reason for hold in holds if hold.bites(order.decided_at)})
    plan = performing_plan(session, order.loan_id)
    paid = [p.on for p in view.payments if p.reversed_on is None and p.on <= today]
    last_due = max((instalment.due for instalment in view.instalments), default=None)
    return Account(
        jurisdiction=view.borrower.jurisdiction,
        product=view.loan.product,
        today=today,
        until=order.until,
        holds=tuple(biting),
        plan_performing=plan is not None,
        limited_from=max([*paid, *([last_due] if last_due else [])], default=None),
    )
