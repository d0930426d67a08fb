"""What operators search by: registered by the worker at start-up, changed by a case's desk."""

from typing import Any

from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from domain.case import Case
from domain.telling import attributes

STAGE = SearchAttributeKey.for_keyword("CaseStage")
DUE_SINCE = SearchAttributeKey.for_datetime("DueSince")
JURISDICTION = SearchAttributeKey.for_keyword("Jurisdiction")
STRATEGY = SearchAttributeKey.for_keyword("Strategy")
HOLDS = SearchAttributeKey.for_keyword_list("Holds")
COLLECTOR = SearchAttributeKey.for_keyword("Collector")
PORTFOLIO = SearchAttributeKey.for_keyword("Portfolio")
BLOCKED = SearchAttributeKey.for_keyword("Blocked")
SEARCH_ATTRIBUTES = (
    STAGE, DUE_SINCE, JURISDICTION, STRATEGY, HOLDS, COLLECTOR, PORTFOLIO, BLOCKED
)  # fmt: skip
"""Written again, all together, when the stage, a hold or the assignment changes."""


def search_attributes(case: Case) -> list[SearchAttributeUpdate[Any]]:
    """The case as operators search for it; all in one upsert."""
    shown = attributes(case)
    return [
        STAGE.value_set(shown.stage),
        DUE_SINCE.value_set(shown.due_since),
        JURISDICTION.value_set(shown.jurisdiction),
        STRATEGY.value_set(shown.strategy),
        HOLDS.value_set(list(shown.holds)),
        COLLECTOR.value_set(shown.collector),
        PORTFOLIO.value_set(shown.portfolio),
        BLOCKED.value_set(shown.blocked),
    ]
