"""Whether a request is from somebody who knows the secret, worked out from what came in.

Written apart from the adapters, so that a mistake in one of them is not made here as well.
"""

import base64
import hashlib
import hmac
import re
import time
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote

from channels.signing import HEADER, genuine
from demo.providers.kept import ALIYUN_ID, TENCENT_ID, TWILIO_SID, Arrived

_FIELD = re.compile(r"(Credential|SignedHeaders|Signature)=([^,\s]+)")
_MINUTES_15 = 900


def by_aliyun(arrived: Arrived, secret: str) -> str:
    """Empty when it is, else Aliyun's word for what is wrong."""
    said = dict(_FIELD.findall(arrived.headers.get("authorization", "")))
    if said.get("Credential") != ALIYUN_ID:
        return "InvalidAccessKeyId.NotFound"
    try:
        date = arrived.headers.get("x-acs-date", "")
        at = datetime.strptime(date, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return "InvalidTimeStamp.Format"
    if abs(at.timestamp() - time.time()) > _MINUTES_15:
        return "InvalidTimeStamp.Expired"
    hashed = hashlib.sha256(arrived.body).hexdigest()
    if arrived.headers.get("x-acs-content-sha256") != hashed:
        return "SignatureDoesNotMatch"
    names = said.get("SignedHeaders", "").split(";")
    if "host" not in names or "x-acs-signature-nonce" not in names:
        return "IncompleteSignature"
    pairs = sorted(parse_qsl(arrived.query, keep_blank_values=True))
    query = "&".join(f"{quote(n, safe='-_.~')}={quote(v, safe='-_.~')}" for n, v in pairs)
    headers = "".join(f"{name}:{arrived.headers.get(name, '').strip()}\n" for name in names)
    canonical = f"POST\n{arrived.path}\n{query}\n{headers}\n{';'.join(names)}\n{hashed}"
    text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    mark = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return "" if hmac.compare_digest(mark, said.get("Signature", "")) else "SignatureDoesNotMatch"


def by_tencent(arrived: Arrived, secret: str) -> str:
    """Empty when it is, else Tencent's word for what is wrong."""
    said = dict(_FIELD.findall(arrived.headers.get("authorization", "")))
    who, _, scope = said.get("Credential", "").partition("/")
    if who != TENCENT_ID:
        return "AuthFailure.SecretIdNotFound"
    stamp = arrived.headers.get("x-tc-timestamp", "")
    if not stamp.isdigit() or abs(int(stamp) - time.time()) > 300:
        return "AuthFailure.SignatureExpire"
    day = datetime.fromtimestamp(int(stamp), UTC).strftime("%Y-%m-%d")
    if scope != f"{day}/sms/tc3_request":
        return "AuthFailure.SignatureFailure"
    names = said.get("SignedHeaders", "").split(";")
    headers = "".join(f"{name}:{arrived.headers.get(name, '').lower()}\n" for name in names)
    hashed = hashlib.sha256(arrived.body).hexdigest()
    canonical = f"POST\n/\n{arrived.query}\n{headers}\n{';'.join(names)}\n{hashed}"
    lines = ("TC3-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest())
    key = f"TC3{secret}".encode()
    for word in [*scope.split("/"), "\n".join(lines)]:
        key = hmac.new(key, word.encode(), hashlib.sha256).digest()
    found = hmac.compare_digest(key.hex(), said.get("Signature", ""))
    return "" if found else "AuthFailure.SignatureFailure"


def by_twilio(arrived: Arrived, secret: str) -> str:
    """Empty when it is, else Twilio's number for what is wrong."""
    kind, _, word = arrived.headers.get("authorization", "").partition(" ")
    try:
        login = base64.b64decode(word, validate=True).decode()
    except ValueError:
        return "20003"
    return "" if kind == "Basic" and login == f"{TWILIO_SID}:{secret}" else "20003"


def by_us(arrived: Arrived, secret: str) -> str:
    """Empty when it is, else why not; the key must be there, too."""
    header = arrived.headers.get(HEADER.casefold(), "")
    if not genuine(secret, header, arrived.body, int(time.time())):
        return "bad-signature"
    return "" if arrived.headers.get("idempotency-key") else "no-key"


def by_fcm(arrived: Arrived, secret: str) -> str:
    """Empty when it is, else FCM's word for what is wrong."""
    given = arrived.headers.get("authorization", "")
    return "" if hmac.compare_digest(given, f"Bearer {secret}") else "UNAUTHENTICATED"
