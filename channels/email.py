"""E-mail over SMTP: one connection, kept open, and an exact answer about every letter.

What went wrong means something different before, during and after the text is handed over, so the
commands are given one by one: a server that has not seen the text cannot have accepted it.
"""

import asyncio
import re
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import parseaddr
from typing import Literal

from aiosmtplib import SMTP, SMTPException, SMTPRecipientRefused, SMTPResponseException

from channels.errors import Bounced, NotDelivered, TryAgain, Unknown
from channels.message import Message, in_time, wall
from domain.keys import message_id

_POLICY = SMTP_POLICY.clone(cte_type="7bit")
"""Every server takes it: text that is not ASCII travels as base64 or quoted-printable."""

_ACCEPTED = range(200, 300)
_GO_AHEAD = 354
_OURS = frozenset({500, 502, 503, 504, 530, 534, 535, 538})
"""Answers that blame our commands or our login, never the borrower's address."""

_ENHANCED = re.compile(r"\b[45]\.\d{1,3}\.\d{1,3}\b")
_DEAD_ADDRESS = re.compile(r"5\.1\.|5\.2\.1$")
"""RFC 3463: 5.1.x is a bad address, 5.2.1 a mailbox that was closed."""
_DEAD_CODES = frozenset({550, 551, 553})
"""RFC 5321, for servers that give no enhanced status: no such mailbox, moved, name not allowed."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where letters are handed over.

    `sender` is the From line; `tls` is none, starttls (upgraded after connecting) or tls (from the
    start). A letter waits at most `timeout` seconds until the server is ready for its text, and as
    long again for the answer: twice that is the most a letter takes.
    """

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = None
    tls: Literal["none", "starttls", "tls"] = "none"
    timeout: float = 5


class SmtpChannel:
    """Sends letters one after the other over one connection, opened when first needed."""

    def __init__(self, server: SmtpServer) -> None:
        name, address = parseaddr(server.sender)
        self._sender = Address(name, addr_spec=address)
        self._server = server
        self._client: SMTP | None = None
        self._lock = asyncio.Lock()

    async def send(self, message: Message) -> None:
        """Hand the letter over; see `channels.errors` for what else can happen."""
        in_time(message.not_after, wall)
        text = letter_bytes(message, self._sender)
        ready_by = asyncio.get_running_loop().time() + self._server.timeout
        await self._turn(ready_by)
        try:
            client = await self._ready_for_text(message.to, ready_by)
            await _hand_over(client, text, self._server.timeout)
        except BaseException:
            self._hang_up()
            raise
        finally:
            self._lock.release()

    async def close(self) -> None:
        """Leave politely; the next letter opens a new connection."""
        async with self._lock:
            try:
                if self._client is not None and self._client.is_connected:
                    await self._client.quit()
            except (SMTPException, OSError):
                pass  # the server has gone already
            finally:
                self._hang_up()

    async def _turn(self, ready_by: float) -> None:
        """Wait until no other letter is under way, and take the connection."""
        try:
            async with asyncio.timeout_at(ready_by):
                await self._lock.acquire()
        except TimeoutError:
            raise TryAgain("Too many letters are waiting for the mail server.") from None

    async def _ready_for_text(self, to: str, ready_by: float) -> SMTP:
        """A client whose server waits for the text of a letter to that address."""
        try:
            async with asyncio.timeout_at(ready_by):
                return await self._announced(to)
        except TimeoutError as failure:
            raise TryAgain("The mail server is too slow.") from failure

    async def _announced(self, to: str) -> SMTP:
        """A kept connection may have died since; then a new one is tried, once."""
        if self._client is not None and self._client.is_connected:
            try:
                await _envelope(self._client, self._sender.addr_spec, to)
                return self._client
            except TryAgain:
                self._hang_up()
        self._client = await _connected(self._server)
        await _envelope(self._client, self._sender.addr_spec, to)
        return self._client

    def _hang_up(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None


def letter_bytes(message: Message, sender: Address) -> bytes:
    """The letter as it is kept; raises Bounced for an address nobody can have.

    No value can start a header of its own: line breaks in the subject become spaces, and an
    address is taken only when it is nothing but an address.
    """
    letter = EmailMessage(policy=_POLICY)
    letter["From"] = sender
    letter["To"] = _address(message.to)
    letter["Subject"] = " ".join(message.subject.split())
    letter["Date"] = message.at
    letter["Message-ID"] = message_id(message.key)
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.text)
    return letter.as_bytes()


def _address(to: str) -> Address:
    try:
        address = Address(addr_spec=to)
    except (ValueError, IndexError, MessageError):
        raise Bounced("That is not an e-mail address.", address_dead=True) from None
    if not to.isascii() or not to.isprintable():
        raise Bounced("That is no address our mail can reach.", address_dead=True)
    return address


async def _connected(server: SmtpServer) -> SMTP:
    client = SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.tls == "tls",
        start_tls=server.tls == "starttls",
        timeout=server.timeout,
    )
    try:
        await client.connect()
    except (SMTPException, OSError) as failure:
        raise _broken("The mail server cannot be reached", failure, TryAgain) from failure
    return client


async def _envelope(client: SMTP, sender: str, to: str) -> None:
    """Tell the server from whom and to whom, and that the text comes now."""
    try:
        await client.mail(sender)
        await client.rcpt(to)
        answer = await client.execute_command(b"DATA")
    except SMTPRecipientRefused as refusal:
        raise _refused(refusal.code, refusal.message, address=True) from refusal
    except (SMTPException, OSError) as failure:  # also a refused sender: that is our own fault
        raise _broken("The mail server did not take the envelope", failure, TryAgain) from failure
    if answer.code != _GO_AHEAD:
        raise _refused(answer.code, answer.message)


async def _hand_over(client: SMTP, text: bytes, timeout: float) -> None:  # noqa: ASYNC109  the client's own
    """Write the text and read the answer; from the first byte on, silence means Unknown."""
    try:
        assert client.protocol is not None, "the server has just said: go ahead"
        client.protocol.write(_on_the_wire(text))
        answer = await client.protocol.read_response(timeout=timeout)
    except (SMTPException, OSError) as failure:
        raise _broken("The text was sent and no answer came", failure, Unknown) from failure
    if answer.code not in _ACCEPTED:
        raise _refused(answer.code, answer.message, text_sent=True)


def _on_the_wire(text: bytes) -> bytes:
    """With a dot before every line that starts with one, and the dot that ends it (RFC 5321)."""
    ended = text if text.endswith(b"\r\n") else text + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", ended) + b".\r\n"


def _refused(
    code: int, words: str, *, address: bool = False, text_sent: bool = False
) -> TryAgain | Bounced | Unknown:
    """What it means that the server did not say yes: to the address, or to the text."""
    enhanced = _ENHANCED.search(words)
    reason = f"The mail server answered {code}{' ' + enhanced[0] if enhanced else ''}."
    if 400 <= code < 500 or code in _OURS:
        return TryAgain(reason, f"{code} {words}")
    if not 500 <= code < 600:  # no sense in it
        return (Unknown if text_sent else TryAgain)(reason, f"{code} {words}")
    dead = bool(_DEAD_ADDRESS.match(enhanced[0])) if enhanced else code in _DEAD_CODES
    return Bounced(reason, f"{code} {words}", address_dead=address and dead)


def _broken(what: str, failure: Exception, kind: type[TryAgain] | type[Unknown]) -> NotDelivered:
    """What it means that something went wrong that was no answer to a letter."""
    if isinstance(failure, SMTPResponseException):
        return kind(f"{what}: {failure.code}.", f"{failure.code} {failure.message}")
    return kind(f"{what}: {type(failure).__name__}.", str(failure))
