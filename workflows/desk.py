"""The desk: everything a stage may ask of the world. One desk is Temporal's, one is virtual."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from domain.case import Approval
from domain.legal.filing import FileOutcome
from domain.legal.papers import Paper
from domain.legal.remedies import Prepared
from domain.outcomes import AgencyOutcome, SendOutcome
from domain.placement import Placement
from domain.steps import Step


class Desk(Protocol):
    """The verbs of a collector's desk. Each may take days; a case can be dropped at any `until`."""

    def now(self) -> datetime:
        """The case's instant."""
        ...

    async def until(
        self, at: datetime | None, news: Callable[[], bool], *, why: str, then: str
    ) -> bool:
        """Wait for an instant (None: for ever) or for news; True when news came first.

        `why` and `then` are shown to operators: what is waited for, and what happens at `at`.
        """
        ...

    async def send(self, step: Step) -> SendOutcome:
        """Contact the borrower, if it is lawful and still true; once, whatever crashes."""
        ...

    async def refresh(self) -> None:
        """Hear every money fact the ledger knows and the case does not."""
        ...

    async def ask(self, what: str, reason: str) -> None:
        """Ask people for something, once in the case; what they find out comes as news."""
        ...

    async def ask_approval(self, approval: Approval) -> None:
        """Ask a second person; the answer comes as news."""
        ...

    async def prepare(self, remedy: str) -> Prepared:
        """Look what a remedy asks for, and what the ledger has of it."""
        ...

    async def file(self, remedy: str, papers: tuple[Paper, ...] = ()) -> FileOutcome:
        """Draw up the papers of a remedy (or those), number and file them, once."""
        ...

    async def place(self, placement: Placement) -> AgencyOutcome:
        """Hand the case to an agency."""
        ...

    async def tell_agency(self, placement: Placement, what: str, reason: str) -> AgencyOutcome:
        """Tell the agency of a hold, or take the case back (`what` is "recall")."""
        ...

    async def close(self) -> bool:
        """Write down how the case ended; False when money moved meanwhile and it has not ended."""
        ...
