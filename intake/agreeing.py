"""An agreement as one saga over ledger, case and letter: all of it, or nothing of it.

First the ledger agrees; a refusal stops it there. Then the case is asked to take the plan; when
it refuses, the ledger takes its part back. The case writes the plan, which puts the agreement in
force, and owes the borrower the letter. Who dies on the way asks again: each part is done once.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from domain.agreeing import AgreementState, Evidence
from domain.clock import local_date
from domain.keys import case_id
from domain.offers import Offer
from domain.refused import Refused
from domain.requests import AgreePlan
from domain.telling import CaseState
from intake.cases import Cases
from ledger import offers
from ledger.approval_tables import AgreementRow
from ledger.engine import writing
from ledger.loans import lock_borrower


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The borrower accepts an offer: what proves it, who took it, and when."""

    offer_id: str
    evidence: Evidence
    by: str
    at: datetime


async def accept(engine: Engine, cases: Cases, acceptance: Acceptance) -> CaseState | Refused:
    """Make an offer an agreement; answers where the case stands then, or what refused.

    Raises Unanswered when the case does not answer; the agreement then waits, and the same
    acceptance goes on from there.
    """
    agreed = ledger_agrees(engine, acceptance)
    if isinstance(agreed, Refused):
        return agreed
    case, request = agreed
    answer = await cases.ask(case, request)
    if isinstance(answer, Refused):
        with writing(engine) as session:
            offers.undo(session, acceptance.offer_id, answer, acceptance.at)
    return answer


def ledger_agrees(engine: Engine, acceptance: Acceptance) -> tuple[str, AgreePlan] | Refused:
    """The ledger's part: the case's id and what to ask it for, or why the ledger refuses."""
    with writing(engine) as session:
        row = offers.offer_row(session, acceptance.offer_id)
        person = lock_borrower(session, row.borrower_id)
        today = local_date(acceptance.at, person.calendar_zone)
        agreed = offers.agree(
            session,
            acceptance.offer_id,
            acceptance.evidence,
            acceptance.by,
            acceptance.at,
            today,
        )
        if isinstance(agreed, Refused):
            return agreed
        if agreed.state is AgreementState.IN_FORCE:
            return Refused("offer-answered", "The offer was accepted before, and is in force.")
        return case_id(row.loan_id, row.episode), request_of(offers.offer_of(row), agreed)


def request_of(offer: Offer, agreement: AgreementRow) -> AgreePlan:
    """What the case is asked for; the same each time."""
    return AgreePlan(
        request_id=agreement.plan_id,
        by=agreement.by,
        currency=offer.currency,
        instalments=offer.instalments,
        at=agreement.at,
        offer_id=agreement.offer_id,
        kind=offer.kind,
        waived_minor=offer.waived_minor,
        check_back_days=offer.check_back_days,
        interest=offer.interest,
    )
