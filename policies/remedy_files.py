"""Remedy files: YAML into the domain's remedies, with every problem named by file and line."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from domain.legal.papers import Paper
from domain.legal.remedies import Clock, CourtStep, End, Item, Remedy, Source, problems
from domain.strategy import Strategy
from policies.files import PolicyError, PolicyFile, checked, read

FOLDER = Path(__file__).parent / "remedies"

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Said = dict[str, str]
"""What something is, by language."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClockFile(_Part):
    """A step of a rule, from the event that led here or from `since`."""

    rule: str
    step: Name
    since: str = ""

    def clock(self) -> Clock:
        """The domain's clock."""
        return Clock(self.rule, self.step, self.since)


class ItemFile(_Part):
    """One thing on the checklist; `effective` is the first day of its rule."""

    source: Source = Field(alias="from")
    rule: str
    says: Said
    ripe: ClockFile | None = None
    effective: date | None = None

    def item(self, name: str) -> Item:
        """The domain's item."""
        ripe = self.ripe.clock() if self.ripe else None
        return Item(name, self.source, self.rule, self.says, ripe, self.effective)


class StepFile(_Part):
    """One place in a remedy; without `then` people inquire when the clock has run out."""

    name: Name
    waits: str
    answers: dict[Name, Name]
    clock: ClockFile | None = None
    then: str = ""
    refuse: Paper | None = None

    def step(self) -> CourtStep:
        """The domain's step."""
        clock = self.clock.clock() if self.clock else None
        return CourtStep(self.name, self.waits, self.answers, clock, self.then, self.refuse)


class RemedyEntry(_Part):
    """One remedy; its `items` are names of the file's checklist."""

    name: Name
    says: Said
    rules: list[str]
    items: list[str]
    papers: list[Paper] = []
    steps: list[StepFile] = []
    fees: list[str] = []
    halved: bool = False
    closed_by: list[str] = []
    after_title: bool = False
    chase_days: Annotated[int, Field(strict=True, ge=1)] = 14
    chases: Annotated[int, Field(strict=True, ge=1)] = 6


class RemedyFile(_Part):
    """The remedies of one jurisdiction, and everything that they may ask for."""

    jurisdiction: str
    items: dict[Name, ItemFile]
    remedies: list[RemedyEntry]

    def remedy(self, entry: RemedyEntry) -> Remedy:
        """The domain's remedy; items that the file does not have are left out."""
        return Remedy(
            name=entry.name,
            jurisdiction=self.jurisdiction,
            says=entry.says,
            rules=tuple(entry.rules),
            papers=tuple(entry.papers),
            items=tuple(self.items[n].item(n) for n in entry.items if n in self.items),
            steps=tuple(step.step() for step in entry.steps),
            fees=tuple(entry.fees),
            halved=entry.halved,
            closed_by=tuple(entry.closed_by),
            after_title=entry.after_title,
            chase_days=entry.chase_days,
            chases=entry.chases,
        )


Remedies = Mapping[str, Mapping[str, Remedy]]
"""Remedies by jurisdiction and name."""


def load_remedies(folder: Path = FOLDER) -> dict[str, dict[str, Remedy]]:
    """The remedies of every file of a folder; PolicyError names every problem of every file."""
    loaded: dict[str, dict[str, Remedy]] = {}
    found: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            jurisdiction, remedies = load_remedy_file(path)
        except PolicyError as error:
            found += error.problems
        else:
            loaded[jurisdiction] = remedies
    if found:
        raise PolicyError(found)
    return loaded


def load_remedy_file(path: Path, text: str | None = None) -> tuple[str, dict[str, Remedy]]:
    """The jurisdiction of a file and its remedies by name, in the order of the file."""
    file = read(path, text)
    model, wrong = checked(file, RemedyFile)
    if model is None:
        raise PolicyError(wrong)
    if wrong := _problems(file, model):
        raise PolicyError(wrong)
    return model.jurisdiction, {entry.name: model.remedy(entry) for entry in model.remedies}


def misplaced(strategy: Strategy, remedies: Remedies) -> Iterator[str]:
    """What is wrong with the remedies that a strategy names, each by its place in the file."""
    for number, said in misplaced_among(strategy.legal.remedies, remedies):
        yield f"{strategy.name}.yaml: legal.remedies.{number}: {said}"


def misplaced_among(wanted: Sequence[str], remedies: Remedies) -> Iterator[tuple[int, str]]:
    """What is wrong with remedies in that order, each by its number: what is never used there.

    That is one that is there twice; one that no law has; one that a filing before it closes, such
    as a payment order after preservation (CN-PO-01); and one that needs a title before any that can
    win one.
    """
    known = {name for law in remedies.values() for name in law}
    for number, name in enumerate(wanted):
        before = wanted[:number]
        found = [law for law in remedies.values() if name in law]
        if not found:
            there = ", ".join(sorted(known))
            yield number, f"no law has a remedy {name!r}; there are: {there}."
        if name in before:
            yield number, f"{name!r} is there twice; a remedy is taken once."
        for other in before:
            if other != name and any(other in law[name].closed_by for law in found):
                yield number, f"{name!r} is closed once {other!r} has been filed before it."
        if (
            found
            and known.issuperset(before)
            and all(_untitled(law, name, before) for law in found)
        ):
            yield number, f"{name!r} needs a title, and no remedy before it can win one."


def _untitled(law: Mapping[str, Remedy], name: str, before: Sequence[str]) -> bool:
    """Whether a remedy needs a title that none of those before it can win under its law."""
    winners = [law[other] for other in before if other in law and not law[other].after_title]
    return law[name].after_title and not any(_can_win(remedy) for remedy in winners)


def _can_win(remedy: Remedy) -> bool:
    return any(End.WON in (*step.answers.values(), step.then) for step in remedy.steps)


def _problems(file: PolicyFile, model: RemedyFile) -> list[str]:
    found = [p for n, entry in enumerate(model.remedies) for p in _wrong(file, model, n, entry)]
    used = {name for entry in model.remedies for name in entry.items}
    unused = [name for name in model.items if name not in used]
    return found + [file.problem(["items", name], "no remedy asks for it.") for name in unused]


def _wrong(file: PolicyFile, model: RemedyFile, number: int, entry: RemedyEntry) -> Iterator[str]:
    here: list[str | int] = ["remedies", number]
    known = [entry.name for entry in model.remedies]
    if entry.name in known[:number]:
        yield file.problem([*here, "name"], f"{entry.name!r} is already used.")
    for n, item in enumerate(entry.items):
        if item not in model.items:
            yield file.problem([*here, "items", n], f"there is no item {item!r}.")
    for n, other in enumerate(entry.closed_by):
        if other not in known:
            yield file.problem([*here, "closed_by", n], f"there is no remedy {other!r}.")
    for said in problems(model.remedy(entry)):
        place, _, message = said.partition(": ")
        parts = [int(part) if part.isdigit() else part for part in place.split(".")]
        yield file.problem([*here, *parts], message)
