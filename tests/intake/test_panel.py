"""The panel as the settings say: an agency that is set up by half is named, not left out."""

import shutil

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr

from channels.agency_files import FileDrop
from channels.http import SignedHttp
from gates import open_gates
from intake.panel import open_agencies, secrets_of
from policies.agency_files import FOLDER
from policies.files import PolicyError
from settings import Settings

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


def test_a_panel_with_problems_is_refused_with_all_of_them(tmp_path):
    for name in ("north", "south"):
        text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
        (tmp_path / f"{name}.yaml").write_text(text.replace("capacity:", "capacities:"))
    with pytest.raises(PolicyError) as raised:
        open_agencies(Settings(agency_panel=tmp_path), 5)
    assert len(raised.value.problems) == 4
    shutil.rmtree(tmp_path)
