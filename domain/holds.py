"""Holds: reasoned, dated intervals in which the borrower is left in peace."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.clock import local_date
from domain.delinquency import Pause


class HoldReason(StrEnum):
    """Why a case is on hold."""

    DISPUTE = "dispute"
    HARDSHIP = "hardship"
    COMPLAINT = "complaint"
    VULNERABILITY = "vulnerability"
    BANKRUPTCY = "bankruptcy"
    DEATH = "death"
    REPRESENTATION = "representation"
    MORATORIUM = "moratorium"
    DISASTER = "disaster"
    MILITARY = "military"


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold: from `start` up to `until` (None: until it is lifted)."""

    hold_id: str
    reason: HoldReason
    start: datetime
    until: datetime | None
    by: str

    def bites(self, at: datetime) -> bool:
        """Whether the hold is in force at that instant."""
        return self.start <= at and (self.until is None or at < self.until)


def held(holds: Sequence[Hold], at: datetime) -> Hold | None:
    """The hold in force at that instant that lasts longest, or None."""
    biting = [hold for hold in holds if hold.bites(at)]
    if not biting:
        return None
    return next((hold for hold in biting if hold.until is None), None) or max(
        biting, key=lambda hold: (hold.until, hold.hold_id)
    )


def free_from(holds: Sequence[Hold], at: datetime) -> datetime | None:
    """The first instant at or after `at` without a hold; None while an open hold bites."""
    while hold := held(holds, at):
        if hold.until is None:
            return None
        at = hold.until
    return at


def lifted(holds: Sequence[Hold], hold_id: str, at: datetime) -> list[Hold]:
    """The holds with that one ended at `at`; the others stay as they are."""
    return [
        replace(hold, until=max(hold.start, at)) if hold.hold_id == hold_id else hold
        for hold in holds
    ]


def pauses(holds: Sequence[Hold], zone_name: str) -> list[Pause]:
    """The days the holds cover, by the borrower's calendar."""
    return [
        Pause(
            local_date(hold.start, zone_name),
            None if hold.until is None else local_date(hold.until, zone_name),
        )
        for hold in holds
    ]
