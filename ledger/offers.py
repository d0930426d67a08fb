"""Offers and agreements in the ledger: made, accepted, answered, and undone when a case refuses.

An agreement is one saga. The ledger agrees first, so that a refusal stops everything; then the case
takes the plan, and writes it; that puts the agreement in force, and the letter speaks of nothing
else. A case that refuses undoes the agreement, and the offer can be answered again.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from domain.agreeing import (
    AgreementState,
    Evidence,
    OfferState,
    Standing,
    acceptance_refusal,
)
from domain.delinquency import Instalment
from domain.keys import agreement_key
from domain.offers import Offer
from domain.refused import Refused
from ledger import decisions
from ledger.approval_tables import AgreementRow, OfferRow
from ledger.cases import chain_of, open_case_of
from ledger.errors import KeyReused, LedgerError
from ledger.loans import lock_borrower, lock_loan
from ledger.payments import version

_OWN = ("instalments", "interest")


@dataclass(frozen=True, slots=True)
class NewOffer:
    """An offer to be put to a borrower; `approval_id` is what it waits for, None for nothing."""

    offer_id: str
    loan_id: str
    offer: Offer
    by: str
    at: datetime
    approval_id: str | None = None


def make(session: Session, new: NewOffer) -> OfferRow:
    """Put an offer on record; the same again changes nothing.

    Raises LedgerError for a loan without an open case, KeyReused for an id with other content.
    """
    loan = lock_loan(session, new.loan_id)
    known = session.get(OfferRow, new.offer_id)
    if known is not None:
        if (known.loan_id, known.definition) != (new.loan_id, new.offer.definition):
            raise KeyReused(f"Offer {new.offer_id!r} is known with other content.")
        return known
    case = open_case_of(session, new.loan_id)
    if case is None:
        raise LedgerError(f"Loan {new.loan_id!r} has no open case to make an offer in.")
    row = OfferRow(
        **_terms(new.offer),
        offer_id=new.offer_id,
        loan_id=new.loan_id,
        borrower_id=loan.borrower_id,
        episode=case.episode,
        ledger_version=version(session, new.loan_id),
        state=OfferState.WAITING if new.approval_id else OfferState.MADE,
        made_at=new.at,
        made_by=new.by,
        approval_id=new.approval_id,
    )
    session.add(row)
    _decide(session, row, row.state, new.at, _figures(row) | {"by": new.by})
    return row


def offers_of(session: Session, loan_id: str) -> Sequence[OfferRow]:
    """The loan's offers, the oldest first."""
    mine = select(OfferRow).where(OfferRow.loan_id == loan_id)
    return session.exec(mine.order_by(col(OfferRow.made_at), OfferRow.offer_id)).all()


def offer_row(session: Session, offer_id: str) -> OfferRow:
    """The offer of that id; raises LedgerError when there is none."""
    row = session.get(OfferRow, offer_id, populate_existing=True)
    if row is None:
        raise LedgerError(f"Offer {offer_id!r} is not in the ledger.")
    return row


def standing(session: Session, row: OfferRow, today: date) -> Standing:
    """The offer as it stands on that day of the borrower's calendar."""
    now = version(session, row.loan_id)
    return Standing(offer_of(row), row.state, row.ledger_version, today, now)


def agree(  # noqa: PLR0913 - who agreed to what, when there and here, and what proves it
    session: Session, offer_id: str, evidence: Evidence, by: str, at: datetime, today: date
) -> AgreementRow | Refused:
    """The ledger's part of an agreement, or why it refuses.

    An agreement that still waits for its case is answered as it is, so that a saga that died goes
    on where it was.
    """
    row = offer_row(session, offer_id)
    lock_borrower(session, row.borrower_id)
    row = offer_row(session, offer_id)
    known = session.get(AgreementRow, offer_id, populate_existing=True)
    if known is not None and known.state is not AgreementState.UNDONE:
        return known
    if refused := acceptance_refusal(standing(session, row, today), evidence):
        return refused
    said = {
        "plan_id": agreement_key(offer_id),
        "loan_id": row.loan_id,
        "state": AgreementState.PENDING,
        "manner": evidence.manner,
        **asdict(evidence),
        "by": by,
        "at": at,
        "changed_at": at,
        "rule": "",
    }
    agreement = known or AgreementRow(offer_id=offer_id, **said)
    agreement.sqlmodel_update(said)
    _answer(row, OfferState.ACCEPTED, by, at)
    session.add_all([row, agreement])
    proof = {"manner": evidence.manner, "by": by, **asdict(evidence)}
    _decide(session, row, "accepted", at, _figures(row) | proof)
    return agreement


def undo(session: Session, offer_id: str, refused: Refused, at: datetime) -> None:
    """Take the ledger's part back because the case refused; the offer can be answered again."""
    row = offer_row(session, offer_id)
    lock_borrower(session, row.borrower_id)
    agreement = session.get(AgreementRow, offer_id, populate_existing=True)
    if agreement is None or agreement.state is not AgreementState.PENDING:
        return
    agreement.state, agreement.rule = AgreementState.UNDONE, refused.rule
    agreement.changed_at = at
    row.state, row.answered_at, row.answered_by = OfferState.MADE, None, ""
    session.add_all([row, agreement])
    _decide(session, row, "undone", at, {"plan_id": agreement.plan_id}, refused.rule)


def answer(
    session: Session, offer_id: str, state: OfferState, by: str, at: datetime
) -> Refused | None:
    """The borrower declines an offer, or we withdraw it; the same again changes nothing."""
    row = offer_row(session, offer_id)
    lock_borrower(session, row.borrower_id)
    row = offer_row(session, offer_id)
    if row.state is state:
        return None
    if row.state not in (OfferState.MADE, OfferState.WAITING):
        return Refused("offer-answered", f"The offer was {row.state} before.")
    _answer(row, state, by, at)
    session.add(row)
    _decide(session, row, state, at, {"by": by})
    return None


def approved(session: Session, offer_id: str, given: bool, by: str, at: datetime) -> None:
    """A second person has decided on an offer that waits: it is made from now on, or withdrawn."""
    row = offer_row(session, offer_id)
    if row.state is not OfferState.WAITING:
        return
    if given:
        row.state = OfferState.MADE
    else:
        _answer(row, OfferState.WITHDRAWN, by, at)
    session.add(row)
    _decide(session, row, row.state, at, {"by": by, "approval_id": row.approval_id})


def offered(session: Session, loan_id: str, episode: date) -> bool:
    """Whether the borrower was offered anything in that episode, taken or not."""
    made = (row for row in offers_of(session, loan_id) if row.episode == episode)
    return any(row.state not in (OfferState.WAITING, OfferState.WITHDRAWN) for row in made)


def offer_of(row: OfferRow) -> Offer:
    """The offer as it was computed."""
    kept = {name: getattr(row, name) for name in Offer.__dataclass_fields__ if name not in _OWN}
    parts, interest = [], []
    for part in row.instalments:
        due = date.fromisoformat(part["due"])
        parts.append(Instalment(due, part["amount_minor"]))
        if of_it := part.get("interest_minor", 0):
            interest.append(Instalment(due, of_it))
    return Offer(**kept, instalments=tuple(parts), interest=tuple(interest))


def _terms(offer: Offer) -> dict[str, Any]:
    interest = {part.due: part.amount_minor for part in offer.interest}
    parts = [
        {"due": part.due.isoformat(), "amount_minor": part.amount_minor}
        | ({"interest_minor": interest[part.due]} if part.due in interest else {})
        for part in offer.instalments
    ]
    return {
        name: getattr(offer, name) for name in Offer.__dataclass_fields__ if name not in _OWN
    } | {"instalments": parts}


def _answer(row: OfferRow, state: OfferState, by: str, at: datetime) -> None:
    row.state, row.answered_by, row.answered_at = state, by, at


def _figures(row: OfferRow) -> dict[str, Any]:
    names = ("definition", "debt_minor", "waived_minor", "interest_minor", "instalments", "level")
    return {name: getattr(row, name) for name in names}


def _decide(  # noqa: PLR0913  as decisions.append
    session: Session,
    row: OfferRow,
    verdict: str,
    at: datetime,
    inputs: dict[str, Any],
    rule: str = "",
) -> None:
    session.flush()
    key = f"offer/{row.offer_id}/{verdict}/{at.isoformat()}"
    chain = chain_of(session, row.loan_id)
    decisions.append(session, chain, at, "offer", key, verdict, rule, inputs)
