"""The orders in which an account's payments cover what is owed, early and late."""

from collections.abc import Mapping

from domain.allocation import PRINCIPAL_FIRST_FROM, waterfall
from domain.money_events import AccountTerms


def orders_of(terms: AccountTerms) -> Mapping[bool, tuple[str, ...]]:
    """The order up to 90 days past due (False) and the one from day 91 on (True)."""
    agreed = terms.order if terms.allocation == "CONTRACT" else ()
    return {
        late: _with_plans(waterfall(terms.allocation, PRINCIPAL_FIRST_FROM if late else 0, agreed))
        for late in (False, True)
    }


def _with_plans(order: tuple[str, ...]) -> tuple[str, ...]:
    """The order with the interest of plans in its place among interest."""
    after = order.index("interest") + 1
    return (*order[:after], "plan_interest", *order[after:])
