"""Rule packs: YAML into the domain's Pack, with every problem named by file and line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import TypeAdapter, ValidationError

from domain.gate.pack import Confidence, Pack
from domain.gate.rulebook import Rulebook, rulebook
from domain.gate.terms import Caps, GateTerms, Hours, Limit, Wording
from domain.gate.words import Profile, Severity
from domain.grievances import AnswerClock
from domain.keys import digest
from policies.answering import answers_of, started_twice
from policies.files import PolicyError, PolicyFile, checked, read
from policies.pack_files import GATE_KINDS, OTHER_KINDS, HoldFile, PackFile, RuleFile

FOLDER = Path(__file__).parent / "packs"

_WARN_ONLY = {"pattern", "flagged"}
_STRICTNESS = [Severity.OFF, Severity.WARN, Severity.DENY]

_Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Packs:
    """All packs of a folder: bases by jurisdiction, overlays by region."""

    bases: Mapping[str, Pack]
    overlays: Mapping[str, Pack]
    _books: dict[tuple[str, str | None, Profile], Rulebook] = field(default_factory=dict)

    def of(self, jurisdiction: str, region: str | None = None) -> tuple[Pack, ...]:
        """The packs in force there, the base first; KeyError for an unknown jurisdiction.

        A region without an overlay has the rules of its base.
        """
        overlay = self.overlays.get(region or "")
        return (self.bases[jurisdiction], *([overlay] if overlay else []))

    def book(
        self, jurisdiction: str, region: str | None = None, profile: Profile = Profile.PRUDENT
    ) -> Rulebook:
        """The same, made ready for the gate and kept."""
        key = (jurisdiction, region if region in self.overlays else None, profile)
        if key not in self._books:
            self._books[key] = rulebook(self.of(jurisdiction, region), profile)
        return self._books[key]

    def books(self, profile: Profile = Profile.PRUDENT) -> dict[str, Rulebook]:
        """The rules of every jurisdiction under its name, and those of every region under its own.

        `domain.gate.rulebook.book_of` finds a person's among them.
        """
        books = {name: self.book(name, None, profile) for name in self.bases}
        return books | {
            region: self.book(overlay.jurisdiction, region, profile)
            for region, overlay in self.overlays.items()
        }


def load_packs(folder: Path = FOLDER) -> Packs:
    """The packs of a folder; PolicyError names every problem of every file."""
    packs, found = sound_packs(folder)
    if found:
        raise PolicyError(found)
    return packs


def sound_packs(folder: Path = FOLDER) -> tuple[Packs, list[str]]:
    """The packs of a folder that are in order, and every problem of the others.

    Where a pack is left out nobody is contacted; an overlay goes with its base.
    """
    found: list[str] = []
    read_packs: list[tuple[PolicyFile, Pack]] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            file = read(path)
            read_packs.append((file, _pack(file)))
        except PolicyError as error:
            found += error.problems
    names = {pack.name: pack for _, pack in read_packs}
    sound: list[Pack] = []
    for file, pack in read_packs:
        others = [other for _, other in read_packs if other is not pack]
        wrong = [file.problem(*problem) for problem in _place_problems(pack, others, names)]
        found += wrong
        sound += [] if wrong else [pack]
    bases = {pack.jurisdiction: pack for pack in sound if pack.region is None}
    overlays = {p.region: p for p in sound if p.region is not None and p.jurisdiction in bases}
    return Packs(bases, overlays), found


def load_pack(path: Path, text: str | None = None) -> Pack:
    """The pack in a file (or in `text`, read under the file's name); PolicyError as above."""
    return _pack(read(path, text))


def _pack(file: PolicyFile) -> Pack:
    model, found = checked(file, PackFile)
    if model is None:
        raise PolicyError(found)
    problems = [*_pack_problems(model)]
    terms: list[GateTerms | None] = []
    answers: list[AnswerClock | None] = []
    for index, rule in enumerate(model.rules):
        problems += _rule_problems(model, rule, ("rules", index))
        read_terms, wrong = _terms(rule, ("rules", index, "params"))
        terms.append(read_terms)
        problems += wrong
        clock, wrong = answers_of(rule, ("rules", index))
        answers.append(clock)
        problems += wrong
    if problems:
        raise PolicyError([file.problem(place, message) for place, message in problems])
    return Pack(
        name=model.pack,
        version=model.version,
        digest=digest(file.text)[:12],
        jurisdiction=model.jurisdiction,
        region=model.region,
        base=model.base,
        legal_zone=model.time.legal_zone,
        legal_zone_counts=model.time.legal_zone_counts,
        unknown_zones=tuple(model.time.unknown_zones),
        rules=tuple(
            rule.rule(model, read_terms, clock)
            for rule, read_terms, clock in zip(model.rules, terms, answers, strict=True)
        ),
    )


_Problem = tuple[_Place, str]


def _pack_problems(pack: PackFile) -> Iterator[_Problem]:
    seen: dict[str, int] = {}
    for index, rule in enumerate(pack.rules):
        if rule.id in seen:
            yield ("rules", index, "id"), f"{rule.id} stands in the pack twice."
        seen[rule.id] = index
    yield from _held_twice(pack.rules)
    yield from started_twice(pack.rules)
    for name in filter(None, [pack.time.legal_zone, *pack.time.unknown_zones]):
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            yield ("time",), f"{name} is no time zone."
    if (pack.region is None) != (pack.base is None):
        yield ("pack",), "an overlay has both a region and a base, another pack neither."
    if pack.region and not pack.region.startswith(f"{pack.jurisdiction}-"):
        yield ("region",), f"{pack.region} is no region of {pack.jurisdiction}."


def _held_twice(rules: Sequence[RuleFile]) -> Iterator[_Problem]:
    """Reasons of holds, and kinds of rights, that two rules of a pack say are theirs."""
    for name in ("reasons", "rights"):
        taken: set[str] = set()
        for index, rule in enumerate(rules):
            named: frozenset[str] = getattr(rule.hold, name, frozenset())
            if again := sorted(taken & named):
                yield ("rules", index, "hold", name), f"{again[0]} has a rule already."
            taken |= named


def _rule_problems(pack: PackFile, rule: RuleFile, place: _Place) -> Iterator[_Problem]:
    if rule.kind not in GATE_KINDS and rule.kind not in OTHER_KINDS:
        known = ", ".join(sorted([*GATE_KINDS, *OTHER_KINDS]))
        yield (*place, "kind"), f"{rule.kind} is no kind of rule; the kinds are {known}."
    if rule.source.of not in pack.sources:
        yield (*place, "source", "of"), f"{rule.source.of} is not among the pack's sources."
    yield from _severity_problems(rule, (*place, "severity"))
    if rule.kind == "hold" and rule.hold is None:
        yield place, "a hold says under `hold` what it lets through."
    dates = rule.effective
    if dates and dates.start and dates.end and dates.end <= dates.start:
        yield (*place, "effective"), "the rule ends before it begins."
    if rule.hold is not None:
        yield from _hold_problems(pack, rule.hold, (*place, "hold"))


def _hold_problems(pack: PackFile, hold: HoldFile, place: _Place) -> Iterator[_Problem]:
    ids = {rule.id for rule in pack.rules}
    for purpose, permitting in hold.allows.items():
        if permitting not in ids:
            yield (*place, "allows", purpose), f"{permitting} is no rule of the pack."


def _severity_problems(rule: RuleFile, place: _Place) -> Iterator[_Problem]:
    prudent, minimum = rule.severity.prudent, rule.severity.minimum
    denies = Severity.DENY in (prudent, minimum)
    if denies and rule.source.confidence is Confidence.MEMORY and rule.reviewed_by is None:
        yield place, f"{rule.id} is known from memory and signed by nobody, so it may not deny."
    if denies and rule.kind in _WARN_ONLY:
        yield place, f"a rule of kind {rule.kind} only warns."
    if _STRICTNESS.index(prudent) < _STRICTNESS.index(minimum):
        yield place, "the profile prudent may not be milder than minimum."


def _terms(rule: RuleFile, place: _Place) -> tuple[GateTerms | None, list[_Problem]]:
    """The params of a kind that the gate decides, or None and every problem."""
    kind = GATE_KINDS.get(rule.kind)
    if kind is None:
        return None, []
    if kind is not Caps:
        terms, found = _dataclass(kind, rule.params, place)
        return terms, found or list(_term_problems(terms, place))
    listed = rule.params.get("limits")
    if rule.params.keys() != {"limits"} or not isinstance(listed, list) or not listed:
        return None, [(place, "a cap has a list of limits and nothing else.")]
    limits, found = [], []
    for index, given in enumerate(listed):
        limit, wrong = _dataclass(Limit, given, (*place, "limits", index))
        found += wrong
        limits += [limit] if isinstance(limit, Limit) else []
        if isinstance(limit, Limit) and (limit.max < 1 or limit.days < 1):
            found.append(((*place, "limits", index), "max and days are at least 1."))
    return Caps(tuple(limits)), found


def _dataclass(kind: type[Any], given: Any, place: _Place) -> tuple[Any, list[_Problem]]:
    """The mapping as that dataclass; unknown and missing names are problems of their own."""
    if not isinstance(given, Mapping):
        return None, [(place, "must be a map of names to values.")]
    names = {each.name: each for each in fields(kind)}
    found: list[_Problem] = [
        ((*place, name), "unknown name; is it misspelt?") for name in given if name not in names
    ]
    found += [
        (place, f"{name} is missing.")
        for name, each in names.items()
        if name not in given and each.default is MISSING
    ]
    if found:
        return None, found
    try:
        return TypeAdapter(kind).validate_python(given), []
    except ValidationError as error:
        return None, [
            ((*place, *wrong["loc"]), f"{wrong['msg']}, not {wrong['input']!r}.")
            for wrong in error.errors()
        ]


def _term_problems(terms: GateTerms | None, place: Sequence[str | int]) -> Iterator[_Problem]:
    if isinstance(terms, Hours) and terms.earliest >= terms.latest:
        yield (*place, "latest"), "lawful hours end after they begin, on the same day."
    if isinstance(terms, Wording):
        for index, pattern in enumerate(terms.patterns):
            try:
                re.compile(pattern)
            except re.error as error:
                yield (*place, "patterns", index), f"is no regular expression: {error}."


def _place_problems(
    pack: Pack, others: Sequence[Pack], names: Mapping[str, Pack]
) -> Iterator[_Problem]:
    """What is wrong beside the other packs: two for one place, a base that is not there."""
    where = (pack.jurisdiction, pack.region)
    if where in [(other.jurisdiction, other.region) for other in others]:
        yield ("jurisdiction",), f"another pack is for {pack.region or pack.jurisdiction} too."
    if pack.base is None:
        return
    base = names.get(pack.base)
    if base is None:
        yield ("base",), f"there is no pack {pack.base}."
        return
    taken = {rule.id for rule in base.rules}
    for index, rule in enumerate(pack.rules):
        if rule.id in taken:
            yield ("rules", index, "id"), f"{rule.id} stands in {base.name}; an overlay only adds."
