"""Packs made ready for the gate: the rules in force for one profile, sorted by kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from domain.gate.answers import Mark, Phase
from domain.gate.pack import Pack, Rule
from domain.gate.question import Proposed
from domain.gate.terms import (
    Caps,
    ClosedDays,
    Flagged,
    GateTerms,
    HoldTerms,
    Hours,
    NamedHours,
    Needs,
    Pattern,
    ThirdParty,
    Visitors,
    Wording,
)
from domain.gate.words import Actor, Channel, Profile, Purpose, Severity
from domain.grievances import AnswerClock, GrievanceKind
from domain.holds import HoldReason
from domain.rights import RightKind

_T = TypeVar("_T", bound=GateTerms)

_Kind = tuple[Channel, Purpose, Actor, str | None]

_PHASES = {
    Caps: Phase.FREQUENCY,
    Hours: Phase.HOURS,
    NamedHours: Phase.HOURS,
    ClosedDays: Phase.HOURS,
}


@dataclass(frozen=True, slots=True)
class Active(Generic[_T]):
    """A rule that is not off, with its terms and the mark it speaks under."""

    rule: Rule
    terms: _T
    mark: Mark

    def about(self, proposed: Proposed, profile: Profile) -> bool:
        """Whether a contact of that kind is in the rule's scope."""
        scope = self.rule.scope
        return (
            proposed.channel in scope.channels
            and proposed.purpose in scope.purposes
            and proposed.actor in scope.actors[profile]
            and (proposed.product is None or proposed.product in scope.products)
        )


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules of a base pack and its overlays, as one profile keeps them.

    `holds` are the terms of holds by rule, each with its place in the packs, `hold_rules` the
    rules by the reasons of a case's holds, and `right_rules` those by the kinds of people's rights;
    `answers` say how long we have to answer a grievance of each kind, an overlay's before its
    base's; `look_back_days` is the longest window of a limit.
    """

    packs: tuple[str, ...]
    profile: Profile
    legal_zone: str | None
    unknown_zones: tuple[str, ...]
    hours: tuple[Active[Hours], ...]
    named_hours: tuple[Active[NamedHours], ...]
    closed_days: tuple[Active[ClosedDays], ...]
    caps: tuple[Active[Caps], ...]
    patterns: tuple[Active[Pattern], ...]
    third_parties: tuple[Active[ThirdParty], ...]
    flagged: tuple[Active[Flagged], ...]
    visitors: tuple[Active[Visitors], ...]
    needs: tuple[Active[Needs], ...]
    wording: tuple[Active[Wording], ...]
    holds: dict[str, tuple[int, HoldTerms]]
    hold_rules: dict[HoldReason, str]
    right_rules: dict[RightKind, str]
    look_back_days: int
    answers: dict[GrievanceKind, AnswerClock] = field(default_factory=dict)
    _about: dict[_Kind, "Rulebook"] = field(default_factory=dict, repr=False, compare=False)

    @property
    def has_standing(self) -> bool:
        """Whether any rule asks who is contacted, by whom and with what."""
        return bool(self.third_parties or self.flagged or self.visitors or self.needs)

    def about(self, proposed: Proposed) -> "Rulebook":
        """The rules whose scope has a contact of that kind; made once for each kind.

        Named hours stay: they bind by the person's word, whatever the pack says of their rule.
        """
        kind = (proposed.channel, proposed.purpose, proposed.actor, proposed.product)
        found = self._about.get(kind)
        if found is None:
            found = self._about[kind] = self._narrowed(proposed)
        return found

    def _narrowed(self, proposed: Proposed) -> "Rulebook":
        def those(rules: tuple[Active[_T], ...]) -> tuple[Active[_T], ...]:
            return tuple(rule for rule in rules if rule.about(proposed, self.profile))

        return replace(
            self,
            hours=those(self.hours),
            closed_days=those(self.closed_days),
            caps=those(self.caps),
            patterns=those(self.patterns),
            third_parties=those(self.third_parties),
            flagged=those(self.flagged),
            visitors=those(self.visitors),
            needs=those(self.needs),
            _about={},
        )


def rulebook(packs: Sequence[Pack], profile: Profile) -> Rulebook:
    """The rules of those packs, the base first; an overlay adds to it, so the strictest wins."""
    rules = [rule for pack in packs for rule in pack.rules]
    marked = [(rule, order) for order, rule in enumerate(rules)]
    held = [(rule.id, rule.hold) for rule in rules if rule.hold is not None]

    def of(kind: type[_T]) -> tuple[Active[_T], ...]:
        return tuple(
            Active(rule, rule.terms, _mark(rule, rule.terms, order, profile))
            for rule, order in marked
            if isinstance(rule.terms, kind) and rule.severity[profile] is not Severity.OFF
        )

    caps = of(Caps)
    return Rulebook(
        packs=tuple(pack.id for pack in packs),
        profile=profile,
        legal_zone=packs[0].legal_zone if packs[0].legal_zone_counts else None,
        unknown_zones=packs[0].unknown_zones,
        hours=of(Hours),
        named_hours=of(NamedHours),
        closed_days=of(ClosedDays),
        caps=caps,
        patterns=of(Pattern),
        third_parties=of(ThirdParty),
        flagged=of(Flagged),
        visitors=of(Visitors),
        needs=of(Needs),
        wording=of(Wording),
        holds={rule.id: (order, rule.hold) for rule, order in marked if rule.hold is not None},
        hold_rules={reason: name for name, hold in held for reason in sorted(hold.reasons)},
        right_rules={kind: name for name, hold in held for kind in sorted(hold.rights)},
        look_back_days=max((limit.days for cap in caps for limit in cap.terms.limits), default=1),
        answers={
            kind: rule.answers for rule in rules if rule.answers for kind in rule.answers.starts
        },
    )


def book_of(books: Mapping[str, Rulebook], jurisdiction: str, region: str = "") -> Rulebook | None:
    """The rules of a person's region, of their jurisdiction where they have no region.

    None where there are none: a region that is not known, or of elsewhere. Nobody is contacted.
    """
    if region and not region.startswith(f"{jurisdiction}-"):
        return None
    return books.get(region or jurisdiction)


def _mark(rule: Rule, terms: GateTerms, order: int, profile: Profile) -> Mark:
    phase = _PHASES.get(type(terms), Phase.STANDING)
    return Mark(rule.id, phase, order, rule.severity[profile] is Severity.DENY)
