"""A stand-in for a collection agency: it takes cases over HTTP and keeps what it was told.

    python -m demo.agency --port 8026

It believes only what is signed, and answers a repeated Idempotency-Key with its first answer. It
misbehaves when told to:

    curl -d '{"failures": [500, 503], "late": 12, "hesitant": true}' 127.0.0.1:8026/manners
"""

import asyncio
import contextlib
import json
import os
import threading
import time
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from channels.signing import HEADER, genuine
from demo.serving import HOST, Background, bound, web
from exits import run_entrypoint


@dataclass(slots=True)
class Book:
    """What the agency has accepted: placements and what it was told about each, by key.

    `taken` is set from the first thing on.
    """

    placements: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    taken: threading.Event = field(default_factory=threading.Event)

    def take(self, kind: dict[str, dict[str, Any]], key: str, said: Any) -> dict[str, Any]:
        """Accept it under its key; a repeat gets the first answer and changes nothing."""
        with self.lock:
            if key not in self.answers:
                kind[key] = said
                self.answers[key] = {"reference": f"A-{len(self.answers) + 1}"}
                self.taken.set()
            return self.answers[key]


class AgencyStandIn:
    """The agency inside another program; port 0 takes any free port.

    It misbehaves on command: `failures` are statuses to answer to coming requests without looking
    at them, the first first; `late` is how many seconds each answer takes, after what was asked is
    done; one that is `hesitant` answers 202, and acknowledges later or never.
    """

    def __init__(self, secret: str, port: int = 0, host: str = HOST) -> None:
        self.port = port
        self._host = host
        self.book = Book()
        self.failures: deque[int] = deque()
        self.late = 0.0
        self.hesitant = False
        self._secret = secret
        self._background = Background(self._world)

    @property
    def url(self) -> str:
        """Where it can be reached, once started."""
        return f"http://{self._host}:{self.port}"

    def start(self) -> None:
        """Open the port; returns when requests can come."""
        self._background.start()

    def stop(self) -> None:
        """Close the port; the book stays."""
        self._background.stop()

    async def take(self, kind: dict[str, dict[str, Any]], request: Request) -> JSONResponse:
        """Believe it, accept it, and only then answer."""
        if self.failures:
            return JSONResponse({"reason": "not-today"}, self.failures.popleft())
        body = await request.body()
        if not genuine(self._secret, request.headers.get(HEADER, ""), body, int(time.time())):
            return JSONResponse({"reason": "bad-signature"}, 401)
        key = request.headers.get("Idempotency-Key", "")
        said = _json(body)
        if not key or not isinstance(said, dict):
            return JSONResponse({"reason": "no-key-or-no-object"}, 400)
        answer = self.book.take(kind, key, said)
        await asyncio.sleep(self.late)
        return JSONResponse(answer, 202 if self.hesitant else 200)

    def behave(self, said: dict[str, Any]) -> dict[str, Any]:
        """Behave as told from now on; what is not said stays as it is."""
        self.failures.extend(int(status) for status in said.get("failures", ()))
        self.late = float(said.get("late", self.late))
        self.hesitant = bool(said.get("hesitant", self.hesitant))
        return {"failures": list(self.failures), "late": self.late, "hesitant": self.hesitant}

    @contextlib.asynccontextmanager
    async def _world(self) -> AsyncIterator[None]:
        listening = bound(self.port, self._host)
        self.port = listening.getsockname()[1]
        async with web(desk(self), listening):
            yield


def desk(agency: AgencyStandIn) -> FastAPI:
    """The agency's door."""
    app = FastAPI(title="Agency", docs_url=None, redoc_url=None)

    @app.post("/placements")
    async def take_placement(request: Request) -> JSONResponse:
        return await agency.take(agency.book.placements, request)

    @app.post("/placements/{key:path}/messages")
    async def take_message(key: str, request: Request) -> JSONResponse:
        if key not in agency.book.placements:
            return JSONResponse({"reason": "no-such-placement"}, 404)
        return await agency.take(agency.book.messages, request)

    @app.post("/manners")
    async def manners(request: Request) -> JSONResponse:
        said = _json(await request.body())
        if not isinstance(said, dict):
            return JSONResponse({"reason": "no-object"}, 400)
        return JSONResponse(agency.behave(said))

    @app.get("/placements.json")
    async def all_placements() -> list[dict[str, Any]]:
        told = list(agency.book.messages.values())
        return [
            placement | {"messages": [m for m in told if m.get("placement_key") == key]}
            for key, placement in agency.book.placements.items()
        ]

    return app


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def main(
    port: Annotated[int, typer.Option(help="Where it takes cases.")] = 8026,
    host: Annotated[str, typer.Option(help="0.0.0.0 lets other machines in.")] = HOST,
) -> None:
    """Take cases until stopped; FORBEAR_AGENCY_SECRET is the secret both sides know."""
    secret = os.environ.get("FORBEAR_AGENCY_SECRET")
    if not secret:
        raise SystemExit("Set FORBEAR_AGENCY_SECRET: what is told to the agency is signed.")
    agency = AgencyStandIn(secret, port, host)
    agency.start()
    print(f"The agency takes cases at {agency.url}")
    try:
        threading.Event().wait()
    finally:
        agency.stop()


if __name__ == "__main__":
    run_entrypoint(lambda: typer.run(main))
