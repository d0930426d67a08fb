"""What a case must see written in the ledger before it waits again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

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


Record = PromiseChanged | PlanChanged | HoldChanged
