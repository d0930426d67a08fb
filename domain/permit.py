"""May we contact this person now? Asked inside the claim of every contact."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from domain.clock import local_date, local_instant, zone
from domain.holds import Hold, free_from, held
from domain.strategy import MessageClass


@dataclass(frozen=True, slots=True)
class ContactRules:
    """Contact limits of a jurisdiction.

    Contacts are lawful from local time `earliest` up to, not including, `latest`; a person gets
    at most `dunning_per_day` dunning contacts a local day over all loans.
    """

    jurisdiction: str
    earliest: time
    latest: time
    dunning_per_day: int
    hours_rule: str
    cap_rule: str
    source: str


@dataclass(frozen=True, slots=True)
class PastContact:
    """An earlier contact with the same person, over any loan or channel."""

    at: datetime
    message_class: MessageClass


@dataclass(frozen=True, slots=True)
class Allowed:
    """The contact may be made now."""


@dataclass(frozen=True, slots=True)
class Denied:
    """The contact may not be made now: the rule, and the first lawful instant (None: unknown)."""

    rule: str
    until: datetime | None


Permit = Allowed | Denied


def may_contact(  # noqa: PLR0913 - a permit depends on all of these, and on nothing else
    rules: ContactRules,
    history: Iterable[PastContact],
    holds: Sequence[Hold],
    zone_name: str,
    message_class: MessageClass,
    now: datetime,
) -> Permit:
    """Whether a contact of that class may be made at `now`; a hold outranks hours and caps."""
    if holds and (hold := held(holds, now)) and message_class is not MessageClass.STATUTORY:
        free = free_from(holds, now)
        return Denied(f"hold-{hold.reason}", free and _in_hours(rules, zone_name, free))
    lawful = _in_hours(rules, zone_name, now)
    if lawful != now:
        return Denied(rules.hours_rule, lawful)
    if message_class is not MessageClass.DUNNING:
        return Allowed()
    today = local_date(now, zone_name)
    already = sum(
        past.message_class is MessageClass.DUNNING and local_date(past.at, zone_name) == today
        for past in history
    )
    if already >= rules.dunning_per_day:
        tomorrow = local_instant(today + timedelta(days=1), rules.earliest, zone_name)
        return Denied(rules.cap_rule, tomorrow)
    return Allowed()


def _in_hours(rules: ContactRules, zone_name: str, now: datetime) -> datetime:
    """That instant when it is inside lawful hours, else the next opening of the window."""
    local = now.astimezone(zone(zone_name))
    clock = local.time()
    if clock < rules.earliest:
        return local_instant(local.date(), rules.earliest, zone_name)
    if clock >= rules.latest:
        return local_instant(local.date() + timedelta(days=1), rules.earliest, zone_name)
    return now
