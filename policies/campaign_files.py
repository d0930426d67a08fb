"""The campaigns of a strategy file: a season of every year and the contacts that it adds."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from domain.campaigns import Campaign, MonthDay
from domain.steps import MessageClass
from domain.strategy import Stage
from policies.step_parts import Name, Part, StepFile


def _of_every_year(value: str) -> str:
    try:
        date.fromisoformat(f"2001-{value}")
    except ValueError:
        raise ValueError("write a month and a day that every year has, such as 11-15") from None
    return value


DayOfYear = Annotated[str, Field(pattern=r"^\d\d-\d\d$"), AfterValidator(_of_every_year)]
"""A month and a day, such as 11-15."""


class CampaignStepFile(StepFile):
    """A contact of a campaign; what the law demands waits for no season and ends with none."""

    message_class: Literal[MessageClass.DUNNING, MessageClass.SERVICE] = MessageClass.DUNNING


class CampaignFile(Part):
    """A season, open from the day `from` up to and with the day `to`, and what it adds where."""

    name: Name
    first: DayOfYear = Field(alias="from")
    last: DayOfYear = Field(alias="to")
    stages: Annotated[
        tuple[Literal[Stage.REMIND, Stage.NEGOTIATE], ...],
        Field(min_length=1),
    ]
    steps: Annotated[tuple[CampaignStepFile, ...], Field(min_length=1)]

    def campaign(self) -> Campaign:
        """The domain's campaign."""
        steps = tuple(step.step() for step in self.steps)
        return Campaign(self.name, _day(self.first), _day(self.last), self.stages, steps)


def _day(written: str) -> MonthDay:
    month, _, day = written.partition("-")
    return int(month), int(day)
