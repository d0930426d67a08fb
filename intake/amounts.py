"""Amounts as people and tapes write them, within what a ledger can hold."""

import re

from domain.money import MoneyError, to_minor

MOST_MINOR = 10**15
"""Larger than any consumer loan in any currency, and far below what a BIGINT holds."""

_WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)


def amount_minor(text: str, currency: str) -> int:
    """An amount in major units ("1234.5") in minor ones; raises MoneyError with a sentence."""
    return _bounded(to_minor(text, currency), text)


def minor(text: str) -> int:
    """An amount that is written in minor units ("12345"); raises MoneyError with a sentence."""
    if not _WHOLE.fullmatch(text.strip()):
        raise MoneyError(f"{text!r} is not a whole number of minor units.")
    return _bounded(int(text), text)


def _bounded(amount: int, text: str) -> int:
    if abs(amount) > MOST_MINOR:
        raise MoneyError(f"{text!r} is larger than any loan.")
    return amount
