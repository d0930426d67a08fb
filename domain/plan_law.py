"""What the law says of agreements: lengths, rates, guarantors, recordings, and who must offer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.contacting import PRODUCTS
from domain.gate.pack import Rule
from domain.gate.words import Profile, Severity
from domain.refused import Refused

OF_SERVICE = frozenset({"US-SCRA-01"})
"""Rules for borrowers in military service: 6 per cent a year at most (50 USC 3937)."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A number that may not be passed, and the rule that says so."""

    most: int
    rule: str


@dataclass(frozen=True, slots=True)
class PlanLaw:
    """The law of one loan's agreements; None and an empty rule mean that no law says it.

    `instalments` is the most a plan may have, `annual_bps` the highest rate of a year in hundredths
    of a per cent. `guarantor` wants the guarantor's written consent, `recording` a recording of
    what was agreed by word of mouth. `offer_first` are rules that want forbearance offered before
    anything is enforced. `warnings` are rules that speak and do not bind.
    """

    instalments: Bound | None = None
    annual_bps: Bound | None = None
    guarantor: str = ""
    recording: str = ""
    offer_first: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def plan_law(
    rules: Sequence[Rule], product: str, profile: Profile, on: date, serving: bool = False
) -> PlanLaw:
    """The law on that date; a product the packs do not tell apart meets the rules for each.

    `serving` says that the borrower is in military service, for whom alone some rules are.

    Read from the packs: CN-PLAN-01 and CN-PLAN-03 (信用卡办法 art. 70), CN-PLAN-05
    (民法典 art. 695), CN-RATE-02, UK-FORB-01 (CONC 7.3.4R) and EU-CCD-01 (Dir. 2023/2225 art. 35).
    """
    asked = product if product in PRODUCTS else None
    binding: list[Rule] = []
    warnings: list[str] = []
    for rule in rules:
        if not _speaks(rule, asked, profile, on) or (rule.id in OF_SERVICE and not serving):
            continue
        if rule.severity[profile] is Severity.DENY:
            binding.append(rule)
        else:
            warnings.append(rule.id)
    guarantor = _having(binding, "plan", "needs", "guarantor_consent")
    recording = _having(binding, "record", "keep_until", "settled")
    return PlanLaw(
        instalments=_least(binding, "plan", "max_instalments"),
        annual_bps=_least(binding, "rate", "max_annual_bps"),
        guarantor=next(guarantor, ""),
        recording=next(recording, ""),
        offer_first=tuple(_having(binding, "forbearance", "offer_first", True)),
        warnings=tuple(warnings),
    )


def unoffered_refusal(law: PlanLaw, instalments: int, guaranteed: bool) -> Refused | None:
    """Why a plan that comes from no offer may not be agreed, or None if it may.

    CN-PLAN-01: it has no more instalments than the law allows. CN-PLAN-05: a guaranteed debt is
    changed with the guarantor's written consent, which an offer alone can carry.
    """
    most = law.instalments
    if most is not None and instalments > most.most:
        return Refused(most.rule, f"A plan has at most {most.most} instalments.")
    if law.guarantor and guaranteed:
        return Refused(law.guarantor, "The guarantor must consent in writing: make it an offer.")
    return None


def recording_refusal(law: PlanLaw, product: str) -> Refused | None:
    """CN-PLAN-03: why a plan that comes from no offer needs its recording, or None if it does not.

    It is for what was agreed by word of mouth. A product that the packs do not tell apart may be
    none of those the rule is about: such a plan is not refused.
    """
    if not law.recording or product not in PRODUCTS:
        return None
    return Refused(law.recording, "A plan agreed by word of mouth needs its recording.")


def _speaks(rule: Rule, product: str | None, profile: Profile, on: date) -> bool:
    """Whether the rule is about agreements on that product, in force, and not off."""
    return (
        rule.kind in ("plan", "record", "rate", "forbearance")
        and rule.in_force(on, profile)
        and rule.severity[profile] is not Severity.OFF
        and (product is None or not rule.scope.products or product in rule.scope.products)
    )


def _least(rules: Sequence[Rule], kind: str, param: str) -> Bound | None:
    """The smallest number that rules of a kind set under that name."""
    bounds = [
        Bound(rule.params[param], rule.id)
        for rule in rules
        if rule.kind == kind and isinstance(rule.params.get(param), int)
    ]
    return min(bounds, key=lambda bound: bound.most, default=None)


def _having(rules: Sequence[Rule], kind: str, param: str, value: Any) -> Iterator[str]:
    """The rules of a kind that say just that."""
    return (rule.id for rule in rules if rule.kind == kind and rule.params.get(param) == value)
