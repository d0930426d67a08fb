"""What became of messages and calls, as providers, mail servers and dialers tell it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.gate.words import ContactOutcome


class DeliveryStatus(StrEnum):
    """What became of a message; `unknown` covers everything that is still under way."""

    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a provider says became of a message.

    At least one of `key`, which is ours, and `provider_id`, the one on the receipt, is not empty.
    `code` is the provider's own word. `dead` says that the address reaches nobody, for good; a
    phone that is off is not dead. `opt_out` says that the person told the provider to stop.
    """

    key: str
    provider_id: str
    status: DeliveryStatus
    code: str
    at: datetime
    dead: bool = False
    opt_out: bool = False


@dataclass(frozen=True, slots=True)
class CallReport:
    """What came of a call; `code` is the dialer's own word.

    `dead` says that the number is nobody's or not the borrower's; `opt_out` that the person asked
    not to be called. `reached` says whether the borrower answered, None: the word is not known.
    """

    key: str
    provider_id: str
    outcome: ContactOutcome
    code: str
    at: datetime
    seconds: int = 0
    dead: bool = False
    opt_out: bool = False
    reached: bool | None = None


_WEIGHT = {
    DeliveryStatus.UNKNOWN: 0,
    DeliveryStatus.UNDELIVERED: 1,
    DeliveryStatus.DELIVERED: 2,
}
_SAYS = {
    ContactOutcome.NOT_CONNECTED: 0,
    ContactOutcome.NO_ANSWER: 1,
    ContactOutcome.VOICEMAIL: 2,
    ContactOutcome.WRONG_NUMBER: 3,
    ContactOutcome.CONNECTED: 4,
    ContactOutcome.CONVERSATION: 5,
}
DEAD = "dead"
"""The word on record of a message whose address reaches nobody."""


def news(known: DeliveryReport | None, coming: DeliveryReport) -> DeliveryReport | None:
    """What a coming report changes; None when it is a repeat or has been overtaken.

    Reports come twice and in any order: one that says more wins, whenever it comes, and one that
    a phone received outweighs a failure.
    """
    known_word = word(known) if known else ""
    return coming if outweighs(known_word, coming) else None


def word(report: DeliveryReport) -> str:
    """The report in the one word that is kept: its status, or dead."""
    undelivered = report.status is DeliveryStatus.UNDELIVERED
    return DEAD if undelivered and report.dead else report.status.value


def outweighs(known: str, coming: DeliveryReport) -> bool:
    """Whether a report says more than the word on record; empty: nothing was said yet."""
    if not known:
        return True
    status = DeliveryStatus.UNDELIVERED if known == DEAD else DeliveryStatus(known)
    more = _WEIGHT[coming.status] > _WEIGHT[status]
    return more or (coming.status is status and word(coming) == DEAD and known != DEAD)


def says_more(known: ContactOutcome | None, coming: ContactOutcome) -> bool:
    """Whether an outcome of a call replaces the known one: the strictest caps are on talks."""
    return known is None or _SAYS[coming] > _SAYS.get(known, -1)
