"""The mailbox that bounces go to: a folder of letters, one long file, or an IMAP server."""

import imaplib
import mailbox
import re
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Literal

_UID = re.compile(r"\d{1,10}\Z")


class MailboxAway(Exception):
    """The mailbox cannot be read now; nothing was marked that was not heard."""


class MaildirBox:
    """A Maildir: what lies in `new` is unread, and is moved to `cur` when it was read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """Each letter in `new`."""
        with _here():
            box = mailbox.Maildir(self._folder, create=False)
            names = sorted(n for n in box.keys() if box.get_message(n).get_subdir() == "new")  # noqa: SIM118
            letters = [(name, box.get_bytes(name)) for name in names]
        yield from letters

    def mark(self, name: str) -> None:
        """Move the letter to `cur`, as seen."""
        with _here():
            box = mailbox.Maildir(self._folder, create=False)
            letter = box.get_message(name)
            letter.set_subdir("cur")
            letter.add_flag("S")
            box[name] = letter


class MboxBox:
    """One file in which letter follows letter; a letter that was read carries Status: R.

    A letter is named by what it holds, since its place changes when another program removes one.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """Each letter without that status."""
        with _here(), closing(mailbox.mbox(self._path, create=False)) as box:
            letters = [(name, box.get_bytes(key)) for key, name in _unread_keys(box)]
        yield from letters

    def mark(self, name: str) -> None:
        """Write the status, while the file is locked."""
        with _here(), closing(mailbox.mbox(self._path, create=False)) as box:
            box.lock()
            for key in [key for key, found in _unread_keys(box) if found == name]:
                letter = box.get_message(key)
                letter.add_flag("R")
                box[key] = letter
            box.flush()


@contextmanager
def _here() -> Iterator[None]:
    try:
        yield
    except (mailbox.Error, OSError, KeyError) as failure:  # no folder, or somebody took the letter
        raise MailboxAway(type(failure).__name__) from failure


def _unread_keys(box: mailbox.mbox) -> list[tuple[str, str]]:
    return [
        (key, sha256(box.get_bytes(key)).hexdigest())
        for key in box.keys()  # noqa: SIM118  iterating a mailbox gives its letters
        if "R" not in box.get_message(key).get_flags()
    ]


@dataclass(frozen=True, slots=True)
class ImapServer:
    """Where bounces are kept. The connection is always encrypted: from the start, or by STARTTLS.

    `timeout` is in seconds, for every answer.
    """

    host: str
    user: str
    password: str = field(repr=False)
    port: int = 993
    folder: str = "INBOX"
    tls: Literal["tls", "starttls"] = "tls"
    timeout: float = 10


class ImapBox:
    """A folder on an IMAP server; `trust` says which certificates are believed."""

    def __init__(self, server: ImapServer, trust: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._trust = trust or ssl.create_default_context()
        self._open: imaplib.IMAP4 | None = None

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """Each letter that is not seen; reading it does not make it seen."""
        try:
            for uid in self._unseen():
                raw = self._letter(uid)
                if raw is not None:
                    yield uid, raw
        except (imaplib.IMAP4.error, OSError) as failure:
            self.close()
            raise MailboxAway(type(failure).__name__) from failure

    def mark(self, name: str) -> None:
        """Make the letter seen."""
        try:
            self._asked("STORE", name, "+FLAGS", r"(\Seen)")
        except (imaplib.IMAP4.error, OSError) as failure:
            self.close()
            raise MailboxAway(type(failure).__name__) from failure

    def close(self) -> None:
        """Log out; the next reading logs in again."""
        box, self._open = self._open, None
        if box is not None:
            with suppress(imaplib.IMAP4.error, OSError):  # the server may have gone already
                box.logout()

    def _unseen(self) -> list[str]:
        found = [uids for uids in self._asked("SEARCH", "UNSEEN") if isinstance(uids, bytes)]
        return b" ".join(found).decode("ascii").split()

    def _letter(self, uid: str) -> bytes | None:
        """The whole letter; None when somebody has removed it meanwhile."""
        assert _UID.match(uid), "the server gives numbers"
        for part in self._asked("FETCH", uid, "(BODY.PEEK[])"):
            if isinstance(part, tuple):
                return bytes(part[1])
        return None

    def _asked(self, command: str, *said: str) -> list[bytes | tuple[bytes, bytes] | None]:
        if self._open is None:
            self._open = self._connected()
        kind, answer = self._open.uid(command, *said)
        if kind != "OK":
            raise imaplib.IMAP4.error(command)
        return list(answer)

    def _connected(self) -> imaplib.IMAP4:
        server = self._server
        if server.tls == "tls":
            box: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                server.host, server.port, ssl_context=self._trust, timeout=server.timeout
            )
        else:
            box = imaplib.IMAP4(server.host, server.port, timeout=server.timeout)
        try:
            if server.tls == "starttls":
                box.starttls(self._trust)
            box.login(server.user, server.password)
            kind, _ = box.select(_quoted(server.folder))
            if kind != "OK":
                raise imaplib.IMAP4.error("There is no such folder.")
        except (imaplib.IMAP4.error, OSError):
            box.shutdown()
            raise
        return box


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
