"""What a paper claims of an account, part by part, and what is left of it once money came."""

from collections import Counter
from collections.abc import Mapping

from domain.account import LoanAccount, account
from domain.legal.figures import INSTALMENTS, Figures
from domain.money_events import MoneyFacts

PLAIN = "principal"
"""What an account is all made of where nothing was told apart and nothing was charged."""

CLAIMED = ("principal", "interest", "plan_interest", "penalty", "fees", "costs")
"""The components in the order in which a claim names them."""

_OF_INSTALMENTS = ("principal", "interest", "fees")
"""What an instalment may be made of; a claim that does not tell these apart claims them as one."""


def claim_of(facts: MoneyFacts, books: LoanAccount) -> tuple[tuple[str, int], ...]:
    """What is due and unpaid by component, less what falls due on the very day of the account.

    Empty when all of it is of one kind, the instalments.
    """
    due = _due_before(facts, books)
    if not any(amount for name, amount in due.items() if name != PLAIN):
        return ()
    whole = INSTALMENTS if facts.contract.hidden_minor else PLAIN
    return tuple((whole if name == PLAIN else name, due[name]) for name in CLAIMED if due[name])


def left_of(facts: MoneyFacts, figures: Figures) -> int:
    """What is still to be paid of what a paper claims, in minor units, by all that is known now.

    Of each part of the claim so much is off as payments and waivers have covered of it since the
    day of the paper, and as the account no longer says of that day. What fell due or ran up after
    that day is in no claim of the paper, and money that covers it takes nothing off.
    """
    claimed = dict(figures.claim) or {PLAIN: figures.arrears_minor}
    last = max([figures.as_of, *(event.on for event in facts.events)])
    then, now = account(facts, figures.as_of), account(facts, last)
    left = _named(_due_before(facts, then), claimed)
    left.subtract(_covered(facts, now, figures, claimed))
    left.update(_covered(facts, then, figures, claimed))
    return sum(min(amount, max(0, left[name])) for name, amount in claimed.items())


def _due_before(facts: MoneyFacts, books: LoanAccount) -> Counter[str]:
    """What is due and unpaid by component, of what fell due before the day of the account."""
    due = Counter(books.due)
    today = {n for n, p in enumerate(facts.contract.portions, start=1) if p.due == books.as_of}
    for number in today:
        portion = facts.contract.portions[number - 1]
        due["principal"] -= portion.principal_minor
        due["interest"] -= portion.interest_minor
        due["fees"] -= portion.fee_minor
    for part in books.covered:
        if part.instalment in today:
            due[part.component] += part.amount_minor
    return due


def _named(due: Mapping[str, int], claimed: Mapping[str, int]) -> Counter[str]:
    """The same under the names of the claim."""
    found: Counter[str] = Counter()
    for name, amount in due.items():
        found[_name(name, claimed)] += amount
    return found


def _covered(
    facts: MoneyFacts, books: LoanAccount, figures: Figures, claimed: Mapping[str, int]
) -> Counter[str]:
    """What was covered of charges and of the instalments due before the paper, by its names."""
    portions = facts.contract.portions
    found: Counter[str] = Counter()
    for part in books.covered:
        if not part.instalment:
            found[part.component] += part.amount_minor
        elif portions[part.instalment - 1].due < figures.as_of:
            found[_name(part.component, claimed)] += part.amount_minor
    return found


def _name(component: str, claimed: Mapping[str, int]) -> str:
    """What a claim calls a component of the instalments."""
    if component in claimed or component not in _OF_INSTALMENTS:
        return component
    return INSTALMENTS if INSTALMENTS in claimed else PLAIN
