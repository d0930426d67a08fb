"""What a channel is given to deliver, and what every channel can do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One message on its way: `message_id` is the same whenever it is sent again.

    `at` is the case's instant of sending, and the date the borrower reads.
    """

    message_id: str
    to: str
    subject: str
    text: str
    at: datetime


class Sender(Protocol):
    """A way out of the house."""

    async def send(self, message: Message) -> None:
        """Hand the message over; returns when it was accepted, else raises NotDelivered."""
        ...
