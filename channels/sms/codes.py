"""What a provider's own words for a failure mean to us, as data."""

import json
from dataclasses import dataclass

from channels.errors import Bounced, NotDelivered, TryAgain, Unknown
from channels.http import Answer
from channels.provider import Later, OptedOut

UNKNOWN_SUBSCRIBER = frozenset({"MK:0001", "MN:0001"})
"""Codes of Chinese carriers for a number that nobody has.

Most of their other codes may as well tell of a phone that is off, and are no evidence.
"""


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes by what they mean; one that ends in `.*` stands for all that begin so.

    `later`: a limit was reached. `ours`: our account, login or clock is at fault. `dead`: the
    address reaches nobody. `opted_out`: the person asked the provider to stop. `unclear`: the
    provider itself does not know. Any other code refuses the message for good.
    """

    later: frozenset[str] = frozenset()
    ours: frozenset[str] = frozenset()
    dead: frozenset[str] = frozenset()
    opted_out: frozenset[str] = frozenset()
    unclear: frozenset[str] = frozenset()

    def failure(self, provider: str, answer: Answer, code: str) -> NotDelivered:
        """What to raise for an answer that was no receipt, and the code in it."""
        words = json.dumps(dict(answer.said), ensure_ascii=False)
        reason = f"{provider} answered {code if code.isascii() and code else answer.status}."
        if not code:  # no word of the provider's own: a yes that is none, or somebody in between
            return (Unknown if answer.accepted else TryAgain)(reason, words)
        if _among(code, self.opted_out):
            return OptedOut(reason, words)
        if _among(code, self.dead):
            return Bounced(reason, words, address_dead=True)
        if _among(code, self.later):
            return Later(reason, words)
        if _among(code, self.unclear):
            return Unknown(reason, words)
        if _among(code, self.ours):
            return TryAgain(reason, words)
        return Bounced(reason, words, address_dead=False)

    def stopped(self, code: str) -> bool:
        """Whether a report's code says that the person told the provider to stop."""
        return _among(code, self.opted_out)


def _among(code: str, codes: frozenset[str]) -> bool:
    return code in codes or f"{code.partition('.')[0]}.*" in codes
