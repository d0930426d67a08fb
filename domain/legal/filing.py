"""What the desk asks of the court's activity, and what it answers: ids, amounts and dates."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from domain.clock import Clock
from domain.facts import MoneyFact
from domain.legal.papers import Paper
from domain.legal.remedies import Prepared


@dataclass(frozen=True, slots=True)
class PrepareOrder:
    """Look what a remedy asks for and what the ledger has of it."""

    loan_id: str
    remedy: str
    at: datetime
    strategy_id: str


@dataclass(frozen=True, slots=True)
class FileOrder:
    """Draw up the papers of a remedy, number them, file them, and ask a person to hand them in.

    `papers` empty: the remedy's own. `ledger_version` is how many money facts the case had heard
    when it decided; `number` is that of the question to which a second person said yes, 0 for none.
    """

    loan_id: str
    borrower_id: str
    episode: date
    remedy: str
    papers: tuple[Paper, ...]
    ledger_version: int
    decided_at: datetime
    strategy_id: str
    number: int = 0

    @property
    def what(self) -> str:
        """What a second person must have approved."""
        return filing_of(self.papers[0] if self.papers else self.remedy)


def filing_of(name: str) -> str:
    """What a second person is asked before that remedy, or that paper, is filed."""
    return f"file-{name}"


class Filing(StrEnum):
    """What came of drawing up the papers.

    Incomplete: something went missing meanwhile. Held: the borrower is to be left in peace.
    Refused: the remedy is not open any more. Unapproved: the ledger has no yes of a second person
    for exactly this.
    """

    FILED = "filed"
    STALE = "stale"
    INCOMPLETE = "incomplete"
    HELD = "held"
    REFUSED = "refused"
    FAILED = "failed"
    UNAPPROVED = "unapproved"


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """The answer: the numbers of the papers when they are filed, else which rule keeps them back.

    `facts` are the money facts the case has not heard, when it is stale; `prepared` is what is on
    file now, when it is incomplete; `until` ends what holds it, None: nobody knows when.
    """

    kind: Filing
    numbers: tuple[str, ...] = ()
    rule: str = ""
    until: datetime | None = None
    facts: tuple[MoneyFact, ...] = field(default=())
    prepared: Prepared | None = None


@dataclass(frozen=True, slots=True)
class WatchOrder:
    """Look at our deadlines on a loan at that instant of its clock."""

    loan_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Watch:
    """The loan whose deadlines are watched, and the clock its cases carry."""

    loan_id: str
    clock: Clock


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of a look: when to look again, None: nothing is left to lose."""

    again: datetime | None
