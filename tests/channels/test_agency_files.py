"""Agencies that work with files: sealed on the way out, believed only when sealed on the way in."""

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from channels.agency_files import PENDING, SEALED, FileDrop, FileInbox, rows, written
from channels.errors import TryAgain
from channels.sealing import SealBroken, opened, public_of, sealed

SECRET = "known to both sides"
OURS, THEIRS = X25519PrivateKey.generate(), X25519PrivateKey.generate()
KEY = "placement/L1/2026-03-01/1"
SAID = {
    "key": KEY,
    "agency": "south",
    "loan_id": "L1",
    "currency": "CNY",
    "amount_minor": 80_000,
    "until": "2026-05-09",
    "salary": "not theirs to know",
    "borrower": {
        "name": '王"伟, =1+1',
        "locale": "zh_CN",
        "zone": "Asia/Shanghai",
        "national_id": "not theirs either",
        "contact_points": [
            {"channel": "phone", "address": "+8613800000000"},
            {"id": 2, "channel": "email", "address": "wei@example.cn"},
        ],
    },
}


@pytest.fixture
def drop(tmp_path) -> FileDrop:
    return FileDrop(tmp_path, public_of(THEIRS), SECRET)


def left(folder):
    return sorted((folder / "out").iterdir())


async def test_a_placement_is_left_sealed_and_the_agency_can_read_it(tmp_path, drop):
    answer = await drop.post("/placements", KEY, SAID)
    assert (answer.accepted, answer.status) == (True, PENDING)
    (file,) = left(tmp_path)
    blob = file.read_bytes()
    for secret in ("王", "13800000000", "wei@", "80000"):
        assert secret.encode() not in blob
    (row,) = rows(opened(THEIRS, SECRET, file.name, blob))
    assert row == {
        "key": KEY,
        "kind": "placement",
        "agency": "south",
        "loan_id": "L1",
        "currency": "CNY",
        "amount_minor": "80000",
        "until": "2026-05-09",
        "name": '王"伟, =1+1',
        "locale": "zh_CN",
        "zone": "Asia/Shanghai",
        "contact_points": "phone:+8613800000000 email#2:wei@example.cn",
    }


async def test_the_same_key_is_the_same_file(tmp_path, drop):
    for _ in range(2):
        await drop.post("/placements", KEY, SAID)
    await drop.post("/placements/x/messages", f"{KEY}/recall", {"key": f"{KEY}/recall"})
    assert len(left(tmp_path)) == 2
    assert not [file for file in left(tmp_path) if file.name.startswith(".")]


async def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path):
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(TryAgain):
        await FileDrop(tmp_path, public_of(THEIRS), SECRET).post("/placements", KEY, SAID)


def test_no_byte_of_a_sealed_file_can_be_changed():
    blob = sealed(public_of(OURS), SECRET, "a", b"paid")
    assert opened(OURS, SECRET, "a", blob) == b"paid"
    for at in range(len(blob)):
        broken = blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :]
        with pytest.raises(SealBroken):
            opened(OURS, SECRET, "a", broken)


@pytest.mark.parametrize("blob", [b"", b"FORBEAR1", b"FORBEAR1" + bytes(60), b"x" * 200])
def test_what_is_no_sealed_file_is_said_so(blob):
    with pytest.raises(SealBroken):
        opened(OURS, SECRET, "a", blob)


def test_a_file_is_bound_to_its_reader_its_name_and_its_writer():
    blob = sealed(public_of(OURS), SECRET, "a", b"paid")
    for reader, secret, name in ((THEIRS, SECRET, "a"), (OURS, SECRET, "b"), (OURS, "x", "a")):
        with pytest.raises(SealBroken):
            opened(reader, secret, name, blob)


def put(folder, name, plain, secret=SECRET):
    (folder / "in").mkdir(exist_ok=True)
    file = folder / "in" / f"{name}{SEALED}"
    file.write_bytes(sealed(public_of(OURS), secret, file.name, plain))
    return file


def test_updates_are_read_in_order_and_moved_away(tmp_path):
    for name in ("2", "1"):
        put(tmp_path, name, written([{"id": f"u-{name}", "kind": "contacted"}], ("id", "kind")))
    inbox = FileInbox(tmp_path, OURS, SECRET)
    found = list(inbox.batches())
    assert [batch.rows for batch in found] == [
        ({"id": "u-1", "kind": "contacted"},),
        ({"id": "u-2", "kind": "contacted"},),
    ]
    for batch in found:
        inbox.finish(batch)
    assert list(inbox.batches()) == []
    assert len(list((tmp_path / "in" / "done").iterdir())) == 2


@pytest.mark.parametrize("plain", [b'"id","kind"\r\n"open', b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_kept_apart(tmp_path, plain):
    put(tmp_path, "bad", plain)
    inbox = FileInbox(tmp_path, OURS, SECRET)
    (batch,) = inbox.batches()
    assert batch.problem
    assert not batch.rows
    inbox.finish(batch)
    assert len(list((tmp_path / "in" / "refused").iterdir())) == 1


def test_a_file_by_a_stranger_is_not_believed(tmp_path):
    put(tmp_path, "forged", b'"id"\r\n"u-1"\r\n', secret="guessed")
    (batch,) = FileInbox(tmp_path, OURS, SECRET).batches()
    assert "secret" in batch.problem


def test_an_empty_folder_has_no_updates(tmp_path):
    assert list(FileInbox(tmp_path, OURS, SECRET).batches()) == []
