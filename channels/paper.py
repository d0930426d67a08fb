"""Letters on paper: set as a PDF, and put into a folder from which the print house takes them."""

import asyncio
import json
import os
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date

from channels.errors import Bounced, TryAgain, Unknown
from channels.message import Message, in_time, wall
from channels.receipts import Receipt
from channels.typesetting import set_page, unprintable
from domain.keys import digest

_FORM = Path(__file__).with_name("paper.typ")

_WORDS: dict[str, dict[str, str | list[str]]] = {
    "en": {"number": "Letter no.", "date": "Date:", "page": ["Page ", " of ", ""], "seal": "Seal"},
    "zh": {
        "number": "函件编号：",
        "date": "日期：",
        "page": ["第", "页，共", "页"],
        "seal": "（盖章处）",
    },
}
"""What the form itself says, by language; another language reads English."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Kinds of signs that show nothing, or turn the direction of what follows."""


@dataclass(frozen=True, slots=True)
class LetterHead:
    """Whose letter it is: `lines` are address, phone and e-mail, as they stand in the head."""

    name: str
    lines: tuple[str, ...]

    @property
    def return_line(self) -> str:
        """The small line over the recipient, for letters that come back."""
        return " · ".join((self.name, *self.lines[:1]))


@dataclass(frozen=True, slots=True)
class LetterPage:
    """One letter: `to` is the recipient, line by line; an empty line in `text` ends a paragraph."""

    number: str
    dated: date
    locale: str
    head: LetterHead
    to: tuple[str, ...]
    subject: str
    text: str


def letter_pdf(page: LetterPage) -> bytes:
    """The letter as PDF/A-2b; the same letter is the same bytes, today and in ten years."""
    midnight = datetime(page.dated.year, page.dated.month, page.dated.day, tzinfo=UTC)
    return set_page(_form(), "letter", _said(page), _spoken(page), midnight)


def letter_number(message: Message) -> str:
    """The number of a letter: its day, and what its key comes to; a re-print has the same."""
    return f"{message.at:%Y%m%d}-{digest(message.key)[:8].upper()}"


class PaperPost:
    """Puts letters into the outbox of a print house: `<name>.pdf`, then `<name>.json`.

    The manifest is what says that a letter was posted: the print house prints what has one, takes
    the PDF away and leaves the manifest. So a repeat changes nothing, however late it comes.
    """

    def __init__(self, outbox: Path, head: LetterHead, now: Callable[[], datetime] = wall) -> None:
        self._outbox = outbox
        self._head = head
        self._now = now

    async def send(self, message: Message) -> Receipt:
        """Post the letter; `to` of the message is the name and address, line by line."""
        in_time(message.not_after, self._now)
        page = self.page(message)
        if not page.to or not page.text.strip():
            raise Bounced("A letter needs an address and a text.", address_dead=not page.to)
        if strange := unprintable(_said(page), _spoken(page)):
            codes = ", ".join(f"U+{ord(sign):04X}" for sign in sorted(strange))
            reason = f"No font of ours shows {len(strange)} of its signs."
            raise Bounced(reason, f"{reason} {codes}", address_dead=False)
        return await asyncio.to_thread(self._post, message, page)

    async def close(self) -> None:
        """Nothing is open."""

    def page(self, message: Message) -> LetterPage:
        """The letter as it is set."""
        to = tuple(line for line in map(_shown, message.to.splitlines()) if line)
        number = letter_number(message)
        day, subject = message.at.date(), message.subject
        return LetterPage(number, day, message.locale, self._head, to, subject, message.text)

    def _post(self, message: Message, page: LetterPage) -> Receipt:
        name = digest(message.key)
        document = letter_pdf(page)
        mark = sha256(document).hexdigest()
        manifest = self._outbox / f"{name}.json"
        try:
            self._outbox.mkdir(parents=True, exist_ok=True)
            if not manifest.exists():
                _put(self._outbox / f"{name}.pdf", document)
                in_time(message.not_after, self._now)
                receipt = Receipt(page.number, self._now())
                if _put_once(manifest, _manifest(message, page, mark, receipt)):
                    return receipt
            return _posted_before(manifest, mark)
        except OSError as failure:
            kind = Unknown if manifest.exists() else TryAgain
            reason = f"The outbox does not take the letter: {type(failure).__name__}."
            raise kind(reason, failure.strerror or "") from failure


def _manifest(message: Message, page: LetterPage, mark: str, receipt: Receipt) -> bytes:
    said = {
        "key": message.key,
        "number": page.number,
        "file": f"{digest(message.key)}.pdf",
        "sha256": mark,
        "locale": page.locale,
        "dated": page.dated.isoformat(),
        "to": list(page.to),
        "posted_at": receipt.accepted_at.isoformat(),
    }
    return json.dumps(said, ensure_ascii=False, indent=2, sort_keys=True).encode()


def _posted_before(manifest: Path, mark: str) -> Receipt:
    """The receipt of the first time; another letter under the same key is refused, loudly."""
    said = json.loads(manifest.read_bytes())
    if said["sha256"] != mark:
        reason = "Another letter was posted under this key."
        raise Bounced(reason, f"{reason} It is {said['number']}.", address_dead=False)
    return Receipt(said["number"], datetime.fromisoformat(said["posted_at"]))


def _put(path: Path, content: bytes) -> None:
    """The whole file or none of it, safe on the disk, in place of one that lies there."""
    with _draft(path.parent, content) as draft:
        draft.replace(path)
    _settle(path.parent)


def _put_once(path: Path, content: bytes) -> bool:
    """The same, but never in place of another; False when there is one."""
    with _draft(path.parent, content) as draft:
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return False
    _settle(path.parent)
    return True


@contextmanager
def _draft(folder: Path, content: bytes) -> Iterator[Path]:
    """A file with that content that nobody takes for a letter; gone afterwards."""
    handle, name = tempfile.mkstemp(dir=folder, prefix=".draft-")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Wait until the names in the folder are safe on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _spoken(page: LetterPage) -> str:
    """The language of the form: Chinese, and English for all others."""
    language = Locale.parse(page.locale.replace("-", "_")).language
    return "zh" if language == "zh" else "en"


def _said(page: LetterPage) -> dict[str, Any]:
    """Everything the form shows, as plain data."""
    locale = Locale.parse(page.locale.replace("-", "_"))
    return {
        "number": _shown(page.number),
        "dated": [page.dated.year, page.dated.month, page.dated.day],
        "day": format_date(page.dated, format="long", locale=locale),
        "lang": locale.language,
        "region": locale.territory,
        "words": _WORDS[_spoken(page)],
        "head": {
            "name": _shown(page.head.name),
            "lines": [_shown(line) for line in page.head.lines],
            "return": _shown(page.head.return_line),
        },
        "to": [_shown(line) for line in page.to],
        "subject": _shown(page.subject),
        "paragraphs": _paragraphs(page.text),
    }


def _paragraphs(text: str) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for line in map(_shown, text.splitlines()):
        if line:
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [paragraph for paragraph in found if paragraph]


def _shown(line: str) -> str:
    """The line without signs that nobody can see."""
    seen = (" " if sign in "\t\n" else sign for sign in line)
    return "".join(s for s in seen if unicodedata.category(s) not in _UNSEEN).strip()


@cache
def _form() -> bytes:
    return _FORM.read_bytes()
