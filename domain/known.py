"""The policies this process knows, filled once when it is built: strategies and rules."""

from collections.abc import Mapping

from domain.gate.rulebook import Rulebook
from domain.strategy import Strategy

_strategies: dict[str, Strategy] = {}
_rules: dict[str, Rulebook] = {}


def know(strategies: Mapping[str, Strategy], rules: Mapping[str, Rulebook]) -> None:
    """Make policies known to this process; a strategy's id is always the same text."""
    _strategies.update(strategies)
    _rules.update(rules)


def strategy(strategy_id: str) -> Strategy:
    """The strategy a case is pinned to; an unknown one stops the case visibly until it is known."""
    assert strategy_id in _strategies, f"this worker does not know the strategy {strategy_id}"
    return _strategies[strategy_id]


def rules() -> Mapping[str, Rulebook]:
    """The rule packs by jurisdiction, as this process keeps them."""
    return _rules
