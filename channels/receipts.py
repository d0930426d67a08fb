"""What providers tell us: that they took a message, what became of it, and what was replied."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Receipt:
    """A provider took a message, at that instant of ours, and calls it by that id."""

    provider_id: str
    accepted_at: datetime


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
    phone that is off is not dead.
    """

    key: str
    provider_id: str
    status: DeliveryStatus
    code: str
    at: datetime
    dead: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person wrote back, from that number; `opt_out` asks us to stop writing to it."""

    sender: str
    text: str
    opt_out: bool
    at: datetime
    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """A request that came in at one of our doors; `url` is the public one, with its query."""

    url: str
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """The header's value, however it is written; empty when it is missing."""
        wanted = name.casefold()
        return next((v for k, v in self.headers.items() if k.casefold() == wanted), "")


class NotBelieved(Exception):
    """A request that is not from the provider, or that cannot be read.

    `rule` is bad-signature, to be answered with 401, or unreadable, with 400.
    """

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Thanks:
    """What a provider wants to hear when its request was taken; else it sends it again."""

    media_type: str
    body: str


class Inbox(Protocol):
    """Reads what one provider posts to us; every method raises NotBelieved."""

    @property
    def thanks(self) -> Thanks:
        """The answer to a request that was taken."""
        ...

    def reports(self, posted: Posted, now: datetime) -> tuple[DeliveryReport, ...]:
        """What became of messages; `now` stands in where the provider names no time."""
        ...

    def replies(self, posted: Posted, now: datetime) -> tuple[Reply, ...]:
        """What people wrote back."""
        ...


_WEIGHT = {
    DeliveryStatus.UNKNOWN: 0,
    DeliveryStatus.UNDELIVERED: 1,
    DeliveryStatus.DELIVERED: 2,
}


def news(known: DeliveryReport | None, coming: DeliveryReport) -> DeliveryReport | None:
    """What a coming report changes; None when it is a repeat or has been overtaken.

    Reports come twice and in any order: one that says more wins, whenever it comes, and one that
    a phone received outweighs a failure.
    """
    if known is None:
        return coming
    more = _WEIGHT[coming.status] > _WEIGHT[known.status]
    died = coming.status is known.status and coming.dead and not known.dead
    return coming if more or died else None
