"""Messages to a gateway that speaks our own signed HTTP, and what it posts back.

It answers a repeated Idempotency-Key with its first answer, so silence is followed by the same
question once more; only when that is not answered either does nobody know.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from string import punctuation
from typing import Any
from urllib.parse import quote

from channels.errors import Bounced, TryAgain, Unknown
from channels.http import Answer
from channels.message import Message
from channels.provider import Ask, OptedOut, Provider
from channels.receipts import NotBelieved, Posted, Receipt
from channels.signing import HEADER, genuine, signature

DEAD_ADDRESS = "invalid-address"
OPTED_OUT = "opted-out"

_OURS = frozenset({401, 403, 404, 407, 409})
"""Answers that blame our secret, our settings or the moment, never the message.

409 says that the same key is being worked on.
"""


class SignedGateway:
    """Posts a message under its key to one path of a gateway."""

    def __init__(self, provider: Provider, secret: str, path: str) -> None:
        self._provider = provider
        self._secret = secret
        self._path = path

    async def hand_over(self, message: Message, more: Mapping[str, Any]) -> Receipt:
        """Say it, with what else this channel tells; the receipt has the gateway's id."""
        body = json.dumps(_said(message) | dict(more), ensure_ascii=False, sort_keys=True).encode()
        try:
            answer = await self._post(message, body)
        except Unknown as silence:
            answer = await self._asked_again(message, body, silence)
        return self._receipt(answer)

    async def close(self) -> None:
        """Close the connections."""
        await self._provider.close()

    async def _post(self, message: Message, body: bytes) -> Answer:
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": quote(message.key, safe=punctuation + " "),
            HEADER: signature(self._secret, int(self._provider.now().timestamp()), body),
        }
        return await self._provider.post(Ask(self._path, body, headers), message.not_after)

    async def _asked_again(self, message: Message, body: bytes, silence: Unknown) -> Answer:
        """The same once more; a second "not now" leaves open what became of the first."""
        try:
            answer = await self._post(message, body)
        except TryAgain:
            raise silence from None
        if not answer.accepted and answer.status in _OURS:
            raise silence
        return answer

    def _receipt(self, answer: Answer) -> Receipt:
        name, code = self._provider.name, str(answer.said.get("code", ""))
        words = json.dumps(dict(answer.said), ensure_ascii=False)
        if answer.accepted:
            return Receipt(str(answer.said.get("id", "")), self._provider.now())
        reason = f"{name} answered {answer.status}{f' {code}' if code.isascii() else ''}."
        if answer.status in _OURS:
            raise TryAgain(reason, words)
        if code == OPTED_OUT:
            raise OptedOut(reason, words)
        raise Bounced(reason, words, address_dead=code == DEAD_ADDRESS)


def believed(secret: str, posted: Posted, now: datetime, what: str) -> list[Mapping[str, Any]]:
    """The list of objects under `what` in a signed JSON body; raises NotBelieved."""
    if not genuine(secret, posted.header(HEADER), posted.body, int(now.timestamp())):
        raise NotBelieved("bad-signature")
    try:
        said = json.loads(posted.body)
    except ValueError:
        raise NotBelieved("unreadable") from None
    rows = said.get(what) if isinstance(said, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise NotBelieved("unreadable")
    return rows


def instant(said: object, now: datetime) -> datetime:
    """An ISO 8601 instant with its offset; `now` when it is anything else."""
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        return now
    return at if at.tzinfo else now


def _said(message: Message) -> dict[str, Any]:
    return {
        "key": message.key,
        "to": message.to,
        "subject": message.subject,
        "text": message.text,
        "locale": message.locale,
        "template": message.provider_template_id,
        "params": dict(message.params),
        "at": message.at.isoformat(),
        "not_after": message.not_after.isoformat(),
    }
