"""Holds: what they bar, whom, and what passes them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.gate.answers import Block, Caution, Mark, Phase
from domain.gate.question import LegalHold
from domain.gate.terms import HoldTerms
from domain.gate.view import View
from domain.gate.words import Fact, Party, Purpose, Rank

_PHASES = {
    Rank.STATUTORY: Phase.STATUTORY_HOLD,
    Rank.MANDATORY: Phase.MANDATORY_HOLD,
    Rank.POLICY: Phase.POLICY_HOLD,
}

_OWE_THE_SAME = frozenset({Party.BORROWER, Party.CO_BORROWER, Party.GUARANTOR})

_LAST = 1_000_000
"""The place of a hold whose rule stands in no pack: after those that do."""


@dataclass(slots=True)
class HoldBlock(Block):
    """A hold that bars this contact while it lasts."""

    hold: LegalHold

    def free_from(self, at: datetime, limit: datetime) -> datetime | None:
        """Its end while it lasts; None for a hold that only a person lifts."""
        del limit
        if at < self.hold.start or (self.hold.until is not None and at >= self.hold.until):
            return at
        return self.hold.until

    def reason(self, at: datetime) -> str:
        """Since when, and until when."""
        del at
        hold = self.hold
        end = "it is lifted" if hold.until is None else _said(hold.until)
        return f"A hold under {hold.rule} runs from {_said(hold.start)} until {end}."


def hold_blocks(view: View) -> Iterator[Block | Caution]:
    """The holds that bar this contact now or later; those it passes now are warnings."""
    for hold in view.asked.holds:
        if hold.until is not None and hold.until <= view.at:
            continue
        order, terms = view.book.holds.get(hold.rule, (_LAST, _ordinary(hold.rule)))
        if not _is_about(view, hold, terms):
            continue
        permitting = _permitting(view, hold, terms)
        if permitting is None:
            yield HoldBlock(Mark(hold.rule, _PHASES[terms.rank], order), hold)
        elif hold.start <= view.at:
            purpose = view.asked.proposed.purpose.replace("_", " ")
            yield Caution(permitting, f"A {purpose} passes the hold under {hold.rule}.")


def _said(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(sep=" ", timespec="minutes")


def _ordinary(rule: str) -> HoldTerms:
    """What a hold lets through when no pack says otherwise."""
    passing = (
        Purpose.STATUTORY_NOTICE, Purpose.SERVICE, Purpose.REPLY, Purpose.CONFIRMATION
    )  # fmt: skip
    return HoldTerms(Rank.POLICY, dict.fromkeys(passing, rule))


def _is_about(view: View, hold: LegalHold, terms: HoldTerms) -> bool:
    proposed = view.asked.proposed
    return (
        _binds(view, hold, terms)
        and proposed.party not in terms.parties | hold.parties
        and (hold.purposes is None or proposed.purpose in hold.purposes)
        and (hold.channels is None or proposed.channel in hold.channels)
        and (hold.places is None or proposed.place in hold.places)
        and (hold.number is None or proposed.number in (None, hold.number))
        and (hold.debts is None or any(debt in hold.debts for debt in proposed.debts))
    )


def _binds(view: View, hold: LegalHold, terms: HoldTerms) -> bool:
    """Whether the hold protects the person asked about.

    One on the borrower as a whole also keeps us from asking others about them, and a joint one
    reaches those who owe the same debt.
    """
    proposed = view.asked.proposed
    if hold.person is None or hold.person == proposed.person:
        return True
    if hold.person == proposed.about:
        return hold.channels is None and hold.places is None and hold.number is None
    return terms.joint and proposed.party in _OWE_THE_SAME and hold.debts is not None


def _permitting(view: View, hold: LegalHold, terms: HoldTerms) -> str | None:
    """The rule under which this contact passes the hold, or None."""
    proposed = view.asked.proposed
    service = proposed.purpose is Purpose.SERVICE and Fact.RECEIPT not in proposed.facts
    if hold.no_service and service:
        return None
    if proposed.purpose is Purpose.REPLY and terms.reply_once and view.unanswered() is None:
        return None
    if proposed.purpose is Purpose.CONFIRMATION:
        prompt = view.at <= hold.start + timedelta(minutes=terms.confirm_minutes)
        if not prompt or view.contacted_since(hold.start, proposed.channel):
            return None
    return terms.allows.get(proposed.purpose)
