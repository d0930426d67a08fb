"""Call-back consents: when one runs, and when it has ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.gate.view import View
from domain.gate.words import VOICE, ContactOutcome

_MAY_BE_A_TALK = frozenset({ContactOutcome.CONVERSATION, None})


@dataclass(frozen=True, slots=True)
class RunningConsent:
    """A consent with its ends: the conversation that used it up, and its first date no longer."""

    given_at: datetime
    used_at: datetime | None
    before: date
    zone: ZoneInfo

    def covers(self, at: datetime) -> bool:
        """Whether a call placed at that instant is made with the consent."""
        return (
            self.given_at <= at
            and (self.used_at is None or at <= self.used_at)
            and at.astimezone(self.zone).date() < self.before
        )


def running_consents(view: View, debt: str | None, days: int | None) -> Sequence[RunningConsent]:
    """The consents about a debt (None: about any), each at most `days` local dates long.

    The date a consent is given is its first. Empty where `days` is None: no consent lifts.
    """
    if days is None or not view.asked.consents:
        return ()
    talks = sorted(
        line.at
        for line in view.recent
        if line.outcome in _MAY_BE_A_TALK
        and line.channel in VOICE
        and (debt is None or not line.debts or debt in line.debts)
    )
    found = []
    for consent in view.asked.consents:
        if debt is not None and consent.debt not in (None, debt):
            continue
        before = consent.given_at.astimezone(view.home).date() + timedelta(days=days)
        if consent.valid_before is not None:
            before = min(before, consent.valid_before)
        used = next((talk for talk in talks if talk > consent.given_at), None)
        found.append(RunningConsent(consent.given_at, used, before, view.home))
    return found
