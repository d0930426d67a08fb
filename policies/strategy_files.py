"""Strategy files: YAML into the domain's Strategy, with every problem named by file and line."""

import json
from contextlib import suppress
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

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
    step_problems,
)
from policies.files import LocalTime, PolicyError, PolicyFile, checked, read

FOLDER = Path(__file__).parent / "strategies"


Days = Annotated[int, Field(strict=True, ge=0)]
Count = Annotated[int, Field(strict=True, ge=1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


def _rising(buckets: dict[str, int]) -> dict[str, int]:
    starts = list(buckets.values())
    if not starts or starts[0] != 0 or starts != sorted(set(starts)):
        raise ValueError("buckets must start at day 0 and rise")
    return buckets


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EventStepFile(_Part):
    """A contact that an event makes due: that day, not before local time `at` if there is one."""

    name: Name
    channel: Channel
    at: LocalTime = time(0)
    template: Name
    message_class: MessageClass = MessageClass.DUNNING
    max_lateness_days: Days = 2
    on_late: OnLate = OnLate.SEND

    def step(self) -> Step:
        """The domain's step; an event is its day."""
        return Step(day=0, gap_days=0, **self.model_dump())


class StepFile(EventStepFile):
    """A contact of a ladder, due `day` days past due and `gap_days` after the one before."""

    day: Days
    at: LocalTime
    gap_days: Days = 1
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

    grace_days: Days
    materiality_minor: Annotated[int, Field(strict=True, ge=0)]
    materiality_percent: Annotated[Decimal, Field(ge=0, lt=100)]
    paused_days_count: Annotated[bool, Field(strict=True)]
    quiet_days_after_payment: Days = 0
    buckets: Annotated[dict[str, int], AfterValidator(_rising)]


class PromiseFile(_Part):
    """How promises are taken and judged; `broken` is absent where no notice is sent."""

    max_days: Count
    grace_days: Days
    tolerance_percent: Annotated[int, Field(strict=True, ge=1, le=100)]
    max_broken: Annotated[int, Field(strict=True, ge=0)]
    judge_at: LocalTime
    broken: EventStepFile | None = None


class PlanFile(_Part):
    """How plans are taken and judged; `missed` is absent where no notice is sent."""

    max_instalments: Count
    first_within_days: Count
    grace_days: Days
    misses_tolerated: Annotated[int, Field(strict=True, ge=0)]
    judge_at: LocalTime
    missed: EventStepFile | None = None


class LegalFile(LadderFile):
    """The final demand, its notice period and the approval."""

    notice_days: Days
    approval_days: Count


class PlacementFile(_Part):
    """Agencies in order; an empty list means that none is used."""

    term_days: Count
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
            quiet_days_after_payment=late.quiet_days_after_payment,
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
        raise PolicyError(found + _placed(file, step_problems(_readable_steps(file.tree))))
    strategy = model.strategy(file.text)
    if wrong := problems(strategy):
        raise PolicyError(_placed(file, wrong))
    return strategy


def load_strategies(folder: Path = FOLDER) -> dict[str, Strategy]:
    """Every strategy of a folder by its `name@digest`; PolicyError names every problem."""
    strategies: dict[str, Strategy] = {}
    found: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            strategy = load_strategy(path)
        except PolicyError as error:
            found += error.problems
        else:
            strategies[strategy.id] = strategy
    if found:
        raise PolicyError(found)
    return strategies


def _placed(file: PolicyFile, problems: list[str]) -> list[str]:
    """The domain's problems, which begin with a place such as `remind.steps.0.day: `, by line."""
    placed = []
    for found in problems:
        place, _, message = found.partition(": ")
        parts = [int(part) if part.isdigit() else part for part in place.split(".")]
        placed.append(file.problem(parts, message))
    return placed


def _readable_steps(tree: Any) -> list[tuple[str, Step]]:
    """The steps that can be read in a file that as a whole cannot, each with its place."""
    parts = {name: part for name, part in tree.items() if isinstance(part, dict)}
    raw: list[tuple[str, type[EventStepFile], object]] = []
    for ladder in ("remind", "negotiate", "legal"):
        steps = parts.get(ladder, {}).get("steps")
        for number, step in enumerate(steps if isinstance(steps, list) else []):
            raw.append((f"{ladder}.steps.{number}", StepFile, step))
    for part, name in (("promise", "broken"), ("plan", "missed")):
        raw.append((f"{part}.{name}", EventStepFile, parts.get(part, {}).get(name)))
    placed: list[tuple[str, Step]] = []
    for place, model, step in raw:
        with suppress(ValidationError):
            placed.append((place, model.model_validate(step).step()))
    return placed


def json_schema() -> str:
    """The JSON Schema of a strategy file, for editors."""
    return json.dumps(StrategyFile.model_json_schema(), indent=2, ensure_ascii=False) + "\n"
