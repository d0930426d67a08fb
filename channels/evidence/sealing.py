"""Sealing a bundle: its parts are listed with their hashes, the list is signed, all is one file."""

import re
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from channels.evidence.archive import pack
from channels.evidence.keys import fingerprint, written
from channels.evidence.page import bundle_pdf
from channels.evidence.shape import Bundle, Manifest, Sealed, canonical, mark
from domain.keys import digest


def sealed(bundle: Bundle, key: Ed25519PrivateKey) -> bytes:
    """The one file of the bundle, with its page for people; the same again is the same bytes."""
    record = canonical(bundle.model_dump())
    document = bundle_pdf(bundle, mark(record))
    return archived({"bundle.json": record, "bundle.pdf": document}, bundle, key)


def archived(parts: Mapping[str, bytes], bundle: Bundle, key: Ed25519PrivateKey) -> bytes:
    """Those parts with a signed manifest, as one file."""
    public = key.public_key()
    manifest = Manifest(
        format=bundle.format,
        loan_id=bundle.loan_id,
        made_at=bundle.made_at,
        made_by=bundle.made_by,
        entries=len(bundle.entries),
        last_hash=bundle.entries[-1].hash if bundle.entries else bundle.head_hash,
        parts={
            name: Sealed(sha256=mark(content), bytes=len(content))
            for name, content in parts.items()
        },
        public_key=written(public),
        fingerprint=fingerprint(public),
    )
    listed = canonical(manifest.model_dump())
    return pack({**parts, "manifest.json": listed, "manifest.sig": key.sign(listed)})


def file_name(bundle: Bundle, number: int = 1) -> str:
    """What the file is called; `number` tells apart the bundles of one loan and day.

    A loan id with signs that do not belong in a file name is shortened to those that do, and told
    apart by what the id comes to.
    """
    loan = re.sub(r"[^A-Za-z0-9_-]", "_", bundle.loan_id)[:60]
    if loan != bundle.loan_id:
        loan = f"{loan}-{digest(bundle.loan_id)[:8]}"
    again = f"-{number}" if number > 1 else ""
    return f"evidence-{loan}-{bundle.made_at[:10]}{again}.zip"
