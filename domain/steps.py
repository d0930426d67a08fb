"""Steps: one contact each, in the order of a ladder."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from domain.gate.words import Channel


class MessageClass(StrEnum):
    """What a message is for, which decides what a crash between claim and confirm means.

    Dunning, and asking a third person where the borrower is, happen at most once; the others at
    least once, under the same Message-ID.
    """

    DUNNING = "dunning"
    LOCATE = "locate"
    STATUTORY = "statutory"
    RECEIPT = "receipt"
    SERVICE = "service"


AT_MOST_ONCE = frozenset({MessageClass.DUNNING, MessageClass.LOCATE})
"""What is not sent again when nobody knows whether it was sent."""


class OnLate(StrEnum):
    """What happens to a step that comes later than its `max_lateness_days`."""

    SEND = "send"
    SKIP = "skip"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class Step:
    """One contact of a ladder.

    Due `day` days past due (as the strategy counts them; below zero: days before the due date) at
    local time `at`, at least `gap_days` after the contact before it. More than `max_lateness_days`
    late, `on_late` decides. When it reached nobody, it is made again by each channel of `otherwise`
    in turn. With `cooldown_days` it goes to the contact point that was left in peace longest, and
    at least so many days. With `merge_days` one letter speaks of all late loans of the person, and
    stands for the same step of the others that is due within so many days (0: each loan has its own
    letter).
    """

    name: str
    day: int
    channel: Channel
    at: time
    template: str
    message_class: MessageClass = MessageClass.DUNNING
    gap_days: int = 1
    max_lateness_days: int = 2
    on_late: OnLate = OnLate.MERGE
    otherwise: tuple[Channel, ...] = ()
    cooldown_days: int = 0
    merge_days: int = 0


@dataclass(frozen=True, slots=True)
class Ladder:
    """Contacts in the order they happen; None of them is sent twice in an episode."""

    steps: tuple[Step, ...]
