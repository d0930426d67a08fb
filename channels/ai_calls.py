"""Calls that a dialer makes: it is given one call at a time, and posts back what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from channels.message import Message, wall
from channels.provider import Provider
from channels.receipts import NotBelieved, Posted, Receipt, Thanks
from channels.signed import SignedGateway, believed, instant
from domain.deliveries import CallReport
from domain.gate.words import ContactOutcome

PATH = "/calls"

OUTCOMES = {
    "conversation": ContactOutcome.CONVERSATION,
    "answered": ContactOutcome.CONNECTED,
    "hung_up": ContactOutcome.CONNECTED,
    "somebody_else": ContactOutcome.CONNECTED,
    "no_answer": ContactOutcome.NO_ANSWER,
    "voicemail": ContactOutcome.VOICEMAIL,
    "busy": ContactOutcome.NOT_CONNECTED,
    "rejected": ContactOutcome.NOT_CONNECTED,
    "failed": ContactOutcome.NOT_CONNECTED,
    "unreachable": ContactOutcome.NOT_CONNECTED,
    "not_in_service": ContactOutcome.NOT_CONNECTED,
    "wrong_number": ContactOutcome.WRONG_NUMBER,
}
"""The dialer's words and ours. A word that is not among them counts as connected: the strictest
caps are on calls that were picked up, and a call that is not understood may have been one."""

_REACHED = frozenset({"conversation", "answered", "hung_up"})
"""Words for a call that the borrower may have answered; "somebody_else" is not one of them."""

_DEAD = frozenset({"not_in_service", "wrong_number"})


class DialerHook:
    """Asks a dialer at that URL for calls; both sides know the secret.

    `text` of a message is the guide of the call. `report_to` is where the dialer posts outcomes.
    """

    def __init__(
        self,
        url: str,
        secret: str,
        report_to: str,
        timeout: float = 10,
        now: Callable[[], datetime] = wall,
    ) -> None:
        self._gateway = SignedGateway(Provider("The dialer", url, timeout, now), secret, PATH)
        self._report_to = report_to

    async def send(self, message: Message) -> Receipt:
        """Ask for the call; it may not begin after the message's `not_after`."""
        more = {"channel": "ai_call", "report_to": self._report_to}
        return await self._gateway.hand_over(message, more)

    async def close(self) -> None:
        """Close the connections."""
        await self._gateway.close()


@dataclass(frozen=True, slots=True)
class DialerInbox:
    """Reads `{"calls": [...]}` that the dialer signed."""

    secret: str
    thanks: ClassVar[Thanks] = Thanks("application/json", '{"taken": true}')

    def outcomes(self, posted: Posted, now: datetime) -> tuple[CallReport, ...]:
        """What came of calls; raises NotBelieved."""
        return tuple(_outcome(row, now) for row in believed(self.secret, posted, now, "calls"))


def _outcome(row: Mapping[str, Any], now: datetime) -> CallReport:
    key, number, code = (str(row.get(name, "")) for name in ("key", "id", "outcome"))
    if not key and not number:
        raise NotBelieved("unreadable")
    seconds = row.get("seconds")
    return CallReport(
        key,
        number,
        OUTCOMES.get(code, ContactOutcome.CONNECTED),
        code,
        instant(row.get("at"), now),
        seconds if type(seconds) is int and seconds >= 0 else 0,
        code in _DEAD,
        row.get("opt_out") is True,
        code in _REACHED if code in OUTCOMES else None,
    )
