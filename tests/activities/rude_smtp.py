"""A mail server that breaks off, falls silent or answers as it is told, at a chosen point."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

CUT = "cut"
SILENCE = "silence"

_POLITE = {
    "HELLO": "220 here I am",
    "EHLO": "250 rude",
    "MAIL": "250 OK",
    "RCPT": "250 OK",
    "DATA": "354 go ahead",
    "TEXT": "250 kept",
    "QUIT": "221 bye",
}


@dataclass
class RudeServer:
    """`behaviour` says what it does instead of its polite answer; TEXT is the end of the letter.

    `once` is the same for one time only; `heard_text` is set when the first letter is in.
    """

    behaviour: Mapping[str, str]
    port: int = 0
    connections: int = 0
    texts: list[bytes] = field(default_factory=list)
    once: dict[str, str] = field(default_factory=dict)
    heard_text: asyncio.Event = field(default_factory=asyncio.Event)

    def answer(self, word: str) -> str:
        polite = _POLITE.get(word, "502 what?")
        return self.once.pop(word, None) or self.behaviour.get(word, polite)


@asynccontextmanager
async def rude_server(**behaviour: str) -> AsyncIterator[RudeServer]:
    """Such a server on a free port."""
    rude = RudeServer(behaviour)
    silent: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        rude.connections += 1
        word = "HELLO"
        while True:
            answer = rude.answer(word)
            if answer == SILENCE:
                silent.append(writer)
                return
            if answer == CUT:
                break
            writer.write(answer.encode() + b"\r\n")
            if answer.startswith("354"):
                rude.texts.append(await reader.readuntil(b"\r\n.\r\n"))
                rude.heard_text.set()
                word = "TEXT"
                continue
            line = await reader.readline()
            if not line:
                break
            word = line.split()[0].decode().upper()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    rude.port = server.sockets[0].getsockname()[1]
    try:
        yield rude
    finally:
        server.close()
        for writer in silent:
            writer.close()
