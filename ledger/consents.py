"""Consents to channels that nobody is contacted by without one."""

from collections.abc import Sequence
from datetime import datetime

from domain.gate.words import Channel
from domain.outcomes import SendOutcome, Sent
from domain.rights import Right, RightKind

NO_CONSENT = "no-consent"
"""The rule of a contact by a channel that the person has not agreed to."""

_NEEDED = frozenset({Channel.SOCIAL})


def consent_to(channel: Channel, rights: Sequence[Right], at: datetime) -> str:
    """The reference of the person's latest consent to it in force; empty when there is none."""
    given = [
        right
        for right in rights
        if right.kind is RightKind.CONSENT
        and right.channel is channel
        and right.start <= at
        and right.holds_at(at)
    ]
    latest = max(given, key=lambda right: (right.start, right.right_id), default=None)
    return "" if latest is None else latest.reference


def unconsented(channel: Channel, rights: Sequence[Right], at: datetime) -> SendOutcome | None:
    """Why nobody is contacted by that channel without a consent; None where it is not needed."""
    if channel not in _NEEDED or consent_to(channel, rights, at):
        return None
    return SendOutcome(Sent.SUPPRESSED, NO_CONSENT, f"No consent to {channel} is on record.")
