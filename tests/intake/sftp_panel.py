"""A panel with one agency whose files lie on an SFTP server of its own, and the keys for it."""

from pathlib import Path
from typing import Any

import asyncssh
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr

from channels.sealing import public_of
from domain.agencies import Sftp
from policies.agency_files import FOLDER

SECRET = "known to both sides"
WEST = """
  sftp:
    host: {host}
    port: {port}
    user: {user}
    host_key: {host_key}
    out_folder: {out_folder}
    in_folder: {in_folder}
"""


def panel_of(folder: Path, server: Sftp, theirs: X25519PrivateKey) -> Path:
    """A panel with the agency `west`, made after the sample `south`."""
    text = (FOLDER / "south.yaml").read_text(encoding="utf-8").replace("name: south", "name: west")
    head, _, _ = text.partition("public_key:")
    said = {name: getattr(server, name) for name in Sftp.__slots__}
    panel = folder / "panel"
    panel.mkdir()
    more = f"public_key: {public_of(theirs)}{WEST.format(**said)}"
    (panel / "west.yaml").write_text(head + more, encoding="utf-8")
    return panel


def given(
    folder: Path, panel: Path, ours: X25519PrivateKey, key: asyncssh.SSHKey
) -> dict[str, Any]:
    """The settings that such a panel needs, by the names of their fields."""
    (folder / "sftp-key").write_bytes(key.export_private_key())
    pem = ours.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(pem)
    return {
        "agency_panel": panel,
        "agency_secrets": {"west": SecretStr(SECRET)},
        "agency_folder": folder / "agencies",
        "agency_key_file": folder / "key.pem",
        "agency_sftp_key_file": folder / "sftp-key",
    }
