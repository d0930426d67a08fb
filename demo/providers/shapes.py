"""How each provider is spoken to: what it reads in a request, and how it says yes and no."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Response
from fastapi.responses import JSONResponse

from demo.providers import genuine
from demo.providers.kept import DEAD_ENDING, Arrival, Arrived, Said


@dataclass(frozen=True, slots=True)
class Shape:
    """One provider: `wrong` is empty for a genuine request, `dead` its word for a dead address."""

    name: str
    knows_keys: bool
    dead: str
    wrong: Callable[[Arrived, str], str]
    read: Callable[[Arrived], Said]
    yes: Callable[[Arrival], Response]
    no: Callable[[str], Response]


def unusable(shape: Shape, said: Said) -> str:
    """The provider's word for an address that it cannot reach; empty when it can."""
    return shape.dead if said.to.endswith(DEAD_ENDING) or not said.to else ""


def _read_aliyun(arrived: Arrived) -> Said:
    fields = dict(parse_qsl(arrived.query, keep_blank_values=True))
    fields |= dict(parse_qsl(arrived.text, keep_blank_values=True))
    text = f"【{fields['SignName']}】{fields.get('TemplateParam', '')}"
    code = fields["TemplateCode"]
    return Said(fields.get("OutId", ""), fields["PhoneNumbers"], text, code)


def _yes_aliyun(arrival: Arrival) -> Response:
    number = arrival.provider_id
    return JSONResponse(
        {"Code": "OK", "Message": "OK", "BizId": number, "RequestId": f"R-{number}"}
    )


def _no_aliyun(code: str) -> Response:
    business = code.startswith(("isv.", "isp."))
    said = {"Code": code, "Message": code, "RequestId": "R-0"}
    return JSONResponse(said, 200 if business else 400)


def _read_tencent(arrived: Arrived) -> Said:
    said = json.loads(arrived.body)
    text = f"【{said['SignName']}】{json.dumps(said['TemplateParamSet'], ensure_ascii=False)}"
    (number,) = said["PhoneNumberSet"]
    return Said(said.get("SessionContext", ""), number, text, said["TemplateId"])


def _yes_tencent(arrival: Arrival) -> Response:
    status = {
        "SerialNo": arrival.provider_id,
        "PhoneNumber": arrival.said.to,
        "Fee": 1,
        "SessionContext": arrival.said.key,
        "Code": "Ok",
        "Message": "send success",
        "IsoCode": "CN",
    }
    return JSONResponse({"Response": {"SendStatusSet": [status], "RequestId": "R-1"}})


def _no_tencent(code: str) -> Response:
    """A fault of the request is an Error; one of a number stands beside the number."""
    if code.startswith(("AuthFailure", "InternalError", "RequestLimitExceeded", "Unauthorized")):
        said: dict[str, Any] = {"Error": {"Code": code, "Message": code}}
    else:
        said = {"SendStatusSet": [{"SerialNo": "", "Fee": 0, "Code": code, "Message": code}]}
    return JSONResponse({"Response": said | {"RequestId": "R-0"}})


def _read_twilio(arrived: Arrived) -> Said:
    fields = dict(parse_qsl(arrived.text, keep_blank_values=True))
    text = fields.get("Body") or fields["ContentVariables"]
    report_to = fields.get("StatusCallback", "")
    key = dict(parse_qsl(report_to.partition("?")[2])).get("key", "")
    return Said(key, fields["To"], text, fields.get("ContentSid", ""), report_to)


def _yes_twilio(arrival: Arrival) -> Response:
    said = {"sid": arrival.provider_id, "status": "queued", "to": arrival.said.to}
    return JSONResponse(said, 201)


def _no_twilio(code: str) -> Response:
    status = {"20003": 401, "20429": 429}.get(code, 400)
    said = {"code": int(code), "message": f"Error {code}", "status": status}
    return JSONResponse(said, status)


def _read_signed(arrived: Arrived) -> Said:
    said = json.loads(arrived.body)
    report_to = said.get("report_to", "")
    return Said(said["key"], said["to"], said["text"], said["template"], report_to)


def _yes_signed(arrival: Arrival) -> Response:
    return JSONResponse({"id": arrival.provider_id}, 202)


def _no_signed(code: str) -> Response:
    return JSONResponse({"code": code}, 401 if code == "bad-signature" else 422)


def _read_fcm(arrived: Arrived) -> Said:
    message = json.loads(arrived.body)["message"]
    shown = message["notification"]
    text = f"{shown['title']}\n{shown['body']}"
    return Said(message["data"]["key"], message["token"], text)


def _yes_fcm(arrival: Arrival) -> Response:
    return JSONResponse({"name": f"projects/demo/messages/{arrival.provider_id}"})


_FCM_STATUS = {
    "UNREGISTERED": (404, "NOT_FOUND"),
    "SENDER_ID_MISMATCH": (403, "PERMISSION_DENIED"),
    "QUOTA_EXCEEDED": (429, "RESOURCE_EXHAUSTED"),
    "UNAUTHENTICATED": (401, "UNAUTHENTICATED"),
}


def _no_fcm(code: str) -> Response:
    status, word = _FCM_STATUS.get(code, (400, "INVALID_ARGUMENT"))
    kind = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
    details = [{"@type": kind, "errorCode": code}]
    return JSONResponse(
        {"error": {"code": status, "message": code, "status": word, "details": details}}, status
    )


def _signed(name: str) -> Shape:
    dead = "invalid-address"
    return Shape(name, True, dead, genuine.by_us, _read_signed, _yes_signed, _no_signed)


ALIYUN = Shape(
    "aliyun", False, "isv.MOBILE_NUMBER_ILLEGAL",
    genuine.by_aliyun, _read_aliyun, _yes_aliyun, _no_aliyun,
)  # fmt: skip
TENCENT = Shape(
    "tencent", False, "InvalidParameterValue.IncorrectPhoneNumber",
    genuine.by_tencent, _read_tencent, _yes_tencent, _no_tencent,
)  # fmt: skip
TWILIO = Shape("twilio", False, "21211", genuine.by_twilio, _read_twilio, _yes_twilio, _no_twilio)
FCM = Shape("fcm", False, "UNREGISTERED", genuine.by_fcm, _read_fcm, _yes_fcm, _no_fcm)
WEBHOOK, DIALER, SOCIAL = _signed("webhook"), _signed("dialer"), _signed("social")

SHAPES = {s.name: s for s in (ALIYUN, TENCENT, TWILIO, WEBHOOK, FCM, DIALER, SOCIAL)}
