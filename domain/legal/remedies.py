"""A remedy as data: what must be on file for it, its papers and fees, and the court's steps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.deadlines import LAWS
from domain.fees import FEES
from domain.legal.papers import Paper


class Source(StrEnum):
    """Who can put an item on file: the ledger has it, a person brings it, or a clock decides."""

    LEDGER = "ledger"
    PERSON = "person"
    CLOCK = "clock"


class End(StrEnum):
    """How a remedy ends.

    Won: there is a title that can be enforced. Secured: assets are frozen. Suit: the court goes on
    with it as a suit. Satisfied: the court has collected. Done: what it was for has been done.
    Failed: it came to nothing, and the next remedy may be tried.
    """

    WON = "won"
    SECURED = "secured"
    SUIT = "suit"
    SATISFIED = "satisfied"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Clock:
    """A step of a rule in `domain/deadlines.py`.

    It starts with the event `since` of the court; empty: with what led to the step it stands at.
    """

    rule: str
    step: str
    since: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that must be on file before a remedy is used.

    `rule` is the law that asks for it, or `house`. With `ripe` it can be used only from that date
    on; `effective` is the first day of the rule, None for always. `says` is what it is, by
    language.
    """

    name: str
    source: Source
    rule: str
    says: Mapping[str, str]
    ripe: Clock | None = None
    effective: date | None = None


@dataclass(frozen=True, slots=True)
class CourtStep:
    """One place in a remedy: what is waited for, how long, and where each answer leads.

    `answers` lead from a word of the court to another step or an `End`. When the clock runs out the
    remedy goes on at `then`; empty: people are asked to inquire, and it waits on. `refuse` is the
    paper by which we may refuse what `then` would bring, and is filed when the strategy wants no
    suit.
    """

    name: str
    waits: str
    answers: Mapping[str, str]
    clock: Clock | None = None
    then: str = ""
    refuse: Paper | None = None


@dataclass(frozen=True, slots=True)
class Remedy:
    """A way to enforce a debt under one law.

    `papers` are drawn up for it and `fees` are the rules of what it costs; `halved` says that the
    suit fee is that of the simple procedure. It is closed once one of `closed_by` has been filed.
    `after_title` marks what needs a title first. Without steps it is over once its papers are
    drawn up. People are chased for what is missing every `chase_days`, `chases` times.
    """

    name: str
    jurisdiction: str
    says: Mapping[str, str]
    rules: tuple[str, ...]
    papers: tuple[Paper, ...]
    items: tuple[Item, ...]
    steps: tuple[CourtStep, ...]
    fees: tuple[str, ...] = ()
    halved: bool = False
    closed_by: tuple[str, ...] = ()
    after_title: bool = False
    chase_days: int = 14
    chases: int = 6

    def step(self, name: str) -> CourtStep:
        """The step of that name."""
        found = next((step for step in self.steps if step.name == name), None)
        assert found is not None, f"the remedy {self.name} has no step {name!r}"
        return found


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something on file: the item, its date, and where it is kept. No name and no sentence."""

    item: str
    on: date
    reference: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is found when a remedy is looked at, all at one moment.

    `limitation_ends` is the last day to sue, None while nothing ends it or nobody can count it.
    `remedy` is None when the law of the case does not have it.
    """

    remedy: Remedy | None
    found: tuple[Evidence, ...] = field(default=())
    limitation_ends: date | None = None


def problems(remedy: Remedy) -> list[str]:
    """Everything about a remedy that does not go together, each named by its place."""
    return [*_unknown_rules(remedy), *_lost_steps(remedy), *_repeated(remedy)]


def _unknown_rules(remedy: Remedy) -> Iterator[str]:
    for number, rule in enumerate(remedy.fees):
        if rule not in FEES:
            yield f"fees.{number}: {rule!r} has no fee; known are {', '.join(FEES)}."
    clocks = [(f"items.{n}.ripe", item.ripe) for n, item in enumerate(remedy.items)]
    clocks += [(f"steps.{n}.clock", step.clock) for n, step in enumerate(remedy.steps)]
    for place, clock in clocks:
        if clock is None:
            continue
        law = LAWS.get(clock.rule)
        if law is None:
            yield f"{place}: {clock.rule!r} has no deadline."
        elif clock.step not in law.steps:
            yield f"{place}: {clock.rule} has no step {clock.step!r}."


def _lost_steps(remedy: Remedy) -> Iterator[str]:
    known = {step.name for step in remedy.steps} | set(End)
    said = {word for step in remedy.steps for word in step.answers}
    for number, step in enumerate(remedy.steps):
        for word, to in step.answers.items():
            if to not in known:
                yield f"steps.{number}.answers.{word}: there is no step {to!r}."
        if step.then and step.then not in known:
            yield f"steps.{number}.then: there is no step {step.then!r}."
        if step.then and step.clock is None:
            yield f"steps.{number}.then: needs a clock that runs out."
        if step.clock and step.clock.since and step.clock.since not in said:
            yield f"steps.{number}.clock: no court ever says {step.clock.since!r} here."


def _repeated(remedy: Remedy) -> Iterator[str]:
    for what, names in (
        ("items", [item.name for item in remedy.items]),
        ("steps", [step.name for step in remedy.steps]),
    ):
        for number, name in enumerate(names):
            if name in names[:number]:
                yield f"{what}.{number}.name: {name!r} is already used."
