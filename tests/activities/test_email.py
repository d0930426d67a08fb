"""What each misfortune on the way to the mail server means for the letter."""

import asyncio
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.headerregistry import Address
from ipaddress import IPv4Address
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP as Smtpd  # noqa: N811 - a server, not a constant
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from channels.email import SmtpChannel, SmtpServer, letter_bytes
from channels.errors import Bounced, NotDelivered, TryAgain, Unknown
from channels.message import Message
from domain.keys import message_id
from tests.activities.rude_smtp import CUT, SILENCE, rude_server
from tests.activities.world import email

LETTER = Message(
    "notice/L1/2026-01-09/gentle",
    "wei@example.cn",
    "您好：\n\n.以点开头的一行\n..\n再见\n",
    "zh_CN",
    datetime(2026, 3, 10, 2, tzinfo=UTC),
    datetime(2999, 1, 1, tzinfo=UTC),
    "关于您的还款",
)
SENDER = Address("北方消费金融", "loans", "lender.example")
LOOPBACK = IPv4Address("127.0.0.1")
PLACES = ["HELLO", "EHLO", "MAIL", "RCPT", "DATA", "TEXT"]


@pytest.mark.parametrize("how", [CUT, SILENCE])
@pytest.mark.parametrize("place", PLACES)
async def test_only_after_the_text_a_broken_connection_leaves_us_not_knowing(place, how):
    async with rude_server(**{place: how}) as rude:
        with pytest.raises(Unknown if place == "TEXT" else TryAgain):
            await email(rude.port, timeout=0.3).send(LETTER)
        assert len(rude.texts) == (place == "TEXT")


@pytest.mark.parametrize(
    ("place", "answer", "means", "address_dead"),
    [
        ("HELLO", "554 no service", TryAgain, None),
        ("EHLO", "550 not you", TryAgain, None),
        ("MAIL", "451 later", TryAgain, None),
        ("MAIL", "550 5.7.1 sender not allowed", TryAgain, None),
        ("RCPT", "450 4.2.0 greylisted", TryAgain, None),
        ("RCPT", "452 too many", TryAgain, None),
        ("RCPT", "530 5.7.0 log in first", TryAgain, None),
        ("RCPT", "550 5.1.1 no such mailbox", Bounced, True),
        ("RCPT", "550 5.2.1 mailbox closed", Bounced, True),
        ("RCPT", "550 no such user", Bounced, True),
        ("RCPT", "552 5.2.2 mailbox full", Bounced, False),
        ("RCPT", "550 5.7.1 your network is blocked", Bounced, False),
        ("RCPT", "999 what", TryAgain, None),
        ("DATA", "451 later", TryAgain, None),
        ("DATA", "554 5.6.0 no", Bounced, False),
        ("DATA", "250 fine", TryAgain, None),
        ("TEXT", "451 4.3.0 later", TryAgain, None),
        ("TEXT", "554 5.7.1 looks like spam", Bounced, False),
        ("TEXT", "550 no such user", Bounced, False),
        ("TEXT", "gibberish", Unknown, None),
    ],
)
async def test_an_answer_of_the_server_is_understood(place, answer, means, address_dead):
    async with rude_server(**{place: answer}) as rude:
        with pytest.raises(NotDelivered) as said:
            await email(rude.port, timeout=1).send(LETTER)
    assert type(said.value) is means
    assert getattr(said.value, "address_dead", None) is address_dead


async def test_a_server_that_is_not_there_is_tried_again():
    async with rude_server() as rude:
        nobody_there = rude.port
    with pytest.raises(TryAgain):
        await email(nobody_there).send(LETTER)


async def test_the_words_of_the_server_stay_out_of_the_reason():
    async with rude_server(RCPT="550 5.1.1 <wei@example.cn> Wang Wei is unknown") as rude:
        with pytest.raises(Bounced) as said:
            await email(rude.port).send(LETTER)
    assert said.value.reason == "The mail server answered 550 5.1.1."
    assert "Wang Wei" in said.value.words


async def test_letters_share_one_connection():
    async with rude_server() as rude:
        channel = email(rude.port)
        await asyncio.gather(*(channel.send(LETTER) for _ in range(5)))
        await channel.close()
        assert (rude.connections, len(rude.texts)) == (1, 5)


@pytest.mark.parametrize("place", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("how", [CUT, "421 idle for too long"])
async def test_a_connection_that_died_while_it_was_kept_is_opened_again(place, how):
    async with rude_server() as rude:
        channel = email(rude.port)
        await channel.send(LETTER)
        rude.once[place] = how
        await channel.send(LETTER)
        assert (rude.connections, len(rude.texts)) == (2, 2)


async def test_a_server_that_keeps_hanging_up_is_not_asked_for_ever():
    async with rude_server(MAIL=CUT) as rude:
        channel = email(rude.port)
        for _ in range(2):
            with pytest.raises(TryAgain):
                await channel.send(LETTER)
        assert rude.connections == 2


async def test_after_a_refusal_the_next_letter_goes_through():
    async with rude_server(RCPT="550 5.1.1 no") as rude:
        channel = email(rude.port)
        with pytest.raises(Bounced):
            await channel.send(LETTER)
        rude.behaviour = {}
        await channel.send(LETTER)
        assert len(rude.texts) == 1


async def test_a_letter_waits_for_its_turn_only_so_long():
    async with rude_server(TEXT=SILENCE) as rude:
        channel = email(rude.port, timeout=0.3)
        first = asyncio.create_task(channel.send(LETTER))
        await rude.heard_text.wait()
        channel._server = replace(channel._server, timeout=0.05)
        with pytest.raises(TryAgain, match="are waiting"):
            await channel.send(LETTER)
        with pytest.raises(Unknown):
            await first


async def test_a_cancelled_letter_leaves_no_half_open_connection():
    async with rude_server(TEXT=SILENCE) as rude:
        channel = email(rude.port)
        sending = asyncio.create_task(channel.send(LETTER))
        await rude.heard_text.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        rude.behaviour = {}
        await channel.send(LETTER)
        assert rude.connections == 2


async def test_a_server_without_starttls_gets_no_letter_when_we_ask_for_it():
    async with rude_server() as rude:
        server = SmtpServer("127.0.0.1", rude.port, "a@lender.example", tls="starttls")
        with pytest.raises(TryAgain):
            await SmtpChannel(server).send(LETTER)
        assert not rude.texts


async def test_a_refused_login_is_tried_again():
    async with rude_server(EHLO="250-rude\r\n250 AUTH PLAIN", AUTH="535 5.7.8 wrong") as rude:
        server = SmtpServer("127.0.0.1", rude.port, "a@lender.example", user="u", password="p")
        with pytest.raises(TryAgain, match="535"):
            await SmtpChannel(server).send(LETTER)


@pytest.mark.parametrize("tls", ["tls", "starttls"])
async def test_a_letter_travels_encrypted_and_with_a_login(tls, tmp_path, monkeypatch):
    context = trusted_server(tmp_path, monkeypatch)
    texts = []

    class Keep:
        async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
            assert (session.ssl is not None) or tls == "tls"
            texts.append((session.auth_data, envelope.content))
            return "250 OK"

    def may_enter(server, session, envelope, mechanism, data):
        return AuthResult(success=data == LoginPassword(b"we", b"secret"), auth_data="we")

    def connection():
        upgrade: dict[str, Any] = {}
        if tls == "starttls":
            upgrade = {"tls_context": context, "require_starttls": True}
        return Smtpd(
            Keep(), authenticator=may_enter, auth_required=True,
            auth_require_tls=tls == "starttls", **upgrade,
        )  # fmt: skip

    loop = asyncio.get_running_loop()
    implicit = context if tls == "tls" else None
    listening = await loop.create_server(connection, "127.0.0.1", 0, ssl=implicit)
    port = listening.sockets[0].getsockname()[1]
    server = SmtpServer("127.0.0.1", port, "a@lender.example", "we", "secret", tls)
    channel = SmtpChannel(server)
    await channel.send(LETTER)
    await channel.close()
    with pytest.raises(TryAgain):
        await SmtpChannel(replace(server, password="guessed")).send(LETTER)
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(TryAgain):
        await SmtpChannel(server).send(LETTER)
    listening.close()
    assert [who for who, _ in texts] == ["we"]


def trusted_server(folder, monkeypatch) -> ssl.SSLContext:
    """The TLS side of a server at 127.0.0.1 whose certificate this process trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(LOOPBACK)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "certificate").write_bytes(certificate.public_bytes(pem))
    (folder / "key").write_bytes(key.private_bytes(pem, *plain))
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "certificate"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate", folder / "key")
    return context


async def test_a_letter_arrives_as_it_was_written(mail):
    await email(mail.smtp_port).send(LETTER)
    (caught,) = mail.letters()
    assert caught.subject == LETTER.subject
    assert caught.body == LETTER.text
    assert caught.message_id == message_id(LETTER.key)
    assert caught.recipient == LETTER.to
    assert datetime.fromisoformat(caught.date) == LETTER.at


@pytest.mark.parametrize(
    "to",
    [
        "",
        "wei",
        "wei@",
        "wei@example.cn, li@example.cn",
        "<wei@example.cn>",
        "wei@example.cn\r\nBcc: li@example.cn",
        "wei@example.cn> SIZE=1\r\nRCPT TO:<li@example.cn",
        '"wei\x00"@example.cn',
        "伟@example.cn",
    ],
)
async def test_what_is_no_address_is_refused_before_the_server_hears_of_it(to):
    async with rude_server() as rude:
        with pytest.raises(Bounced) as refused:
            await email(rude.port).send(replace(LETTER, to=to))
        assert refused.value.address_dead
        assert rude.connections == 0


@pytest.mark.parametrize(
    "subject", ["您好\r\nBcc: li@example.cn", "Hi\nBcc: li@example.cn\n\nbody", "a\u2028b\x0bc"]
)
def test_a_subject_cannot_start_a_header(subject):
    raw = letter_bytes(replace(LETTER, subject=subject), SENDER)
    read = message_from_bytes(raw, policy=policy.default)
    assert read["Bcc"] is None
    assert read["Subject"].split() == subject.split()
    assert read.get_content().replace("\r\n", "\n") == LETTER.text
    assert all(byte < 128 for byte in raw)
