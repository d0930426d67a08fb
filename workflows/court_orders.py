"""What the desk asks of the court's activity, and how operators see it."""

from datetime import datetime
from typing import Protocol, TypeVar

from activities.contracts import FILE_PAPERS, PREPARE_REMEDY
from domain.case import Case
from domain.legal.filing import FileOrder, FileOutcome, Filing, PrepareOrder
from domain.legal.papers import Paper
from domain.legal.remedies import Prepared

_Answer = TypeVar("_Answer")


class Do(Protocol):
    """Run an activity; one that cannot be done becomes a task for a person and None."""

    async def __call__(
        self,
        name: str,
        order: object,
        answer: type[_Answer],
        *,
        activity_id: str,
        summary: str,
    ) -> _Answer | None:
        """Run it under that id, shown with that summary."""
        ...


async def prepare(do: Do, case: Case, remedy: str, at: datetime) -> Prepared:
    """What the remedy asks for and what the ledger has of it."""
    order = PrepareOrder(case.loan_id, remedy, at, case.strategy_id)
    number = case.asked[f"prepare-{remedy}"] = case.asked.get(f"prepare-{remedy}", 0) + 1
    found = await do(
        PREPARE_REMEDY,
        order,
        Prepared,
        activity_id=f"prepare-{remedy}-{number}",
        summary=f"what is on file for {remedy}",
    )
    assert found is not None, "the ledger is waited for without end"
    return found


async def file(
    do: Do, case: Case, remedy: str, papers: tuple[Paper, ...], at: datetime
) -> FileOutcome:
    """Draw up, number and file the papers; what cannot be done is a task for a person."""
    loan = (case.loan_id, case.borrower_id, case.episode)
    yes = case.approval.number if case.approval is not None else 0
    order = FileOrder(*loan, remedy, papers, case.ledger_version, at, case.strategy_id, yes)
    named = "-".join((remedy, *papers))
    number = case.asked[f"file-{named}"] = case.asked.get(f"file-{named}", 0) + 1
    outcome = await do(
        FILE_PAPERS,
        order,
        FileOutcome,
        activity_id=f"file-{named}-{number}",
        summary=f"papers for {named}",
    )
    return outcome or FileOutcome(Filing.FAILED, rule="gave-up")
