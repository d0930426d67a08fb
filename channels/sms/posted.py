"""What the Chinese providers post to us: lists of JSON objects, unsigned, in Beijing time.

They sign nothing, so the address they are given carries a secret: `...?token=<secret>`.
"""

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from channels.receipts import NotBelieved, Posted

_BEIJING = ZoneInfo("Asia/Shanghai")
_WRITTEN = ("%Y-%m-%d %H:%M:%S", "%Y%m%d%H%M%S")


def rows(token: str, posted: Posted) -> list[Mapping[str, Any]]:
    """The objects of a request that knew the token; raises NotBelieved."""
    said = parse_qs(urlsplit(posted.url).query).get("token", [""])[0]
    if not token or not hmac.compare_digest(said.encode(), token.encode()):
        raise NotBelieved("bad-signature")
    try:
        found = json.loads(posted.body)
    except ValueError:
        raise NotBelieved("unreadable") from None
    listed = found if isinstance(found, list) else [found]
    if not all(isinstance(row, dict) for row in listed):
        raise NotBelieved("unreadable")
    return listed


def beijing(said: object, now: datetime) -> datetime:
    """The instant of a Beijing wall time as they write it; `now` when it is anything else."""
    for form in _WRITTEN:
        try:
            naive = datetime.strptime(str(said), form)  # noqa: DTZ007  the zone is added below
        except ValueError:
            continue
        return naive.replace(tzinfo=_BEIJING).astimezone(UTC)
    return now


def full_number(number: str) -> str:
    """A number as it stands in the ledger, with + and country code; eleven digits are Chinese."""
    if number.startswith("+"):
        return number
    digits = number.removeprefix("00")
    return f"+86{digits}" if len(digits) == 11 and digits.startswith("1") else f"+{digits}"
