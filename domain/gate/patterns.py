"""Patterns of harassment below the caps: they warn, so that a person looks."""

from collections.abc import Iterator
from datetime import timedelta

from domain.gate.answers import Caution
from domain.gate.terms import Pattern
from domain.gate.view import View
from domain.gate.words import VOICE, ContactOutcome

_UNANSWERED = frozenset({ContactOutcome.NO_ANSWER, ContactOutcome.VOICEMAIL, None})


def pattern_warnings(view: View) -> Iterator[Caution]:
    """A warning for each pattern that this call would be part of, or follow on the same day."""
    for rule in view.book.patterns:
        if rule.rule.in_force(view.today, view.book.profile):
            for why in _patterns(view, rule.terms):
                yield Caution(rule.rule.id, why)


def _patterns(view: View, terms: Pattern) -> Iterator[str]:
    number = view.asked.proposed.number
    since = view.at - timedelta(days=2)
    calls = [
        line
        for line in view.recent
        if line.at > since
        and not line.inbound
        and line.channel in VOICE
        and view.date_of(line) == view.today
    ]
    if not calls:
        return
    rung = [line for line in calls if line.outcome is not ContactOutcome.NOT_CONNECTED]
    if len(rung) + 1 >= terms.calls_in_day:
        yield f"This would be call {len(rung) + 1} of the day."
    unanswered = sorted(
        line.at for line in calls if line.outcome in _UNANSWERED and line.number in (None, number)
    )
    times, gap = [*unanswered, view.at], timedelta(minutes=terms.within_minutes)
    runs = zip(times, times[terms.unanswered - 1 :], strict=False)
    if any(last - first <= gap for first, last in runs):
        yield (
            f"{terms.unanswered} unanswered calls to one number within "
            f"{terms.within_minutes} minutes."
        )
