"""What a loan costs a year in all, with what lateness has cost so far."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from domain.account import LoanAccount
from domain.amortisation import internal_rate
from domain.money_events import EventKind, MoneyFacts

_COSTS = "costs"
"""What courts and others cost is no price of the money."""

_GIVEN = {EventKind.PAYMENT: 1, EventKind.REFUND: -1}


def all_in_to_date(facts: MoneyFacts, account: LoanAccount, lent_minor: int) -> int | None:
    """The yearly rate of the loan as it went and as it is still to go, in millionths.

    Everything that was paid counts on its day, everything that is payable now (penalties, fees and
    plans' interest included) on the day of the account, and every other instalment when it falls
    due. Who pays on time pays the rate of the contract. Below zero less comes back than was lent,
    as when a part was forgiven. None where nobody says when the money was paid out, or no rate
    fits.
    """
    if facts.contract.disbursed_on is None:
        return None
    flows: dict[date, int] = defaultdict(int)
    flows[facts.contract.disbursed_on] -= lent_minor
    costs = _costs_paid(account)
    for event in facts.events:
        if event.kind in _GIVEN and event.on <= account.as_of:
            amount = event.amount_minor - costs.get(event.event_id, 0)
            flows[event.on] += _GIVEN[event.kind] * amount
    payable = account.due_minor - account.due[_COSTS] - account.unapplied_minor
    flows[account.as_of] += payable
    for portion in account.instalments:
        if portion.due > account.as_of:
            flows[portion.due] += portion.unpaid_minor
    return internal_rate(sorted(flows.items()))


def _costs_paid(account: LoanAccount) -> Mapping[str, int]:
    """How much of each event's money went to costs."""
    found: dict[str, int] = defaultdict(int)
    for covered in account.covered:
        if covered.component == _COSTS:
            found[covered.event_id] += covered.amount_minor
    return found
