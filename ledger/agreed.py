"""Agreements as cases and letters meet them: put in force by the plan, and spoken of after that."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from domain.agreeing import AgreementState
from domain.offer_terms import percent_of
from domain.orders import TaskOrder
from domain.plans import Plan
from ledger import tasks
from ledger.approval_tables import AgreementRow, OfferRow
from ledger.case_tables import PlanRow


def agreement_of_plan(session: Session, plan_id: str) -> AgreementRow | None:
    """The agreement that a plan came from, or None."""
    mine = select(AgreementRow).where(AgreementRow.plan_id == plan_id)
    return session.exec(mine.execution_options(populate_existing=True)).first()


def follow(session: Session, loan_id: str, episode: date, plan: Plan, at: datetime) -> None:
    """A case has written its plan: the agreement it came from is in force from now on.

    A plan of no offer changes nothing. One from an offer to which the ledger never agreed is put
    before a person, and no letter speaks of it.
    """
    if not plan.offer_id:
        return
    agreement = agreement_of_plan(session, plan.plan_id)
    if agreement is None or agreement.state is AgreementState.UNDONE:
        reason = "the case has a plan to which the ledger never agreed"
        tasks.ask(session, TaskOrder(loan_id, episode, f"stray-plan-{plan.plan_id}", reason, at))
    elif agreement.state is AgreementState.PENDING:
        agreement.state, agreement.changed_at = AgreementState.IN_FORCE, at
        session.add(agreement)
        session.flush()


def forgiven_minor(session: Session, loan_id: str) -> int:
    """What the loan's completed agreements have forgiven, in minor units."""
    mine = select(func.coalesce(func.sum(col(OfferRow.waived_minor)), 0)).where(
        AgreementRow.offer_id == OfferRow.offer_id,
        AgreementRow.plan_id == PlanRow.plan_id,
        AgreementRow.loan_id == loan_id,
        AgreementRow.state == AgreementState.IN_FORCE,
        PlanRow.ended == "completed",
    )
    return int(session.exec(mine).one())


def agreement_facts(session: Session, loan_id: str) -> dict[str, Any] | None:
    """What a letter says of the loan's latest agreement in force; None where there is none.

    `of_card` says that it is a personalised plan of a card, or may be (信用卡办法 art. 70).
    """
    mine = select(AgreementRow, OfferRow).where(
        AgreementRow.offer_id == OfferRow.offer_id,
        AgreementRow.loan_id == loan_id,
        AgreementRow.state == AgreementState.IN_FORCE,
    )
    found = session.exec(mine.order_by(col(AgreementRow.at).desc())).first()
    if found is None:
        return None
    agreement, offer = found
    parts = [
        {
            "due": date.fromisoformat(part["due"]),
            "amount_minor": part["amount_minor"],
            "interest_minor": part.get("interest_minor", 0),
        }
        for part in offer.instalments
    ]
    return {
        "number": agreement.offer_id,
        "debt_minor": offer.debt_minor,
        "waived_minor": offer.waived_minor,
        "interest_minor": offer.interest_minor,
        "annual_percent": percent_of(offer.annual_bps),
        "total_minor": sum(part["amount_minor"] for part in parts),
        "currency": offer.currency,
        "instalments": parts,
        "first_due": parts[0]["due"],
        "last_due": parts[-1]["due"],
        "frozen_until": offer.frozen_until,
        "of_card": bool(offer.recording),
        "agreed_on": agreement.at.date(),
    }
