"""A real mail server that delivers nothing: it keeps every letter and shows it in a browser.

    python -m demo.mailcatcher --smtp-port 1025 --http-port 8025 --store .data/letters.db

Every letter it accepts is kept, also when it has one with the same Message-ID: that is how two
letters would show.
"""

import asyncio
import contextlib
import re
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Annotated

import typer
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI, HTTPException
from fastapi.responses import HTMLResponse

from demo.mail_pages import letter_page, list_page
from demo.serving import HOST, Background, bound, web
from exits import run_entrypoint

REFUSED_MAILBOX = "gone"
"""A mailbox with that name before its first dot is refused, like any unknown one."""

_TABLE = """
CREATE TABLE IF NOT EXISTS letter (
    number INTEGER PRIMARY KEY, message_id TEXT NOT NULL, recipient TEXT NOT NULL,
    subject TEXT NOT NULL, body TEXT NOT NULL, date TEXT NOT NULL, received TEXT NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class CaughtLetter:
    """One letter as accepted: `date` is what it says, `received` when it came, on the wall."""

    number: int
    message_id: str
    recipient: str
    subject: str
    body: str
    date: str
    received: str


_INSERT = """
INSERT INTO letter (message_id, recipient, subject, body, date, received)
VALUES (?, ?, ?, ?, ?, ?)
"""
_FIND = """
SELECT number, message_id, recipient, subject, body, date, received FROM letter
WHERE number BETWEEN ? AND ? AND (instr(recipient, ?) OR instr(subject, ?))
ORDER BY number DESC LIMIT ?
"""
_COUNT = "SELECT count(*), count(*) - count(DISTINCT message_id) FROM letter"


class LetterStore:
    """The letters in one SQLite file; it may be read while it is written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = sqlite3.connect(path, timeout=10, check_same_thread=False)
        with self._file as file:
            file.execute("PRAGMA journal_mode=wal")
            file.execute("PRAGMA synchronous=normal")
            file.execute(_TABLE)
            file.execute("CREATE INDEX IF NOT EXISTS by_message ON letter (message_id)")

    def keep(self, recipients: Sequence[str], raw: bytes) -> None:
        """Keep a letter, once for each recipient; it is in the file when this returns."""
        letter = message_from_bytes(raw, policy=policy.default)
        assert isinstance(letter, EmailMessage), "the default policy makes EmailMessages"
        said = (str(letter["Message-ID"] or ""), str(letter["Subject"] or ""), _text(letter))
        times = _date(letter), datetime.now(UTC).isoformat(timespec="milliseconds")
        rows = [(said[0], recipient, *said[1:], *times) for recipient in recipients]
        with self._file as file:
            file.executemany(_INSERT, rows)

    def letters(
        self, about: str = "", before: int | None = None, limit: int | None = None
    ) -> list[CaughtLetter]:
        """Letters whose recipient or subject holds that text, the newest first."""
        last = sys.maxsize if before is None else before - 1
        return self._find(1, last, about, limit)

    def letter(self, number: int) -> CaughtLetter | None:
        """That letter, or None."""
        return next(iter(self._find(number, number)), None)

    def counts(self) -> tuple[int, int]:
        """How many letters there are, and how many more than there are Message-IDs."""
        with self._opened() as file:
            letters, more = file.execute(_COUNT).fetchone()
        return int(letters), int(more)

    def _find(
        self, first: int, last: int, about: str = "", limit: int | None = None
    ) -> list[CaughtLetter]:
        with self._opened() as file:
            rows = file.execute(_FIND, (first, last, about, about, limit or -1))
            return [CaughtLetter(*row) for row in rows]

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=10)) as file, file:
            yield file


class MailCatcher:
    """The server inside another program; port 0 takes any free port, `http_port` None no pages.

    `answers` are replies to give to coming recipients instead of taking them, the first first.
    """

    def __init__(
        self, store: Path, smtp_port: int = 0, http_port: int | None = None, host: str = HOST
    ) -> None:
        self.smtp_port, self.http_port = smtp_port, http_port
        self._host = host
        self.answers: list[str] = []
        self._store = LetterStore(store)
        self._background = Background(self._world)

    def start(self) -> None:
        """Open the ports; returns when letters can come."""
        self._background.start()

    def stop(self) -> None:
        """Close the ports and every connection; the letters stay."""
        self._background.stop()

    def letters(self) -> list[CaughtLetter]:
        """Every letter accepted so far, the oldest first."""
        return self._store.letters()[::-1]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _: list[str]
    ) -> str:
        """Take a recipient, or say why not."""
        if self.answers:
            return self.answers.pop(0)
        if re.split(r"[.@]", address)[0] == REFUSED_MAILBOX:
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep the letter, and only then say so; nothing can come between."""
        content = envelope.content
        assert isinstance(content, bytes), "the server was told not to decode"
        self._store.keep(envelope.rcpt_tos, content)
        return "250 OK kept"

    @contextlib.asynccontextmanager
    async def _world(self) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as world:
            self.smtp_port = await world.enter_async_context(self._mail())
            if self.http_port is not None:
                listening = bound(self.http_port, self._host)
                self.http_port = listening.getsockname()[1]
                await world.enter_async_context(web(pages(self._store), listening))
            yield

    @contextlib.asynccontextmanager
    async def _mail(self) -> AsyncIterator[int]:
        loop = asyncio.get_running_loop()
        open_now: list[SMTP] = []

        def connection() -> SMTP:
            open_now[:] = [smtp for smtp in open_now if smtp.transport is not None]
            open_now.append(SMTP(self, hostname="mailcatcher", enable_SMTPUTF8=True, loop=loop))
            return open_now[-1]

        server = await loop.create_server(connection, sock=bound(self.smtp_port, self._host))
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for smtp in open_now:
                if smtp.transport is not None:
                    smtp.transport.close()
            await asyncio.sleep(0)


def pages(store: LetterStore) -> FastAPI:
    """The letters as web pages, and as JSON for programs."""
    app = FastAPI(title="Letters", docs_url=None, redoc_url=None)

    @app.get("/", response_class=HTMLResponse)
    def list_of_letters(about: str = "", before: int | None = None) -> str:
        return list_page(store.letters(about, before, limit=100), store.counts(), about)

    @app.get("/letters/{number}", response_class=HTMLResponse)
    def one_letter(number: int) -> str:
        letter = store.letter(number)
        if letter is None:
            raise HTTPException(404, "There is no such letter.")
        return letter_page(letter)

    @app.get("/letters.json")
    def letters_json(
        about: str = "", before: int | None = None, limit: int | None = None
    ) -> list[dict[str, str | int]]:
        return [asdict(letter) for letter in store.letters(about, before, limit)]

    return app


def _text(letter: EmailMessage) -> str:
    part = letter.get_body(("plain", "html"))
    try:
        return str(part.get_content()).replace("\r\n", "\n") if part else ""
    except (LookupError, UnicodeError, KeyError):  # in an encoding nobody knows
        return str(part)


def _date(letter: EmailMessage) -> str:
    try:
        return parsedate_to_datetime(str(letter["Date"])).astimezone(UTC).isoformat()
    except (TypeError, ValueError):
        return ""


def main(
    smtp_port: Annotated[
        int, typer.Option("--smtp-port", "--port", help="Where letters come in.")
    ] = 1025,
    http_port: Annotated[int, typer.Option(help="Where they can be read.")] = 8025,
    store: Annotated[Path, typer.Option(help="The file that keeps them.")] = Path(
        ".data/letters.db"
    ),
    host: Annotated[str, typer.Option(help="0.0.0.0 lets other machines in.")] = HOST,
) -> None:
    """Catch mail until stopped."""
    catcher = MailCatcher(store, smtp_port, http_port, host)
    catcher.start()
    print(f"Letters to {host}:{catcher.smtp_port}, shown at http://{host}:{catcher.http_port}/")
    try:
        threading.Event().wait()
    finally:
        catcher.stop()


if __name__ == "__main__":
    run_entrypoint(lambda: typer.run(main))
