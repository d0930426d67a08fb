"""Agencies with an SFTP server of their own: sealed files are put there, and theirs are fetched.

The server must show the one key that is pinned for it, before it learns anything of us. Nothing of
ours is ever seen in part: a file is put under a name that begins with a dot, and renamed when it is
whole. In a folder of ours stands what was put already (`sent/`, by name alone), and what was
fetched lies there as if the agency had left it (`in/`), where `FileInbox` reads it.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from posixpath import join
from stat import S_ISREG
from typing import Any, cast

import asyncssh

from channels.agency_files import PENDING, SEALED, sealed_row
from channels.errors import TryAgain
from channels.http import Answer
from domain.agencies import Sftp
from domain.keys import digest

TAKEN = "taken"
"""Where a file of the agency goes, in its own folder, once what it says is in the ledger."""

MOST_BYTES = 16 * 1_048_576
"""The longest file that is fetched: an agency with more to say says it in several."""

AT_ONCE = 4
"""How many connections to one server are open at a time; many allow no more than ten."""

FETCHING = 60
"""How long one visit to fetch or to move files may last, in seconds; what came is kept."""

_PIECE = 32_768
"""How much is read at a time, which every server allows."""

_NAME = re.compile(rf"[A-Za-z0-9_-][A-Za-z0-9._-]{{0,180}}{re.escape(SEALED)}")

_WHY: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (TimeoutError, "It did not answer in time."),
    (asyncssh.HostKeyNotVerifiable, "The key of the server is not the pinned one."),
    (asyncssh.PermissionDenied, "The server does not take our key."),
    ((asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded), "Its disk is full."),
    ((asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection), "The connection was lost."),
    ((asyncssh.SFTPPermissionDenied, asyncssh.SFTPWriteProtect), "The server does not allow it."),
    ((asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath), "The folder is not there."),
    (asyncssh.SFTPError, "The server could not do it."),
    (asyncssh.Error, "The connection was lost."),
    (OSError, "There is no connection."),
)
"""What each fault means, in words that may be shown anywhere; the first that fits."""

_FAULTS = (asyncssh.Error, OSError)


class SftpDoor:
    """The way to one agency's server. `key` is ours; `timeout` is in seconds, for a visit.

    Raises asyncssh.KeyImportError for a pinned key that is none.
    """

    def __init__(self, server: Sftp, key: asyncssh.SSHKey, timeout: float = 10) -> None:
        self.server = server
        self._pinned = asyncssh.import_public_key(server.host_key)
        self._key = key
        self._timeout = timeout
        self._turns = asyncio.Semaphore(AT_ONCE)

    @asynccontextmanager
    async def visit(self, at_least: float = 0) -> AsyncIterator[asyncssh.SFTPClient]:
        """A connection for one visit; raises TryAgain for whatever goes wrong in it."""
        with _tried():
            async with self._turns, asyncio.timeout(max(self._timeout, at_least)):
                connection = await self._connection()
                try:
                    yield await connection.start_sftp_client()
                finally:
                    connection.abort()

    async def _connection(self) -> asyncssh.SSHClientConnection:
        """Nothing but what is said here: no configuration, agent or password of this machine."""
        return await asyncssh.connect(
            self.server.host,
            self.server.port,
            username=self.server.user,
            client_keys=[self._key],
            known_hosts=([self._pinned], [], []),
            config=None,
            agent_path=None,
            preferred_auth="publickey",
            disable_trivial_auth=True,
        )


class SftpDrop:
    """Puts each thing told as one sealed file on the agency's server, once."""

    def __init__(self, door: SftpDoor, folder: Path, public_key: str, secret: str) -> None:
        self._door = door
        self._sent = folder / "sent"
        self._public_key = public_key
        self._secret = secret

    async def post(self, path: str, key: str, said: Mapping[str, Any]) -> Answer:
        """Put it there under its key; what is there, or was taken from there, is not put again.

        Raises TryAgain when it is not certain that all of it is there.
        """
        name = f"{digest(key)}{SEALED}"
        if not await asyncio.to_thread((self._sent / name).exists):
            kind = "placement" if path == "/placements" else "message"
            blob = sealed_row(self._public_key, self._secret, name, (kind, said))
            async with self._door.visit() as sftp:
                await _put(sftp, self._door.server.out_folder, name, blob)
            await asyncio.to_thread(_mark, self._sent / name)
        return Answer(accepted=True, status=PENDING, said={})

    async def close(self) -> None:
        """Nothing is kept open."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """How many files came, and those that did not, by what is wrong with them."""

    files: int
    problems: Mapping[str, str]


class SftpMirror:
    """Brings what an agency left on its server into our folder, and has it moved away there.

    A file that has neither changed its size nor its time is known. Where the server lets nothing be
    moved, it is left, and is not taken again.
    """

    def __init__(self, door: SftpDoor, folder: Path) -> None:
        self._door = door
        self._in = folder / "in"

    async def fetch(self) -> Fetched:
        """Bring every new file; one that is still being written waits for the next time.

        Raises TryAgain when the server cannot be reached; what came before is here.
        """
        files, problems = 0, {}
        async with self._door.visit(FETCHING) as sftp:
            for name, attrs in (await self._waiting(sftp)).items():
                if (attrs.size or 0) > MOST_BYTES:
                    problems[name] = f"it is longer than {MOST_BYTES} bytes."
                elif not self._known(name, attrs):
                    blob = await _got(sftp, join(self._door.server.in_folder, name))
                    if len(blob) == attrs.size:
                        await asyncio.to_thread(_store, self._in / name, blob, attrs)
                        files += 1
        return Fetched(files, problems)

    async def settle(self) -> None:
        """Move away on the server what is in the ledger; what could not be read is left there.

        Raises TryAgain when the server cannot be reached.
        """
        place = self._door.server.in_folder
        async with self._door.visit(FETCHING) as sftp:
            waiting = await self._waiting(sftp)
            over = [n for n, attrs in waiting.items() if _same(self._in / "done" / n, attrs)]
            with suppress(asyncssh.SFTPError):
                if over and not await sftp.isdir(join(place, TAKEN)):
                    await sftp.mkdir(join(place, TAKEN))
            for name in over:
                with suppress(asyncssh.SFTPError):
                    await sftp.rename(join(place, name), join(place, TAKEN, name))

    def _known(self, name: str, attrs: asyncssh.SFTPAttrs) -> bool:
        return any(_same(self._in / kept / name, attrs) for kept in ("", "done", "refused"))

    async def _waiting(self, sftp: asyncssh.SFTPClient) -> dict[str, asyncssh.SFTPAttrs]:
        """The sealed files on the server in the order of their names; other things are not ours."""
        found = {
            str(entry.filename): entry.attrs
            for entry in await sftp.readdir(self._door.server.in_folder)
            if _NAME.fullmatch(str(entry.filename)) and S_ISREG(entry.attrs.permissions or 0)
        }
        return dict(sorted(found.items()))


@contextmanager
def _tried() -> Iterator[None]:
    """Whatever goes wrong here may go well later."""
    try:
        yield
    except _FAULTS as failure:
        why = next(said for kind, said in _WHY if isinstance(failure, kind))
        raise TryAgain(why, f"{type(failure).__name__}: {failure}") from failure


@contextmanager
def _kept() -> Iterator[None]:
    """The same for what is kept in our folder."""
    try:
        yield
    except OSError as failure:
        raise TryAgain("Our own folder cannot be written.", type(failure).__name__) from failure


async def _put(sftp: asyncssh.SFTPClient, folder: str, name: str, blob: bytes) -> None:
    """Write it beside its place and rename it when it is whole; one that is there stays."""
    there = join(folder, name)
    if await sftp.lexists(there):
        return
    beside = join(folder, f".{name}.{os.urandom(4).hex()}.part")
    try:
        async with sftp.open(beside, "wb") as file:
            await file.write(blob)
            with suppress(asyncssh.SFTPOpUnsupported):
                await file.fsync()
        if await sftp.getsize(beside) != len(blob):
            raise asyncssh.SFTPFailure("not all of it was stored")
        await sftp.rename(beside, there)
    except asyncssh.SFTPError:
        with suppress(asyncssh.SFTPError):
            await sftp.remove(beside)
        if not await sftp.lexists(there):
            raise


async def _got(sftp: asyncssh.SFTPClient, path: str) -> bytes:
    """What is in the file now, piece by piece, and no more than anybody has to say."""
    blob = bytearray()
    async with sftp.open(path, "rb", block_size=None) as file:
        while len(blob) <= MOST_BYTES and (part := await file.read(_PIECE)):
            blob += cast(bytes, part)
    return bytes(blob)


def _mark(path: Path) -> None:
    """Remember that it was put; nothing of what it says is kept."""
    with _kept():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def _store(path: Path, blob: bytes, attrs: asyncssh.SFTPAttrs) -> None:
    """Keep it under its name and with the time it has on the server, whole or not at all."""
    beside = path.with_name(f".{path.name}.part")
    with _kept():
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(blob)
        os.utime(beside, (attrs.mtime or 0, attrs.mtime or 0))
        beside.replace(path)


def _same(path: Path, attrs: asyncssh.SFTPAttrs) -> bool:
    """Whether we have that very file: neither its size nor its time has changed."""
    try:
        ours = path.stat()
    except FileNotFoundError:
        return False
    return (ours.st_size, int(ours.st_mtime)) == (attrs.size, attrs.mtime or 0)
