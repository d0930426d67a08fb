"""Rest-day calendars: the announced ones from the holidays library, overridden by a YAML file."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import holidays
from pydantic import BaseModel, ConfigDict

from domain.periods import RestDays
from policies.files import PolicyError, PolicyFile, checked, read

FOLDER = Path(__file__).parent / "calendars"
SATURDAY = 5


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class YearFile(_Part):
    """One whole year in place of the library's; weekends are rest days unless worked."""

    rest_days: list[date]
    """The weekdays off; a weekend day may be listed too."""
    working_days: list[date] = []
    """The weekend days that are worked."""
    source: str
    """The notice the days were taken from."""


class CalendarFile(_Part):
    """A calendar of rest days; `domain/deadlines.py` reads them through `Calendar`."""

    country: str
    """The country in the holidays library."""
    observed: bool
    """Whether a holiday that falls on a rest day gives another day off."""
    announced_yearly: bool
    """Whether a year is a forecast until its make-up workdays are known."""
    source: str
    """Where the days come from."""
    years: dict[int, YearFile] = {}
    """Years that replace the library's; a year left out is the library's."""


@dataclass(frozen=True, slots=True)
class Year:
    """The weekdays off and the weekend days worked in one year."""

    off: frozenset[date]
    worked: frozenset[date]
    official: bool


class Calendar(Container[date]):
    """The rest days of one country: `day in calendar` says whether nobody works on that day."""

    def __init__(self, file: CalendarFile) -> None:
        self.name = file.country
        self._file = file
        self._years: dict[int, Year] = {}

    def __contains__(self, day: object) -> bool:
        assert isinstance(day, date)
        year = self.year(day.year)
        return day in year.off or (day.weekday() >= SATURDAY and day not in year.worked)

    def year(self, number: int) -> Year:
        """The days of that year, from the file where it has the year, else from the library."""
        if number not in self._years:
            given = self._file.years.get(number)
            self._years[number] = _given(given) if given else _from_library(self._file, number)
        return self._years[number]

    def caveat(self, first: date, last: date) -> str | None:
        """What to say when the days from `first` to `last` are a forecast; None when all are known.

        The last week of December also waits for the next year's notice, which may move it.
        """
        until = (last + timedelta(days=7)).year
        forecasts = [
            str(number) for number in range(first.year, until + 1) if not self.year(number).official
        ]
        if not forecasts:
            return None
        years = ", ".join(forecasts)
        return f"The {self.name} calendar of {years} is not official yet; the date may move."


def calendar(name: str, folder: Path = FOLDER) -> Calendar:
    """The calendar of that name (CN or US), read once; raises PolicyError for a bad file."""
    return _loaded(folder / f"{name.lower()}.yaml")


COUNTRIES = ("CN", "US")
"""The countries whose rest days a deadline of the packs depends on."""

COUNTED = range(2015, 2046)
"""The years whose rest days are counted out: no period that we count ends earlier or later."""


@cache
def rest_days(name: str) -> RestDays:
    """All rest days of that calendar counted out, for places where nothing may be read."""
    book = calendar(name)
    first, end = date(COUNTED.start, 1, 1), date(COUNTED.stop, 1, 1)
    days = (first + timedelta(days=n) for n in range((end - first).days))
    official = [number for number in COUNTED if book.year(number).official]
    gap = next((number for number in COUNTED if number not in official), COUNTED.stop)
    known = date(gap, 1, 1) - timedelta(days=8)
    return RestDays(frozenset(day for day in days if day in book), known)


@cache
def _loaded(path: Path) -> Calendar:
    return load(path)


def load(path: Path, text: str | None = None) -> Calendar:
    """The calendar of a file, or of `text` under its name; PolicyError names every problem."""
    file = read(path, text)
    model, problems = checked(file, CalendarFile)
    if model is None:
        raise PolicyError(problems)
    problems = [*_problems(file, model)]
    if problems:
        raise PolicyError(problems)
    return Calendar(model)


def _problems(file: PolicyFile, model: CalendarFile) -> Iterator[str]:
    if model.country not in holidays.list_supported_countries():
        yield file.problem(["country"], f"the holidays library has no {model.country!r}.")
    for number, year in model.years.items():
        for day in year.rest_days + year.working_days:
            if day.year != number:
                yield file.problem(["years", number], f"{day} is not a day of {number}.")
        for day in year.working_days:
            if day.weekday() < SATURDAY:
                yield file.problem(["years", number, "working_days"], f"{day} is a weekday.")
            if day in year.rest_days:
                yield file.problem(["years", number], f"{day} is both a rest day and worked.")


def _given(year: YearFile) -> Year:
    return Year(frozenset(year.rest_days), frozenset(year.working_days), official=True)


def _from_library(file: CalendarFile, number: int) -> Year:
    """The library fills a year when it is asked for, so each year is asked for by itself."""
    book = holidays.country_holidays(file.country, years=number, observed=file.observed)
    worked = frozenset(day for day in book.weekend_workdays if day.year == number)
    official = bool(worked) or not file.announced_yearly
    return Year(frozenset(book), worked, official)
