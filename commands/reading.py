"""Reading what people type: dates, instants and amounts, each refused with its option's name."""

from datetime import date, datetime, time
from typing import TypeVar
from uuid import uuid4

from commands.saying import WRONG_INPUT, Failed
from domain.clock import local_instant, zone
from domain.money import MoneyError
from intake.amounts import amount_minor

_When = TypeVar("_When", date, datetime)


def day(text: str, option: str) -> date:
    """A date such as 2026-01-31."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Failed(f"{option}: {text!r} is not a date such as 2026-01-31.", WRONG_INPUT) from None


def instant(text: str, option: str, zone_name: str) -> datetime:
    """An instant: a date is its first moment there; a time without a zone is local there."""
    try:
        if len(text) == len("2026-01-31"):
            return local_instant(date.fromisoformat(text), time(), zone_name)
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise Failed(
            f"{option}: {text!r} is not a date or time such as 2026-01-31 or 2026-01-31T09:00.",
            WRONG_INPUT,
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=zone(zone_name))


def past_day(text: str, option: str, today: date) -> date:
    """A date that is not after today (empty: today)."""
    return _come(day(text, option) if text else today, today, option)


def past_instant(text: str, option: str, zone_name: str, now: datetime) -> datetime:
    """An instant that is not after now (empty: now)."""
    return _come(instant(text, option, zone_name) if text else now, now, option)


def _come(found: _When, latest: _When, option: str) -> _When:
    if found > latest:
        raise Failed(f"{option}: {found.isoformat()} is still to come.", WRONG_INPUT)
    return found


def amount(text: str, option: str, currency: str) -> int:
    """An amount in major units, in minor ones."""
    try:
        return amount_minor(text, currency)
    except MoneyError as error:
        raise Failed(f"{option}: {error}", WRONG_INPUT) from None


def fresh_id() -> str:
    """An id for a request that was given none."""
    return str(uuid4())
