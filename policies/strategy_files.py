"""Strategy files: YAML into the domain's Strategy, with every problem named by file and line."""

import json
from collections.abc import Callable, Sequence
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from domain.delinquency import Bucket, Terms
from domain.keys import digest
from domain.strategy import (
    Channel,
    Ladder,
    LegalTerms,
    MessageClass,
    OnLate,
    PlacementTerms,
    PlanTerms,
    PromiseTerms,
    Step,
    Strategy,
    problems,
)
from policies.files import PolicyError, checked, read

FOLDER = Path(__file__).parent / "strategies"


def _clock_time(value: object) -> object:
    """YAML 1.1 readers take 10:00 for a number; we ask for quotes instead of guessing."""
    if isinstance(value, int):
        raise ValueError('write the time in quotes, such as "10:00"')
    return value


LocalTime = Annotated[time, BeforeValidator(_clock_time)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EventStepFile(_Part):
    """A contact that an event makes due at once."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    channel: Channel
    at: LocalTime
    template: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    message_class: MessageClass = MessageClass.DUNNING
    max_lateness_days: int = 2
    on_late: OnLate = OnLate.SEND

    def step(self) -> Step:
        """The domain's step; an event is its day."""
        return Step(day=0, gap_days=0, **self.model_dump())


class StepFile(EventStepFile):
    """A contact of a ladder, due `day` days past due and `gap_days` after the one before."""

    day: int
    gap_days: int = 1
    on_late: OnLate = OnLate.MERGE

    def step(self) -> Step:
        """The domain's step."""
        return Step(**self.model_dump())


class LadderFile(_Part):
    """Contacts in the order they happen."""

    steps: list[StepFile]

    def ladder(self) -> Ladder:
        """The domain's ladder."""
        return Ladder(tuple(step.step() for step in self.steps))


class DelinquencyFile(_Part):
    """What counts as late, and whether days on hold move a case up its ladder."""

    grace_days: int
    materiality_minor: int
    materiality_percent: Decimal
    paused_days_count: bool
    buckets: dict[str, int]


class PromiseFile(_Part):
    """How promises are taken and judged; `broken` is absent where no notice is sent."""

    max_days: int
    grace_days: int
    tolerance_percent: int
    max_broken: int
    judge_at: LocalTime
    broken: EventStepFile | None = None


class PlanFile(_Part):
    """How plans are taken and judged; `missed` is absent where no notice is sent."""

    max_instalments: int
    first_within_days: int
    grace_days: int
    misses_tolerated: int
    judge_at: LocalTime
    missed: EventStepFile | None = None


class LegalFile(LadderFile):
    """The final demand, its notice period and the approval."""

    notice_days: int
    approval_days: int


class PlacementFile(_Part):
    """Agencies in order; an empty list means that none is used."""

    term_days: int
    agencies: list[str]


class StrategyFile(_Part):
    """A whole strategy file."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    delinquency: DelinquencyFile
    remind: LadderFile
    negotiate: LadderFile
    promise: PromiseFile
    plan: PlanFile
    legal: LegalFile
    placement: PlacementFile

    def strategy(self, text: str) -> Strategy:
        """The domain's strategy; its digest is that of the file's text."""
        late = self.delinquency
        return Strategy(
            name=self.name,
            digest=digest(text)[:12],
            terms=Terms(
                late.grace_days,
                late.materiality_minor,
                late.materiality_percent,
                tuple(Bucket(name, day) for name, day in late.buckets.items()),
            ),
            paused_days_count=late.paused_days_count,
            remind=self.remind.ladder(),
            negotiate=self.negotiate.ladder(),
            promise=PromiseTerms(
                self.promise.max_days,
                self.promise.grace_days,
                self.promise.tolerance_percent,
                self.promise.max_broken,
                self.promise.judge_at,
                self.promise.broken.step() if self.promise.broken else None,
            ),
            plan=PlanTerms(
                self.plan.max_instalments,
                self.plan.first_within_days,
                self.plan.grace_days,
                self.plan.misses_tolerated,
                self.plan.judge_at,
                self.plan.missed.step() if self.plan.missed else None,
            ),
            legal=LegalTerms(self.legal.ladder(), self.legal.notice_days, self.legal.approval_days),
            placement=PlacementTerms(tuple(self.placement.agencies), self.placement.term_days),
        )


def load_strategy(path: Path, text: str | None = None) -> Strategy:
    """The strategy in a file (or in `text`, read under the file's name).

    Raises PolicyError with all problems at once, each with file and line.
    """
    file = read(path, text)
    model, found = checked(file, StrategyFile)
    if model is None:
        raise PolicyError(found)
    strategy = model.strategy(file.text)
    if found := problems(strategy):
        raise PolicyError([_with_line(file.problem, problem) for problem in found])
    return strategy


def _with_line(problem: Callable[[Sequence[str | int], str], str], found: str) -> str:
    place, _, message = found.partition(": ")
    parts: list[str | int] = [int(p) if p.isdigit() else p for p in place.split(".")]
    return problem(parts, message)


def load_strategies(folder: Path = FOLDER) -> dict[str, Strategy]:
    """Every strategy of a folder by its `name@digest`."""
    strategies = (load_strategy(path) for path in sorted(folder.glob("*.yaml")))
    return {strategy.id: strategy for strategy in strategies}


def json_schema() -> str:
    """The JSON Schema of a strategy file, for editors."""
    return json.dumps(StrategyFile.model_json_schema(), indent=2, ensure_ascii=False) + "\n"
