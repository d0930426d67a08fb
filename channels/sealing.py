"""Sealing a file for one reader: encrypted to their public key, and marked by who wrote it.

Each file has a fresh X25519 key of its own; what both agree on goes through HKDF-SHA256 into a key
for AES-256-GCM. The file's name is bound in, so that one file cannot be put in place of another.
Inside stands an HMAC-SHA256 by the secret that both sides know: whoever has only the public key
can seal, but cannot write in our name.
"""

import hmac
import os
from base64 import b64decode, b64encode
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_MAGIC = b"FORBEAR1"
_KEY, _NONCE, _MARK = 32, 12, 32


class SealBroken(ValueError):
    """The file is not for us, not whole, or not by who should have written it."""


def sealed(public_key: str, secret: str, name: str, plain: bytes) -> bytes:
    """The file of that name for the holder of the key (base64)."""
    fresh = X25519PrivateKey.generate()
    ours = fresh.public_key().public_bytes_raw()
    theirs = b64decode(public_key)
    key = _key(fresh.exchange(X25519PublicKey.from_public_bytes(theirs)), ours + theirs)
    nonce = os.urandom(_NONCE)
    inside = _mark(secret, name, plain) + plain
    return _MAGIC + ours + nonce + AESGCM(key).encrypt(nonce, inside, name.encode())


def opened(private_key: X25519PrivateKey, secret: str, name: str, blob: bytes) -> bytes:
    """What was sealed under that name; raises SealBroken, which never quotes what is inside."""
    head = len(_MAGIC) + _KEY + _NONCE
    if not blob.startswith(_MAGIC) or len(blob) < head:
        raise SealBroken(f"{name}: is not a sealed file.")
    theirs, nonce = blob[len(_MAGIC) : head - _NONCE], blob[head - _NONCE : head]
    ours = private_key.public_key().public_bytes_raw()
    try:
        shared = private_key.exchange(X25519PublicKey.from_public_bytes(theirs))
        inside = AESGCM(_key(shared, theirs + ours)).decrypt(nonce, blob[head:], name.encode())
    except (InvalidTag, ValueError):
        raise SealBroken(f"{name}: is not for us, or was changed on the way.") from None
    mark, plain = inside[:_MARK], inside[_MARK:]
    if not hmac.compare_digest(mark, _mark(secret, name, plain)):
        raise SealBroken(f"{name}: was not written by who knows the secret.")
    return plain


def public_of(private_key: X25519PrivateKey) -> str:
    """The public key that belongs to it, in base64, to be given to the other side."""
    return b64encode(private_key.public_key().public_bytes_raw()).decode()


def _key(shared: bytes, both: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=_MAGIC + both).derive(shared)


def _mark(secret: str, name: str, plain: bytes) -> bytes:
    return hmac.new(secret.encode(), name.encode() + b"\n" + plain, sha256).digest()
