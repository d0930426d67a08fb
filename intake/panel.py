"""The agency panel as the settings say: who is on it, how each is told, and by which secret."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from channels.agency_files import FileDrop, FileInbox
from channels.http import SignedHttp
from domain.agencies import Agency
from policies.agency_files import load_panel
from policies.files import PolicyError
from settings import Settings

if TYPE_CHECKING:
    from channels.agency_sftp import SftpDrop, SftpMirror

Way: TypeAlias = "SignedHttp | FileDrop | SftpDrop"


@dataclass(frozen=True, slots=True)
class Agencies:
    """The agencies that are set up; `panel` None means that nobody keeps one.

    `ways` is how each is told, `inboxes` where those that work with files leave theirs, `mirrors`
    how those come there whose files lie on a server of their own.
    """

    panel: Mapping[str, Agency] | None = None
    ways: Mapping[str, Way] = field(default_factory=dict)
    inboxes: Mapping[str, FileInbox] = field(default_factory=dict)
    mirrors: "Mapping[str, SftpMirror]" = field(default_factory=dict)

    async def close(self) -> None:
        """Hang up."""
        for way in self.ways.values():
            await way.close()


def open_agencies(settings: Settings, timeout: float) -> Agencies:
    """The panel as set; connections are opened when first needed, each waiting `timeout` seconds.

    Raises PolicyError for a panel with problems, and for an agency without a secret, a folder or a
    key that it needs.
    """
    if settings.agency_panel is None:
        return Agencies()
    panel = load_panel(settings.agency_panel)
    ways: dict[str, Way] = {}
    inboxes: dict[str, FileInbox] = {}
    mirrors: dict[str, SftpMirror] = {}
    for name, agency in panel.items():
        if agency.url:
            ways[name] = SignedHttp(agency.url, secret_of(settings, name), timeout=timeout)
        elif agency.public_key:
            folder, secret = _folder(settings, name), secret_of(settings, name)
            if agency.sftp is None:
                ways[name] = FileDrop(folder, agency.public_key, secret)
            else:
                from intake.sftp import by_sftp  # noqa: PLC0415  half a second that few need

                ways[name], mirrors[name] = by_sftp(settings, agency, folder, secret, timeout)
            if settings.agency_key_file is not None:
                inboxes[name] = FileInbox(folder, _private(settings.agency_key_file), secret)
    return Agencies(panel, ways, inboxes, mirrors)


def secrets_of(settings: Settings) -> dict[str, str]:
    """The secret shared with each agency, by its name; those without one are not believed."""
    return {name: secret.get_secret_value() for name, secret in settings.agency_secrets.items()}


def secret_of(settings: Settings, agency: str) -> str:
    """The secret shared with that agency; raises PolicyError when there is none."""
    secret = secrets_of(settings).get(agency, "")
    if not secret:
        raise PolicyError(
            [
                f"{agency} is on the panel and shares no secret with us: "
                f"add it to FORBEAR_AGENCY_SECRETS."
            ]
        )
    return secret


def _folder(settings: Settings, agency: str) -> Path:
    if settings.agency_folder is None:
        raise PolicyError([f"{agency} works with files: set FORBEAR_AGENCY_FOLDER."])
    return settings.agency_folder / agency


def _private(path: Path) -> X25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as wrong:
        said = f"FORBEAR_AGENCY_KEY_FILE: {path.name} cannot be read: {type(wrong).__name__}."
        raise PolicyError([said]) from None
    if not isinstance(key, X25519PrivateKey):
        raise PolicyError([f"FORBEAR_AGENCY_KEY_FILE: {path.name} is no X25519 key."])
    return key
