"""What providers post to us: what became of a message, and what a person wrote back."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from channels.signing import HEADER, signature
from demo.providers.kept import Arrival

_BEIJING = ZoneInfo("Asia/Shanghai")
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Callback:
    """One request to make: `headers` are complete."""

    url: str
    headers: dict[str, str]
    body: bytes


def report(arrival: Arrival, status: str, code: str, secret: str, report_to: str) -> Callback:
    """What became of that message: delivered, undelivered, or any word of the provider's own.

    Of a call, `status` is the outcome in the dialer's words.
    """
    build = {"aliyun": _aliyun_report, "tencent": _tencent_report, "twilio": _twilio_report}
    if arrival.provider in build:
        return build[arrival.provider](arrival, status, code, secret, report_to)
    return _signed_report(arrival, status, code, secret, report_to)


def reply(provider: str, sender: str, text: str, secret: str, report_to: str) -> Callback:
    """What a person wrote back to that provider's number."""
    if provider == "aliyun":
        row = {
            "phone_number": sender.removeprefix("+86"),
            "send_time": _beijing("%Y%m%d%H%M%S"),
            "content": text,
            "sign_name": "demo",
            "dest_code": "1",
            "sequence_id": 1_234_567_890,
        }
        return _json(report_to, [row])
    if provider == "tencent":
        said = {"nationcode": "86", "mobile": sender.removeprefix("+86"), "text": text}
        return _json(report_to, said | {"sign": "demo", "time": int(time.time()), "extend": ""})
    if provider == "twilio":
        fields = {"MessageSid": "SM-reply", "From": sender, "To": "+15005550006", "Body": text}
        return _twilio(report_to, fields, secret)
    return _signed(report_to, {"replies": [{"from": sender, "text": text, "id": "R"}]}, secret)


def _aliyun_report(arrival: Arrival, status: str, code: str, _: str, report_to: str) -> Callback:
    now = _beijing("%Y-%m-%d %H:%M:%S")
    row = {
        "phone_number": arrival.said.to,
        "send_time": now,
        "report_time": now,
        "success": status == "delivered",
        "err_code": code or ("DELIVERED" if status == "delivered" else "MOBILE_SEND_LIMIT"),
        "err_msg": status,
        "sms_size": "1",
        "biz_id": arrival.provider_id,
        "out_id": arrival.said.key,
    }
    return _json(report_to, [row])


def _tencent_report(arrival: Arrival, status: str, code: str, _: str, report_to: str) -> Callback:
    row = {
        "user_receive_time": _beijing("%Y-%m-%d %H:%M:%S"),
        "nationcode": "86",
        "mobile": arrival.said.to.removeprefix("+86"),
        "report_status": "SUCCESS" if status == "delivered" else "FAIL",
        "errmsg": code or ("DELIVRD" if status == "delivered" else "UNDELIV"),
        "description": status,
        "sid": arrival.provider_id,
    }
    return _json(report_to, [row])


def _twilio_report(
    arrival: Arrival, status: str, code: str, secret: str, report_to: str
) -> Callback:
    fields = {"MessageSid": arrival.provider_id, "MessageStatus": status, "To": arrival.said.to}
    fields |= {"ErrorCode": code} if code else {}
    return _twilio(arrival.said.report_to or report_to, fields, secret)


def _signed_report(
    arrival: Arrival, status: str, code: str, secret: str, report_to: str
) -> Callback:
    row: dict[str, Any] = {"key": arrival.said.key, "id": arrival.provider_id, "code": code}
    row["at"] = datetime.now(_BEIJING).isoformat()
    if arrival.provider == "dialer":
        said = {"calls": [row | {"outcome": status, "seconds": 42}]}
        return _signed(arrival.said.report_to or report_to, said, secret)
    dead = code == "invalid-address"
    return _signed(report_to, {"reports": [row | {"status": status, "dead": dead}]}, secret)


def _json(url: str, said: Any) -> Callback:
    body = json.dumps(said, ensure_ascii=False).encode()
    return Callback(url, {"Content-Type": "application/json"}, body)


def _signed(url: str, said: Any, secret: str) -> Callback:
    plain = _json(url, said)
    mark = signature(secret, int(time.time()), plain.body)
    return Callback(url, plain.headers | {HEADER: mark}, plain.body)


def _twilio(url: str, fields: dict[str, str], secret: str) -> Callback:
    """Signed as Twilio does: the address, and after it each field, by name."""
    body = urlencode(fields)
    text = url + "".join(f"{name}{value}" for name, value in sorted(parse_qsl(body)))
    mark = hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()
    headers = {"Content-Type": _FORM, "X-Twilio-Signature": base64.b64encode(mark).decode()}
    return Callback(url, headers, body.encode())


def _beijing(form: str) -> str:
    return datetime.now(_BEIJING).strftime(form)
