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
    """Whether a contact of that class may be made at `now`; a hold outranks hours and caps.

    A denial waits for the first instant that holds, hours and cap all allow.
    """
    dunning = message_class is MessageClass.DUNNING
    dunned = [p.at for p in history if dunning and p.message_class is MessageClass.DUNNING]
    binding = () if message_class is MessageClass.STATUTORY else holds
    lawful = _first_lawful(rules, dunned, binding, zone_name, now)
    if lawful == now:
        return Allowed()
    if hold := held(binding, now):
        return Denied(f"hold-{hold.reason}", lawful)
    in_hours = _opens(rules, zone_name, now) == now
    return Denied(rules.cap_rule if in_hours else rules.hours_rule, lawful)


def _first_lawful(
    rules: ContactRules,
    dunned: Sequence[datetime],
    holds: Sequence[Hold],
    zone_name: str,
    at: datetime,
) -> datetime | None:
    while (free := free_from(holds, at)) is not None:
        at = _opens(rules, zone_name, free)
        if at == free and not _full(rules, dunned, zone_name, at):
            return at
        if at == free:
            tomorrow = local_date(at, zone_name) + timedelta(days=1)
            at = local_instant(tomorrow, rules.earliest, zone_name)
    return None


def _full(rules: ContactRules, dunned: Sequence[datetime], zone_name: str, at: datetime) -> bool:
    """Whether the person has had all the dunning contacts of that local day."""
    if len(dunned) < rules.dunning_per_day:
        return False
    today = local_date(at, zone_name)
    start = local_instant(today, time(), zone_name)
    end = local_instant(today + timedelta(days=1), time(), zone_name)
    return sum(start <= past < end for past in dunned) >= rules.dunning_per_day


def _opens(rules: ContactRules, zone_name: str, now: datetime) -> datetime:
    """That instant when it is inside lawful hours, else the next opening of the window."""
    local = now.astimezone(zone(zone_name))
    clock = local.time()
    if clock < rules.earliest:
        return local_instant(local.date(), rules.earliest, zone_name)
    if clock >= rules.latest:
        return local_instant(local.date() + timedelta(days=1), rules.earliest, zone_name)
    return now
