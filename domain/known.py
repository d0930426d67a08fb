"""The policies this process knows, filled once when it is built: strategies and rules."""

from collections.abc import Mapping
from datetime import date

from domain.gate.rulebook import Rulebook
from domain.legal.file import Calendars
from domain.legal.remedies import Remedy
from domain.periods import RestDays
from domain.strategy import Strategy

_strategies: dict[str, Strategy] = {}
_rules: dict[str, Rulebook] = {}
_calendars: dict[str, RestDays] = {}
_remedies: dict[str, Mapping[str, Remedy]] = {}


class NotKnown(LookupError):
    """A strategy that this process does not know; the message names it."""


def know(strategies: Mapping[str, Strategy], rules: Mapping[str, Rulebook]) -> None:
    """Make policies known to this process; a strategy's id is always the same text."""
    _strategies.update(strategies)
    _rules.update(rules)


def knows(strategy_id: str) -> bool:
    """Whether this process knows that strategy."""
    return strategy_id in _strategies


def strategy(strategy_id: str) -> Strategy:
    """The strategy a case is pinned to.

    Raises NotKnown, which stops the case visibly until its worker knows the strategy.
    """
    if strategy_id not in _strategies:
        raise NotKnown(f"this worker does not know the strategy {strategy_id}")
    return _strategies[strategy_id]


def rules() -> Mapping[str, Rulebook]:
    """The rule packs by jurisdiction, as this process keeps them."""
    return _rules


def know_law(
    calendars: Mapping[str, RestDays], remedies: Mapping[str, Mapping[str, Remedy]]
) -> None:
    """Make the rest days by country and the remedies by jurisdiction known to this process."""
    _calendars.update(calendars)
    _remedies.update(remedies)


def calendars() -> Calendars:
    """The rest days by country, as this process keeps them."""
    return _calendars


def caveat(country: str, last: date) -> str:
    """What to say of a period of that country that ends on `last`; empty when nothing is open."""
    book = _calendars.get(country)
    return book.caveat(last) if book is not None else ""


def remedies() -> Mapping[str, Mapping[str, Remedy]]:
    """The remedies by jurisdiction and name, as this process keeps them."""
    return _remedies
