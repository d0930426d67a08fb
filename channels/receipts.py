"""What providers tell us: that they took a message, what became of it, and what was replied."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.deliveries import DeliveryReport


@dataclass(frozen=True, slots=True)
class Receipt:
    """A provider took a message, at that instant of ours, and calls it by that id."""

    provider_id: str
    accepted_at: datetime


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
