"""Access to Google's services: a service account signs for a token, kept while it lasts."""

import asyncio
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from channels.message import wall
from channels.provider import Ask, Provider

_SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_LASTS = timedelta(hours=1)
_EARLY = timedelta(minutes=5)
"""A token is renewed so long before its end."""


class ServiceAccount:
    """Gives access tokens for one service account, read from its JSON file.

    Raises ValueError for a file that is no service account, OSError when it cannot be read.
    """

    def __init__(self, file: Path, timeout: float = 5, now: Callable[[], datetime] = wall) -> None:
        said = json.loads(file.read_text(encoding="utf-8"))
        try:
            self._email, url, pem = said["client_email"], said["token_uri"], said["private_key"]
        except (KeyError, TypeError):
            raise ValueError(f"{file} is no service account.") from None
        key = serialization.load_pem_private_key(pem.encode(), None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise ValueError(f"{file}: the private key is not RSA.")
        self._key, self._url, self._now = key, url, now
        where = urlsplit(url)
        self._path = where.path
        host = f"{where.scheme}://{where.netloc}"
        self._provider = Provider("The token service", host, timeout, now)
        self._token, self._until = "", now()
        self._lock = asyncio.Lock()

    async def token(self) -> str:
        """A token that is still good; raises ValueError when none is given, NotDelivered when the
        service cannot be asked."""
        async with self._lock:
            if not self._token or self._now() >= self._until - _EARLY:
                await self._renew()
        return self._token

    async def close(self) -> None:
        """Close the connections."""
        await self._provider.close()

    async def _renew(self) -> None:
        at = self._now()
        body = urlencode({"grant_type": _GRANT, "assertion": self._assertion(at)}).encode()
        answer = await self._provider.post(Ask(self._path, body, _FORM), at + _LASTS)
        token = answer.said.get("access_token")
        if not answer.accepted or not isinstance(token, str):
            raise ValueError(f"the token service answered {answer.status}")
        lasts = answer.said.get("expires_in")
        self._token = token
        self._until = at + (timedelta(seconds=lasts) if isinstance(lasts, int) else _LASTS)

    def _assertion(self, at: datetime) -> str:
        claims = {
            "iss": self._email,
            "scope": _SCOPE,
            "aud": self._url,
            "iat": int(at.timestamp()),
            "exp": int((at + _LASTS).timestamp()),
        }
        text = f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}"
        mark = self._key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{text}.{_base64(mark)}"


def _part(said: Mapping[str, Any]) -> str:
    return _base64(json.dumps(said, separators=(",", ":")).encode())


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
