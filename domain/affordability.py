"""What a borrower can afford: a month's income and expenditure, and the surplus that is left."""

from dataclasses import dataclass
from datetime import date

from domain.reasons import Care


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the form: what it is, and minor units a month."""

    name: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Household:
    """What a household needs to live on, minor units of `currency` a month.

    For its first adult, each further adult and each child; housing and debts come on top.
    """

    currency: str
    first_adult_minor: int
    further_adult_minor: int
    child_minor: int

    def minimum(self, adults: int, children: int) -> int:
        """For that many people, minor units a month; a household has one adult at least."""
        further = max(0, adults - 1) * self.further_adult_minor
        return self.first_adult_minor + further + children * self.child_minor


@dataclass(frozen=True, slots=True)
class Finances:
    """The income and expenditure form: a usual month, in minor units of `currency`.

    `debts` are payments to other creditors, this loan is not among them. `pay_day` is the day of
    the month on which income comes, None when it is not known.
    """

    currency: str
    taken_on: date
    adults: int
    children: int
    income: tuple[Line, ...]
    housing: tuple[Line, ...]
    living: tuple[Line, ...]
    debts: tuple[Line, ...]
    pay_day: int | None = None

    @property
    def income_minor(self) -> int:
        """Everything that comes in a month."""
        return _sum(self.income)


@dataclass(frozen=True, slots=True)
class Means:
    """What the form comes to, minor units a month.

    `living_minor` is what is counted for living: as stated, or the household's minimum where that
    is more. `surplus_minor` is below zero when the month does not pay for itself;
    `affordable_minor` is what may be asked for, zero when there is nothing.
    """

    income_minor: int
    housing_minor: int
    living_minor: int
    debts_minor: int
    surplus_minor: int
    affordable_minor: int


def means(finances: Finances, household: Household | None, spare_percent: int, care: Care) -> Means:
    """What the borrower has over, and what of it may be asked for.

    `spare_percent` of a surplus is left for what nobody foresees, more where care asks for more.
    No household (None), or one in another currency, sets no minimum.
    """
    housing, debts = _sum(finances.housing), _sum(finances.debts)
    living = max(_sum(finances.living), _minimum(finances, household))
    surplus = finances.income_minor - housing - living - debts
    spared = max(spare_percent, care.spare_percent)
    return Means(
        income_minor=finances.income_minor,
        housing_minor=housing,
        living_minor=living,
        debts_minor=debts,
        surplus_minor=surplus,
        affordable_minor=max(0, surplus) * (100 - spared) // 100,
    )


def _minimum(finances: Finances, household: Household | None) -> int:
    if household is None or household.currency != finances.currency:
        return 0
    return household.minimum(finances.adults, finances.children)


def _sum(lines: tuple[Line, ...]) -> int:
    return sum(line.amount_minor for line in lines)
