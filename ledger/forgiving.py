"""Forgiving what an agreement forgives, once it was paid as agreed: the account learns of it."""

from sqlmodel import Session

from domain.clock import local_date
from domain.keys import forgiven_key
from domain.offer_terms import OfferKind
from domain.records import Agreed, PlanChanged
from ledger.account_posting import lock_account
from ledger.accounts import account_of, deal
from ledger.agreed import agreement_of_plan
from ledger.approval_tables import ApprovalRow, OfferRow
from ledger.dealings import Dealing
from ledger.tables import BorrowerRow
from ledger.words import MoneyKind


def forgive(session: Session, loan_id: str, record: Agreed) -> None:
    """Waive what a completed plan forgives; a settlement leaves nothing owed at all.

    Nothing happens for any other record, and a repeat changes nothing. Who might forgive so much
    was decided when the offer was made: the second person stands with the posting where one was
    asked.
    """
    if not isinstance(record, PlanChanged) or record.plan.ended != "completed":
        return
    agreement = agreement_of_plan(session, record.plan.plan_id)
    offer = session.get(OfferRow, agreement.offer_id) if agreement else None
    if offer is None or not offer.waived_minor:
        return
    loan = lock_account(session, loan_id).loan
    on = local_date(record.at, session.get_one(BorrowerRow, loan.borrower_id).calendar_zone)
    owed = account_of(session, loan, on).owed
    left = sum(owed.values())
    amount = left if offer.kind is OfferKind.SETTLEMENT else min(offer.waived_minor, left)
    if not amount:
        return
    all_of_it = offer.kind is OfferKind.SETTLEMENT or owed["principal"] < amount
    deal(
        session,
        loan_id,
        Dealing(
            event_id=forgiven_key(record.plan.plan_id),
            kind=MoneyKind.WAIVER,
            on=on,
            by=offer.made_by,
            reason=f"agreement {offer.offer_id}",
            amount_minor=amount,
            component="" if all_of_it else "principal",
            approved_by=_second(session, offer),
            authority_minor=amount,
        ),
        record.at,
    )


def _second(session: Session, offer: OfferRow) -> str:
    asked = session.get(ApprovalRow, offer.approval_id) if offer.approval_id else None
    return asked.answered_by if asked else ""
