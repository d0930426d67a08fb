"""Signed HTTP to an outside party: each request carries its key, so it may be sent again."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from string import punctuation
from typing import Any
from urllib.parse import quote

from httpx2 import AsyncClient, HTTPError, Response

from channels.errors import TryAgain
from channels.signing import HEADER, signature

_LATER = frozenset({401, 408, 409, 425, 429})
"""Answers below 500 that say nothing about the matter: come again, or mend the secret (401).

409 says that the same key is being worked on.
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """A final answer: whether it was a yes, and what the other side said with it."""

    accepted: bool
    status: int
    said: Mapping[str, Any]


class SignedHttp:
    """Posts JSON to one outside party. `timeout` is in seconds, for a whole request."""

    def __init__(self, url: str, secret: str, timeout: float = 10) -> None:
        self._secret = secret
        self._timeout = timeout
        self._client = AsyncClient(base_url=url, timeout=timeout)

    async def post(self, path: str, key: str, said: Mapping[str, Any]) -> Answer:
        """Say it under its key and return the answer.

        Raises TryAgain when there is none. Then the other side may have taken it or not, and it
        is right to ask again: the key tells them that it is the same thing.
        """
        body = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": quote(key, safe=punctuation + " "),
            HEADER: signature(self._secret, int(time.time()), body),
        }
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._client.post(path, content=body, headers=headers)
        except (HTTPError, TimeoutError) as failure:
            raise TryAgain(f"No answer: {type(failure).__name__}.", str(failure)) from failure
        if response.status_code >= 500 or response.status_code in _LATER:
            raise TryAgain(f"The answer was {response.status_code}: later.", response.text)
        return Answer(response.is_success, response.status_code, said_of(response))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def said_of(response: Response) -> Mapping[str, Any]:
    """The JSON object of the answer, or its text as the reason when it is something else."""
    try:
        said = response.json()
    except ValueError:
        said = None
    return said if isinstance(said, dict) else {"reason": response.text[:500]}
