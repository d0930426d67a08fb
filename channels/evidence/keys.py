"""The key that signs bundles, and the public half by which anybody knows the signer."""

import os
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

_WRONG = (ValueError, TypeError, UnsupportedAlgorithm)


class KeyUnusable(Exception):
    """A key file that cannot be used; the message names it and says why."""


def private_key(path: Path) -> Ed25519PrivateKey:
    """The Ed25519 key in a PEM file without a passphrase; raises KeyUnusable."""
    try:
        key = load_pem_private_key(_read(path), password=None)
    except _WRONG:
        raise KeyUnusable(f"{path} holds no private key in PEM without a passphrase.") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusable(f"{path} holds another kind of key than Ed25519.")
    return key


def new_private_key(path: Path) -> Ed25519PrivateKey:
    """Make a key and keep it in that file, readable by its owner only; never over another."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
    except OSError as error:
        raise KeyUnusable(f"{path} cannot be written: {error.strerror}.") from None
    return key


def public_key(path: Path) -> Ed25519PublicKey:
    """The Ed25519 public key in a PEM file; raises KeyUnusable."""
    try:
        key = load_pem_public_key(_read(path))
    except _WRONG:
        raise KeyUnusable(f"{path} holds no public key in PEM.") from None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyUnusable(f"{path} holds another kind of key than Ed25519.")
    return key


def fingerprint(key: Ed25519PublicKey) -> str:
    """SHA-256 of the key's DER form, in hexadecimal digits."""
    return sha256(_der(key)).hexdigest()


def written(key: Ed25519PublicKey) -> str:
    """The key's DER form in base64, as a manifest carries it."""
    return b64encode(_der(key)).decode()


def pem(key: Ed25519PublicKey) -> str:
    """The key as the text of a PEM file."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def signer(written_key: str) -> Ed25519PublicKey | None:
    """The key that a manifest carries, or None when it carries no such key."""
    try:
        key = load_der_public_key(b64decode(written_key, validate=True))
    except _WRONG:
        return None
    return key if isinstance(key, Ed25519PublicKey) else None


def genuine(key: Ed25519PublicKey, signature: bytes, content: bytes) -> bool:
    """Whether that key signed that content."""
    try:
        key.verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _der(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeyUnusable(f"{path} cannot be read: {error.strerror}.") from None
