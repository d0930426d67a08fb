"""Agencies with an SFTP server: real SSH on loopback, and a server that misbehaves on purpose."""

import asyncio
import os
import socket
from pathlib import Path

import asyncssh
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from channels import agency_sftp
from channels.agency_files import PENDING, SEALED, FileInbox, rows
from channels.agency_sftp import TAKEN, SftpDoor, SftpDrop, SftpMirror
from channels.errors import TryAgain
from channels.sealing import opened, public_of, sealed
from domain.keys import digest
from tests.channels.sftp_server import House, public, serving

SECRET = "known to both sides"
OURS, THEIRS = X25519PrivateKey.generate(), X25519PrivateKey.generate()
KEY = "placement/L1/2026-03-01/1"
NAME = f"{digest(KEY)}{SEALED}"
SAID = {"key": KEY, "amount_minor": 80_000, "borrower": {"name": "王伟", "salary": "no"}}


@pytest.fixture
async def house(tmp_path):
    async with serving(tmp_path / "theirs") as found:
        yield found


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    return tmp_path / "ours"


def drop(door: SftpDoor, ours: Path) -> SftpDrop:
    return SftpDrop(door, ours, public_of(THEIRS), SECRET)


async def post(house: House, ours: Path, door: SftpDoor | None = None) -> None:
    answer = await drop(door or house.door(), ours).post("/placements", KEY, SAID)
    assert (answer.accepted, answer.status) == (True, PENDING)


async def refused(house: House, ours: Path, door: SftpDoor | None = None) -> TryAgain:
    with pytest.raises(TryAgain) as raised:
        await drop(door or house.door(), ours).post("/placements", KEY, SAID)
    assert "王" not in raised.value.reason + raised.value.words
    return raised.value


def read(house: House) -> dict[str, str]:
    (row,) = rows(opened(THEIRS, SECRET, NAME, (house.root / "out" / NAME).read_bytes()))
    return row


async def test_a_case_is_put_there_sealed_whole_and_with_nothing_beside_it(house, ours):
    await post(house, ours)
    assert house.names("out") == [NAME]
    assert read(house) == {
        "key": KEY,
        "kind": "placement",
        "amount_minor": "80000",
        "name": "王伟",
    }
    assert "王".encode() not in (house.root / "out" / NAME).read_bytes()
    assert (ours / "sent" / NAME).read_bytes() == b"", "nothing of a person stays with us"


async def test_a_message_goes_the_same_way_under_its_own_name(house, ours):
    await post(house, ours)
    await drop(house.door(), ours).post("/placements/x/messages", f"{KEY}/recall", {"what": "r"})
    assert len(house.names("out")) == 2


async def test_what_was_put_is_not_put_again_even_when_the_agency_has_taken_it(house, ours):
    await post(house, ours)
    (house.root / "out" / NAME).unlink()
    for _ in range(2):
        await post(house, ours)
    assert house.names("out") == []


async def test_a_repeat_after_a_crash_before_we_noted_it_finds_the_file(house, ours):
    await post(house, ours)
    first = (house.root / "out" / NAME).read_bytes()
    (ours / "sent" / NAME).unlink()
    writes = house.bad.done.count("write")
    await post(house, ours)
    assert (house.root / "out" / NAME).read_bytes() == first
    assert house.bad.done.count("write") == writes


async def test_a_connection_lost_while_writing_leaves_nothing_under_the_name(house, ours):
    house.bad.cut_after = "write"
    await refused(house, ours)
    (half,) = house.names("out")
    assert half.startswith(f".{NAME}.")
    await post(house, ours)
    assert NAME in house.names("out")
    assert read(house)["key"] == KEY


async def test_a_connection_lost_after_the_file_was_whole_does_not_put_it_twice(house, ours):
    house.bad.cut_after = "rename"
    await refused(house, ours)
    whole = (house.root / "out" / NAME).read_bytes()
    await post(house, ours)
    assert (house.root / "out" / NAME).read_bytes() == whole
    assert house.bad.done.count("rename") == 1


async def test_two_workers_at_once_put_one_whole_file(house, ours, tmp_path):
    await asyncio.gather(*(post(house, tmp_path / f"worker-{n}") for n in range(6)))
    assert house.names("out") == [NAME]
    assert read(house)["key"] == KEY


async def test_a_full_disk_is_tried_again_and_leaves_nothing_behind(house, ours):
    house.bad.full = True
    failure = await refused(house, ours)
    assert failure.reason in ("Its disk is full.", "The server could not do it.")
    assert "No space left" in failure.words
    assert house.names("out") == []
    house.bad.full = False
    await post(house, ours)


async def test_a_file_that_was_stored_in_part_is_not_taken_for_whole(house, ours):
    house.bad.short = 40
    assert "not all of it" in (await refused(house, ours)).words
    assert house.names("out") == []


async def test_a_server_with_another_key_learns_nothing(house, ours):
    stranger = public(asyncssh.generate_private_key("ssh-ed25519"))
    failure = await refused(house, ours, house.door(host_key=stranger))
    assert failure.reason == "The key of the server is not the pinned one."
    assert house.bad.done == []
    assert house.names("out") == []


async def test_a_server_that_does_not_take_our_key_is_tried_again(house, ours):
    other = asyncssh.generate_private_key("ssh-ed25519")
    failure = await refused(house, ours, house.door(key=other))
    assert failure.reason == "The server does not take our key."


async def test_a_silent_server_is_given_up_in_time(house, ours):
    house.bad.silent = True
    failure = await refused(house, ours, house.door(timeout=0.5))
    assert failure.reason == "It did not answer in time."


async def test_a_port_that_says_nothing_or_is_shut_is_given_up_in_time(house, ours):
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        port = mute.getsockname()[1]
        failure = await refused(house, ours, house.door(timeout=0.5, port=port))
        assert failure.reason == "It did not answer in time."
    failure = await refused(house, ours, house.door(port=port))
    assert failure.reason == "There is no connection."


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"out_folder": "nowhere"}, "The folder is not there."),
        ({}, "The server does not allow it."),
    ],
)
async def test_a_folder_that_cannot_be_written_is_named(house, ours, change, said):
    house.bad.read_only = not change
    assert (await refused(house, ours, house.door(**change))).reason == said


async def test_our_own_folder_that_cannot_be_written_is_named_too(house, ours):
    ours.mkdir()
    (ours / "sent").write_text("in the way")
    with pytest.raises(TryAgain, match="Our own folder"):
        await drop(house.door(), ours).post("/placements", KEY, SAID)
    (ours / "sent").unlink()
    await post(house, ours)
    assert house.bad.done.count("rename") == 1


# What the agency leaves.


def leave(house: House, name: str, update: str = "u-1", at: int = 1_780_000_000) -> Path:
    """The agency leaves a file with one update."""
    file = house.root / "in" / f"{name}{SEALED}"
    plain = f'"id","kind"\r\n"{update}","contacted"\r\n'.encode()
    file.write_bytes(sealed(public_of(OURS), SECRET, file.name, plain))
    os.utime(file, (at, at))
    return file


def taken_in(ours: Path) -> list[str]:
    """What the reader finds in our folder; it is moved away, as when it is in the ledger."""
    inbox = FileInbox(ours, OURS, SECRET)
    found = list(inbox.batches())
    for batch in found:
        inbox.finish(batch)
    return [row["id"] for batch in found for row in batch.rows]


async def test_what_the_agency_leaves_is_taken_once_and_moved_away(house, ours):
    mirror = SftpMirror(house.door(), ours)
    leave(house, "2", "u-2")
    leave(house, "1", "u-1")
    assert (await mirror.fetch()).files == 2
    assert house.names("in") == [f"1{SEALED}", f"2{SEALED}"], "until it is in the ledger"
    assert taken_in(ours) == ["u-1", "u-2"]
    await mirror.settle()
    assert house.names("in") == []
    assert house.names(f"in/{TAKEN}") == [f"1{SEALED}", f"2{SEALED}"]
    assert (await mirror.fetch()).files == 0
    assert taken_in(ours) == []


async def test_a_death_before_the_file_was_moved_does_not_take_it_again(house, ours):
    mirror = SftpMirror(house.door(), ours)
    leave(house, "1")
    await mirror.fetch()
    assert (await mirror.fetch()).files == 0
    assert taken_in(ours) == ["u-1"]
    assert (await mirror.fetch()).files == 0, "it is in the ledger, and still on the server"
    await mirror.settle()
    assert house.names("in") == []


async def test_a_server_that_lets_nothing_be_moved_is_read_once_too(house, ours):
    house.bad.read_only = True
    mirror = SftpMirror(house.door(), ours)
    leave(house, "1")
    for expected in (["u-1"], []):
        await mirror.fetch()
        assert taken_in(ours) == expected
        await mirror.settle()
    assert house.names("in") == [f"1{SEALED}"]


async def test_a_name_that_comes_again_with_something_new_is_taken_again(house, ours):
    mirror = SftpMirror(house.door(), ours)
    for update, at in (("u-1", 1_780_000_000), ("u-2", 1_780_086_400)):
        leave(house, "daily", update, at)
        await mirror.fetch()
        assert taken_in(ours) == [update]
        await mirror.settle()


async def test_what_cannot_be_read_stays_on_the_server_and_is_fetched_when_it_is_mended(
    house, ours
):
    mirror = SftpMirror(house.door(), ours)
    file = house.root / "in" / f"1{SEALED}"
    file.write_bytes(b"FORBEAR1, the first half")
    await mirror.fetch()
    assert taken_in(ours) == []
    await mirror.settle()
    assert (await mirror.fetch()).files == 0
    assert house.names("in") == [file.name]
    leave(house, "1")
    await mirror.fetch()
    assert taken_in(ours) == ["u-1"]


async def test_only_sealed_files_of_that_folder_are_ours(house, ours):
    inside = house.root / "in"
    (inside / "notes.txt").write_text("hello")
    (inside / f".1{SEALED}").write_text("unfinished")
    (inside / f"folder{SEALED}").mkdir()
    (inside / f"a b{SEALED}").write_text("no name for a file")
    (inside / f"link{SEALED}").symlink_to("/etc/hostname")
    assert (await SftpMirror(house.door(), ours).fetch()).files == 0
    assert not (ours / "in").exists()


async def test_a_long_file_comes_whole(house, ours):
    file = house.root / "in" / f"long{SEALED}"
    plain = b'"id"\r\n' + b"".join(b'"u-%d"\r\n' % n for n in range(20_000))
    file.write_bytes(sealed(public_of(OURS), SECRET, file.name, plain))
    await SftpMirror(house.door(), ours).fetch()
    assert len(taken_in(ours)) == 20_000


async def test_a_file_that_nobody_can_have_so_much_to_say_in_is_named(house, ours, monkeypatch):
    monkeypatch.setattr(agency_sftp, "MOST_BYTES", 100)
    leave(house, "long")
    found = await SftpMirror(house.door(), ours).fetch()
    assert (found.files, list(found.problems)) == (0, [f"long{SEALED}"])


async def test_a_connection_lost_while_fetching_keeps_what_came_and_goes_on_from_there(house, ours):
    mirror = SftpMirror(house.door(), ours)
    leave(house, "1", "u-1")
    house.bad.cut_after = "read"
    with pytest.raises(TryAgain):
        await mirror.fetch()
    assert not [path for path in ours.rglob("*") if path.is_file()]
    assert (await mirror.fetch()).files == 1
    assert taken_in(ours) == ["u-1"]
    house.bad.cut_after = "rename"
    with pytest.raises(TryAgain):
        await mirror.settle()
    await mirror.settle()
    assert house.names("in") == []
