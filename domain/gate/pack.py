"""A rule pack: the law of one jurisdiction as data. Files in `policies/packs/` hold it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from domain.gate.terms import GateTerms, HoldTerms
from domain.gate.words import Actor, Channel, Profile, Purpose, Severity
from domain.grievances import AnswerClock


class Binding(StrEnum):
    """What gives a rule its force, the strongest first."""

    STATUTE = "statute"
    REGULATION = "regulation"
    JUDICIAL_INTERPRETATION = "judicial-interp"
    STANDARD = "standard"
    SELF_REGULATION = "self-reg"
    POLICY = "policy"


class Confidence(StrEnum):
    """How the rule is known: text read, secondary source, from memory, or our own policy."""

    READ = "V"
    SECONDARY = "S"
    MEMORY = "M"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from; `article` and `quote` are None where none was seen."""

    title: str
    article: str | None
    where: str | None
    confidence: Confidence
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What a rule is about; `actors` differ by profile where the law binds agencies only."""

    products: frozenset[str]
    actors: Mapping[Profile, frozenset[Actor]]
    purposes: frozenset[Purpose]
    channels: frozenset[Channel]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule under its own id.

    `params` are its numbers as written in the file; `terms` the same as the gate reads them (None:
    the rule decides no contact, and other parts read `params`). `hold` says what a hold that names
    the rule lets through (None: what any hold does). `answers` is the time it gives us to answer
    grievances (None: it is not about them). `effective` are the first date and the first
    date no longer, each None for no end. `reviewed_by` is who signed it (None: nobody).
    """

    id: str
    says: str
    kind: str
    params: Mapping[str, Any]
    terms: GateTerms | None
    hold: HoldTerms | None
    binding: Binding
    modal: str
    severity: Mapping[Profile, Severity]
    scope: Scope
    effective: tuple[date | None, date | None]
    source: Source
    reviewed_by: str | None
    answers: AnswerClock | None = None

    def in_force(self, day: date, profile: Profile) -> bool:
        """Whether the rule is kept on that date.

        The profile `prudent` keeps a rule before its first date: what will be unlawful is not
        done today.
        """
        start, end = self.effective
        begun = profile is Profile.PRUDENT or start is None or start <= day
        return begun and (end is None or day < end)


@dataclass(frozen=True, slots=True)
class Pack:
    """The rules of a jurisdiction, or of a region of it, which are added to those of `base`.

    `legal_zone` is the zone whose clock the law names, and always among the borrower's when
    `legal_zone_counts`. `unknown_zones` stand in for a borrower whose zone is not known (empty:
    no contact).
    """

    name: str
    version: str
    digest: str
    jurisdiction: str
    region: str | None
    base: str | None
    legal_zone: str | None
    legal_zone_counts: bool
    unknown_zones: tuple[str, ...]
    rules: tuple[Rule, ...]

    @property
    def id(self) -> str:
        """The pack by name and content, `name@digest`."""
        return f"{self.name}@{self.digest}"

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id; raises KeyError where the pack has none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)
