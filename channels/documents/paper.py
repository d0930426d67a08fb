"""What a legal paper is drawn up from: parties, one snapshot of the ledger, and what is on file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.legal.figures import Figures
from domain.legal.papers import Paper


@dataclass(frozen=True, slots=True)
class Party:
    """One side: its name, and address and further particulars line by line.

    `blanks` name what people fill in by hand, because the ledger does not keep it.
    """

    name: str
    lines: tuple[str, ...] = ()
    blanks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """One paper as it is drawn up.

    `court` is the court or mediator it goes to, empty for a letter. `exhibits` are what is on file:
    what it is by language, and its reference or
    its day. `title` is the reference of the judgment or order
    that is to be enforced, `order` that of the payment order whose suit is declined. A letter is
    to be answered by `reply_by`.
    """

    paper: Paper
    number: str
    dated: date
    locale: str
    loan_id: str
    lent_on: date | None
    creditor: Party
    debtor: Party
    figures: Figures
    court: str = ""
    exhibits: tuple[tuple[Mapping[str, str], str | date], ...] = ()
    title: str = ""
    order: str = ""
    reply_by: date | None = None
