"""A small real IMAP server over TLS: as much of RFC 3501 as reading a mailbox takes."""

import asyncio
import contextlib
import datetime
import ipaddress
import re
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from demo.serving import HOST, Background

USER, PASSWORD = "bounces", 'se"cret\\'


class ImapStandIn:
    """One account with one folder, INBOX; `letters` are in it, `seen` their numbers once read.

    `sudden` ends the connection at the command of that name.
    """

    def __init__(self, folder: Path, *, implicit_tls: bool = True) -> None:
        self.letters: dict[int, bytes] = {}
        self.seen: set[int] = set()
        self.sudden = ""
        self.port = 0
        self._implicit = implicit_tls
        self._chain = folder / "imap.pem"
        self._background = Background(self._world)
        _write_certificate(self._chain)

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self._chain))

    def start(self) -> None:
        self._background.start()

    def stop(self) -> None:
        self._background.stop()

    def _tls(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._chain)
        return context

    @contextlib.asynccontextmanager
    async def _world(self) -> AsyncIterator[None]:
        tls = self._tls() if self._implicit else None
        server = await asyncio.start_server(self._serve, HOST, 0, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK IMAP4rev1 ready\r\n")
        inside = False
        while line := (await reader.readline()).decode().strip():
            tag, _, rest = line.partition(" ")
            command = rest.upper()
            if self.sudden and self.sudden in command:
                break
            if command.startswith("STARTTLS"):
                writer.write(f"{tag} OK go ahead\r\n".encode())
                await writer.drain()
                await writer.start_tls(self._tls())
                continue
            if command.startswith("LOGIN"):
                inside = _login(rest)
                writer.write(f"{tag} {'OK in' if inside else 'NO who'}\r\n".encode())
                continue
            open_to_all = command.startswith(("CAPABILITY", "LOGOUT"))
            writer.write(self._answer(rest) if inside or open_to_all else b"")
            word = "OK done" if inside or open_to_all else "BAD log in first"
            writer.write(f"{tag} {word}\r\n".encode())
            if command.startswith("LOGOUT"):
                break
        writer.close()

    def _answer(self, rest: str) -> bytes:
        if rest.upper().startswith("CAPABILITY"):
            return b"* CAPABILITY IMAP4rev1 STARTTLS\r\n"
        if rest.upper().startswith("SELECT"):
            return f"* {len(self.letters)} EXISTS\r\n* FLAGS (\\Seen)\r\n".encode()
        if "SEARCH" in rest:
            waiting = " ".join(str(n) for n in sorted(self.letters) if n not in self.seen)
            return f"* SEARCH {waiting}".rstrip().encode() + b"\r\n"
        number = re.match(r"UID (FETCH|STORE) (\d+)", rest)
        if not number or (uid := int(number[2])) not in self.letters:
            return b""
        if number[1] == "STORE":
            self.seen.add(uid)
            return b""
        assert "PEEK" in rest, "reading must not mark a letter as seen"
        raw = self.letters[uid]
        return b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (uid, uid, len(raw), raw)


def _login(rest: str) -> bool:
    quoted = PASSWORD.replace("\\", "\\\\").replace('"', '\\"')
    return rest in (f'LOGIN {USER} "{quoted}"', f'LOGIN "{USER}" "{quoted}"')


def _write_certificate(path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "imap stand-in")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), False
        )
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(serialization.Encoding.PEM, form, plain)
    path.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
