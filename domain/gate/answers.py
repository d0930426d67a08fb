"""The gate's answers, and the blocks they are made from."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from zoneinfo import ZoneInfo

from domain.gate.walls import stepped


@dataclass(frozen=True, slots=True)
class Caution:
    """A rule that speaks against a contact without denying it, or that permits an exception."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Allowed:
    """The contact may be made at the instant asked about."""

    warnings: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """The contact may not be made: the rule, the reason in a sentence, and the way on.

    `until` is the first lawful instant on the same channel, None where waiting alone does not
    help.
    """

    rule: str
    until: datetime | None
    reason: str
    warnings: tuple[Caution, ...] = ()


Permit = Allowed | Refused


class Phase(IntEnum):
    """The order in which rules are named when several deny; the first is named.

    Holds by what stands behind them; then who is contacted and how, where waiting does not help;
    then counts; then the clock.
    """

    STATUTORY_HOLD = 0
    MANDATORY_HOLD = 1
    POLICY_HOLD = 2
    STANDING = 3
    FREQUENCY = 4
    HOURS = 5


@dataclass(frozen=True, slots=True)
class Mark:
    """Under which name, and with what force, a rule speaks."""

    rule: str
    phase: Phase
    order: int
    denies: bool = True


@dataclass(slots=True)
class Block(ABC):
    """One rule held against one contact."""

    mark: Mark

    @abstractmethod
    def free_from(self, at: datetime, limit: datetime) -> datetime | None:
        """The first instant from `at` on that the rule does not block; None: none by `limit`."""

    @abstractmethod
    def reason(self, at: datetime) -> str:
        """Why the rule blocks at that instant, in a sentence."""

    def exception(self, at: datetime) -> str | None:
        """What lifts the rule at an instant it would else block, or None."""
        del at
        return None


@dataclass(slots=True)
class Never(Block):
    """A contact that no waiting makes lawful."""

    why: str

    def free_from(self, at: datetime, limit: datetime) -> datetime | None:
        """None."""
        del at, limit
        return None

    def reason(self, at: datetime) -> str:
        """The reason it was made with."""
        del at
        return self.why


@dataclass(slots=True)
class WallBlock(Block):
    """A rule that reads the clock of a zone."""

    zone: ZoneInfo

    @abstractmethod
    def wall_end(self, wall: datetime) -> datetime | None:
        """The reading at which the block around the reading `wall` ends; None: no block."""

    def lifted(self, at: datetime) -> bool:
        """Whether something lifts the rule at that instant."""
        del at
        return False

    def lift_starts(self) -> Sequence[datetime]:
        """The instants at which something may begin to lift the rule."""
        return ()

    def free_from(self, at: datetime, limit: datetime) -> datetime | None:
        """As Block says; a reading inside a block is left at its end, or where a lift begins."""
        local = at.astimezone(self.zone)
        while at <= limit:
            if self.lifted(at) or (end := self.wall_end(local.replace(tzinfo=None))) is None:
                return at
            after, local_after = stepped(at, local, end)
            starts = [start for start in self.lift_starts() if at < start < after]
            at, local = after, local_after
            if starts:
                at = min(starts)
                local = at.astimezone(self.zone)
        return None

    def bare_end(self, at: datetime, limit: datetime) -> datetime | None:
        """The end of the block around `at`, lifts put aside: `at` itself where there is none."""
        local = at.astimezone(self.zone)
        while at <= limit:
            if (end := self.wall_end(local.replace(tzinfo=None))) is None:
                return at
            at, local = stepped(at, local, end)
        return None
