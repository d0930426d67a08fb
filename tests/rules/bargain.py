"""A borrower to bargain with, and short ways to speak of their situation."""

from dataclasses import replace
from datetime import date
from functools import cache

from domain.affordability import Finances, Line, Means
from domain.gate.words import Profile
from domain.offer_guards import OfferRules, Situation
from domain.offer_terms import Definition
from domain.plan_law import PlanLaw, plan_law
from domain.reasons import Care, Reason
from policies.hardship_files import load_hardship
from policies.offer_files import load_offers
from policies.packs import load_packs

TODAY = date(2026, 11, 22)
LEVELS = ("collector", "supervisor", "manager")
NO_LAW = PlanLaw()
PACKS = load_packs()


@cache
def definitions() -> dict[str, Definition]:
    """The shipped offers by their plain names."""
    return {offer.name: offer for offer in load_offers(LEVELS).values()}


@cache
def law(
    jurisdiction: str,
    product: str = "consumer_loan",
    profile: Profile = Profile.PRUDENT,
    on: date = TODAY,
) -> PlanLaw:
    return plan_law(PACKS.bases[jurisdiction].rules, product, profile, on)


def rules(of: PlanLaw = NO_LAW, care: Care | None = None) -> OfferRules:
    return OfferRules(of, LEVELS, care or Care(), _finances_days())


@cache
def _finances_days() -> int:
    return load_hardship().finances_days


def finances(income: int = 900_000, **changes) -> Finances:
    """A month in CNY: rent 2,000.00, living 3,000.00, another debt 500.00."""
    form = Finances(
        currency="CNY",
        taken_on=TODAY,
        adults=1,
        children=0,
        income=(Line("salary", income),),
        housing=(Line("rent", 200_000),),
        living=(Line("food", 300_000),),
        debts=(Line("cards", 50_000),),
    )
    return replace(form, **changes)


def surplus(affordable: int) -> Means:
    """Means of which only what can be afforded matters."""
    return Means(affordable, 0, 0, 0, affordable, affordable)


def situation(**changes) -> Situation:
    """Forty days late with 3,000.00 of 20,000.00 CNY, because work was lost."""
    plain = Situation(
        loan_id="L1",
        currency="CNY",
        jurisdiction="CN",
        today=TODAY,
        arrears_minor=300_000,
        outstanding_minor=2_000_000,
        days_past_due=40,
        product="consumer_loan",
        charges_minor=20_000,
        reason=Reason.JOB_LOSS,
        means=surplus(100_000),
        finances_on=TODAY,
    )
    return replace(plain, **changes)
