"""Private messages in social apps, only to people who agreed to them."""

from collections.abc import Callable
from datetime import datetime

from channels.errors import Bounced
from channels.message import Message, wall
from channels.provider import Provider
from channels.receipts import Receipt
from channels.signed import SignedGateway

PATH = "/private-messages"


class SocialMessages:
    """Hands private messages to a gateway at that URL; both sides know the secret.

    A message leaves only with the reference of a consent, and the gateway is told it. Never to a
    group and never to a page: others would read it.
    """

    def __init__(
        self, url: str, secret: str, timeout: float = 10, now: Callable[[], datetime] = wall
    ) -> None:
        provider = Provider("The social gateway", url, timeout, now)
        self._gateway = SignedGateway(provider, secret, PATH)

    async def send(self, message: Message) -> Receipt:
        """Hand the message over; refuses one without a consent reference."""
        consent = message.consent.strip()
        if not consent:
            reason = "No consent to social messages is on record."
            raise Bounced(reason, address_dead=False)
        more = {"channel": "social", "consent": consent, "audience": "private"}
        return await self._gateway.hand_over(message, more)

    async def close(self) -> None:
        """Close the connections."""
        await self._gateway.close()
