"""Which agency gets a case next, what it must be told, and when the case comes back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain import keys
from domain.case import Case, Placement
from domain.ladder import turning
from domain.strategy import Strategy


@dataclass(frozen=True, slots=True)
class AgencyNotice:
    """Something the agency must acknowledge; `what` is unique within the placement."""

    what: str
    reason: str


def next_placement(case: Case, strategy: Strategy, now: datetime) -> Placement | None:
    """The placement with the next agency of the strategy, or None after the last.

    An agency that gave the case back for a promise or a plan gets it again.
    """
    agencies = strategy.placement.agencies
    if case.agencies_done >= len(agencies):
        return None
    key = keys.placement_key(case.loan_id, case.episode, case.placements + 1)
    until = now + timedelta(days=strategy.placement.term_days)
    return Placement(key, agencies[case.agencies_done], now, until)


def recall_reason(case: Case) -> str:
    """Why the case must come back from the agency before its term; empty when it need not."""
    if turn := turning(case):
        return str(turn)
    return case.placement.returned if case.placement else ""


def untold(case: Case) -> AgencyNotice | None:
    """The first hold placed or changed since the placement that the agency was not told of."""
    placement = case.placement
    if placement is None:
        return None
    for hold in case.holds:
        until = "open" if hold.until is None else f"{hold.until:%Y-%m-%dT%H:%M}"
        what = f"hold-{hold.hold_id}-until-{until}"
        if hold.start >= placement.placed_at and what not in placement.told:
            return AgencyNotice(what, str(hold.reason))
    return None
