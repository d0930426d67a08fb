"""The accounts of the journal, and how each component of a debt is kept in them."""

from enum import StrEnum
from typing import NamedTuple


class Account(StrEnum):
    """The accounts of the journal; a debit is positive, a credit negative.

    What the borrower owes stands on `receivable` (principal), `interest`, `plan_interest`, `fees`,
    `penalty` and `costs`. `income` is what was charged beside the principal. `unapplied` is money
    of the borrower that pays nothing yet. `waived` was forgiven; `charged_off` was taken out of the
    books and is still owed, and `recovered` came in on it.
    """

    RECEIVABLE = "receivable"
    DISBURSEMENT = "disbursement"
    CASH = "cash"
    UNAPPLIED = "unapplied"
    INTEREST = "interest"
    PLAN_INTEREST = "plan_interest"
    FEES = "fees"
    PENALTY = "penalty"
    COSTS = "costs"
    INCOME = "income"
    WAIVED = "waived"
    CHARGED_OFF = "charged_off"
    RECOVERED = "recovered"


OWED_ON = {
    "costs": Account.COSTS,
    "fees": Account.FEES,
    "interest": Account.INTEREST,
    "plan_interest": Account.PLAN_INTEREST,
    "penalty": Account.PENALTY,
    "principal": Account.RECEIVABLE,
}
"""The account of each component of a debt that is in the books."""

OWED_AS = tuple(OWED_ON)
"""What a debt is made of; the interest of a plan is beside what the contract knows."""

COMPONENTS = tuple(name for name in OWED_AS if name != "plan_interest")
"""What an order of payments names, as in `domain/allocation.py`.

The interest of a plan is paid right after the interest of the contract, wherever that stands.
"""

OPENED, CHARGED, LATE_FEE, APPLIED = "opened", "charged", "late_fee", "applied"
"""Sources of postings that no event of their own brings."""


class Posted(NamedTuple):
    """What one source moved on one day (an ordinal): debits positive, credits negative."""

    on: int
    source: str
    what: str
    lines: tuple[tuple[Account, int], ...]
