"""What a channel is given to deliver, and what every channel can do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from channels.errors import TryAgain
from channels.receipts import Receipt


@dataclass(frozen=True, slots=True)
class Message:
    """One message on its way: `key` is the same whenever it is sent again.

    `to` is what the channel reaches: an e-mail address, a phone number with + and country code, a
    device token, or the lines of a postal address. `text` is what the person reads; a provider that
    knows only approved templates is given `provider_template_id` and `params` instead, in their
    order. `at` is the case's instant of sending, in the person's own zone: its date is the one they
    read. After `not_after`, on the wall, it may not leave: the permit that allowed it has run out.
    `consent` names the consent of the person where a channel must have one.
    """

    key: str
    to: str
    text: str
    locale: str
    at: datetime
    not_after: datetime
    subject: str = ""
    provider_template_id: str = ""
    params: tuple[tuple[str, str], ...] = ()
    consent: str = ""


class Sender(Protocol):
    """A way out of the house; it answers with a receipt where the other side gives one."""

    async def send(self, message: Message) -> Receipt | None:
        """Hand the message over; returns when it was accepted, else raises NotDelivered."""
        ...

    async def close(self) -> None:
        """Close what was opened; a later message opens it again where that can be done."""
        ...


class TooLate(TryAgain):
    """Its time has passed: nothing was sent, and the gate is to be asked again."""

    def __init__(self) -> None:
        super().__init__("too late")


def wall() -> datetime:
    """The true time."""
    return datetime.now(UTC)


def in_time(not_after: datetime, now: Callable[[], datetime]) -> None:
    """Raises TooLate once that instant has come."""
    if now() >= not_after:
        raise TooLate
