"""Files that lie on a server of the agency: fetched, in the ledger once, and moved away there."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from channels import agency_sftp
from channels.agency_files import SEALED, FileInbox, written
from channels.agency_sftp import TAKEN, SftpMirror
from channels.sealing import public_of, sealed
from domain.clock import Clock
from intake.agency_updates import AgencyUpdates, Done
from intake.connect import Unanswered
from intake.watching import AgencyFiles
from tests.channels.sftp_server import House as Sftp
from tests.channels.sftp_server import serving
from tests.intake.house import now
from tests.intake.test_agency_door import SECRET, placed, row

pytestmark = pytest.mark.slow


def leave(theirs: Sftp, ours: X25519PrivateKey, name: str, **said) -> Path:
    """An agency leaves a file with one update on its own server."""
    file = theirs.root / "in" / f"{name}{SEALED}"
    plain = written([{**said, "at": now().isoformat()}], ["id", "placement_key", "at", "kind"])
    file.write_bytes(sealed(public_of(ours), SECRET, file.name, plain))
    return file


async def test_files_on_a_server_of_the_agency_are_moved_when_they_are_in_the_ledger(
    home, tmp_path
):
    key, ours = placed(home, "AG11"), X25519PrivateKey.generate()
    async with serving(tmp_path / "theirs") as theirs:
        inbox, mirror = FileInbox(tmp_path, ours, SECRET), SftpMirror(theirs.door(), tmp_path)
        file = leave(theirs, ours, "1", id="s-1", placement_key=key, kind="acknowledged")

        async def away():
            raise Unanswered("the server")

        with pytest.raises(Unanswered):
            await AgencyUpdates(home.engine, away).read("north", inbox, now(), mirror)
        assert file.exists(), "the case has not heard of it"
        updates = AgencyUpdates(home.engine, home.cases)
        (answer,) = await updates.read("north", inbox, now(), mirror)
        assert (answer.id, answer.done) == ("s-1", Done.RECORDED)
        assert theirs.names("in") == []
        assert theirs.names(f"in/{TAKEN}") == [file.name]
        assert list(await updates.read("north", inbox, now(), mirror)) == []
        (theirs.root / "in" / TAKEN / file.name).rename(file)
        assert list(await updates.read("north", inbox, now(), mirror)) == [], "it is known"
        assert row(home, key).acknowledged_at is not None


async def test_the_daily_watch_fetches_them_too_and_names_a_server_that_is_away(home, tmp_path):
    key, ours = placed(home, "AG13"), X25519PrivateKey.generate()
    async with serving(tmp_path / "theirs") as theirs:
        inboxes = {"north": FileInbox(tmp_path, ours, SECRET)}
        mirrors = {"north": SftpMirror(theirs.door(), tmp_path)}
        files = AgencyFiles(home.engine, await home.cases(), inboxes, mirrors)
        leave(theirs, ours, "1", id="s-3", placement_key=key, kind="acknowledged")
        assert (await files.read(now(), Clock())).taken == 1
        assert theirs.names("in") == []
    read = await files.read(now(), Clock())
    assert (read.taken, read.refused) == (0, 1)
    assert read.first_refused[0].why == "server of north: There is no connection."


async def test_a_file_that_is_too_long_is_refused_and_keeps_no_other_from_being_moved(
    home, tmp_path, monkeypatch
):
    key, ours = placed(home, "AG14"), X25519PrivateKey.generate()
    async with serving(tmp_path / "theirs") as theirs:
        inbox, mirror = FileInbox(tmp_path, ours, SECRET), SftpMirror(theirs.door(), tmp_path)
        file = leave(theirs, ours, "2", id="s-4", placement_key=key, kind="acknowledged")
        monkeypatch.setattr(agency_sftp, "MOST_BYTES", file.stat().st_size)
        (theirs.root / "in" / f"1{SEALED}").write_bytes(b"x" * (file.stat().st_size + 1))
        updates = AgencyUpdates(home.engine, home.cases)
        answers = await updates.read("north", inbox, now(), mirror)
        assert [answer.done for answer in answers] == [Done.REFUSED, Done.RECORDED]
        assert theirs.names("in") == [f"1{SEALED}"]


async def test_a_server_that_is_away_does_not_keep_what_is_here_from_being_read(home, tmp_path):
    key, ours = placed(home, "AG12"), X25519PrivateKey.generate()
    async with serving(tmp_path / "theirs") as theirs:
        inbox, mirror = FileInbox(tmp_path, ours, SECRET), SftpMirror(theirs.door(), tmp_path)
        leave(theirs, ours, "1", id="s-2", placement_key=key, kind="acknowledged")
        assert (await mirror.fetch()).files == 1
    updates = AgencyUpdates(home.engine, home.cases)
    answers = await updates.read("north", inbox, now(), mirror)
    assert [(answer.id, answer.done) for answer in answers] == [
        ("server of north", Done.NOT_FETCHED),
        ("s-2", Done.RECORDED),
    ]
    assert answers[0].why == "There is no connection."
