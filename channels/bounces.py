"""Letters that came back: reports by mail servers (RFC 3464) in the mailbox that bounces go to.

Anybody can write to that mailbox. A bounce counts only when the Message-ID is of a letter that we
sent, and to that recipient: whoever hears of one must look both up.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import Message
from email.utils import parseaddr
from typing import ClassVar, Protocol

from channels.receipts import NotBelieved, Posted, Thanks
from channels.signing import HEADER, genuine

_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_DEAD_ADDRESS = re.compile(r"5\.1\.(1|2|3|6|10)$|5\.2\.1$")
"""RFC 3463 and 7505: no such mailbox, no such host, bad or moved address, no mail here; closed."""

_SAYS_NOTHING = re.compile(r"[245]\.0\.0$")
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class BouncedMail:
    """One letter that one recipient did not get.

    `status` is the enhanced status, such as 5.1.1, empty when the server gave none; `dead` says
    that the address itself is at fault. `reason` is what the server said, for a person to read.
    """

    message_id: str
    recipient: str
    status: str
    dead: bool
    reason: str


class Mailbox(Protocol):
    """Where mail comes in and can be marked as read."""

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """Each letter nobody has marked yet, under a name that stays its own."""
        ...

    def mark(self, name: str) -> None:
        """Mark it as read; it does not come again."""
        ...


@dataclass(frozen=True, slots=True)
class Taken:
    """How many bounces were heard, and how many letters were something else."""

    bounces: int
    others: int


def take(
    box: Mailbox, hear: Callable[[BouncedMail], None], other: Callable[[bytes], None]
) -> Taken:
    """Read what is new: bounces are heard, anything else goes to `other`, so that a person sees it.

    A letter is marked after it was heard, so one whose hearing failed comes again.
    """
    bounces = others = 0
    for name, raw in box.unread():
        found = bounces_in(raw)
        for bounce in found:
            hear(bounce)
        if not found and not is_report(raw):
            other(raw)
            others += 1
        bounces += len(found)
        box.mark(name)
    return Taken(bounces, others)


@dataclass(frozen=True, slots=True)
class BounceInbox:
    """Reads a report that a mail service posts as it is, signed with the secret."""

    secret: str
    thanks: ClassVar[Thanks] = Thanks("application/json", '{"taken": true}')

    def bounces(self, posted: Posted, now: datetime) -> tuple[BouncedMail, ...]:
        """Everybody who did not get a letter; raises NotBelieved."""
        if not genuine(self.secret, posted.header(HEADER), posted.body, int(now.timestamp())):
            raise NotBelieved("bad-signature")
        if not is_report(posted.body):
            raise NotBelieved("unreadable")
        return bounces_in(posted.body)


def is_report(raw: bytes) -> bool:
    """Whether a mail server wrote it to say what became of a letter."""
    return _report(message_from_bytes(raw, policy=policy.default)) is not None


def bounces_in(raw: bytes) -> tuple[BouncedMail, ...]:
    """Everybody who did not get a letter, by that report; empty for delays and other letters."""
    letter = message_from_bytes(raw, policy=policy.default)
    report = _report(letter)
    if report is None:
        return ()
    blocks = [block for block in report.get_payload() if isinstance(block, Message)]
    message_id = _message_id(letter)
    return tuple(
        _bounce(block, message_id)
        for block in blocks
        if _field(block, "Action").casefold() == "failed"
    )


def _report(letter: Message) -> Message | None:
    """The part for machines, or None when there is none."""
    if letter.get_content_type() != "multipart/report":
        return None
    parts = (p for p in letter.walk() if p.get_content_type() == "message/delivery-status")
    part = next(parts, None)
    return part if part is not None and isinstance(part.get_payload(), list) else None


def _message_id(letter: Message) -> str:
    """The Message-ID of the letter that came back, from whatever of it came along."""
    for part in letter.walk():
        kind, content = part.get_content_type(), part.get_payload()
        if kind == "message/rfc822" and isinstance(content, list) and content:
            returned = content[0]
        elif kind == "text/rfc822-headers":
            raw = part.get_payload(decode=True)
            returned = message_from_bytes(raw if isinstance(raw, bytes) else b"")
        else:
            continue
        if isinstance(returned, Message) and (found := _field(returned, "Message-ID")):
            return found
    return ""


def _bounce(block: Message, message_id: str) -> BouncedMail:
    words = _field(block, "Diagnostic-Code").partition(";")[2].strip()
    status = _field(block, "Status").partition(" ")[0]
    if not status or _SAYS_NOTHING.match(status):
        said = _ENHANCED.search(words)
        status = said[0] if said else status
    recipient = _typed(block, "Original-Recipient") or _typed(block, "Final-Recipient")
    dead = bool(_DEAD_ADDRESS.match(status))
    return BouncedMail(message_id, recipient, status, dead, (words or status)[:_LONGEST])


def _typed(block: Message, name: str) -> str:
    """The address of a field such as `rfc822; wei@example.cn`."""
    _, _, address = _field(block, name).partition(";")
    return parseaddr(address.strip())[1]


def _field(block: Message, name: str) -> str:
    return " ".join(str(block.get(name) or "").split())
