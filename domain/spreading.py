"""Spreading a debt over months: level instalments that sum exactly, with or without interest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from domain.delinquency import Instalment
from domain.plans import monthly, split_evenly

MONTHS_OF_BPS = 120_000
"""A rate of a year in hundredths of a per cent, divided by this, is the rate of a month."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A schedule and the interest in it; the instalments sum to the debt and that interest.

    `interest` is what of the instalments is interest, by due date; those without any are left out.
    """

    instalments: tuple[Instalment, ...]
    interest: tuple[Instalment, ...] = ()

    @property
    def interest_minor(self) -> int:
        """All of the interest."""
        return sum(part.amount_minor for part in self.interest)


def spread(debt_minor: int, dues: Sequence[date], annual_bps: int = 0) -> Spread:
    """The debt over those dates, a month apart each; the first bears no interest.

    Without interest the parts are equal to the last minor unit. With it they are level, and each
    month's interest is rounded down, so that the rate of the year is never passed; the last
    instalment is what is left, never more than the others.
    """
    if annual_bps == 0 or len(dues) == 1:
        return Spread(_above_zero(split_evenly(debt_minor, dues)))
    level = level_minor(debt_minor, len(dues), annual_bps)
    left, interest, parts = debt_minor, [], []
    for number, due in enumerate(dues):
        month = left * annual_bps // MONTHS_OF_BPS if number else 0
        paid = min(level, left + month) if number + 1 < len(dues) else left + month
        parts.append(Instalment(due, paid))
        interest.append(Instalment(due, month))
        left += month - paid
    return Spread(_above_zero(parts), _above_zero(interest))


def level_minor(debt_minor: int, count: int, annual_bps: int) -> int:
    """The smallest level instalment that pays the debt with its interest, in minor units.

    The first falls due at once and bears no interest, as a debt that is late already does.
    """
    if annual_bps == 0:
        return -(-debt_minor // count)
    month = Fraction(annual_bps, MONTHS_OF_BPS)
    worth = sum((1 / (1 + month) ** number for number in range(count)), Fraction())
    return -(-debt_minor // worth)


def fewest(debt_minor: int, counts: range, affordable_minor: int, annual_bps: int) -> int | None:
    """The fewest instalments of which each can be afforded; None when even the most are too dear.

    More instalments are never dearer each, so the first that fits is the one.
    """
    for count in counts:
        if level_minor(debt_minor, count, annual_bps) <= affordable_minor:
            return count
    return None


def first_due(earliest: date, pay_day: int | None) -> date:
    """The first due date: the day after income comes, or the earliest where that is not known."""
    if pay_day is None:
        return earliest
    start = earliest.replace(day=1) - timedelta(days=1)
    pays = monthly(date(start.year, start.month, 1), 4)
    dues = [_day_of(month, pay_day) + timedelta(days=1) for month in pays]
    return next(due for due in dues if due >= earliest)


def _above_zero(parts: Sequence[Instalment]) -> tuple[Instalment, ...]:
    return tuple(part for part in parts if part.amount_minor)


def _day_of(month: date, day: int) -> date:
    following = (month + timedelta(days=31)).replace(day=1)
    return min(following - timedelta(days=1), month + timedelta(days=day - 1))
