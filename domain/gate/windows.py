"""Lawful hours, hours the person named inconvenient, and days on which nobody is contacted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.gate.answers import Block, Mark, Never, Phase, WallBlock
from domain.gate.question import AgreedSlot, InconvenientHours
from domain.gate.view import View
from domain.gate.walls import reading
from domain.gate.words import Channel, Purpose

_DAY = timedelta(days=1)
_ALL_BUT_LETTERS = frozenset(Channel) - {Channel.LETTER}


@dataclass(slots=True)
class LiftableBlock(WallBlock):
    """A block of the clock, lifted by an agreed slot for its own interval.

    `answering` is when the person contacted us: one answer is lawful inside the block they wrote
    or called in (None: this is no answer).
    """

    slots: Sequence[AgreedSlot]
    answering: datetime | None
    limit: datetime

    def lifted(self, at: datetime) -> bool:
        """Whether a slot covers the instant, or the person wrote to us inside this very block."""
        if self.slots and any(slot.start <= at < slot.until for slot in self.slots):
            return True
        return self.answering is not None and self._reaches(self.answering, at)

    def lift_starts(self) -> Sequence[datetime]:
        """The starts of the slots."""
        return [slot.start for slot in self.slots] if self.slots else ()

    def exception(self, at: datetime) -> str | None:
        """The slot or the contact that lifts the block."""
        if self.bare_end(at, self.limit) == at or not self.lifted(at):
            return None
        return "The person agreed to this time, or wrote to us in it and gets one answer."

    def _reaches(self, start: datetime, at: datetime) -> bool:
        end = self.bare_end(start, self.limit)
        return start <= at and end != start and (end is None or at < end)


@dataclass(slots=True)
class HoursBlock(LiftableBlock):
    """The band outside lawful hours, by the clock of one zone."""

    earliest: time
    latest: time

    def wall_end(self, wall: datetime) -> datetime | None:
        """The next opening, when the clock is outside the hours."""
        clock = wall.time()
        if self.earliest <= clock < self.latest:
            return None
        day = wall.date() if clock < self.earliest else wall.date() + _DAY
        return datetime.combine(day, self.earliest)

    def reason(self, at: datetime) -> str:
        """The hour there, and the lawful ones."""
        clock = reading(at, self.zone).time()
        return (
            f"It is {_shown(clock)} in {self.zone.key}; lawful hours are {_shown(self.earliest)} "
            f"to {_shown(self.latest)}."
        )


@dataclass(slots=True)
class NamedBlock(LiftableBlock):
    """Hours the person named, by the clock of one zone."""

    named: InconvenientHours

    def wall_end(self, wall: datetime) -> datetime | None:
        """The end of the named hours the clock is in."""
        for day in (wall.date(), wall.date() - _DAY):
            start = datetime.combine(day, self.named.start)
            end = datetime.combine(day, self.named.until)
            if end <= start:
                end += _DAY
            if day.weekday() in self.named.weekdays and start <= wall < end:
                return end
        return None

    def reason(self, at: datetime) -> str:
        """The hours the person named."""
        del at
        start, until = _shown(self.named.start), _shown(self.named.until)
        return f"The person named {start} to {until} on this weekday inconvenient."


@dataclass(slots=True)
class ClosedBlock(LiftableBlock):
    """Days on which nobody is contacted, by the calendar at home."""

    dates: tuple[tuple[date, date], ...]

    def wall_end(self, wall: datetime) -> datetime | None:
        """Midnight after the closed days around the date."""
        day = wall.date()
        for first, last in self.dates:
            if first <= day <= last:
                return datetime.combine(last + _DAY, time())
        return None

    def reason(self, at: datetime) -> str:
        """The closed date."""
        return f"{reading(at, self.zone).date()} is a day on which nobody is contacted."


def clock_blocks(view: View) -> Iterator[Block]:
    """Each rule of the clock that is about this contact, once for each zone it must hold in."""
    proposed, book, slots = view.asked.proposed, view.book, view.asked.slots
    answering = view.unanswered() if proposed.purpose is Purpose.REPLY else None
    for rule in book.hours:
        if not rule.rule.in_force(view.today, book.profile):
            continue
        if not view.zones:
            yield Never(rule.mark, "It is not known in which time zone the person is.")
        terms, reply = rule.terms, answering if rule.terms.reply_once else None
        for zone in view.zones:
            yield HoursBlock(
                rule.mark, zone, slots, reply, view.limit, terms.earliest, terms.latest
            )
    for closed in book.closed_days:
        if closed.rule.in_force(view.today, book.profile):
            yield ClosedBlock(closed.mark, view.home, slots, None, view.limit, closed.terms.dates)
    if view.asked.inconvenient:
        yield from _named(view, answering)


def _named(view: View, answering: datetime | None) -> Iterator[Block]:
    """The hours the person named; they bind whatever the pack says of the rule they came under."""
    rules = {rule.rule.id: rule for rule in view.book.named_hours}
    for order, named in enumerate(view.asked.inconvenient):
        rule = rules.get(named.rule)
        channels = rule.rule.scope.channels if rule else _ALL_BUT_LETTERS
        if view.asked.proposed.channel not in channels:
            continue
        mark = Mark(named.rule, Phase.HOURS, rule.mark.order if rule else order)
        reply = answering if rule is not None and rule.terms.reply_once else None
        for zone in view.zones:
            yield NamedBlock(mark, zone, view.asked.slots, reply, view.limit, named)


def _shown(clock: time) -> str:
    return clock.isoformat(timespec="minutes")
