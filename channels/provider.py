"""HTTP to a provider, with an exact answer about every message.

What went wrong means something different before and after the first byte of a request is written:
before, nothing can have been accepted; after, silence means that nobody knows.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from httpx2 import AsyncClient, HTTPError, Response

from channels.errors import Bounced, TryAgain, Unknown
from channels.http import Answer, said_of
from channels.message import in_time, wall

_FIRST_BYTE = "send_request_headers.started"
"""How the client's trace names the moment before anything of a request is written."""

_NOT_NOW = frozenset({408, 425, 429, 503})
"""Answers that say: I did not take this, come again."""

_LONGEST_WAIT_SECONDS = 86_400
"""A provider that asks for more than a day is asked again after a day."""


class Later(TryAgain):
    """Certainly not accepted, and the provider says when to come again; None when it does not."""

    def __init__(self, reason: str, words: str = "", after_seconds: int | None = None) -> None:
        super().__init__(reason, words)
        self.after_seconds = after_seconds


class OptedOut(Bounced):
    """The person told the provider to stop: the address lives, and is not ours to use this way."""

    def __init__(self, reason: str, words: str = "") -> None:
        super().__init__(reason, words, address_dead=False)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to a provider."""

    path: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Provider:
    """Posts to one provider. `timeout` is in seconds, for a whole request."""

    def __init__(
        self, name: str, url: str, timeout: float = 10, now: Callable[[], datetime] = wall
    ) -> None:
        logging.getLogger("httpx2").setLevel(logging.WARNING)  # it writes addresses, with numbers
        self.name = name
        self.now = now
        self._timeout = timeout
        self._client = AsyncClient(base_url=url, timeout=timeout)

    @property
    def host(self) -> str:
        """The host as it stands in the Host header, which some providers want signed."""
        return self._client.base_url.netloc.decode("ascii")

    async def post(self, ask: Ask, not_after: datetime) -> Answer:
        """The provider's final answer, yes or no.

        Raises TooLate when that instant came before the first byte was written, TryAgain when
        nothing can have been accepted, Unknown when it may have been.
        """
        in_time(not_after, self.now)
        begun = False

        async def trace(event: str, _: Mapping[str, Any]) -> None:
            nonlocal begun
            if event.endswith(_FIRST_BYTE):
                in_time(not_after, self.now)
                begun = True

        try:
            async with asyncio.timeout(self._timeout):
                response = await self._client.post(
                    ask.path, content=ask.body, headers=ask.headers, extensions={"trace": trace}
                )
        except (HTTPError, TimeoutError) as failure:
            kind = Unknown if begun else TryAgain
            what = "gave no answer" if begun else "cannot be reached"
            said = f"{self.name} {what}: {type(failure).__name__}."
            raise kind(said, str(failure)) from failure
        return self._final(response)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _final(self, response: Response) -> Answer:
        status = response.status_code
        reason = f"{self.name} answered {status}."
        if status in _NOT_NOW:
            after = retry_after(response.headers.get("Retry-After", ""), self.now())
            raise Later(reason, response.text, after)
        if status >= 500:
            raise Unknown(reason, response.text)
        if status < 200 or 300 <= status < 400:
            raise TryAgain(reason, response.text)
        return Answer(response.is_success, status, said_of(response))


def retry_after(value: str, now: datetime) -> int | None:
    """Seconds to wait as the header says, in seconds or as a date; None when it says nothing."""
    if value.isascii() and value.isdigit():
        return min(int(value[:9]), _LONGEST_WAIT_SECONDS)
    try:
        wait = parsedate_to_datetime(value).timestamp() - now.timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
    return max(0, min(round(wait), _LONGEST_WAIT_SECONDS))
