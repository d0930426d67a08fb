"""Figures of real borrowers, and dice that fall like them."""

from itertools import pairwise
from random import Random

STILL_UNPAID = (
    (0, 1.0),
    (1, 0.7724),
    (3, 0.5745),
    (7, 0.3541),
    (15, 0.1645),
    (30, 0.0416),
    (60, 0.0143),
    (90, 0.0067),
    (180, 0.0014),
)
"""Of 22,766 single-instalment loans (SuperLender), 18 per cent were late; of those, this share was
still unpaid after that many days."""

REPAY_HOURS = (
    520, 139, 59, 48, 162, 127, 184, 335, 498, 726, 651, 639,
    616, 632, 605, 594, 562, 533, 449, 560, 474, 384, 302, 202,
)  # fmt: skip
"""Of 10,000 repayments of the same loans, so many came in that hour of the day."""

REPAY_WEEKDAYS = (1766, 1632, 1794, 1732, 1760, 789, 526)
"""Of 10,000 repayments of the same loans, so many came on that weekday, Monday first."""

SHORT_PAYMENTS = 0.0966
"""Of 27,343 instalments (Home Credit), this share was first paid short."""

EARLY_DAYS = 2
"""Half of the borrowers of the same loans (SuperLender) who are not late pay two days early, or
earlier."""


def days_to_cure(dice: Random) -> int:
    """Days past due on which a late borrower pays, drawn from the share still unpaid."""
    left = dice.uniform(STILL_UNPAID[-1][1], 1)
    for (day, share), (next_day, next_share) in pairwise(STILL_UNPAID):
        if left >= next_share:
            return 1 + int(day + (next_day - day) * (share - left) / (share - next_share))
    return STILL_UNPAID[-1][0]


def repay_hour(dice: Random, earliest: int = 0) -> int:
    """The local hour in which a payment comes in, not before `earliest`."""
    hours = range(earliest, 24)
    return dice.choices(hours, REPAY_HOURS[earliest:])[0]


def weekday_weight(weekday: int) -> int:
    """How much likelier a payment is on that weekday (Monday is 0) than on others."""
    return REPAY_WEEKDAYS[weekday]
