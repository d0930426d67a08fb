"""Who may be offered what: the guards of a definition, asked of a borrower's situation."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from domain.affordability import Means
from domain.money_events import MoneyFacts
from domain.offer_terms import Covers, Definition, OfferKind
from domain.plan_law import PlanLaw
from domain.reasons import Care, Reason, Vulnerability
from domain.refused import Refused


@dataclass(frozen=True, slots=True)
class Situation:
    """What an offer depends on; amounts in minor units of `currency`.

    `charges_minor` is what of the debt is interest and fees, None when nobody has told them apart.
    `annual_bps` is the rate of the loan's own terms, 0 when it is not known. `means` is None
    without a form, which was taken on `finances_on` with income on `pay_day`. `asked_for` is the
    kind that the borrower asked for. `plans_broken` counts defaulted plans of the episode.
    `account` is what the loan's account is made of, which bounds the interest of a plan; None where
    nothing does.
    """

    loan_id: str
    currency: str
    jurisdiction: str
    today: date
    arrears_minor: int
    outstanding_minor: int
    days_past_due: int
    product: str = ""
    portfolio: str = ""
    charges_minor: int | None = None
    annual_bps: int = 0
    reason: Reason | None = None
    flags: frozenset[Vulnerability] = frozenset()
    means: Means | None = None
    finances_on: date | None = None
    pay_day: int | None = None
    asked_for: OfferKind | None = None
    guarantor: bool = False
    plans_broken: int = 0
    account: MoneyFacts | None = None


@dataclass(frozen=True, slots=True)
class OfferRules:
    """What bounds every offer: the law, the levels of authority from the lowest, and the care.

    A form of income and expenditure is good for `finances_days`.
    """

    law: PlanLaw
    levels: tuple[str, ...]
    care: Care
    finances_days: int


def objections(
    definition: Definition, situation: Situation, rules: OfferRules
) -> Iterator[Refused]:
    """Everything that keeps the borrower from this offer; nothing when they qualify."""
    for guard in (_debt, _who, _why, _means):
        yield from guard(definition, situation, rules)


def covered(definition: Definition, situation: Situation) -> int:
    """What the offer is about, in minor units: what is late, or everything unpaid."""
    whole = definition.covers is Covers.DEBT
    return situation.outstanding_minor if whole else situation.arrears_minor


def known_means(situation: Situation, rules: OfferRules) -> Means | None:
    """What the borrower can afford, None without a form or with one that is too old."""
    taken = situation.finances_on
    if taken is None or (situation.today - taken).days > rules.finances_days:
        return None
    return situation.means


def _who(definition: Definition, situation: Situation, _: OfferRules) -> Iterator[Refused]:
    guards = definition.guards
    for what, allowed, mine in (
        ("jurisdiction", guards.jurisdictions, situation.jurisdiction),
        ("product", guards.products, situation.product),
        ("portfolio", guards.portfolios, situation.portfolio),
    ):
        if allowed and mine not in allowed:
            yield Refused(
                f"offer-{what}", f"It is for {_listed(allowed)}, not for {mine or 'none'}."
            )
    first, last = guards.days_past_due
    days = situation.days_past_due
    if days < first or (last is not None and days > last):
        until = "on" if last is None else f"to day {last}"
        yield Refused("offer-days-past-due", f"It is for day {first} {until}; today is day {days}.")
    broken, most = situation.plans_broken, guards.max_plans_broken
    if most is not None and broken > most:
        yield Refused("offer-plans-broken", f"{broken} plans were broken; {most} may be.")


def _why(definition: Definition, situation: Situation, _: OfferRules) -> Iterator[Refused]:
    guards, reason = definition.guards, situation.reason
    if guards.reasons and reason is None:
        yield Refused("reason-missing", "Ask why the loan is late, and write the reason first.")
    elif guards.reasons and reason not in guards.reasons:
        yield Refused("offer-reason", f"It is for {_listed(guards.reasons)}, not for {reason}.")
    if guards.vulnerable and not guards.vulnerable & situation.flags:
        yield Refused("offer-vulnerability", f"It is for {_listed(guards.vulnerable)}.")
    if guards.on_request and situation.asked_for is not definition.kind:
        yield Refused(
            "offer-on-request", "It is made when the borrower asks for it, never pressed."
        )


def _means(definition: Definition, situation: Situation, rules: OfferRules) -> Iterator[Refused]:
    if not definition.guards.needs_finances:
        return
    taken = situation.finances_on
    if situation.means is None or taken is None:
        yield Refused("finances-missing", "It needs an income and expenditure form.")
    elif known_means(situation, rules) is None:
        yield Refused(
            "finances-stale", f"The form of {taken} is older than {rules.finances_days} days."
        )


def _debt(definition: Definition, situation: Situation, rules: OfferRules) -> Iterator[Refused]:
    if covered(definition, situation) <= 0:
        yield Refused("offer-nothing-owed", f"Nothing of the {definition.covers} is unpaid.")
    bound = rules.law.instalments
    if bound is not None and definition.lengths.least > bound.most:
        yield Refused(bound.rule, f"A plan has at most {bound.most} instalments.")


def _listed(words: Collection[str]) -> str:
    return ", ".join(sorted(words))
