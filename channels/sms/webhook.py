"""Any gateway that takes our own signed HTTP: for a provider that has no adapter of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from channels.message import Message, wall
from channels.provider import Provider
from channels.receipts import Posted, Receipt, Reply, Thanks
from channels.signed import OPTED_OUT, SignedGateway, believed, instant
from channels.sms.opting_out import opts_out
from domain.deliveries import DeliveryReport, DeliveryStatus

PATH = "/messages"


class WebhookSms:
    """Hands short messages to a gateway at that URL; both sides know the secret."""

    def __init__(
        self, url: str, secret: str, timeout: float = 10, now: Callable[[], datetime] = wall
    ) -> None:
        provider = Provider("The SMS gateway", url, timeout, now)
        self._gateway = SignedGateway(provider, secret, PATH)

    async def send(self, message: Message) -> Receipt:
        """Hand the message over; see `channels.errors` for what else can happen."""
        return await self._gateway.hand_over(message, {"channel": "sms"})

    async def close(self) -> None:
        """Close the connections."""
        await self._gateway.close()


@dataclass(frozen=True, slots=True)
class WebhookInbox:
    """Reads `{"reports": [...]}` and `{"replies": [...]}` that the gateway signed."""

    secret: str
    thanks: ClassVar[Thanks] = Thanks("application/json", '{"taken": true}')

    def reports(self, posted: Posted, now: datetime) -> tuple[DeliveryReport, ...]:
        """What became of messages."""
        rows = believed(self.secret, posted, now, "reports")
        return tuple(_report(row, now) for row in rows)

    def replies(self, posted: Posted, now: datetime) -> tuple[Reply, ...]:
        """What people wrote back."""
        rows = believed(self.secret, posted, now, "replies")
        return tuple(_reply(row, now) for row in rows)


def _report(row: Mapping[str, Any], now: datetime) -> DeliveryReport:
    said = str(row.get("status", ""))
    known = said in {status.value for status in DeliveryStatus}
    status = DeliveryStatus(said) if known else DeliveryStatus.UNKNOWN
    key, number, code = (str(row.get(name, "")) for name in ("key", "id", "code"))
    dead = row.get("dead") is True and status is DeliveryStatus.UNDELIVERED
    at, stopped = instant(row.get("at"), now), code == OPTED_OUT
    return DeliveryReport(key, number, status, code, at, dead, stopped)


def _reply(row: Mapping[str, Any], now: datetime) -> Reply:
    text = str(row.get("text", ""))
    sender, number = str(row.get("from", "")), str(row.get("id", ""))
    asked = row.get("opt_out") is True or opts_out(text)
    return Reply(sender, text, asked, instant(row.get("at"), now), number)
