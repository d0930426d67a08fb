"""Lists of running cases, read from what operators search by."""

from dataclasses import dataclass
from datetime import datetime

from temporalio.client import WorkflowExecution

from workflows.searching import (
    COLLECTOR,
    DUE_SINCE,
    HOLDS,
    JURISDICTION,
    PORTFOLIO,
    STAGE,
    STRATEGY,
)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list, as its search attributes show it; `due_since` is None when unset."""

    case_id: str
    status: str
    stage: str
    due_since: datetime | None
    holds: tuple[str, ...]
    collector: str
    jurisdiction: str
    strategy: str
    portfolio: str


def running(stage: str, hold: str, collector: str) -> str:
    """The list filter for running cases; an empty word does not narrow it."""
    asked = ((STAGE.name, stage), (HOLDS.name, hold), (COLLECTOR.name, collector))
    terms = ["WorkflowType = 'LoanCase'", "ExecutionStatus = 'Running'"]
    terms += [f"{name} = '{_quoted(value)}'" for name, value in asked if value]
    return " AND ".join(terms)


def line(execution: WorkflowExecution) -> CaseLine:
    """One running case as a line of the list."""
    found = execution.typed_search_attributes
    return CaseLine(
        case_id=execution.id,
        status=execution.status.name.lower() if execution.status else "unknown",
        stage=found.get(STAGE, ""),
        due_since=found.get(DUE_SINCE),
        holds=tuple(found.get(HOLDS, ())),
        collector=found.get(COLLECTOR, ""),
        jurisdiction=found.get(JURISDICTION, ""),
        strategy=found.get(STRATEGY, ""),
        portfolio=found.get(PORTFOLIO, ""),
    )


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")
