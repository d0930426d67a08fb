"""Short messages by Twilio: the Messages resource of 2010-04-01, with Basic authentication.

Twilio does not know a repeated message again, so silence after a request is nobody's knowledge.
What it has not sent by `not_after` it drops: the validity period goes with every message.
"""

import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1
from typing import ClassVar
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

from channels.message import Message, wall
from channels.provider import Ask, Provider
from channels.receipts import NotBelieved, Posted, Receipt, Reply, Thanks
from channels.sms.codes import Codes
from channels.sms.opting_out import opts_out
from domain.deliveries import DeliveryReport, DeliveryStatus

URL = "https://api.twilio.com"
SIGNATURE = "X-Twilio-Signature"

CODES = Codes(
    later=frozenset({"20429", "14107", "21611", "30001", "30022", "63018"}),
    ours=frozenset(
        {
            "10001", "20003", "20005", "20404", "21212", "21408", "21603", "21606", "21608",
            "21659", "21660", "30002", "30034",
        }
    ),
    dead=frozenset({"21211", "21214", "21217", "21265", "30005"}),
    opted_out=frozenset({"21610"}),
    unclear=frozenset({"20500"}),
)  # fmt: skip
"""30005 is a number that nobody has, 30003 only a phone that is off.

21614, 21635 and 30006 tell of a number that takes no messages, such as a landline: it lives.
"""

_MOST_VALIDITY_SECONDS = 36_000
"""The longest validity period that Twilio takes."""

_STATUS = {
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.DELIVERED,
    "undelivered": DeliveryStatus.UNDELIVERED,
    "failed": DeliveryStatus.UNDELIVERED,
    "canceled": DeliveryStatus.UNDELIVERED,
}


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """Who we are at Twilio.

    `sender` is a number of ours, or a messaging service (it begins with MG). Reports are asked to
    `report_to`, with the key of the message in its query; none are when it is empty.
    """

    account_sid: str
    auth_token: str
    sender: str
    report_to: str = ""
    url: str = URL


class TwilioSms:
    """Hands short messages to Twilio: by content template where there is one, else by text."""

    def __init__(
        self, account: TwilioAccount, timeout: float = 10, now: Callable[[], datetime] = wall
    ) -> None:
        self._account = account
        self._provider = Provider("Twilio", account.url, timeout, now)

    async def send(self, message: Message) -> Receipt:
        """Hand the message over; see `channels.errors` for what else can happen."""
        answer = await self._provider.post(self._ask(message), message.not_after)
        if answer.accepted and answer.said.get("sid"):
            return Receipt(str(answer.said["sid"]), self._provider.now())
        raise CODES.failure(self._provider.name, answer, str(answer.said.get("code", "")))

    async def close(self) -> None:
        """Close the connections."""
        await self._provider.close()

    def _ask(self, message: Message) -> Ask:
        account = self._account
        body = urlencode(self._fields(message)).encode()
        login = b64encode(f"{account.account_sid}:{account.auth_token}".encode()).decode()
        headers = {
            "Authorization": f"Basic {login}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        path = f"/2010-04-01/Accounts/{quote(account.account_sid)}/Messages.json"
        return Ask(path, body, headers)

    def _fields(self, message: Message) -> dict[str, str]:
        account, left = self._account, (message.not_after - self._provider.now()).total_seconds()
        service = account.sender.startswith("MG")
        fields = {
            "To": message.to,
            "MessagingServiceSid" if service else "From": account.sender,
            "ValidityPeriod": str(max(1, min(int(left), _MOST_VALIDITY_SECONDS))),
        }
        if message.provider_template_id:
            fields["ContentSid"] = message.provider_template_id
            fields["ContentVariables"] = json.dumps(dict(message.params), ensure_ascii=False)
        else:
            fields["Body"] = message.text
        if account.report_to:
            fields["StatusCallback"] = f"{account.report_to}?{urlencode({'key': message.key})}"
        return fields


def signed(auth_token: str, url: str, body: bytes) -> str:
    """The signature of a form posted to that URL: its fields in order, added to the URL."""
    fields = sorted(set(parse_qsl(body.decode(errors="replace"), keep_blank_values=True)))
    text = url + "".join(name + value for name, value in fields)
    return b64encode(hmac.digest(auth_token.encode(), text.encode(), sha1)).decode()


@dataclass(frozen=True, slots=True)
class TwilioInbox:
    """Reads status callbacks and incoming messages that Twilio signed."""

    auth_token: str
    thanks: ClassVar[Thanks] = Thanks("text/xml", "<Response/>")

    def reports(self, posted: Posted, now: datetime) -> tuple[DeliveryReport, ...]:
        """What became of a message; Twilio names no time, so it is `now`."""
        fields = self._fields(posted)
        code, said = fields.get("ErrorCode", ""), fields.get("MessageStatus", "")
        status = _STATUS.get(said, DeliveryStatus.UNKNOWN)
        dead = status is DeliveryStatus.UNDELIVERED and code in CODES.dead
        key = parse_qs(urlsplit(posted.url).query).get("key", [""])[0]
        number = fields.get("MessageSid", "")
        stopped = CODES.stopped(code)
        return (DeliveryReport(key, number, status, code or said, now, dead, stopped),)

    def replies(self, posted: Posted, now: datetime) -> tuple[Reply, ...]:
        """What somebody wrote back."""
        fields = self._fields(posted)
        text = fields.get("Body", "")
        asked = fields.get("OptOutType", "").upper() == "STOP" or opts_out(text)
        sender, number = fields.get("From", ""), fields.get("MessageSid", "")
        return (Reply(sender, text, asked, now, number),)

    def _fields(self, posted: Posted) -> dict[str, str]:
        mark = signed(self.auth_token, posted.url, posted.body)
        if not hmac.compare_digest(posted.header(SIGNATURE).encode(), mark.encode()):
            raise NotBelieved("bad-signature")
        return dict(parse_qsl(posted.body.decode(errors="replace"), keep_blank_values=True))
