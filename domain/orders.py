"""What the desk asks of an activity: ids, amounts and dates, never a name or an address."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.clock import Clock
from domain.gate.words import Channel
from domain.records import Record
from domain.steps import MessageClass
from domain.strategy import Outcome


@dataclass(frozen=True, slots=True)
class NoticeOrder:
    """One contact to make.

    `ledger_version` is how many money facts the case had heard when it decided; `decided_at` is
    the case's instant; `clock` turns wall time into the case's time. `cooldown_days` and
    `merge_days` are those of the step. `blocked` is the fault of ours that the case already shows:
    while it lasts the contact is tried again without another word.
    """

    loan_id: str
    borrower_id: str
    episode: date
    step: str
    channel: Channel
    template: str
    message_class: MessageClass
    ledger_version: int
    decided_at: datetime
    clock: Clock
    strategy_id: str
    cooldown_days: int = 0
    merge_days: int = 0
    blocked: str = ""


@dataclass(frozen=True, slots=True)
class ReadOrder:
    """Ask the ledger for money facts the case has not heard; none when the versions agree."""

    loan_id: str
    ledger_version: int


@dataclass(frozen=True, slots=True)
class RecordOrder:
    """Write what was agreed or placed; writing the same record twice changes nothing."""

    loan_id: str
    borrower_id: str
    episode: date
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class CloseOrder:
    """Write how the case ended, with whatever was still to be recorded.

    `ledger_version` is how many money facts the case had heard; None: it is not compared.
    """

    loan_id: str
    borrower_id: str
    episode: date
    outcome: Outcome
    reason: str
    at: datetime
    records: tuple[Record, ...] = ()
    ledger_version: int | None = None


@dataclass(frozen=True, slots=True)
class TaskOrder:
    """Ask a person for something: approve a placement, look at a failed effect.

    `what` is unique within the episode and makes the key. A question to a second person carries
    its own id in `question`, and is over at `until`; empty and None for anything else.
    """

    loan_id: str
    episode: date
    what: str
    reason: str
    asked_at: datetime
    question: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlacementOrder:
    """Hand a case to an agency; `number` counts placements of the episode from 1.

    `by_lot` says that chance chose the agency, so that its performance may be compared.
    """

    loan_id: str
    borrower_id: str
    episode: date
    number: int
    agency: str
    until: date
    decided_at: datetime
    by_lot: bool = False


@dataclass(frozen=True, slots=True)
class LeaveOrder:
    """Give a hand-off up before the agency has answered, by that rule."""

    placement: PlacementOrder
    rule: str


@dataclass(frozen=True, slots=True)
class AgencyOrder:
    """Tell the agency something about a placement: a recall, a hold, a hold lifted.

    `what` is unique within the placement and makes the key; a recall ends the placement.
    """

    placement_key: str
    what: str
    reason: str
    at: datetime
