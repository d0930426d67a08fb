"""Short messages by Aliyun: SendSms of 2017-05-25, signed with ACS3-HMAC-SHA256.

Aliyun does not know a repeated message again: `OutId` is told back, and nothing more. So silence
after a request is nobody's knowledge.
"""

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, ClassVar
from urllib.parse import quote

from channels.message import Message, wall
from channels.provider import Ask, Provider
from channels.receipts import Posted, Receipt, Reply, Thanks
from channels.sms.codes import UNKNOWN_SUBSCRIBER, Codes
from channels.sms.opting_out import opts_out
from channels.sms.posted import beijing, full_number, rows
from domain.deliveries import DeliveryReport, DeliveryStatus
from domain.keys import digest

URL = "https://dysmsapi.aliyuncs.com"

CODES = Codes(
    later=frozenset(
        {
            "isv.BUSINESS_LIMIT_CONTROL", "isv.DAY_LIMIT_CONTROL", "isv.MONTH_LIMIT_CONTROL",
            "isp.SYSTEM_ERROR", "isp.GATEWAY_ERROR", "Throttling", "Throttling.*",
            "ServiceUnavailable",
        }
    ),
    ours=frozenset(
        {
            "isv.OUT_OF_SERVICE", "isv.AMOUNT_NOT_ENOUGH", "isv.ACCOUNT_NOT_EXISTS",
            "isv.ACCOUNT_ABNORMAL", "isv.PRODUCT_UNSUBSCRIBE", "isv.PRODUCT_UN_SUBSCRIPT",
            "isv.DENY_IP_RANGE", "isp.RAM_PERMISSION_DENY", "SignatureDoesNotMatch",
            "SignatureNonceUsed", "InvalidTimeStamp.*", "InvalidAccessKeyId.*", "Forbidden.*",
            "IncompleteSignature", "MissingAuthorization", "NoPermission", "Forbidden",
        }
    ),
    dead=frozenset({"isv.MOBILE_NUMBER_ILLEGAL", "MOBILE_NUMBER_ILLEGAL"}),
    opted_out=frozenset({"isv.MOBILE_IN_BLACK", "MOBILE_IN_BLACK"}),
    unclear=frozenset({"InternalError", "InternalError.*"}),
)  # fmt: skip

_DEAD_REPORTS = UNKNOWN_SUBSCRIBER | CODES.dead


@dataclass(frozen=True, slots=True)
class AliyunAccount:
    """Who we are at Aliyun; `sign_name` is the approved signature in front of every message."""

    access_key_id: str
    access_key_secret: str
    sign_name: str
    url: str = URL


class AliyunSms:
    """Hands short messages to Aliyun, by approved template."""

    def __init__(
        self, account: AliyunAccount, timeout: float = 10, now: Callable[[], datetime] = wall
    ) -> None:
        self._account = account
        self._provider = Provider("Aliyun", account.url, timeout, now)

    async def send(self, message: Message) -> Receipt:
        """Hand the message over; see `channels.errors` for what else can happen."""
        answer = await self._provider.post(self._ask(message), message.not_after)
        code = str(answer.said.get("Code", ""))
        if answer.accepted and code == "OK":
            return Receipt(str(answer.said.get("BizId", "")), self._provider.now())
        raise CODES.failure(self._provider.name, answer, code)

    async def close(self) -> None:
        """Close the connections."""
        await self._provider.close()

    def _ask(self, message: Message) -> Ask:
        query = canonical_query(
            {
                "PhoneNumbers": local_number(message.to),
                "SignName": self._account.sign_name,
                "TemplateCode": message.provider_template_id,
                "TemplateParam": json.dumps(dict(message.params), ensure_ascii=False),
                "OutId": message.key,
            }
        )
        now = self._provider.now().astimezone(UTC)
        headers = {
            "host": self._provider.host,
            "x-acs-action": "SendSms",
            "x-acs-version": "2017-05-25",
            "x-acs-date": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": digest(f"{message.key} {now.isoformat()}"),
            "x-acs-content-sha256": sha256(b"").hexdigest(),
        }
        headers["Authorization"] = authorization(self._account, query, headers)
        return Ask(f"/?{query}", b"", headers)


def local_number(number: str) -> str:
    """A number as Aliyun wants it: Chinese ones bare, all others with their country code."""
    return number.removeprefix("+86").removeprefix("+")


def canonical_query(fields: Mapping[str, str]) -> str:
    """The query with its names in order, all but letters, digits and -_.~ escaped."""
    pairs = sorted(fields.items())
    return "&".join(f"{quote(k, safe='~')}={quote(v, safe='~')}" for k, v in pairs)


def authorization(account: AliyunAccount, query: str, headers: Mapping[str, str]) -> str:
    """The Authorization header of a POST to / with an empty body and these headers."""
    named = {k.lower(): v.strip() for k, v in headers.items()}
    signed = ";".join(sorted(named))
    lines = "".join(f"{name}:{named[name]}\n" for name in sorted(named))
    request = "\n".join(("POST", "/", query, lines, signed, named["x-acs-content-sha256"]))
    text = f"ACS3-HMAC-SHA256\n{sha256(request.encode()).hexdigest()}"
    mark = hmac.new(account.access_key_secret.encode(), text.encode(), sha256).hexdigest()
    who = f"Credential={account.access_key_id}"
    return f"ACS3-HMAC-SHA256 {who},SignedHeaders={signed},Signature={mark}"


@dataclass(frozen=True, slots=True)
class AliyunInbox:
    """Reads SmsReport and SmsUp; the address Aliyun is given ends in `?token=<token>`."""

    token: str
    thanks: ClassVar[Thanks] = Thanks("application/json", '{"code": 0, "msg": "OK"}')

    def reports(self, posted: Posted, now: datetime) -> tuple[DeliveryReport, ...]:
        """What became of messages."""
        return tuple(_report(row, now) for row in rows(self.token, posted))

    def replies(self, posted: Posted, now: datetime) -> tuple[Reply, ...]:
        """What people wrote back."""
        return tuple(_reply(row, now) for row in rows(self.token, posted))


def _report(row: Mapping[str, Any], now: datetime) -> DeliveryReport:
    code, done = str(row.get("err_code", "")), row.get("success")
    if done is True or done == "true":
        status = DeliveryStatus.DELIVERED
    else:
        status = DeliveryStatus.UNKNOWN if done is None else DeliveryStatus.UNDELIVERED
    dead = status is DeliveryStatus.UNDELIVERED and code in _DEAD_REPORTS
    key, number = str(row.get("out_id") or ""), str(row.get("biz_id") or "")
    at, stopped = beijing(row.get("report_time"), now), CODES.stopped(code)
    return DeliveryReport(key, number, status, code, at, dead, stopped)


def _reply(row: Mapping[str, Any], now: datetime) -> Reply:
    text, sender = str(row.get("content", "")), full_number(str(row.get("phone_number", "")))
    number = str(row.get("sequence_id") or "")
    return Reply(sender, text, opts_out(text), beijing(row.get("send_time"), now), number)
