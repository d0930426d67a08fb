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
    """The first thing the agency must know and was not told of.

    Holds placed or changed since the placement, and whatever binds everybody who contacts the
    person; of something that is over it hears only when it was told before.
    """
    placement = case.placement
    if placement is None:
        return None
    for hold in case.holds:
        what = _named(f"hold-{hold.hold_id}", hold.until)
        if hold.start >= placement.placed_at and what not in placement.told:
            return AgencyNotice(what, str(hold.reason))
    for fact in case.standing.values():
        what = _named(fact.what, fact.until)
        over = fact.until is not None and fact.until <= case.now
        if what not in placement.told and (not over or _knows(placement, fact.what)):
            return AgencyNotice(what, fact.reason)
    return None


def _named(what: str, until: datetime | None) -> str:
    """A thing with its end, so that another end is another thing to tell."""
    end = "open" if until is None else f"{until:%Y-%m-%dT%H:%M}"
    return f"{what}-until-{end}"


def _knows(placement: Placement, what: str) -> bool:
    return any(told.startswith(f"{what}-until-") for told in placement.told)
