"""The numbers of a legal paper, all of one ledger snapshot, and a paper about to be drawn up."""

from dataclasses import dataclass
from datetime import date

from domain.legal.papers import Paper


@dataclass(frozen=True, slots=True)
class DueLine:
    """One instalment as it stands: what was due, and what of it was paid, in minor units."""

    due: date
    amount_minor: int
    paid_minor: int


INSTALMENTS = "instalments"
"""What is unpaid of instalments in which nobody has told principal from interest."""

GENERAL_INTEREST = ("interest", "plan_interest", "penalty")
"""What bears no extra interest when a judgment is performed late (CN-ENF-02)."""


@dataclass(frozen=True, slots=True)
class Allocated:
    """How payments cover what is due: the rule (empty: neither law nor contract), and its order.

    `late_order` is the order from day 91 past due, empty where it is the same. With
    `by_instalment` an instalment is covered whole before the next.
    """

    rule: str
    order: tuple[str, ...]
    late_order: tuple[str, ...] = ()
    by_instalment: bool = False


@dataclass(frozen=True, slots=True)
class PenaltyTerms:
    """How penalty interest runs: a yearly rate in millionths, over a year of so many days.

    It begins `grace_days` after the due date, on late principal, and on late interest too with
    `compound`. `cap_ppm` bounds the price of the money in all, in millionths a year; None: none.
    """

    ppm: int
    year_days: int
    grace_days: int
    compound: bool
    cap_ppm: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Every number of a paper, all from one transaction of the ledger; amounts in minor units.

    `version` is how many money facts the ledger had then. `late` are the instalments that are due
    and not paid in full. `fees` are those of the remedy by rule. `delay_minor` is the extra
    interest for `delay_days` of late performance of a judgment, 0 without one.

    `arrears_minor` is what is unpaid of the instalments. `claim` is what the account says is due
    and unpaid in all, by component; empty when that is the arrears, all of one kind. `allocated` is
    None where there is but one component to cover, `penalty` where no penalty is claimed.
    """

    currency: str
    as_of: date
    version: int
    principal_minor: int
    arrears_minor: int
    outstanding_minor: int
    paid_minor: int
    days_past_due: int
    oldest_due: date | None
    late: tuple[DueLine, ...] = ()
    fees: tuple[tuple[str, int], ...] = ()
    delay_days: int = 0
    delay_minor: int = 0
    claim: tuple[tuple[str, int], ...] = ()
    allocated: Allocated | None = None
    penalty: PenaltyTerms | None = None

    @property
    def claimed_minor(self) -> int:
        """Everything that is claimed, before the costs of the court."""
        return sum(amount for _, amount in self.claim) if self.claim else self.arrears_minor


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper about to be drawn up: everything it says but who the parties are.

    `exhibits` are the items on file with their references; `exhibit_days` beside them has the day
    that a reader is told instead of a reference that says nothing outside, else None. `title` and
    `order` are the references of the judgment to enforce and of the payment order whose suit is
    declined, empty without one.
    """

    key: str
    paper: Paper
    number: str
    dated: date
    locale: str
    remedy: str
    figures: Figures
    court: str = ""
    exhibits: tuple[tuple[str, str], ...] = ()
    title: str = ""
    order: str = ""
    reply_by: date | None = None
    exhibit_days: tuple[date | None, ...] = ()
