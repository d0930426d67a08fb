"""Days as interest counts them, and amounts that are rounded once.

Rates are whole millionths a year: 180000 is 18 percent, and 0.05 percent a day over 360 days is
180000 too. Sums are kept as whole numbers of amount times days and divided only when they are
posted, so no part of a minor unit is lost or made on the way.
"""

from datetime import date
from enum import StrEnum

MILLION = 1_000_000


class DayCount(StrEnum):
    """How days and years are counted: true days over 365 or 360, or months of 30 days."""

    ACT_365 = "ACT/365"
    ACT_360 = "ACT/360"
    THIRTY_360 = "30E/360"

    @property
    def year(self) -> int:
        """Days of a year."""
        return 365 if self is DayCount.ACT_365 else 360


def day_number(day: date, count: DayCount) -> int:
    """The number of a day: the days between two dates are the difference of their numbers.

    In months of 30 days the 31st is the 30th (30E/360, the European way), so that any two
    stretches that meet add up to the whole.
    """
    if count is DayCount.THIRTY_360:
        return 360 * day.year + 30 * day.month + min(day.day, 30)
    return day.toordinal()


def days_between(start: date, end: date, count: DayCount) -> int:
    """Days from `start` to `end`; the first is not counted, the last is."""
    return day_number(end, count) - day_number(start, count)


def interest(amount_minor: int, rate_ppm: int, start: date, end: date, count: DayCount) -> int:
    """Simple interest on an amount that stays the same, rounded once, a half to the even unit."""
    return half_even(
        amount_minor * days_between(start, end, count) * rate_ppm, MILLION * count.year
    )


def half_even(numerator: int, denominator: int) -> int:
    """The quotient of two whole numbers, rounded; a half goes to the even one."""
    whole, rest = divmod(numerator, denominator)
    twice = 2 * rest
    return whole + (twice > denominator or (twice == denominator and whole % 2 == 1))
