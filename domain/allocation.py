"""Which part of the debt a payment pays first.

The law orders groups: costs of realising the claim, the price of the money (fees, interest and
penalty), the principal. Within the price of the money no source gives an order, so it is our own
and the same everywhere: fees, interest, penalty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

COSTS = ("costs",)
PRICE = ("fees", "interest", "penalty")
PRINCIPAL = ("principal",)
LATE_PERFORMANCE = (
    "default_interest",
    "doubled_interest",
    "doubled_default_interest",
    "extra_interest",
)
"""The extra interest for late performance of a judgment (CN-ENF-02), by the names it goes under."""

PRINCIPAL_FIRST_FROM = 91
"""Days past due from which a card payment goes to principal first (信用卡办法 art. 57)."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """One payment over the components of a debt, in minor units.

    `allocated` and `remaining` name every component that was owed; `unapplied` is what is left of
    the payment when nothing is owed any more.
    """

    allocated: Mapping[str, int]
    remaining: Mapping[str, int]
    unapplied: int


def allocate(
    rule: str,
    days_past_due: int,
    owed: Mapping[str, int],
    payment_minor: int,
    agreed_order: Sequence[str] = (),
) -> Allocation:
    """The payment over what is owed, in the order of that rule on the payment's value date.

    `agreed_order` is the contract's own order, for the rule CONTRACT only: no law of the US or the
    UK orders the components of one debt. Raises ValueError for an unknown rule, for a component
    the order does not know, and for an amount below zero.
    """
    return in_order(waterfall(rule, days_past_due, agreed_order), owed, payment_minor)


def waterfall(
    rule: str, days_past_due: int = 0, agreed_order: Sequence[str] = ()
) -> tuple[str, ...]:
    """The components in the order in which they are paid.

    CN-ALLOC-01 (card): costs and price first up to 90 days past due, principal first from day 91.
    CN-ALLOC-02 (民法典 art. 561): costs, price, principal. CN-ALLOC-04 (SPC 2014 art. 4): all the
    judgment awards, then the interest for performing it late.
    """
    if rule == "CONTRACT":
        return _contract(agreed_order)
    if agreed_order:
        raise ValueError(f"order: {rule} has its own order; only CONTRACT takes one.")
    match rule:
        case "CN-ALLOC-01" if days_past_due >= PRINCIPAL_FIRST_FROM:
            return PRINCIPAL + COSTS + PRICE
        case "CN-ALLOC-01" | "CN-ALLOC-02":
            return COSTS + PRICE + PRINCIPAL
        case "CN-ALLOC-04":
            return ("judgment", *COSTS, *PRICE, *PRINCIPAL, *LATE_PERFORMANCE)
    raise ValueError(f"rule: {rule!r} orders no payment; known are {', '.join(RULES)}.")


def rule_for(jurisdiction: str, product: str, agreed_order: Sequence[str] = ()) -> str:
    """The rule that orders the payments of a loan while it is not enforced.

    A card in China has its own (信用卡办法 art. 57), whatever was agreed. Otherwise the parties may
    agree; where they have not, China orders (民法典 art. 561), and elsewhere our own order stands
    in for a contract.
    """
    if jurisdiction == "CN" and product in CARDS:
        return "CN-ALLOC-01"
    return "CN-ALLOC-02" if jurisdiction == "CN" and not agreed_order else "CONTRACT"


CARDS = ("credit_card", "card")
"""The products that are credit cards."""

RULES = ("CN-ALLOC-01", "CN-ALLOC-02", "CN-ALLOC-04", "CONTRACT")
"""The rules that order a payment; CONTRACT takes the order that the parties agreed."""


def in_order(order: Sequence[str], owed: Mapping[str, int], payment_minor: int) -> Allocation:
    """The payment over the components, each paid in full before the next in `order`."""
    if payment_minor < 0:
        raise ValueError(f"payment_minor: must not be below zero, but is {payment_minor}.")
    for name, amount in owed.items():
        if name not in order:
            raise ValueError(f"owed: {name!r} is not in the order {', '.join(order)}.")
        if amount < 0:
            raise ValueError(f"owed.{name}: must not be below zero, but is {amount}.")
    left, allocated = payment_minor, dict.fromkeys(owed, 0)
    for name in order:
        allocated[name] = min(left, owed.get(name, 0))
        left -= allocated[name]
    allocated = {name: allocated[name] for name in owed}
    remaining = {name: owed[name] - paid for name, paid in allocated.items()}
    return Allocation(allocated, remaining, left)


def _contract(agreed_order: Sequence[str]) -> tuple[str, ...]:
    if not agreed_order:
        raise ValueError("order: CONTRACT needs the agreed order of the components.")
    if len(set(agreed_order)) != len(agreed_order):
        raise ValueError("order: names a component twice.")
    return tuple(agreed_order)
