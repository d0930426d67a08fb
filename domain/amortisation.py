"""Schedules of equal instalments, and what a loan costs a year in all.

Amounts are exact minor units. Rates are solved in decimal arithmetic to far more digits than a rate
is ever quoted with, and handed on in whole millionths.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from domain.interest import MILLION, DayCount, days_between, half_even
from domain.money_events import Contract, Portion

_DIGITS = 40
_CLOSE = Decimal("1e-15")
_MOST_STEPS = 400
_DAYS_OF_A_YEAR = 365


def annuity(
    principal_minor: int,
    rate_ppm: int,
    lent_on: date,
    dues: Sequence[date],
    count: DayCount | None = None,
) -> tuple[Portion, ...]:
    """Equal instalments of principal and interest; the last one takes what rounding left.

    With a day count each period bears interest for its own days; without one every period is a
    twelfth of a year. No dues: no portions.
    """
    rates = _period_rates(rate_ppm, lent_on, dues, count)
    with localcontext() as context:
        context.prec = _DIGITS
        worth, factor = Decimal(0), Decimal(1)
        for numerator, denominator in rates:
            factor /= 1 + Decimal(numerator) / denominator
            worth += factor
        each = _whole(principal_minor / worth) if dues else 0
    portions, left = [], principal_minor
    for due, (numerator, denominator) in zip(dues, rates, strict=True):
        interest = half_even(left * numerator, denominator)
        part = max(0, min(left, each - interest))
        portions.append(Portion(due, part, interest))
        left -= part
    return _with_rest(portions, left)


def equal_principal(
    principal_minor: int,
    rate_ppm: int,
    lent_on: date,
    dues: Sequence[date],
    count: DayCount | None = None,
) -> tuple[Portion, ...]:
    """The principal in equal parts, each with the interest on what is left (等额本金)."""
    portions, left = [], principal_minor
    for number, (due, (numerator, denominator)) in enumerate(
        zip(dues, _period_rates(rate_ppm, lent_on, dues, count), strict=True)
    ):
        part = left // (len(dues) - number)
        portions.append(Portion(due, part, half_even(left * numerator, denominator)))
        left -= part
    return _with_rest(portions, left)


def internal_rate(flows: Sequence[tuple[date, int]]) -> int | None:
    """The yearly rate, compounded, at which the dated amounts are worth nothing together, in ppm.

    Money lent is negative, money paid back positive; a year has 365 days. None when all amounts
    have one sign, or no rate from -99.99 to 100,000 percent fits.
    """
    if not flows:
        return None
    first = min(on for on, _ in flows)
    times = [Decimal((on - first).days) / _DAYS_OF_A_YEAR for on, _ in flows]
    return _solved(times, [amount for _, amount in flows])


def period_rate(amounts: Sequence[int]) -> int | None:
    """The same for amounts that are one period apart, and for one period."""
    return _solved([Decimal(number) for number in range(len(amounts))], amounts)


def all_in_rate(contract: Contract, lent_minor: int, extra_minor: int = 0) -> int | None:
    """What the loan costs a year in all, in ppm: instalments, fees and `extra_minor` with the last.

    None where no rate fits, such as a loan that gives back less than was lent.
    """
    lent_on = date.fromordinal(contract.lent_from)
    flows = [(lent_on, -lent_minor)]
    flows += [(portion.due, portion.amount_minor) for portion in contract.portions]
    flows.append((contract.portions[-1].due, extra_minor))
    return internal_rate(flows)


def contract_bps(contract: Contract, lent_minor: int) -> int:
    """The rate of the contract itself, fees aside, in hundredths of a per cent a year; 0: none.

    Rounded down, so that what is bounded by it never costs more than the loan.
    """
    without = [replace(portion, fee_minor=0) for portion in contract.portions]
    rate = all_in_rate(replace(contract, portions=tuple(without)), lent_minor)
    return max(0, rate // 100) if rate is not None else 0


def _period_rates(
    rate_ppm: int, lent_on: date, dues: Sequence[date], count: DayCount | None
) -> list[tuple[int, int]]:
    """The rate of each period as a numerator and a denominator."""
    if count is None:
        return [(rate_ppm, 12 * MILLION) for _ in dues]
    starts = [lent_on, *dues]
    return [
        (rate_ppm * days_between(start, end, count), MILLION * count.year)
        for start, end in zip(starts, dues, strict=False)
    ]


def _with_rest(portions: list[Portion], left: int) -> tuple[Portion, ...]:
    if portions and left:
        last = portions[-1]
        portions[-1] = replace(last, principal_minor=last.principal_minor + left)
    return tuple(portions)


def _whole(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_HALF_EVEN))


def _solved(times: Sequence[Decimal], amounts: Sequence[int]) -> int | None:
    """The rate by halving, which always finds it where the worth changes its sign."""
    if not (min(amounts, default=0) < 0 < max(amounts, default=0)):
        return None
    with localcontext() as context:
        context.prec = _DIGITS
        low, high = Decimal("-0.9999"), Decimal(1000)
        at_low = _worth(times, amounts, low)
        if (at_low > 0) == (_worth(times, amounts, high) > 0):
            return None
        for _ in range(_MOST_STEPS):
            middle = (low + high) / 2
            if (_worth(times, amounts, middle) > 0) == (at_low > 0):
                low = middle
            else:
                high = middle
            if high - low < _CLOSE:
                break
        return _whole((low + high) / 2 * MILLION)


def _worth(times: Sequence[Decimal], amounts: Sequence[int], rate: Decimal) -> Decimal:
    log = (1 + rate).ln()
    return sum(
        (amount * (-log * time).exp() for time, amount in zip(times, amounts, strict=True)),
        Decimal(0),
    )
