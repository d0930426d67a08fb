"""Counting contacts: caps, budgets, cooling-off periods and intervals are all one count.

A limit allows `max` contacts in any `days` consecutive local dates. A cooling-off of seven days
after a conversation, its date the first, is a limit of one conversation in seven dates.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.counting import counted
from domain.gate.answers import Block, Caution, WallBlock
from domain.gate.consents import RunningConsent, running_consents
from domain.gate.question import Contact
from domain.gate.rulebook import Active
from domain.gate.terms import Caps, Limit
from domain.gate.view import View
from domain.gate.words import Key

_DAY = timedelta(days=1)


@dataclass(slots=True)
class CapBlock(WallBlock):
    """A limit held against the dates of the contacts it counts, in order."""

    limit: Limit
    dates: Sequence[date]
    consents: Sequence[RunningConsent]

    def inside(self, day: date) -> Sequence[date]:
        """The dates of the contacts that count on that date, in order."""
        first = day - _DAY * (self.limit.days - 1)
        return [counted for counted in self.dates if first <= counted <= day]

    def wall_end(self, wall: datetime) -> datetime | None:
        """Midnight before the first date on which one more contact fits."""
        today = day = wall.date()
        while len(inside := self.inside(day)) >= self.limit.max:
            day = inside[-self.limit.max] + _DAY * self.limit.days
        return None if day == today else datetime.combine(day, time())

    def lifted(self, at: datetime) -> bool:
        """Whether the person asked to be called."""
        return bool(self.consents) and any(consent.covers(at) for consent in self.consents)

    def lift_starts(self) -> Sequence[datetime]:
        """When the consents were given."""
        return [consent.given_at for consent in self.consents] if self.consents else ()

    def reason(self, at: datetime) -> str:
        """The count and its limit."""
        count = len(self.inside(at.astimezone(self.zone).date()))
        span = "today" if self.limit.days == 1 else f"within {self.limit.days} days"
        return f"{counted(count, 'contact')} counted {span}; the limit is {self.limit.max}."


def frequency_blocks(view: View) -> Iterator[Block | Caution]:
    """Each limit that is about this contact; a budget that is running low is a warning."""
    proposed, profile = view.asked.proposed, view.book.profile
    for rule in view.book.caps:
        if not rule.rule.in_force(view.today, profile):
            continue
        for limit in rule.terms.limits:
            if not (
                proposed.channel in limit.channels
                and profile in limit.profiles
                and (limit.places is None or proposed.place in limit.places)
                and limit.when <= proposed.facts
            ):
                continue
            for debt in proposed.debts if Key.DEBT in limit.per else (None,):
                yield from _held_against(view, rule, limit, debt)


def _held_against(
    view: View, rule: Active[Caps], limit: Limit, debt: str | None
) -> Iterator[Block | Caution]:
    """The limit as a block, unless too few contacts count for it to matter."""
    lines = _counted(view, rule, limit, debt)
    enough = limit.max if limit.warn_from is None else min(limit.max, limit.warn_from)
    if len(lines) < enough:
        return
    consents = running_consents(view, debt, limit.consent_days)
    if consents and not limit.consented_count:
        lines = [line for line in lines if not any(consent.covers(line.at) for consent in consents)]
    block = CapBlock(rule.mark, view.home, limit, sorted(map(view.date_of, lines)), consents)
    yield block
    if limit.warn_from is not None and len(block.inside(view.today)) >= limit.warn_from:
        yield Caution(rule.rule.id, block.reason(view.at))


def _counted(view: View, rule: Active[Caps], limit: Limit, debt: str | None) -> list[Contact]:
    """The contacts with the person that count against the limit, consents put aside."""
    proposed, purposes, places = view.asked.proposed, rule.rule.scope.purposes, limit.places
    number = proposed.number if Key.NUMBER in limit.per else None
    by = proposed.by if view.book.profile in limit.own else None
    outcomes, channels, inbound = limit.outcomes, limit.channels, limit.inbound
    since = view.at - _DAY * (limit.days + 2)
    return [
        line
        for line in view.recent
        if (line.outcome is None or line.outcome in outcomes)
        and line.channel in channels
        and line.at > since
        and (inbound or not line.inbound)
        and line.purpose in purposes
        and (debt is None or not line.debts or debt in line.debts)
        and (number is None or line.number is None or line.number == number)
        and (by is None or line.by == by)
        and (places is None or line.place in places)
    ]
