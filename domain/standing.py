"""What binds everybody who contacts a person, in the words that their cases and agencies hear."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from domain.facts import StandingChanged
from domain.holds import Hold, HoldReason
from domain.keys import standing_key
from domain.rights import Right, RightKind

_GIVEN = frozenset({RightKind.AGREED_SLOT, RightKind.CALL_BACK, RightKind.CONSENT})
"""Kinds of right that allow something; the others only bar."""


def of_right(right: Right, case: str, at: datetime) -> StandingChanged:
    """A right, or its withdrawal, as the case of that id hears of it at `at`."""
    return _standing(f"right-{right.right_id}", right.said(), right.end, case, at)


def of_hold(hold: Hold, case: str, at: datetime) -> StandingChanged:
    """A hold placed or lifted for one loan, as the case of another loan hears of it at `at`."""
    told = _standing(f"hold-{hold.hold_id}", str(hold.reason), hold.until, case, at)
    return replace(told, since=hold.start)


def of_other_loans(standing: Mapping[str, StandingChanged]) -> list[Hold]:
    """The holds for other loans of the person among what a case has heard binds everybody."""
    return [
        Hold(fact.what, HoldReason(fact.reason), fact.since, fact.until, "")
        for fact in standing.values()
        if fact.since is not None
    ]


def frees(fact: StandingChanged, now: datetime) -> bool:
    """Whether it may make a contact lawful earlier: something was allowed, or is over."""
    over = fact.until is not None and fact.until <= now
    return over or fact.reason.partition(" ")[0] in _GIVEN


def _standing(
    what: str, reason: str, until: datetime | None, case: str, at: datetime
) -> StandingChanged:
    end = "open" if until is None else until.isoformat()
    return StandingChanged(standing_key(what, end, case), what, reason, until, at)
