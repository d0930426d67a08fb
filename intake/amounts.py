"""Amounts as people and tapes write them, in minor units and within what a ledger can hold."""

import re

from domain.money import MoneyError, to_minor

MOST_MINOR = 10**15
"""Larger than any consumer loan in any currency, and far below what a BIGINT holds."""

_PLAIN = re.compile(r"[+-]?\d{1,18}(\.\d{1,18})?", re.ASCII)


def amount_minor(text: str, currency: str) -> int:
    """An amount in major units ("1234.5") in minor ones; raises MoneyError with a sentence."""
    if not _PLAIN.fullmatch(text.strip()):
        raise MoneyError(f"{text!r} is not an amount such as 200.00.")
    return bounded(to_minor(text, currency), text)


def bounded(amount: int, text: str) -> int:
    """The amount, unless it is larger than any loan."""
    if abs(amount) > MOST_MINOR:
        raise MoneyError(f"{text!r} is larger than any loan.")
    return amount


def minor(text: str) -> int:
    """An amount that is written in minor units ("12345"); raises MoneyError with a sentence."""
    if not re.fullmatch(r"[+-]?\d{1,18}", text.strip(), re.ASCII):
        raise MoneyError(f"{text!r} is not a whole number of minor units.")
    return bounded(int(text), text)
