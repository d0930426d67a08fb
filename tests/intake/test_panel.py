"""The panel as the settings say: an agency that is set up by half is named, not left out."""

import shutil
from base64 import b64encode
from dataclasses import replace

import asyncssh
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr

from channels.agency_files import FileDrop
from channels.agency_sftp import SftpDrop
from channels.http import SignedHttp
from domain.agencies import Sftp
from gates import open_gates
from intake.panel import open_agencies, secrets_of
from policies.agency_files import FOLDER
from policies.files import PolicyError
from settings import Settings
from tests.intake.sftp_panel import given, panel_of

SECRETS = {"north": SecretStr("n"), "south": SecretStr("s")}


def key_file(folder, key):
    path = folder / "key.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def test_without_a_panel_there_is_none():
    agencies = open_agencies(Settings(), 5)
    assert agencies.panel is None
    assert not agencies.ways
    assert secrets_of(Settings()) == {}


async def test_each_agency_has_its_way_and_those_with_files_an_inbox(tmp_path):
    settings = Settings(
        agency_panel=FOLDER,
        agency_secrets=SECRETS,
        agency_folder=tmp_path,
        agency_key_file=key_file(tmp_path, X25519PrivateKey.generate()),
    )
    gates = open_gates(settings)
    agencies = gates.agencies
    assert isinstance(agencies.ways["north"], SignedHttp)
    assert isinstance(agencies.ways["south"], FileDrop)
    assert list(agencies.inboxes) == ["south"]
    assert sorted(agencies.panel or ()) == ["north", "south"]
    await gates.close()


def test_the_secrets_of_the_environment_are_a_json_object(monkeypatch):
    monkeypatch.setenv("FORBEAR_AGENCY_SECRETS", '{"north": "hush"}')
    assert secrets_of(Settings()) == {"north": "hush"}
    assert "hush" not in repr(Settings())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"agency_secrets": {}}, "north is on the panel and shares no secret"),
        ({"agency_secrets": SECRETS}, "south works with files: set FORBEAR_AGENCY_FOLDER"),
    ],
)
def test_an_agency_that_is_set_up_by_half_is_named(given, said):
    with pytest.raises(PolicyError, match=said):
        open_agencies(Settings(agency_panel=FOLDER, **given), 5)


def test_a_key_of_another_kind_is_named(tmp_path):
    settings = Settings(
        agency_panel=FOLDER,
        agency_secrets=SECRETS,
        agency_folder=tmp_path,
        agency_key_file=key_file(tmp_path, Ed25519PrivateKey.generate()),
    )
    with pytest.raises(PolicyError, match=r"key\.pem is no X25519 key"):
        open_agencies(settings, 5)


def test_a_key_that_is_not_there_is_named(tmp_path):
    settings = Settings(
        agency_panel=FOLDER,
        agency_secrets=SECRETS,
        agency_folder=tmp_path,
        agency_key_file=tmp_path / "none.pem",
    )
    with pytest.raises(PolicyError, match=r"none\.pem cannot be read: FileNotFoundError"):
        open_agencies(settings, 5)


def server(**changes) -> Sftp:
    key = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    return replace(Sftp("sftp.west.example", 22, "forbear", key, "to-us", "from-us"), **changes)


@pytest.fixture
def west(tmp_path):
    """The settings of a panel whose agency has a server of its own."""
    panel = panel_of(tmp_path, server(), X25519PrivateKey.generate())
    key = asyncssh.generate_private_key("ssh-ed25519")
    return given(tmp_path, panel, X25519PrivateKey.generate(), key)


def test_an_agency_with_a_server_of_its_own_is_told_there(west):
    agencies = open_agencies(Settings(**west), 5)
    assert isinstance(agencies.ways["west"], SftpDrop)
    assert (list(agencies.inboxes), list(agencies.mirrors)) == (["west"], ["west"])
    assert agencies.panel is not None
    shown = agencies.panel["west"].sftp
    assert shown is not None
    assert (shown.host, shown.out_folder, shown.in_folder) == (
        "sftp.west.example",
        "to-us",
        "from-us",
    )


def test_without_our_key_its_server_is_named(west):
    with pytest.raises(PolicyError, match="west has an SFTP server: set FORBEAR_AGENCY_SFTP_KEY"):
        open_agencies(Settings(**west | {"agency_sftp_key_file": None}), 5)
    west["agency_sftp_key_file"].write_text("no key")
    with pytest.raises(PolicyError, match="sftp-key cannot be read: KeyImportError"):
        open_agencies(Settings(**west), 5)


@pytest.mark.parametrize(
    "host_key",
    ["ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa AAAAC3NzaC1lZDI1NTE5", "ssh-dss AAAAB3NzaC1kc3M="],
)
def test_a_server_without_the_key_it_must_show_is_refused(tmp_path, host_key):
    panel = panel_of(tmp_path, server(host_key=host_key), X25519PrivateKey.generate())
    with pytest.raises(PolicyError, match="as known_hosts has it"):
        open_agencies(Settings(agency_panel=panel), 5)


def test_a_key_that_only_looks_like_one_is_refused_before_anything_is_sent(tmp_path):
    kind = b"\0\0\0\x0bssh-ed25519"
    looks = server(host_key=f"ssh-ed25519 {b64encode(kind + bytes(9)).decode()}")
    panel = panel_of(tmp_path, looks, X25519PrivateKey.generate())
    key = asyncssh.generate_private_key("ssh-ed25519")
    settings = Settings(**given(tmp_path, panel, X25519PrivateKey.generate(), key))
    with pytest.raises(PolicyError, match=r"west: handoff\.sftp\.host_key is no key"):
        open_agencies(settings, 5)


def test_files_on_a_server_are_never_in_the_clear(tmp_path):
    panel = panel_of(tmp_path, server(), X25519PrivateKey.generate())
    file = panel / "west.yaml"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if "public_key:" not in line))
    with pytest.raises(PolicyError, match="give the agency's public_key too"):
        open_agencies(Settings(agency_panel=panel), 5)


def test_a_panel_with_problems_is_refused_with_all_of_them(tmp_path):
    for name in ("north", "south"):
        text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
        (tmp_path / f"{name}.yaml").write_text(text.replace("capacity:", "capacities:"))
    with pytest.raises(PolicyError) as raised:
        open_agencies(Settings(agency_panel=tmp_path), 5)
    assert len(raised.value.problems) == 4
    shutil.rmtree(tmp_path)
    with pytest.raises(PolicyError, match="is not there; FORBEAR_AGENCY_PANEL names a folder"):
        open_gates(Settings(agency_panel=tmp_path))
