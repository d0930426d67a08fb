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


@dataclass(frozen=True, slots=True)
class Figures:
    """Every number of a paper, all from one transaction of the ledger; amounts in minor units.

    `version` is how many money facts the ledger had then. `late` are the instalments that are due
    and not paid in full. `fees` are those of the remedy by rule. `delay_minor` is the extra
    interest for `delay_days` of late performance of a judgment, 0 without one.
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


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper about to be drawn up: everything it says but who the parties are.

    `exhibits` are the items on file with their references; `title` and `order` are the references
    of the judgment to enforce and of the payment order whose suit is declined, empty without one.
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
