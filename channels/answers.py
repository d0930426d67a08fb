"""Letters that people write back, read down to what they wrote themselves."""

import html
import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr

from channels.receipts import Reply
from channels.sms.opting_out import opts_out
from domain.keys import digest

_MOST = 20_000
"""Signs of one letter that are kept."""

_QUOTED = re.compile(
    r"^(>|-{2,} ?(original|forwarded|原始|转发)|_{8,}|on .{1,200} wrote:$|le .{1,200} a écrit ?:$"
    r"|am .{1,200} schrieb.{0,100}:$|在.{1,200}写道[:：]$|发件人[:：]|from: .{1,200}@)",
    re.IGNORECASE,
)
"""How mail programs begin what they quote; our own words in it ask nobody to stop."""

_MACHINES = ("bulk", "junk", "list", "auto_reply")


@dataclass(frozen=True, slots=True)
class Answer:
    """A letter as a reply; `answers` is the Message-ID that it names, empty when it names none."""

    reply: Reply
    answers: str


def answer_in(raw: bytes, now: datetime) -> Answer | None:
    """What a person wrote; None for a letter that a machine wrote, or that names no sender."""
    letter = message_from_bytes(raw, policy=policy.default)
    sender = parseaddr(str(letter.get("From", "")))[1]
    if not sender or _by_machine(letter):
        return None
    own = _own_words(_text(letter))
    subject = " ".join(str(letter.get("Subject", "")).split())
    number = " ".join(str(letter.get("Message-ID", "")).split()) or digest(repr(raw))
    stop = opts_out(own) or opts_out(subject)
    text = own or subject
    return Answer(Reply(sender, text[:_MOST], stop, now, number), _named(letter))


def _by_machine(letter: EmailMessage) -> bool:
    automatic = str(letter.get("Auto-Submitted", "no")).strip().casefold() != "no"
    kind = str(letter.get("Precedence", "")).strip().casefold()
    return automatic or kind in _MACHINES or "X-Autoreply" in letter


def _text(letter: EmailMessage) -> str:
    try:
        part = letter.get_body(preferencelist=("plain", "html"))
        content = part.get_content() if part is not None else ""
    except (KeyError, LookupError, ValueError):  # an unknown character set, or a broken part
        return ""
    text = content if isinstance(content, str) else ""
    if part is not None and part.get_content_subtype() == "html":
        text = re.sub(r"(?is)<(style|script|blockquote)\b.*?</\1>", "", text)
        text = re.sub(r"(?i)<(br|/p|/div)\b[^>]*>", "\n", text)
        text = html.unescape(re.sub(r"<[^>]*>", "", text))
    return text


def _own_words(text: str) -> str:
    """What stands before the first quoted line."""
    lines: list[str] = []
    for line in text.splitlines():
        if _QUOTED.match(line.strip()):
            break
        lines.append(line.rstrip())
    return "\n".join(lines).strip()


def _named(letter: EmailMessage) -> str:
    names = str(letter.get("In-Reply-To", "")).split()
    return names[0] if names else ""
