"""An office that also goes to court: everything is on file, and every paper is drawn up."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from temporalio import activity

from activities import contracts
from domain.clock import local_date
from domain.legal.filing import FileOrder, FileOutcome, Filing, PrepareOrder
from domain.legal.remedies import Evidence, Prepared, Source
from policies.remedy_files import load_remedies
from policies.strategy_files import load_strategy
from tests.workflows.office import Asked, Office

REMEDIES = load_remedies()

COURT_FILE = Path(__file__).with_name("court.yaml")
COURT = load_strategy(COURT_FILE)
"""The plain strategy, with remedies at court in place of an agency."""


class Courthouse(Office):
    """Has all that a remedy asks for, and numbers its papers by loan and kind."""

    def activities(self) -> list[Callable[..., Any]]:
        return [*Office.activities(self), self.prepare_remedy, self.file_papers]

    @activity.defn(name=contracts.PREPARE_REMEDY)
    async def prepare_remedy(self, order: PrepareOrder) -> Prepared:
        self._took(order)
        loan = self.loans[order.loan_id]
        remedy = REMEDIES[loan.jurisdiction].get(order.remedy)
        since = local_date(loan.clock.anchor, loan.zone)
        asked = remedy.items if remedy is not None else ()
        return Prepared(
            remedy,
            tuple(
                Evidence(item.name, since, f"{item.name}-1")
                for item in asked
                if item.source is not Source.CLOCK
            ),
        )

    @activity.defn(name=contracts.FILE_PAPERS)
    async def file_papers(self, order: FileOrder) -> FileOutcome:
        self._took(order)
        facts = self.loans[order.loan_id].known()
        if self.keeps_books and order.ledger_version != len(facts):
            return FileOutcome(Filing.STALE, facts=facts)
        papers = order.papers or REMEDIES["CN"][order.remedy].papers
        return FileOutcome(Filing.FILED, tuple(f"{order.loan_id}-{paper}" for paper in papers))

    def _took(self, order: Any) -> None:
        info = activity.info()
        self.attempts.append(Asked(info.activity_type, info.activity_id, order))
