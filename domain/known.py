"""The policies this process knows, filled once when it is built: strategies and contact rules."""

from collections.abc import Mapping

from domain.permit import ContactRules
from domain.strategy import Strategy

_strategies: dict[str, Strategy] = {}
_contact_rules: dict[str, ContactRules] = {}


def know(strategies: Mapping[str, Strategy], rules: Mapping[str, ContactRules]) -> None:
    """Make policies known to this process; a strategy's id is always the same text."""
    _strategies.update(strategies)
    _contact_rules.update(rules)


def strategy(strategy_id: str) -> Strategy:
    """The strategy a case is pinned to; an unknown one stops the case visibly until it is known."""
    assert strategy_id in _strategies, f"this worker does not know the strategy {strategy_id}"
    return _strategies[strategy_id]


def contact_rules() -> Mapping[str, ContactRules]:
    """The contact rules by jurisdiction, for looking ahead; the claim asks its own."""
    return _contact_rules
