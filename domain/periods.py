"""Counting days as the law does: the first day is not counted, rest days are given from outside."""

from calendar import monthrange
from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Period:
    """A period of the law that starts with an event; the day of the event is not counted.

    `event` says in words whose date starts it. The spans add up in this order: business days, days,
    months, years. A period that `moves` and would end on a rest day ends on the next working day
    (CN-CAL-01). `then_days` are added last: +1 is the day after the end, -7 a week before it.
    Negative business days count backwards from the event.
    """

    event: str
    business_days: int = 0
    days: int = 0
    months: int = 0
    years: int = 0
    moves: bool = False
    then_days: int = 0

    @property
    def calendar(self) -> str | None:
        """The calendar of rest days that matters: CN, US, or None when no rest day does."""
        if self.moves:
            return "CN"
        return "US" if self.business_days else None

    def end(self, start: date, rest_days: Container[date]) -> date:
        """The date the period leads to, from the date of its event."""
        day = business_days_after(start, self.business_days, rest_days) + timedelta(days=self.days)
        day = months_after(day, 12 * self.years + self.months)
        if self.moves:
            day = working_day(day, rest_days)
        return day + timedelta(days=self.then_days)


@dataclass(frozen=True, slots=True)
class RestDays(Container[date]):
    """The rest days of one country; after `known_until` they are a forecast and may still move."""

    days: frozenset[date]
    known_until: date

    def __contains__(self, day: object) -> bool:
        return day in self.days

    def caveat(self, last: date) -> str:
        """What to say of a period that ends on `last`; empty when its days are all announced."""
        if last <= self.known_until:
            return ""
        return f"the calendar of {last.year} is not official yet; the date may move"


def months_after(start: date, months: int) -> date:
    """The same day that many months later, or the last day of a month that is too short."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def working_day(day: date, rest_days: Container[date]) -> date:
    """That day, or the first day after it that is not a rest day."""
    while day in rest_days:
        day += timedelta(days=1)
    return day


def business_days_after(start: date, count: int, rest_days: Container[date]) -> date:
    """The `count`-th business day after `start`, or before it when `count` is negative.

    Saturdays and Sundays never count: the US rules say so themselves. `rest_days` adds the holidays
    (5 U.S.C. 6103(a)). With 0 it is `start` itself, whatever day that is.
    """
    step = timedelta(days=1 if count > 0 else -1)
    day, left = start, abs(count)
    while left:
        day += step
        if day.weekday() < SATURDAY and day not in rest_days:
            left -= 1
    return day
