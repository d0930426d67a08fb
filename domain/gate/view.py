"""One question looked at closely: its zones, its local date, and the contacts that may count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.clock import zone
from domain.gate.question import Contact, Question
from domain.gate.rulebook import Rulebook
from domain.gate.words import VOICE, Channel

HORIZON = timedelta(days=400)
"""How far ahead the first lawful instant is looked for, after the last hold that has an end."""

_SLACK = timedelta(days=2)
"""Beyond the longest window, for what zones apart may call the same date."""

_CONSENTED = timedelta(days=8)
"""Further back where consents were given: the talk that used one up may be as old."""

_CALENDAR_END = datetime(9990, 1, 1, tzinfo=UTC)
"""A hold that ends later, as one `until 9999-12-31`, is not waited for."""

_UTC = ZoneInfo("UTC")


@dataclass(slots=True)
class View:
    """The question with what many rules ask of it; not frozen, as one is made for every question.

    `at` is the instant asked about, in UTC. `zones` must all be inside lawful hours (empty: not
    known, no contact that hours apply to); `home` dates what has no zone of its own. `recent` are
    the person's contacts that any limit may count.
    """

    book: Rulebook
    asked: Question
    at: datetime
    limit: datetime
    zones: tuple[ZoneInfo, ...]
    home: ZoneInfo
    today: date
    recent: Sequence[Contact]

    def date_of(self, contact: Contact) -> date:
        """The contact's local date, at its own zone."""
        there = self.home if contact.zone is None else zone(contact.zone)
        return _date(contact.at, there)

    def unanswered(self) -> datetime | None:
        """When the person last contacted us by this channel, if we have not answered by it."""
        proposed = self.asked.proposed
        medium = VOICE if proposed.channel in VOICE else frozenset({proposed.channel})
        spoken = [
            contact
            for contact in self.asked.log
            if contact.person == proposed.person
            and contact.channel in medium
            and contact.at <= self.at
        ]
        last = max(spoken, key=lambda contact: (contact.at, not contact.inbound), default=None)
        return last.at if last is not None and last.inbound else None

    def contacted_since(self, start: datetime, channel: Channel) -> bool:
        """Whether we have made a contact with the person by that channel at or after `start`."""
        return any(
            contact.channel is channel
            and not contact.inbound
            and contact.person == self.asked.proposed.person
            and contact.at >= start
            for contact in self.asked.log
        )


def view(book: Rulebook, asked: Question) -> View:
    """The question looked at under those rules."""
    at = asked.proposed.at.astimezone(UTC)
    zones = _zones(tuple(asked.zones), book.unknown_zones)
    home = zones[0] if zones else _UTC
    if zones and book.legal_zone is not None and (legal := zone(book.legal_zone)) not in zones:
        zones = (*zones, legal)
    since = at - timedelta(days=book.look_back_days) - _SLACK
    if asked.consents:
        since -= _CONSENTED
    person = asked.proposed.person
    return View(
        book=book,
        asked=asked,
        at=at,
        limit=_limit(at, asked),
        zones=zones,
        home=home,
        today=at.astimezone(home).date(),
        recent=[line for line in asked.log if line.at > since and line.person == person],
    )


@lru_cache(maxsize=65536)
def _date(at: datetime, there: ZoneInfo) -> date:
    """Kept, as the same contacts are counted by many rules and at many instants."""
    return at.astimezone(there).date()


@lru_cache(maxsize=4096)
def _zones(names: tuple[str, ...], stand_ins: tuple[str, ...]) -> tuple[ZoneInfo, ...]:
    """The zones to keep to: where one is not known, those that stand in for it are added."""
    known = [found for name in names if (found := _known(name)) is not None]
    if known and len(known) == len(names):
        return tuple(known)
    if not stand_ins:
        return ()
    return (*known, *(zone(name) for name in stand_ins))


def _known(name: str) -> ZoneInfo | None:
    try:
        return zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _limit(at: datetime, asked: Question) -> datetime:
    if not asked.holds:
        return at + HORIZON
    ends = [hold.until for hold in asked.holds if hold.until is not None]
    return min(max([at, *ends]), _CALENDAR_END) + HORIZON
