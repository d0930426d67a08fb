"""Agencies with an SFTP server of their own: how each is told, and how its files come to us."""

from pathlib import Path

import asyncssh

from channels.agency_sftp import SftpDoor, SftpDrop, SftpMirror
from domain.agencies import Agency
from policies.files import PolicyError
from settings import Settings


def by_sftp(
    settings: Settings, agency: Agency, folder: Path, secret: str, timeout: float
) -> tuple[SftpDrop, SftpMirror]:
    """Both ways to and from the agency's server; raises PolicyError for a key that is missing."""
    assert agency.sftp is not None, "only an agency with a server is told by it"
    key = _sftp_key(settings, agency.name)
    try:
        door = SftpDoor(agency.sftp, key, timeout)
    except asyncssh.KeyImportError:
        raise PolicyError([f"{agency.name}: handoff.sftp.host_key is no key."]) from None
    return SftpDrop(door, folder, agency.public_key, secret), SftpMirror(door, folder)


def _sftp_key(settings: Settings, agency: str) -> asyncssh.SSHKey:
    path = settings.agency_sftp_key_file
    if path is None:
        raise PolicyError([f"{agency} has an SFTP server: set FORBEAR_AGENCY_SFTP_KEY_FILE."])
    try:
        return asyncssh.read_private_key(path)
    except (OSError, asyncssh.KeyImportError) as wrong:
        said = f"FORBEAR_AGENCY_SFTP_KEY_FILE: {path.name} cannot be read: {type(wrong).__name__}."
        raise PolicyError([said]) from None
