"""Short messages by Tencent Cloud: SendSms of 2021-01-11, signed with TC3-HMAC-SHA256.

Tencent does not know a repeated message again: `SessionContext` is told back, and nothing more.
So silence after a request is nobody's knowledge.
"""

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, ClassVar

from channels.message import Message, wall
from channels.provider import Ask, Provider
from channels.receipts import Posted, Receipt, Reply, Thanks
from channels.sms.codes import UNKNOWN_SUBSCRIBER, Codes
from channels.sms.opting_out import opts_out
from channels.sms.posted import beijing, full_number, rows
from domain.deliveries import DeliveryReport, DeliveryStatus

URL = "https://sms.tencentcloudapi.com"

CODES = Codes(
    later=frozenset({"LimitExceeded.*", "RequestLimitExceeded", "RequestLimitExceeded.*"}),
    ours=frozenset(
        {
            "FailedOperation.InsufficientBalanceInSmsPackage", "AuthFailure", "AuthFailure.*",
            "UnauthorizedOperation", "UnauthorizedOperation.*",
            "InternalError.RequestTimeException", "InternalError.SigVerificationFail",
            "InvalidParameterValue.SdkAppIdNotExist",
        }
    ),
    dead=frozenset(
        {"InvalidParameterValue.IncorrectPhoneNumber", "FailedOperation.PhoneNumberParseFail"}
    ),
    opted_out=frozenset({"FailedOperation.PhoneNumberInBlacklist"}),
    unclear=frozenset(
        {
            "InternalError", "InternalError.OtherError", "InternalError.ParseBackendResponseFail",
            "InternalError.SendAndRecvFail", "InternalError.Timeout", "InternalError.UnknownError",
        }
    ),
)  # fmt: skip

_JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class TencentAccount:
    """Who we are at Tencent Cloud; `sign_name` is the approved signature of every message."""

    secret_id: str
    secret_key: str
    sdk_app_id: str
    sign_name: str
    region: str = "ap-guangzhou"
    url: str = URL


class TencentSms:
    """Hands short messages to Tencent Cloud, by approved template."""

    def __init__(
        self, account: TencentAccount, timeout: float = 10, now: Callable[[], datetime] = wall
    ) -> None:
        self._account = account
        self._provider = Provider("Tencent Cloud", account.url, timeout, now)

    async def send(self, message: Message) -> Receipt:
        """Hand the message over; see `channels.errors` for what else can happen."""
        answer = await self._provider.post(self._ask(message), message.not_after)
        said = _mapping(answer.said.get("Response"))
        sent = said.get("SendStatusSet")
        status = _mapping(sent[0] if isinstance(sent, list) and sent else None)
        if status.get("Code") == "Ok":
            return Receipt(str(status.get("SerialNo", "")), self._provider.now())
        code = str(status.get("Code") or _mapping(said.get("Error")).get("Code", ""))
        raise CODES.failure(self._provider.name, answer, code)

    async def close(self) -> None:
        """Close the connections."""
        await self._provider.close()

    def _ask(self, message: Message) -> Ask:
        account = self._account
        said = {
            "PhoneNumberSet": [message.to],
            "SmsSdkAppId": account.sdk_app_id,
            "SignName": account.sign_name,
            "TemplateId": message.provider_template_id,
            "TemplateParamSet": [value for _, value in message.params],
            "SessionContext": message.key,
        }
        body = json.dumps(said, ensure_ascii=False).encode()
        at = int(self._provider.now().timestamp())
        headers = {
            "Authorization": authorization(account, self._provider.host, at, body),
            "Content-Type": _JSON,
            "Host": self._provider.host,
            "X-TC-Action": "SendSms",
            "X-TC-Version": "2021-01-11",
            "X-TC-Timestamp": str(at),
            "X-TC-Region": account.region,
        }
        return Ask("/", body, headers)


def authorization(account: TencentAccount, host: str, at: int, body: bytes) -> str:
    """The Authorization header of a JSON POST to / at that Unix second."""
    lines = f"content-type:{_JSON}\nhost:{host}\n"
    signed = "content-type;host"
    request = f"POST\n/\n\n{lines}\n{signed}\n{sha256(body).hexdigest()}"
    day = datetime.fromtimestamp(at, UTC).date().isoformat()
    scope = f"{day}/sms/tc3_request"
    text = f"TC3-HMAC-SHA256\n{at}\n{scope}\n{sha256(request.encode()).hexdigest()}"
    key = f"TC3{account.secret_key}".encode()
    for part in (day, "sms", "tc3_request"):
        key = hmac.digest(key, part.encode(), sha256)
    mark = hmac.new(key, text.encode(), sha256).hexdigest()
    who = f"Credential={account.secret_id}/{scope}"
    return f"TC3-HMAC-SHA256 {who}, SignedHeaders={signed}, Signature={mark}"


@dataclass(frozen=True, slots=True)
class TencentInbox:
    """Reads status and reply callbacks; the address Tencent is given ends in `?token=<token>`."""

    token: str
    thanks: ClassVar[Thanks] = Thanks("application/json", '{"result": 0, "errmsg": "OK"}')

    def reports(self, posted: Posted, now: datetime) -> tuple[DeliveryReport, ...]:
        """What became of messages; they carry no key of ours, only the serial number."""
        return tuple(_report(row, now) for row in rows(self.token, posted))

    def replies(self, posted: Posted, now: datetime) -> tuple[Reply, ...]:
        """What people wrote back."""
        return tuple(_reply(row, now) for row in rows(self.token, posted))


def _report(row: Mapping[str, Any], now: datetime) -> DeliveryReport:
    code, said = str(row.get("errmsg", "")), row.get("report_status")
    known = {"SUCCESS": DeliveryStatus.DELIVERED, "FAIL": DeliveryStatus.UNDELIVERED}
    status = known.get(str(said), DeliveryStatus.UNKNOWN)
    dead = status is DeliveryStatus.UNDELIVERED and code in UNKNOWN_SUBSCRIBER
    at = beijing(row.get("user_receive_time"), now)
    number, stopped = str(row.get("sid", "")), CODES.stopped(code)
    return DeliveryReport("", number, status, code, at, dead, stopped)


def _reply(row: Mapping[str, Any], now: datetime) -> Reply:
    text, country = str(row.get("text", "")), str(row.get("nationcode", "86"))
    sender = full_number(f"+{country.lstrip('+')}{row.get('mobile', '')}")
    try:
        at = datetime.fromtimestamp(int(row.get("time", "")), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        at = now
    return Reply(sender, text, opts_out(text), at)


def _mapping(said: object) -> Mapping[str, Any]:
    return said if isinstance(said, dict) else {}
