"""The days on which an account changes by itself, and the entry it opens with."""

from enum import IntEnum

from domain.books import OPENED, Account, Posted
from domain.delinquency import joined
from domain.money_events import Contract, MoneyFacts


class Break(IntEnum):
    """What changes on a day by itself; of one day in this order, and before its events."""

    RESUME = 0
    PAUSE = 1
    DUE = 2
    LATE = 3
    FEE = 4
    PLAN = 5


def breaks(facts: MoneyFacts) -> list[tuple[int, Break, int]]:
    """Those days as ordinals, each with what changes and the number from 0 of whose it is."""
    terms, found = facts.terms, list[tuple[int, Break, int]]()
    dues = [portion.due.toordinal() for portion in facts.contract.portions]
    after = [(0, Break.DUE)]
    if terms.penalty_ppm:
        after.append((terms.grace_days, Break.LATE))
    if terms.late_fee_minor or terms.late_fee_ppm:
        after.append((terms.late_fee_after_days + 1, Break.FEE))
    for days, what in after:
        found += [(due + days, what, number) for number, due in enumerate(dues)]
    for pause in joined(facts.pauses):
        found.append((pause.start.toordinal(), Break.PAUSE, 0))
        if pause.end is not None:
            found.append((pause.end.toordinal(), Break.RESUME, 0))
    found += [
        (part.due.toordinal(), Break.PLAN, number)
        for number, part in enumerate(facts.plan_interest)
    ]
    found.sort()
    return found


def opening(contract: Contract) -> Posted:
    """All instalments become owed: the principal was paid out, the rest is income."""
    portions = contract.portions
    parts = {
        Account.RECEIVABLE: sum(p.principal_minor for p in portions),
        Account.INTEREST: sum(p.interest_minor for p in portions),
        Account.FEES: sum(p.fee_minor for p in portions),
    }
    price = parts[Account.INTEREST] + parts[Account.FEES]
    against = ((Account.DISBURSEMENT, -parts[Account.RECEIVABLE]), (Account.INCOME, -price))
    lines = tuple(line for line in (*parts.items(), *against) if line[1])
    return Posted(contract.opened_on.toordinal(), OPENED, "Loan opened", lines)
