"""Signatures on what we and an agency tell each other, so that neither believes a stranger."""

import hmac
from hashlib import sha256

HEADER = "Forbear-Signature"

TOLERANCE_SECONDS = 300
"""How old or early a signed message may be: clocks differ, and an old one may be a replay."""


def signature(secret: str, at: int, body: bytes) -> str:
    """The header's value for that body, signed at that Unix second."""
    return f"t={at},v1={_mark(secret, at, body)}"


def genuine(secret: str, header: str, body: bytes, now: int) -> bool:
    """Whether the body was signed with the secret, lately."""
    said = dict(part.partition("=")[::2] for part in header.split(","))
    at, mark = said.get("t", ""), said.get("v1", "")
    if not (at.isascii() and at.isdigit() and mark.isascii()):
        return False
    lately = abs(now - int(at)) <= TOLERANCE_SECONDS
    return lately and hmac.compare_digest(mark, _mark(secret, int(at), body))


def _mark(secret: str, at: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, sha256).hexdigest()
