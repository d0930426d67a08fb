"""The steps of a strategy file, as every section that makes contacts has them."""

from datetime import time
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from domain.gate.words import Channel
from domain.steps import Ladder, MessageClass, OnLate, Step
from policies.files import LocalTime

Days = Annotated[int, Field(strict=True, ge=0)]
Count = Annotated[int, Field(strict=True, ge=1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Part(BaseModel):
    """A part of a strategy file: what it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class EventStepFile(Part):
    """A contact that an event makes due: that day, not before local time `at` if there is one."""

    name: Name
    channel: Channel
    at: LocalTime = time(0)
    template: Name
    message_class: MessageClass = MessageClass.DUNNING
    max_lateness_days: Days = 2
    on_late: OnLate = OnLate.SEND
    otherwise: tuple[Channel, ...] = ()
    cooldown_days: Days = 0
    merge_days: Days = 0

    def step(self) -> Step:
        """The domain's step; an event is its day."""
        return Step(day=0, gap_days=0, **self.model_dump())


def made(step: EventStepFile | None) -> Step | None:
    """The domain's step, None where the file has none."""
    return step.step() if step else None


class BeforeFile(EventStepFile):
    """A contact `days` before something falls due; one that comes too late is not made."""

    days: Count
    message_class: MessageClass = MessageClass.SERVICE

    def step(self) -> Step:
        """The domain's step."""
        return Step(day=0, gap_days=0, **self.model_dump(exclude={"days"}))


class StepFile(EventStepFile):
    """A contact of a ladder, due `day` days past due and `gap_days` after the one before."""

    day: Days
    at: LocalTime
    gap_days: Days = 1
    on_late: OnLate = OnLate.MERGE

    def step(self) -> Step:
        """The domain's step."""
        return Step(**self.model_dump())


class LadderFile(Part):
    """Contacts in the order they happen."""

    steps: list[StepFile]

    def ladder(self) -> Ladder:
        """The domain's ladder."""
        return Ladder(tuple(step.step() for step in self.steps))
