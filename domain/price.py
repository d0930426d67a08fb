"""The price of the money so far, and what a cap on it leaves for late charges.

The cap of a year (CN-RATE-02) bounds interest, fees and penalties in all. It is kept day by day: so
much a year of the principal that was outstanding, less what the contract itself has earned. Price
hidden in instalments that are not split counts whole from the first day.
"""

from itertools import accumulate

from domain.interest import MILLION, half_even
from domain.money_events import AccountTerms, Contract

_YEAR = 365


class Price:
    """What the contract has earned; `principal_days` is the principal times the days it was out."""

    __slots__ = (
        "_cap_ppm",
        "_earned",
        "_hidden",
        "_interest",
        "_starts",
        "fallen",
        "principal_days",
    )

    def __init__(self, contract: Contract, terms: AccountTerms) -> None:
        portions = contract.portions
        self._cap_ppm = terms.cap_ppm
        self._hidden = contract.hidden_minor
        self._interest = [p.interest_minor for p in portions]
        self._earned = [0, *accumulate(p.interest_minor + p.fee_minor for p in portions)]
        self._starts = [contract.lent_from, *(p.due.toordinal() for p in portions)]
        self.fallen = self.principal_days = 0

    def copy(self) -> "Price":
        """The same again, for another way on."""
        twin: Price = object.__new__(Price)
        for name in Price.__slots__:
            setattr(twin, name, getattr(self, name))
        return twin

    def fall(self, number: int) -> None:
        """The instalment of that number, from 0, is due: its interest and fee are earned."""
        self.fallen = number + 1

    def earned_of_next(self, day: int) -> int:
        """What the next instalment's interest has earned by that day, in proportion to days."""
        if self.fallen >= len(self._interest):
            return 0
        start, end = self._starts[self.fallen : self.fallen + 2]
        interest = self._interest[self.fallen]
        if not interest or day <= start or end <= start:
            return 0
        return half_even(interest * (day - start), end - start) if day < end else interest

    def room(self, day: int) -> int:
        """How much of late charges the cap leaves by that day; below zero it is passed already."""
        assert self._cap_ppm is not None, "only a cap leaves room"
        most = half_even(self._cap_ppm * self.principal_days, MILLION * _YEAR)
        earned = self._earned[self.fallen] + self.earned_of_next(day)
        return most - earned - self._hidden

    @property
    def at_least(self) -> int:
        """What `room` is at least on any day before the next due date, quickly."""
        assert self._cap_ppm is not None, "only a cap leaves room"
        most = self._cap_ppm * self.principal_days // (MILLION * _YEAR)
        return most - self._earned[min(self.fallen + 1, len(self._interest))] - self._hidden

    def unearned(self, left: list[int], day: int) -> int:
        """Of the interest `left` of each instalment, what will be earned only after that day."""
        first = self.fallen
        if first >= len(left):
            return 0
        paid = self._interest[first] - left[first]
        return sum(left[first:]) - max(0, self.earned_of_next(day) - paid)
