"""What may be done to a loan's money, and by whom: asked before anything is written."""

from dataclasses import dataclass
from datetime import date

from domain.account import LoanAccount
from domain.books import OWED_AS
from ledger.errors import LedgerError
from ledger.words import MoneyKind

CHARGED_AS = ("fees", "costs")
"""What can be charged by hand: a fee of the contract, or a cost of realising the claim."""

_OFFERS = (MoneyKind.QUOTE, MoneyKind.SETTLEMENT)


@dataclass(frozen=True, slots=True)
class Dealing:
    """One thing to be done to a loan's money, and who wants it.

    `amount_minor` 0 for a charge-off, and for a quote, which computes its own. `component` is what
    a fee or a waiver is about (empty for a waiver: in the order of payments), `until` the last day
    of an offer. `approved_by` is the second person, empty for none. `authority_minor` is how much
    `by` may waive alone.
    """

    event_id: str
    kind: MoneyKind
    on: date
    by: str
    reason: str
    amount_minor: int = 0
    component: str = ""
    until: date | None = None
    approved_by: str = ""
    authority_minor: int = 0


def refuse(here: str, dealing: Dealing, amount: int, now: LoanAccount) -> None:
    """Raise LedgerError when the account on that day, or who asks, does not allow it."""
    if not dealing.by or not dealing.reason:
        raise LedgerError(f"{here}: say by whom and why.")
    if dealing.kind is not MoneyKind.CHARGE_OFF and amount <= 0:
        raise LedgerError(f"{here}: the amount is {amount}, not positive.")
    if dealing.kind in _OFFERS and (dealing.until is None or dealing.until < dealing.on):
        raise LedgerError(f"{here}: it begins on {dealing.on} and ends on {dealing.until}.")
    if wrong := _wrong(dealing, amount, now):
        raise LedgerError(f"{here}: {wrong}")
    if needs_second(dealing, amount):
        if not dealing.approved_by:
            raise LedgerError(f"{here}: needs a second person to approve it.")
        if dealing.approved_by == dealing.by:
            raise LedgerError(f"{here}: {dealing.by!r} cannot approve what they ask for.")


def needs_second(dealing: Dealing, amount: int) -> bool:
    """Whether a second person must approve it: what gives up money that is owed."""
    if dealing.kind is MoneyKind.WAIVER:
        return amount > dealing.authority_minor
    return dealing.kind in (MoneyKind.SETTLEMENT, MoneyKind.CHARGE_OFF)


def _wrong(dealing: Dealing, amount: int, now: LoanAccount) -> str:
    """What the account has against it, in a sentence; empty when it has nothing."""
    match dealing.kind:
        case MoneyKind.FEE if dealing.component not in CHARGED_AS:
            return f"{dealing.component!r} is neither of {', '.join(CHARGED_AS)}."
        case MoneyKind.WAIVER:
            return _waiver_wrong(dealing.component, amount, now)
        case MoneyKind.SETTLEMENT if amount >= now.payoff_minor:
            return f"{now.payoff_minor} pays the loan off; a settlement is less."
        case MoneyKind.REFUND if amount > now.unapplied_minor:
            return f"only {now.unapplied_minor} is unapplied."
        case MoneyKind.CHARGE_OFF if now.charged_off_on is not None:
            return f"it was charged off on {now.charged_off_on}."
        case MoneyKind.CHARGE_OFF if now.owed_minor == 0:
            return "nothing is owed."
    return ""


def _waiver_wrong(component: str, amount: int, now: LoanAccount) -> str:
    if component and component not in OWED_AS:
        return f"{component!r} is none of {', '.join(OWED_AS)}."
    owed = now.owed[component] if component else now.owed_minor
    return f"only {owed} is owed of it." if amount > owed else ""
