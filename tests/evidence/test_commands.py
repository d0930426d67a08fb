"""`evidence` as people give it: files in and out, exit codes, and sentences."""

import json
import shutil
import stat
import subprocess
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from channels.evidence.keys import fingerprint, new_private_key, pem
from ledger.engine import open_ledger
from ledger.migrate import upgrade
from tests.commands.conftest import told
from tests.evidence.book import KEY, fill, the_file


@pytest.fixture
def filled(at_desk, tmp_path):
    """The command line, with the loan L1 in the ledger."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade(url)
    engine = open_ledger(url)
    fill(engine)
    engine.dispose()
    return at_desk


@pytest.fixture
def bundle(tmp_path):
    """A bundle in a file."""
    file = tmp_path / "bundle.zip"
    file.write_bytes(the_file())
    return file


def test_a_bundle_is_made_and_checked(filled, tmp_path):
    made = told(filled("evidence", "export", "L1", "--out", tmp_path / "out", "--json"))
    file = Path(made["file"])
    assert file.parent == tmp_path / "out"
    assert file.name.startswith("evidence-L1-20")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    checked = told(filled("evidence", "verify", file, "--json"))
    assert (checked["ok"], checked["pinned"], checked["entries"]) == (True, False, made["entries"])
    shown = filled("evidence", "verify", file, "--fingerprint", made["signed_by"])
    assert shown.exit_code == 0
    assert "OK" in shown.stdout
    assert shown.stderr == ""
    assert "The signer was compared with nobody" in filled("evidence", "verify", file).stderr


def test_a_second_bundle_of_a_day_does_not_replace_the_first(filled, tmp_path):
    files = [told(filled("evidence", "export", "L1", "--json"))["file"] for _ in range(2)]
    assert files[1] == files[0].replace(".zip", "-2.zip")
    assert sorted(tmp_path.glob(".evidence-*")) == []


def test_a_key_is_made_once_and_said_so(filled, tmp_path):
    first = filled("evidence", "export", "L1")
    assert "so one was made: .data/evidence-key.pem" in first.stderr
    assert stat.S_IMODE((tmp_path / ".data/evidence-key.pem").stat().st_mode) == 0o600
    assert filled("evidence", "export", "L1").stderr == ""


def test_the_key_of_the_settings_signs_and_its_public_half_pins(filled, tmp_path, monkeypatch):
    key = new_private_key(tmp_path / "keys" / "signing.pem")
    monkeypatch.setenv("FORBEAR_EVIDENCE_KEY_FILE", str(tmp_path / "keys" / "signing.pem"))
    made = told(filled("evidence", "export", "L1", "--json"))
    public = told(filled("evidence", "key", "--json"))
    assert made["signed_by"] == public["fingerprint"] == fingerprint(key.public_key())
    (tmp_path / "public.pem").write_text(public["public_key"])
    pinned = filled("evidence", "verify", made["file"], "--key", tmp_path / "public.pem")
    assert pinned.exit_code == 0
    assert fingerprint(key.public_key()) in filled("evidence", "key").stdout
    (tmp_path / "other.pem").write_text(pem(KEY.public_key()))
    refused = filled("evidence", "verify", made["file"], "--key", tmp_path / "other.pem")
    assert refused.exit_code == 1
    assert "Signed by another key" in refused.stderr


def test_an_archive_that_was_packed_anew_is_ok_and_said_to_be(at_desk, bundle, tmp_path):
    parts = tmp_path / "parts"
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(parts)
    again = shutil.make_archive(str(tmp_path / "again"), "zip", parts)
    checked = at_desk("evidence", "verify", again)
    assert checked.exit_code == 0
    assert "packed anew since it was sealed" in checked.stdout
    assert "its four parts, is whole" in checked.stderr
    assert told(at_desk("evidence", "verify", again, "--json"))["repacked"] is True
    assert "packed anew" not in at_desk("evidence", "verify", bundle).stdout


def test_what_was_changed_is_named_and_the_exit_code_is_one(at_desk, bundle):
    bundle.write_bytes(the_file().replace(b"sold", b"kept", 1))
    refused = at_desk("evidence", "verify", bundle)
    assert refused.exit_code == 1
    assert "was changed" in refused.stderr
    assert "NOT OK" in refused.stderr
    said = json.loads(at_desk("evidence", "verify", bundle, "--json").stdout)
    assert said["ok"] is False
    assert said["problems"]


def test_checking_needs_no_ledger_no_server_and_no_right_settings(at_desk, bundle, monkeypatch):
    monkeypatch.setenv("FORBEAR_LEDGER_URL", "sqlite:////nowhere/at/all.db")
    monkeypatch.setenv("FORBEAR_SMTP_PORT", "none")
    assert at_desk("evidence", "verify", bundle).exit_code == 0


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("export", "L9"), 1, "Loan 'L9' is not in the ledger."),
        (("export", "L1", "--out", "ledger.db"), 1, "ledger.db does not take the bundle"),
        (("export", "L1", "--out", "ledger.db/x"), 1, "does not take the bundle"),
        (("export", "L1", "--out", "/proc/none"), 1, "does not take the bundle"),
        (("verify", "ledger.db"), 1, "This is not a whole evidence bundle"),
        (("verify", "nowhere.zip"), 2, "cannot be read: No such file"),
        (("verify", "."), 2, "cannot be read: Is a directory"),
        (("verify", "ledger.db", "--fingerprint", "abc"), 2, "64 hexadecimal digits"),
        (("verify", "ledger.db", "--key", "none.pem"), 2, "none.pem cannot be read"),
        (("verify", "ledger.db", "--key", "ledger.db"), 2, "holds no public key in PEM"),
        (("verify", "ledger.db", "--key", "a", "--fingerprint", "b"), 2, "not both"),
    ],
)
def test_what_cannot_be_done_ends_with_a_sentence(filled, words, code, sentence):
    result = filled("evidence", *words)
    assert result.exit_code == code, result.output
    assert sentence in result.stderr
    assert "Traceback" not in result.output


def test_another_zip_is_no_bundle(at_desk, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("readme.txt", "hello")
    refused = at_desk("evidence", "verify", tmp_path / "a.zip")
    assert refused.exit_code == 1
    assert "bundle.json, bundle.pdf, manifest.json, manifest.sig is missing" in refused.stderr


def test_a_signing_key_that_cannot_be_used_ends_with_a_sentence(filled, tmp_path, monkeypatch):
    other = generate_private_key(SECP256R1())
    elliptic = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for content, sentence in (
        (None, "cannot be read"),
        (b"hello", "holds no private key in PEM"),
        (elliptic, "another kind of key than Ed25519"),
    ):
        if content is not None:
            (tmp_path / "key.pem").write_bytes(content)
        monkeypatch.setenv("FORBEAR_EVIDENCE_KEY_FILE", str(tmp_path / "key.pem"))
        result = filled("evidence", "export", "L1")
        assert result.exit_code == 1
        assert sentence in result.stderr
        assert "FORBEAR_EVIDENCE_KEY_FILE" in result.stderr


def test_why_names_the_source_of_each_rule(filled):
    answer = told(filled("case", "why", "L1", "--json"))
    sources = {source["rule"]: source["source"] for source in answer["sources"]}
    assert sources["CN-DAY-01"] == "our own policy"
    assert sources["hold-dispute"] == "our own policy"
    assert "CN-DAY-01: A step of our strategies asks a person" in filled("case", "why", "L1").stdout


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_the_signature_and_the_fingerprint_can_be_checked_by_hand(tmp_path, bundle):
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path)
    (tmp_path / "public.pem").write_text(pem(KEY.public_key()))

    def openssl(*words: str) -> bytes:
        done = subprocess.run(["openssl", *words], cwd=tmp_path, capture_output=True, check=True)
        return done.stdout

    openssl("pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-rawin",
            "-in", "manifest.json", "-sigfile", "manifest.sig")  # fmt: skip
    der = openssl("pkey", "-pubin", "-in", "public.pem", "-outform", "DER")
    (tmp_path / "public.der").write_bytes(der)
    assert fingerprint(KEY.public_key()) in openssl("dgst", "-sha256", "public.der").decode()
