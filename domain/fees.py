"""What the courts of China charge, and what late performance of a judgment costs.

All amounts are minor units of CNY (fen), computed as exact fractions and rounded once at the end,
half up to the fen. The tables are in yuan, so no other currency is taken.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

FEN = 100
DELAY_PER_DAY = Fraction(175, 1_000_000)
"""Extra interest for late performance, 0.0175 % of the unpaid judgment sum for each day."""


@dataclass(frozen=True, slots=True)
class Band:
    """The part of an amount up to `up_to_yuan` (None: without limit) that is charged `rate`."""

    up_to_yuan: int | None
    rate: Fraction


def _band(up_to_yuan: int | None, percent: str) -> Band:
    return Band(up_to_yuan, Fraction(percent) / 100)


SUIT_BASE_YUAN = 50
SUIT_BANDS = (
    _band(10_000, "0"),
    _band(100_000, "2.5"),
    _band(200_000, "2"),
    _band(500_000, "1.5"),
    _band(1_000_000, "1"),
    _band(2_000_000, "0.9"),
    _band(5_000_000, "0.8"),
    _band(10_000_000, "0.7"),
    _band(20_000_000, "0.6"),
    _band(None, "0.5"),
)
"""诉讼费用交纳办法 art. 13. The bands above one million are from memory (confidence M)."""

PRESERVATION_BASE_YUAN = 30
PRESERVATION_CAP_YUAN = 5_000
PRESERVATION_BANDS = (_band(1_000, "0"), _band(100_000, "1"), _band(None, "0.5"))
"""诉讼费用交纳办法 art. 14(2)."""


@dataclass(frozen=True, slots=True)
class FeeQuestion:
    """What a fee depends on.

    `amount_minor` is what is claimed, or for CN-ENF-02 the unpaid judgment sum without general
    interest. `simple` says simple procedure, mediation or withdrawal: it halves the suit fee and
    changes no other. `days` are the days late, for CN-ENF-02 only.
    """

    amount_minor: int
    currency: str = "CNY"
    simple: bool = False
    days: int | None = None


def fee(rule: str, asked: FeeQuestion) -> int:
    """The fee under that rule, in fen.

    Raises ValueError for a rule without a fee, a currency other than CNY, an amount that is not
    above zero, and for missing days.
    """
    if rule not in FEES:
        raise ValueError(f"rule: {rule!r} has no fee; known are {', '.join(FEES)}.")
    if asked.currency != "CNY":
        raise ValueError(f"currency: the table of {rule} is in CNY, not {asked.currency}.")
    if asked.amount_minor <= 0:
        raise ValueError(f"amount_minor: must be above zero, not {asked.amount_minor}.")
    return half_up(FEES[rule](asked))


def half_up(amount: Fraction) -> int:
    """An amount of zero or more, rounded to the next whole number; a half goes up."""
    return int(amount + Fraction(1, 2))


def _suit(asked: FeeQuestion) -> Fraction:
    full = SUIT_BASE_YUAN * FEN + _charged(asked.amount_minor, SUIT_BANDS)
    return full / 2 if asked.simple else full


def _payment_order(asked: FeeQuestion) -> Fraction:
    return _suit(replace(asked, simple=False)) / 3


def _preservation(asked: FeeQuestion) -> Fraction:
    charged = PRESERVATION_BASE_YUAN * FEN + _charged(asked.amount_minor, PRESERVATION_BANDS)
    return min(charged, Fraction(PRESERVATION_CAP_YUAN * FEN))


def _late_performance(asked: FeeQuestion) -> Fraction:
    if asked.days is None or asked.days < 0:
        raise ValueError("days: CN-ENF-02 needs the days late, a whole number from 0.")
    return asked.amount_minor * DELAY_PER_DAY * asked.days


def _charged(amount_minor: int, bands: tuple[Band, ...]) -> Fraction:
    total, lower = Fraction(0), 0
    for band in bands:
        upper = amount_minor if band.up_to_yuan is None else band.up_to_yuan * FEN
        total += max(0, min(amount_minor, upper) - lower) * band.rate
        lower = upper
    return total


FEES: Mapping[str, Callable[[FeeQuestion], Fraction]] = {
    "CN-SUIT-03": _suit,
    "CN-PO-08": _payment_order,
    "CN-PRES-05": _preservation,
    "CN-ENF-02": _late_performance,
}
"""The rules with a fee: 诉讼费用交纳办法 arts 13-16; 民诉法 art. 264 with SPC 2014 art. 1."""
