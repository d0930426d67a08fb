"""A case as an agency has it: until when, what it knows, and how it is taken back."""

from dataclasses import dataclass, field
from datetime import datetime

ANSWER_DAYS = 3
"""How long an agency has to acknowledge what it was told, where the strategy does not say."""

UNANSWERED = "hand-off not confirmed"
"""Why a case comes back at once from an agency that may have it; that costs it no turn."""

SILENCE = "no answer to the hand-off"
"""Why a case comes back from an agency that may have it and has let its turn pass."""


@dataclass(slots=True)
class Recall:
    """Taking a case back from an agency, step by step; `steps` are those that are over.

    `done` says that the agency had its turn; `answer` is what it said to the recall itself.
    """

    reason: str
    done: bool
    steps: list[str] = field(default_factory=list)
    answer: str = ""


@dataclass(slots=True)
class Placement:
    """The case as an agency works it, until `until`.

    `told` are the holds, rights and payments it was told of; `returned` says why the case must
    come back before its term, empty while it need not. `awaited` is what it still has to
    acknowledge, each by an instant, for which it has `answer_days`. `paid_before` counts the
    payments that were there when it got the case (None: it is not told of payments), and
    `waivers_before` what the case had heard of waivers. With `recall_days` a recall goes by steps,
    each of which is waited for so many days. `early` is what the agency acknowledged before we
    waited for it.
    """

    key: str
    agency: str
    placed_at: datetime
    until: datetime
    told: list[str] = field(default_factory=list)
    returned: str = ""
    by_lot: bool = False
    answer_days: int = ANSWER_DAYS
    recall_days: int | None = None
    paid_before: int | None = None
    waivers_before: int = 0
    awaited: dict[str, datetime] = field(default_factory=dict)
    recall: Recall | None = None
    early: list[str] = field(default_factory=list)
