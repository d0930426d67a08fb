"""An agency that builds files and signatures by docs/agencies.md alone is understood."""

import hmac
import os
import re
import shutil
import subprocess
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from channels import signing
from channels.agency_files import FileInbox
from channels.sealing import public_of, sealed

DOCS = Path(__file__).parents[2] / "docs" / "agencies.md"
SECRET = "known to both sides"
NAME = "2026-03-12.csv.sealed"
CSV = "id,placement_key,at,kind\r\nu-1,placement/L1/2026-03-01/1,2026-03-12T08:00Z,acknowledged\r\n"


def by_the_docs(reader: str, name: str, plain: bytes) -> bytes:
    """The bytes of a file, field by field as the table has them."""
    theirs = b64decode(reader)
    pair = X25519PrivateKey.generate()
    public, nonce = pair.public_key().public_bytes_raw(), os.urandom(12)
    shared = pair.exchange(X25519PublicKey.from_public_bytes(theirs))
    info = b"FORBEAR1" + public + theirs
    key = HKDF(hashes.SHA256(), length=32, salt=None, info=info).derive(shared)
    mark = hmac.digest(SECRET.encode(), name.encode() + b"\n" + plain, "sha256")
    return b"FORBEAR1" + public + nonce + AESGCM(key).encrypt(nonce, mark + plain, name.encode())


def read_by_the_docs(private: X25519PrivateKey, name: str, blob: bytes) -> bytes:
    """What stands in a file of ours, for an agency that has only the docs."""
    magic, public, nonce, rest = blob[:8], blob[8:40], blob[40:52], blob[52:]
    assert magic == b"FORBEAR1"
    info = magic + public + private.public_key().public_bytes_raw()
    shared = private.exchange(X25519PublicKey.from_public_bytes(public))
    key = HKDF(hashes.SHA256(), length=32, salt=None, info=info).derive(shared)
    inside = AESGCM(key).decrypt(nonce, rest, name.encode())
    mark = hmac.digest(SECRET.encode(), name.encode() + b"\n" + inside[32:], "sha256")
    assert inside[:32] == mark
    return inside[32:]


def test_a_file_that_an_agency_builds_by_the_docs_is_read(tmp_path):
    ours = X25519PrivateKey.generate()
    inbox = FileInbox(tmp_path, ours, SECRET)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / NAME).write_bytes(by_the_docs(public_of(ours), NAME, CSV.encode()))
    (batch,) = inbox.batches()
    assert batch.problem == ""
    assert [row["id"] for row in batch.rows] == ["u-1"]
    (tmp_path / "in" / NAME).rename(tmp_path / "in" / f"another-{NAME}")
    (batch,) = inbox.batches()
    assert "is not for us, or was changed on the way" in batch.problem


def test_an_agency_opens_our_files_by_the_docs():
    theirs = X25519PrivateKey.generate()
    public = b64encode(theirs.public_key().public_bytes_raw()).decode()
    assert len(public) == 44
    assert read_by_the_docs(theirs, NAME, sealed(public, SECRET, NAME, b"plain")) == b"plain"


def test_a_signature_computed_by_the_docs_is_believed():
    at, body = 1_767_261_600, '{"id": "u-1", "kind": "已"}'.encode()
    mark = hmac.new(SECRET.encode(), str(at).encode() + b"." + body, sha256).hexdigest()
    header = f"t={at},v1={mark}"
    assert f"{signing.HEADER}: t=" in DOCS.read_text(encoding="utf-8")
    assert signing.genuine(SECRET, header, body, at + 300)
    assert not signing.genuine(SECRET, header, body, at + 301)
    assert not signing.genuine(SECRET, header, body + b" ", at)


@pytest.mark.skipif(not (shutil.which("openssl") and shutil.which("sh")), reason="needs openssl")
def test_the_commands_of_the_docs_make_a_pair_and_its_public_key(tmp_path):
    found = re.search(r"```sh\n(openssl.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    done = subprocess.run(
        ["sh", "-c", found[1]], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    private = load_pem_private_key((tmp_path / "agency.pem").read_bytes(), password=None)
    assert isinstance(private, X25519PrivateKey)
    assert done.stdout.strip() == public_of(private)
