"""What was agreed, allowed and filed about a loan, as evidence: who asked and who decided."""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from sqlmodel import Session, col, select

from ledger.account_tables import LoanTermsRow, MoneyEventRow
from ledger.approval_tables import AgreementRow, ApprovalRow, DelegationRow
from ledger.approvals import approvals_of
from ledger.errors import LedgerError
from ledger.evidence_items import Item, plain, said
from ledger.legal_documents import documents_of
from ledger.legal_events import on_record
from ledger.legal_tables import LegalDocumentRow
from ledger.offers import offers_of


def dealings_evidence(session: Session, loan_id: str) -> Iterator[Item]:
    """Offers, agreements and approvals, dealings with the money, and the legal file.

    Raises LedgerError for a legal paper that is no longer what was filed.
    """
    yield from _bargained(session, loan_id)
    yield from _approved(session, approvals_of(session, loan_id))
    yield from _dealt(session, loan_id)
    yield from _filed(session, loan_id)


def _bargained(session: Session, loan_id: str) -> Iterator[Item]:
    for offer in offers_of(session, loan_id):
        yield Item(plain(offer.made_at), "offer", offer.offer_id, said(offer))
    mine = select(AgreementRow).where(AgreementRow.loan_id == loan_id)
    for row in session.exec(mine.order_by(col(AgreementRow.at), AgreementRow.offer_id)):
        yield Item(plain(row.at), "agreement", row.offer_id, said(row))


def _approved(session: Session, asked: Sequence[ApprovalRow]) -> Iterator[Item]:
    """Every question to a second person, and by which lending another's authority was used."""
    lent: dict[str, DelegationRow] = {}
    for row in asked:
        yield Item(plain(row.asked_at), "approval", row.approval_id, said(row))
        if row.lent_by:
            lent |= {found.delegation_id: found for found in _lendings(session, row)}
    for lending in lent.values():
        yield Item(plain(lending.made_at), "delegation", lending.delegation_id, said(lending))


def _lendings(session: Session, row: ApprovalRow) -> list[DelegationRow]:
    """What covered the answer when it was given."""
    at = row.answered_at
    assert at is not None, "authority is lent to an answer, and an answer has its instant"
    mine = select(DelegationRow).where(
        DelegationRow.giver == row.lent_by,
        DelegationRow.taker == row.answered_by,
        col(DelegationRow.start) <= at,
        col(DelegationRow.until) > at,
    )
    return [
        lending
        for lending in session.exec(mine.order_by(DelegationRow.delegation_id))
        if row.action in lending.actions
        and (lending.withdrawn_at is None or lending.withdrawn_at > at)
    ]


def _dealt(session: Session, loan_id: str) -> Iterator[Item]:
    """The terms of the account, and everything that happened to its money beside payments."""
    terms = select(LoanTermsRow).where(LoanTermsRow.loan_id == loan_id)
    in_order = terms.order_by(col(LoanTermsRow.known_at), col(LoanTermsRow.id))
    for number, row in enumerate(session.exec(in_order), 1):
        yield Item(plain(row.known_at), "loan_terms", f"{loan_id}/{number}", said(row, "id"))
    events = select(MoneyEventRow).where(MoneyEventRow.loan_id == loan_id)
    for event in session.exec(events.order_by(col(MoneyEventRow.id))):
        yield Item(plain(event.known_at), "money_event", event.event_id, said(event, "id"))


def _filed(session: Session, loan_id: str) -> Iterator[Item]:
    """The legal file, struck entries too, and each paper with what it was drawn up from."""
    for event in on_record(session, loan_id):
        yield Item(plain(event.at), "legal_event", event.event_id, said(event))
    for paper in documents_of(session, loan_id):
        _check(paper)
        yield Item(plain(paper.drawn_at), "legal_document", paper.key, said(paper, "pdf"))


def _check(paper: LegalDocumentRow) -> None:
    if paper.pdf is not None and sha256(paper.pdf).hexdigest() != paper.sha256:
        raise LedgerError(f"Legal paper {paper.number} is not whole: it is not what was filed.")
