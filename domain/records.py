"""What a case must see written in the ledger before it waits again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.bureau import ReportKind
from domain.holds import Hold
from domain.plans import Plan
from domain.promises import Promise


@dataclass(frozen=True, slots=True)
class PromiseChanged:
    """A promise was made, superseded or judged."""

    promise: Promise
    at: datetime
    kind: Literal["promise_changed"] = "promise_changed"


@dataclass(frozen=True, slots=True)
class PlanChanged:
    """A plan was agreed, ended, or one of its instalments was missed."""

    plan: Plan
    at: datetime
    kind: Literal["plan_changed"] = "plan_changed"


@dataclass(frozen=True, slots=True)
class HoldChanged:
    """A hold was placed or lifted."""

    hold: Hold
    at: datetime
    kind: Literal["hold_changed"] = "hold_changed"


@dataclass(frozen=True, slots=True)
class PlacementSettled:
    """A placement is over: what the agency earned is to be written."""

    placement_key: str
    at: datetime
    kind: Literal["placement_settled"] = "placement_settled"


@dataclass(frozen=True, slots=True)
class RecallOverdue:
    """An agency never answered a step of a recall: a person must see to it."""

    placement_key: str
    step: str
    at: datetime
    kind: Literal["recall_overdue"] = "recall_overdue"


@dataclass(frozen=True, slots=True)
class BureauOrdered:
    """A credit bureau is to be told; `notice` is the step that told the borrower first.

    `notice_days` is what the borrower had to answer it, `by` who approved it; a correction has
    neither.
    """

    report: ReportKind
    at: datetime
    notice: str = ""
    notice_days: int = 0
    by: str = ""
    kind: Literal["bureau_ordered"] = "bureau_ordered"


Agreed = PromiseChanged | PlanChanged | HoldChanged
"""What was agreed with the borrower, or placed on their file."""

Outside = PlacementSettled | RecallOverdue | BureauOrdered
"""What follows from it for agencies and credit bureaus."""

Record = Agreed | Outside
