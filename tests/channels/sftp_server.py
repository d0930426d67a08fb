"""A real SFTP server on loopback, as an agency would run it, and how it misbehaves."""

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncssh

from channels.agency_sftp import SftpDoor
from domain.agencies import Sftp

USER = "forbear"


class Misbehaviour:
    """What the server does wrong; everything at first nothing.

    `full` and `read_only` are its disk, `cut_after` the operation after which it hangs up,
    `silent` lets it answer nothing, `short` stores only so many bytes of a file.
    """

    def __init__(self) -> None:
        self.full = self.read_only = self.silent = False
        self.cut_after = ""
        self.short: int | None = None
        self.connections: list[asyncssh.SSHServerConnection] = []
        self.done: list[str] = []


class _Files(asyncssh.SFTPServer):
    """The files of a folder; every operation passes by the misbehaviour."""

    def __init__(self, chan: asyncssh.SSHServerChannel[bytes], root: Path, bad: Misbehaviour):
        super().__init__(chan, chroot=str(root).encode())
        self._chan = chan
        self._bad = bad

    async def _passed(self, name: str, *, changes: bool) -> None:
        if self._bad.silent:
            await asyncio.sleep(30)
        if changes and self._bad.read_only:
            raise asyncssh.SFTPPermissionDenied("read-only")
        self._bad.done.append(name)

    def _cut(self, name: str) -> None:
        if self._bad.cut_after == name:
            self._bad.cut_after = ""
            self._chan.get_connection().abort()

    async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        await self._passed("open", changes=bool(pflags & asyncssh.FXF_WRITE))
        return super().open(path, pflags, attrs)

    async def write(self, file_obj: object, offset: int, data: bytes) -> int:
        await self._passed("write", changes=True)
        if self._bad.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        if self._bad.short is not None:
            data = data[: self._bad.short]
        written = super().write(file_obj, offset, data)
        self._cut("write")
        assert isinstance(written, int)
        return written

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        await self._passed("rename", changes=True)
        super().rename(oldpath, newpath)
        self._cut("rename")

    async def mkdir(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        await self._passed("mkdir", changes=True)
        super().mkdir(path, attrs)

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        await self._passed("read", changes=False)
        found = super().read(file_obj, offset, size)
        self._cut("read")
        assert isinstance(found, bytes)
        return found


class House:
    """The server with its folder, and our key for it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bad = Misbehaviour()
        self.our_key = asyncssh.generate_private_key("ssh-ed25519")
        self.its_key = asyncssh.generate_private_key("ssh-ed25519")
        self.port = 0
        for name in ("out", "in"):
            (root / name).mkdir(parents=True)

    @property
    def host_key(self) -> str:
        """The key it shows, as known_hosts has it."""
        return public(self.its_key)

    def server(self, **changes: Any) -> Sftp:
        """Where it is, as a panel says."""
        said: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.port,
            "user": USER,
            "host_key": self.host_key,
            "out_folder": "out",
            "in_folder": "in",
        }
        return Sftp(**(said | changes))

    def door(self, timeout: float = 5, key: asyncssh.SSHKey | None = None, **changes: Any):
        return SftpDoor(self.server(**changes), key or self.our_key, timeout)

    def names(self, folder: str) -> list[str]:
        """What lies in that folder."""
        return sorted(path.name for path in (self.root / folder).iterdir() if path.is_file())


def public(key: asyncssh.SSHKey) -> str:
    """The public half, as known_hosts has it."""
    return key.export_public_key().decode().strip()


@asynccontextmanager
async def serving(root: Path) -> AsyncIterator[House]:
    """The server, until the end."""
    house = House(root)

    def files(chan: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
        return _Files(chan, root, house.bad)

    listening = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[house.its_key],
        authorized_client_keys=asyncssh.import_authorized_keys(f"{public(house.our_key)}\n"),
        sftp_factory=files,
        allow_scp=False,
    )
    house.port = listening.get_port()
    try:
        yield house
    finally:
        listening.close()
        await listening.wait_closed()
