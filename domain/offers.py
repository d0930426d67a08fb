"""Offers: what can be agreed with this borrower now, computed to the minor unit, kindest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.delinquency import Instalment
from domain.offer_guards import OfferRules, Situation, covered, known_means, objections
from domain.offer_terms import Covers, Definition, OfferKind, WaivedOf
from domain.periods import months_after
from domain.plan_cap import spread_within_cap
from domain.plan_law import PlanLaw
from domain.plans import monthly
from domain.reasons import Care
from domain.refused import Refused
from domain.spreading import Spread, fewest, first_due, level_minor, spread


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the borrower or the collector would like; None leaves it to the rules."""

    instalments: int | None = None
    first: date | None = None
    percent: int | None = None


NOTHING_WANTED = Wanted()


@dataclass(frozen=True, slots=True)
class Offer:
    """What we propose, until the end of `expires_on`; amounts in minor units.

    The instalments sum to `debt_minor` less `waived_minor` plus `interest_minor`, which is all of
    `interest`, by due date. `percent` is the
    discount and `level` the lowest level of authority that may agree to it. Charges rest until
    `frozen_until` (None: they do not). `guarantor` and `recording` name the rules that want the
    guarantor's written consent and a recording of an oral agreement; empty where none does.
    `written` agreements are not made by word of mouth, and a `second_look` comes before them.
    """

    definition: str
    kind: OfferKind
    kindness: int
    currency: str
    covers: Covers
    debt_minor: int
    waived_minor: int
    interest_minor: int
    annual_bps: int
    percent: int
    instalments: tuple[Instalment, ...]
    expires_on: date
    level: str
    frozen_until: date | None = None
    guarantor: str = ""
    recording: str = ""
    written: bool = False
    second_look: bool = False
    check_back_days: int | None = None
    interest: tuple[Instalment, ...] = ()

    @property
    def total_minor(self) -> int:
        """Everything the borrower pays under the offer."""
        return sum(part.amount_minor for part in self.instalments)


def offers(
    definitions: Sequence[Definition], situation: Situation, rules: OfferRules
) -> list[Offer]:
    """What can be offered, the kindest first and the cheapest among equals."""
    made = (compose(definition, situation, rules) for definition in definitions)
    found = [offer for offer in made if isinstance(offer, Offer)]
    return sorted(found, key=lambda o: (o.kindness, o.total_minor, o.definition))


def refusal(definition: Definition, situation: Situation, rules: OfferRules) -> Refused | None:
    """Why this cannot be offered, or None if it can."""
    made = compose(definition, situation, rules)
    return made if isinstance(made, Refused) else None


def compose(
    definition: Definition,
    situation: Situation,
    rules: OfferRules,
    wanted: Wanted = NOTHING_WANTED,
) -> Offer | Refused:
    """The offer as it would be made now, or why it cannot be."""
    if refused := next(objections(definition, situation, rules), None):
        return refused
    debt = covered(definition, situation)
    waived = _waived(definition, situation, wanted)
    if isinstance(waived, Refused):
        return waived
    rate = _rate(definition, situation, rules)
    earliest = _earliest(definition, situation.today, rules.care)
    if refused := _first_refusal(wanted, earliest):
        return refused
    affordable = _affordable(definition, situation, rules)
    owed = _Owed(definition, rules.law, affordable, debt - waived, rate)
    count = _count(owed, wanted)
    if isinstance(count, Refused):
        return count
    first = wanted.first or first_due(earliest, situation.pay_day)
    schedule, rate = _schedule(situation, debt - waived, monthly(first, count), rate)
    percent = _percent(definition, wanted)
    return Offer(
        definition=definition.id,
        kind=definition.kind,
        kindness=definition.kindness,
        currency=situation.currency,
        covers=definition.covers,
        debt_minor=debt,
        waived_minor=waived,
        interest_minor=schedule.interest_minor,
        annual_bps=rate,
        percent=percent,
        instalments=schedule.instalments,
        expires_on=situation.today + timedelta(days=definition.valid_days),
        level=_level(definition, rules.levels, percent),
        frozen_until=_frozen_until(definition, situation.today),
        guarantor=rules.law.guarantor if situation.guarantor else "",
        recording=rules.law.recording,
        written=rules.care.written,
        second_look=rules.care.second_look,
        check_back_days=_check_back_days(definition, rules.care),
        interest=schedule.interest,
    )


@dataclass(frozen=True, slots=True)
class _Owed:
    """An amount to be spread under a definition."""

    definition: Definition
    law: PlanLaw
    affordable_minor: int | None
    amount_minor: int
    annual_bps: int

    def affordable(self, count: int) -> bool:
        """Whether each of so many instalments can be paid, as far as the means are known."""
        if self.affordable_minor is None:
            return True
        level = level_minor(self.amount_minor, count, self.annual_bps)
        return level <= self.affordable_minor


def _waived(definition: Definition, situation: Situation, wanted: Wanted) -> int | Refused:
    """What is forgiven, rounded down, or why that cannot be."""
    waive, percent = definition.waive, _percent(definition, wanted)
    if waive is None:
        return Refused("no-discount", "This offer forgives nothing.") if wanted.percent else 0
    deepest = max(waive.percent.values())
    if not 0 < percent <= deepest:
        return Refused(
            "discount-too-deep", f"Nobody may forgive more than {deepest} percent of it."
        )
    debt = base = covered(definition, situation)
    if waive.of is WaivedOf.CHARGES:
        if situation.charges_minor is None:
            return Refused("charges-unknown", "Nobody has told interest and fees from principal.")
        base = min(debt, situation.charges_minor)
    waived = base * percent // 100
    if waived == 0:
        return Refused("nothing-to-waive", f"There is nothing to forgive of the {waive.of}.")
    if (debt - waived) * 100 < debt * waive.floor_percent:
        return Refused("settlement-floor", f"At least {waive.floor_percent} percent is paid.")
    return waived


def _percent(definition: Definition, wanted: Wanted) -> int:
    """The discount asked for, or what the lowest level may give."""
    if definition.waive is None:
        return 0
    given = (percent for percent in definition.waive.percent.values() if percent)
    return min(given, default=0) if wanted.percent is None else wanted.percent


def _level(definition: Definition, levels: tuple[str, ...], percent: int) -> str:
    """The lowest level that may agree to so deep a discount."""
    if definition.waive is None:
        return levels[0]
    limits = definition.waive.percent
    return next(level for level in levels if limits.get(level, 0) >= percent)


def _rate(definition: Definition, situation: Situation, rules: OfferRules) -> int:
    """The rate charged: never above the offer's, the loan's own, or the cap of the law."""
    cap = rules.law.annual_bps
    rate = min(definition.annual_bps, situation.annual_bps)
    return rate if cap is None else min(rate, cap.most)


def _schedule(
    situation: Situation, amount_minor: int, dues: Sequence[date], annual_bps: int
) -> tuple[Spread, int]:
    """The instalments and the rate they bear: what the cap on the loan does not leave goes."""
    if situation.account is None:
        return spread(amount_minor, dues, annual_bps), annual_bps
    return spread_within_cap(amount_minor, dues, annual_bps, situation.account, situation.today)


def _earliest(definition: Definition, today: date, care: Care) -> date:
    """The first instalment falls due after the offer's last day, its rest, and the care's."""
    rested = months_after(today, definition.lengths.rest_months)
    expired = today + timedelta(days=definition.valid_days + 1)
    return max(rested, expired, today + timedelta(days=care.rest_days))


def _first_refusal(wanted: Wanted, earliest: date) -> Refused | None:
    latest = months_after(earliest, 1)
    if wanted.first is None or earliest <= wanted.first <= latest:
        return None
    return Refused("offer-first-due", f"The first is due from {earliest} to {latest}.")


def _affordable(definition: Definition, situation: Situation, rules: OfferRules) -> int | None:
    """The most a month may cost, None when the surplus is not known or does not matter."""
    means = known_means(situation, rules)
    return means.affordable_minor if means and definition.judged_by_surplus else None


def _count(owed: _Owed, wanted: Wanted) -> int | Refused:
    """How many instalments: as wanted, else the fewest that can be afforded, else as usual."""
    lengths, bound = owed.definition.lengths, owed.law.instalments
    most = min(lengths.most, bound.most) if bound else lengths.most
    most = max(lengths.least, min(most, owed.amount_minor))
    count = wanted.instalments
    if count is None and owed.affordable_minor is None:
        return min(lengths.usual, most)
    if count is None:
        counts = range(lengths.least, most + 1)
        count = fewest(owed.amount_minor, counts, owed.affordable_minor or 0, owed.annual_bps)
    elif bound is not None and count > bound.most:
        return Refused(bound.rule, f"A plan has at most {bound.most} instalments.")
    elif not lengths.least <= count <= most:
        return Refused("offer-length", f"It has {lengths.least} to {most} instalments.")
    if count is None or not owed.affordable(count):
        return Refused("not-affordable", "The surplus of the month does not pay an instalment.")
    return count


def _frozen_until(definition: Definition, today: date) -> date | None:
    if not definition.freeze_months:
        return None
    return months_after(today, definition.freeze_months)


def _check_back_days(definition: Definition, care: Care) -> int | None:
    asked = (definition.check_back_days, care.check_back_days)
    return min((days for days in asked if days is not None), default=None)
