"""Campaigns: a season of every year in which a strategy adds contacts to those of its ladders."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from domain.steps import Step

OVER = "campaign over"
"""How a contact is passed over whose season ended before it could be made."""

MonthDay = tuple[int, int]
"""A month and a day of it, of every year."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """A season and what it adds.

    It is open from `first` up to and with `last`, by the borrower's calendar; a `last` before the
    `first` is one of the following year. Its `steps` come to cases in one of its `stages` (values
    of Stage), due from their day and from the season's first day, once an episode and season.
    """

    name: str
    first: MonthDay
    last: MonthDay
    stages: tuple[str, ...]
    steps: tuple[Step, ...]

    def season(self, day: date) -> int:
        """The year in which the season began that is open on that day, or else opens next."""
        year = day.year - self._crosses()
        return year if day < self.over(year) else year + 1

    def touches(self, since: date, until: date) -> bool:
        """Whether some day of a season is among those days, the last included."""
        return self.opens(self.season(since)) <= until

    def opens(self, year: int) -> date:
        """The first day of that year's season."""
        return date(year, *self.first)

    def over(self, year: int) -> date:
        """The day after the last of the season that began in that year."""
        return date(year + self._crosses(), *self.last) + timedelta(days=1)

    def _crosses(self) -> bool:
        return self.last < self.first


@lru_cache(maxsize=1024)
def of_season(step: Step, year: int) -> Step:
    """The step under its name of that season: a year later the same one is another contact."""
    return replace(step, name=f"{step.name}-{year}")


def over_on(campaigns: tuple[Campaign, ...], name: str) -> date | None:
    """The day from which a contact of that name is not made any more; None: of no campaign."""
    own, _, year = name.partition("-")
    for campaign in campaigns:
        if any(step.name == own for step in campaign.steps):
            return campaign.over(int(year))
    return None


def campaign_problems(campaigns: tuple[Campaign, ...]) -> list[str]:
    """What is wrong with the seasons, each problem named by its place; empty when all are sound.

    What is wrong with their steps is found where those of the ladders are.
    """
    found: list[str] = []
    names: set[str] = set()
    for number, campaign in enumerate(campaigns):
        here = f"campaigns.{number}"
        if campaign.name in names:
            found.append(f"{here}.name: there is a campaign {campaign.name!r} already.")
        if campaign.over(1) >= campaign.opens(2):
            found.append(f"{here}.to: a season that fills the year has no end.")
        if len(set(campaign.stages)) < len(campaign.stages):
            found.append(f"{here}.stages: each stage is named once.")
        names.add(campaign.name)
    return found
