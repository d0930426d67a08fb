"""The sample book: made-up borrowers with their loans, and what happens to each in half a year.

The same seed and day give the same book. Every tale is told at least once; the rest of the
borrowers pay as late borrowers do.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from demo.acts import Happening, Teller
from demo.lifelike import (
    SHORT_PAYMENTS,
    days_to_cure,
    first_after,
    repay_hour,
    weekday_weight,
)
from demo.people import REFUSED, Person, person
from demo.tales import TALES, Tale, opening, payer
from domain.clock import local_date
from domain.plans import monthly, split_evenly
from ledger.values import Loan, NewLoan

BORROWERS = 72
HALF_A_YEAR = timedelta(days=182)
STARTS = date(2026, 1, 5)
"""The first day of the half-year: a Monday, always the same, so that every run is the same book."""

CONTACT_DAYS = (3, 10, 20, 30, 37, 45, 60)
"""Days past due on which the standard strategy contacts the borrower."""

_LATEST_PAYER = 34
"""Days past due: those who would pay later still have tales of their own."""

_LATENESS = 3
"""Instalments already past due when the half-year starts: at most so many days."""


@dataclass(frozen=True, slots=True)
class Life:
    """One loan of the book and everything that happens to it, in order of time."""

    tale: str
    loan: NewLoan
    episode: date
    happenings: tuple[Happening, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """The sample book; `starts` is midnight UTC of its first day."""

    starts: datetime
    ends: datetime
    lives: tuple[Life, ...]

    @property
    def borrowers(self) -> int:
        return len({life.loan.borrower.borrower_id for life in self.lives})

    def telling(self, tale: str) -> Life:
        """The first life of that tale."""
        return next(life for life in self.lives if life.tale == tale)


def sample_book(strategy_id: str, seed: int = 1, borrowers: int = BORROWERS) -> Book:
    """The book of that seed; with fewer borrowers than tales it still tells every tale."""
    dice = Random(seed)
    starts = datetime.combine(STARTS, datetime.min.time()).astimezone()
    raise NotImplementedError((dice, starts, strategy_id, borrowers))
