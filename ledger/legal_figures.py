"""The numbers of a legal paper, all from one transaction of the ledger."""

from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session

from domain.account import LoanAccount, account
from domain.clock import local_date
from domain.delinquency import Terms, delinquency, paid_by
from domain.fees import FeeQuestion, fee
from domain.legal.claimed import PLAIN, claim_of
from domain.legal.figures import (
    GENERAL_INTEREST,
    Allocated,
    DueLine,
    Figures,
    PenaltyTerms,
)
from domain.legal.remedies import Remedy
from domain.money_events import AccountTerms
from domain.waterfalls import orders_of
from ledger.account_facts import account_of, facts_of
from ledger.legal_events import court_events_of
from ledger.loans import loan_view
from ledger.payments import version
from ledger.snapshots import outstanding
from ledger.values import LoanView

ENFORCED = "performance_due"
"""What a court says when the time to perform has been set."""


def figures_of(
    session: Session, view: LoanView, remedy: Remedy, terms: Terms, today: date
) -> Figures:
    """The loan's numbers at the end of that day, and what the remedy costs on what is claimed."""
    late = delinquency(view.schedule, view.credits, (), terms, today)
    facts = facts_of(session, view.loan)
    books = account(facts, today)
    claim = claim_of(facts, books)
    figures = Figures(
        currency=view.loan.currency,
        as_of=today,
        version=version(session, view.loan.loan_id),
        principal_minor=view.loan.principal_minor,
        arrears_minor=late.arrears_minor,
        outstanding_minor=books.owed_minor if claim else outstanding(view, today),
        paid_minor=paid_by(view.payments, today),
        days_past_due=late.days_past_due,
        oldest_due=late.oldest_due,
        late=_late(books),
        claim=claim,
        allocated=_allocated(facts.terms, books, view.borrower.jurisdiction),
        penalty=_penalty(facts.terms) if dict(claim).get("penalty") else None,
    )
    delay_days = _delay_days(session, view.loan.loan_id, today)
    return _with_fees(figures, remedy, delay_days)


def unpaid_minor(session: Session, view: LoanView, today: date) -> int:
    """Everything unpaid, due or not, late charges and costs included, in minor units."""
    return max(outstanding(view, today), account_of(session, view.loan, today).owed_minor)


def owes_nothing(session: Session, loan_id: str, at: datetime) -> bool:
    """Whether nothing of the loan is unpaid at that instant, due or not."""
    view = loan_view(session, loan_id)
    assert view is not None, "asked of a loan that is in the ledger"
    return unpaid_minor(session, view, local_date(at, view.borrower.calendar_zone)) <= 0


def penalty_minor(session: Session, view: LoanView, on: date) -> int:
    """The penalty interest that was unpaid at the end of that day, as known now."""
    return account_of(session, view.loan, on).due["penalty"]


def _with_fees(figures: Figures, remedy: Remedy, delay_days: int) -> Figures:
    """What the court takes for such a claim, and the extra interest for performing late."""
    if figures.claimed_minor <= 0 or figures.currency != "CNY":
        return figures
    asked = FeeQuestion(figures.claimed_minor, simple=remedy.halved)
    general = sum(amount for name, amount in figures.claim if name in GENERAL_INTEREST)
    awarded = figures.claimed_minor - general
    late = FeeQuestion(awarded, days=delay_days)
    return replace(
        figures,
        fees=tuple((rule, fee(rule, asked)) for rule in remedy.fees),
        delay_days=delay_days,
        delay_minor=fee("CN-ENF-02", late) if awarded > 0 else 0,
    )


def _late(books: LoanAccount) -> tuple[DueLine, ...]:
    """The instalments due and not paid in full, as the account has them."""
    return tuple(
        DueLine(line.due, line.amount_minor, line.amount_minor - line.unpaid_minor)
        for line in books.instalments
        if line.due < books.as_of and line.unpaid_minor
    )


def _allocated(terms: AccountTerms, books: LoanAccount, law: str) -> Allocated | None:
    """How payments are allocated; None where all that there ever was to cover is one component.

    Outside China an order of ours may stand in for a contract, so that no contract is named there.
    """
    ever = {name for name, amount in books.owed.items() if amount}
    ever |= {part.component for part in books.covered}
    if ever <= {PLAIN}:
        return None
    orders = orders_of(terms)
    early, late = (_shown(orders[turned], ever) for turned in (False, True))
    rule = "" if terms.allocation == "CONTRACT" and law != "CN" else terms.allocation
    return Allocated(rule, early, late if late != early else (), terms.by_instalment)


def _shown(order: tuple[str, ...], ever: set[str]) -> tuple[str, ...]:
    """The order without the interest of plans where there is none."""
    return tuple(name for name in order if name != "plan_interest" or name in ever)


def _penalty(terms: AccountTerms) -> PenaltyTerms:
    days = terms.day_count.year
    return PenaltyTerms(terms.penalty_ppm, days, terms.grace_days, terms.compound, terms.cap_ppm)


def _delay_days(session: Session, loan_id: str, today: date) -> int:
    """How many days a judgment has not been performed; 0 without one (CN-ENF-02)."""
    due = [event.on for event in court_events_of(session, loan_id) if event.what == ENFORCED]
    return max(0, (today - due[-1]).days) if due else 0
