"""How agencies did, measured on lots that were split at random, so that they had alike cases."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

BANDS = (0, 31, 61, 91, 181, 361)
"""Days past due at which an age band starts: agencies are compared on debts of the same age."""

WHOLE = 10_000
"""Ratios are counted in basis points."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One case an agency was given by lot; money is net of what was undone, in minor units."""

    agency: str
    currency: str
    days_past_due: int
    placed_minor: int
    collected_minor: int
    commission_minor: int = 0


@dataclass(frozen=True, slots=True)
class Performance:
    """One agency in one currency and age band.

    `liquidation` is collected by placed and `netback` the same after commission, in basis points.
    `batting` is its liquidation by the mean of all agencies of the band, 10000 is average; None
    where it has no peer or nobody collected anything.
    """

    agency: str
    currency: str
    from_days: int
    cases: int
    placed_minor: int
    collected_minor: int
    commission_minor: int
    liquidation: int | None
    netback: int | None
    batting: int | None


def performance(lots: Sequence[Placed]) -> list[Performance]:
    """Every agency in every currency and band it was given cases of, by band, then by name."""
    split: defaultdict[tuple[str, int], defaultdict[str, list[Placed]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for lot in lots:
        split[lot.currency, band_of(lot.days_past_due)][lot.agency].append(lot)
    found: list[Performance] = []
    for (currency, band), agencies in sorted(split.items()):
        rates = [rate for mine in agencies.values() if (rate := _rate(mine)) is not None]
        for agency, mine in sorted(agencies.items()):
            found.append(_performance(agency, currency, band, mine, rates))
    return found


def band_of(days_past_due: int) -> int:
    """The day at which the age band of a debt starts."""
    return max(start for start in BANDS if start <= max(0, days_past_due))


def _performance(
    agency: str, currency: str, band: int, mine: Sequence[Placed], rates: Sequence[int]
) -> Performance:
    placed, collected = _sums(mine)
    paid = sum(lot.commission_minor for lot in mine)
    mine_rate, mean = _rate(mine), sum(rates) // len(rates) if rates else 0
    alone = len(rates) < 2 or not mean or mine_rate is None
    return Performance(
        agency,
        currency,
        band,
        len(mine),
        placed,
        collected,
        paid,
        mine_rate,
        (collected - paid) * WHOLE // placed if placed else None,
        None if alone or mine_rate is None else mine_rate * WHOLE // mean,
    )


def _sums(mine: Sequence[Placed]) -> tuple[int, int]:
    return sum(lot.placed_minor for lot in mine), sum(lot.collected_minor for lot in mine)


def _rate(mine: Sequence[Placed]) -> int | None:
    """A ratio of sums, never an average of ratios; None when nothing was placed."""
    placed, collected = _sums(mine)
    return collected * WHOLE // placed if placed else None
