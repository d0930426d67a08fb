"""Messages to the lender's own app, by the shape of FCM HTTP v1.

FCM does not know a repeated message again, so silence is nobody's knowledge. Should one arrive
twice all the same, both carry the same tag, and the phone shows the later in place of the former.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from channels.errors import Bounced, NotDelivered, TryAgain, Unknown
from channels.http import Answer
from channels.message import Message, wall
from channels.provider import Ask, Later, Provider
from channels.receipts import Receipt
from domain.keys import digest

URL = "https://fcm.googleapis.com"

_LATER = frozenset({"QUOTA_EXCEEDED", "UNAVAILABLE"})
_OURS = frozenset(
    {"THIRD_PARTY_AUTH_ERROR", "SENDER_ID_MISMATCH", "UNAUTHENTICATED", "PERMISSION_DENIED"}
)
"""Our login, our app's certificate or our project: nothing is wrong with the message."""

Bearer = Callable[[], Awaitable[str]]
"""Gives an access token that is still good."""


class FcmPush:
    """Hands messages for one app to FCM; `to` of a message is the device's registration token."""

    def __init__(
        self,
        project: str,
        bearer: Bearer,
        url: str = URL,
        timeout: float = 10,
        now: Callable[[], datetime] = wall,
    ) -> None:
        self._path = f"/v1/projects/{project}/messages:send"
        self._bearer = bearer
        self._provider = Provider("FCM", url, timeout, now)

    async def send(self, message: Message) -> Receipt:
        """Hand the message over; see `channels.errors` for what else can happen."""
        try:
            token = await self._bearer()
        except (OSError, TimeoutError, ValueError) as failure:
            said = f"There is no access token for FCM: {type(failure).__name__}."
            raise TryAgain(said, str(failure)) from failure
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        ask = Ask(self._path, _body(message, self._provider.now()), headers)
        answer = await self._provider.post(ask, message.not_after)
        if answer.accepted and answer.said.get("name"):
            return Receipt(str(answer.said["name"]), self._provider.now())
        raise _failure(answer)

    async def close(self) -> None:
        """Close the connections."""
        await self._provider.close()


def _body(message: Message, now: datetime) -> bytes:
    """The message; what it says stays off a locked screen, which others may read."""
    tag, left = digest(message.key), int((message.not_after - now).total_seconds())
    said = {
        "message": {
            "token": message.to,
            "notification": {"title": message.subject, "body": message.text},
            "data": {"key": message.key},
            "android": {
                "ttl": f"{max(0, left)}s",
                "collapse_key": tag,
                "notification": {"tag": tag, "visibility": "PRIVATE"},
            },
            "apns": {
                "headers": {
                    "apns-collapse-id": tag,
                    "apns-expiration": str(int(message.not_after.timestamp())),
                }
            },
        }
    }
    return json.dumps(said, ensure_ascii=False).encode()


def _failure(answer: Answer) -> NotDelivered:
    error = answer.said.get("error")
    said: Mapping[str, Any] = error if isinstance(error, dict) else {}
    details = said.get("details")
    listed = [row for row in details if isinstance(row, dict)] if isinstance(details, list) else []
    code = next((str(row["errorCode"]) for row in listed if row.get("errorCode")), "")
    code = code or str(said.get("status", ""))
    words = json.dumps(dict(answer.said), ensure_ascii=False)
    reason = f"FCM answered {answer.status}{f' {code}' if code.isascii() and code else ''}."
    if answer.accepted:
        return Unknown(reason, words)
    if code in _LATER:
        return Later(reason, words)
    if code in _OURS or answer.status in (401, 403) or not code:
        return TryAgain(reason, words)
    dead = code == "UNREGISTERED" or _bad_token(code, listed, str(said.get("message", "")))
    return Bounced(reason, words, address_dead=dead)


def _bad_token(code: str, details: list[dict[str, Any]], words: str) -> bool:
    """Whether INVALID_ARGUMENT is about the token and about nothing else."""
    if code != "INVALID_ARGUMENT":
        return False
    fields = [
        violation.get("field")
        for row in details
        for violation in row.get("fieldViolations", ())
        if isinstance(violation, dict)
    ]
    return set(fields) == {"message.token"} or (not fields and "registration token" in words)
