"""The stand-in inside another program: it believes only what is signed, and keeps what it takes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import asdict
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from httpx2 import AsyncClient

from demo.providers import callbacks
from demo.providers.kept import Arrival, Arrived, Kept, Kind, Trouble
from demo.providers.pages import list_page
from demo.providers.shapes import (
    ALIYUN,
    DIALER,
    FCM,
    SHAPES,
    SOCIAL,
    TENCENT,
    TWILIO,
    WEBHOOK,
    Shape,
    unusable,
)
from demo.serving import HOST, Background, bound, web


class ProvidersStandIn:
    """All the providers at one address; port 0 takes any free port.

    `report_to` says where each provider posts what became of messages, by its name; Twilio and
    the dialer are told with each message. `becomes` says what is reported at once of what was
    accepted; None, or an empty word: nothing.
    """

    def __init__(
        self,
        secret: str,
        port: int = 0,
        host: str = HOST,
        becomes: Callable[[Arrival], str] | None = None,
    ) -> None:
        self.port = port
        self.kept = Kept()
        self.report_to: dict[str, str] = {}
        self._host = host
        self._secret = secret
        self._becomes = becomes
        self._reporting: set[asyncio.Task[int]] = set()
        self._background = Background(self._world)

    @property
    def secret(self) -> str:
        """What both sides know."""
        return self._secret

    @property
    def url(self) -> str:
        """Where it can be reached, once started."""
        return f"http://{self._host}:{self.port}"

    def start(self) -> None:
        """Open the port; returns when requests can come."""
        self._background.start()

    def stop(self) -> None:
        """Close the port; what was kept stays."""
        self._background.stop()

    def misbehave(self, provider: str, *troubles: Trouble) -> None:
        """Go wrong at the coming requests to that provider, the first first."""
        self.kept.troubles[provider].extend(troubles)

    def arrivals(self, provider: str = "") -> list[Arrival]:
        """What was accepted, in order, by that provider or by all."""
        return [a for a in list(self.kept.arrivals) if provider in ("", a.provider)]

    async def report(self, number: int, *statuses: str, code: str = "") -> list[int]:
        """Tell what became of a message, one callback a status, in that order; the answers."""
        arrival = self.kept.arrivals[number - 1]
        to = self.report_to.get(arrival.provider, "")
        return [
            await self._tell(callbacks.report(arrival, status, code, self._secret, to))
            for status in statuses
        ]

    async def reply(self, provider: str, sender: str, text: str) -> int:
        """Tell what a person wrote back, at the door beside that of reports; the answer."""
        to = self.report_to[provider].replace("/reports", "/replies")
        return await self._tell(callbacks.reply(provider, sender, text, self._secret, to))

    async def take(self, shape: Shape, request: Request) -> Response:
        """Believe it, keep it, and only then answer."""
        path, query = request.url.path, request.url.query
        arrived = Arrived(path, query, dict(request.headers), await request.body())
        trouble = self.kept.trouble(shape.name)
        if trouble and trouble.kind is Kind.STATUS:
            return _status(trouble.status, trouble.retry_after)
        if wrong := self._wrong(shape, arrived):
            return shape.no(wrong)
        if trouble and trouble.kind is Kind.CODE:
            return shape.no(trouble.code)
        try:
            said = shape.read(arrived)
        except (KeyError, TypeError, ValueError) as failure:
            return Response(f"unreadable: {failure!r}", 400)
        if word := unusable(shape, said):
            return shape.no(word)
        arrival = self.kept.take(shape.name, said, knows_keys=shape.knows_keys)
        self._report_at_once(arrival)
        if trouble:
            await asyncio.sleep(trouble.seconds if trouble.kind is Kind.LATE else 0)
        if trouble and trouble.kind is Kind.BROKEN:
            return _status(500)
        return shape.yes(arrival)

    def _report_at_once(self, arrival: Arrival) -> None:
        status = self._becomes(arrival) if self._becomes and arrival.times == 1 else ""
        if status:
            to = self.report_to.get(arrival.provider, "")
            told = self._tell(callbacks.report(arrival, status, "", self._secret, to))
            task = asyncio.create_task(told)
            self._reporting.add(task)
            task.add_done_callback(self._reporting.discard)

    def _wrong(self, shape: Shape, arrived: Arrived) -> str:
        """The provider's word for a request that it does not believe, or has seen before."""
        if wrong := shape.wrong(arrived, self._secret):
            return wrong
        nonce = arrived.headers.get("x-acs-signature-nonce", "")
        if shape is ALIYUN and not self.kept.first_time(nonce):
            return "SignatureNonceUsed"
        return ""

    async def _tell(self, callback: callbacks.Callback) -> int:
        async with AsyncClient(timeout=10) as client:
            answer = await client.post(
                callback.url, content=callback.body, headers=callback.headers
            )
        return answer.status_code

    @contextlib.asynccontextmanager
    async def _world(self) -> AsyncIterator[None]:
        listening = bound(self.port, self._host)
        self.port = listening.getsockname()[1]
        async with web(doors(self), listening):
            yield


def _status(status: int, retry_after: str = "") -> Response:
    return Response("not today", status, {"Retry-After": retry_after} if retry_after else None)


def doors(providers: ProvidersStandIn) -> FastAPI:
    """Where each provider is asked, and where the stand-in itself is looked at."""
    app = FastAPI(title="Messages", docs_url=None, redoc_url=None)

    @app.post("/")
    async def rpc(request: Request) -> Response:
        shape = ALIYUN if "x-acs-action" in request.headers else TENCENT
        return await providers.take(shape, request)

    @app.post("/2010-04-01/Accounts/{_sid}/Messages.json")
    async def twilio(_sid: str, request: Request) -> Response:
        return await providers.take(TWILIO, request)

    @app.post("/v1/projects/{_project}/messages:send")
    async def fcm(_project: str, request: Request) -> Response:
        return await providers.take(FCM, request)

    for path, shape in (("/messages", WEBHOOK), ("/calls", DIALER), ("/private-messages", SOCIAL)):
        app.add_api_route(path, _door(providers, shape), methods=["POST"], response_model=None)

    @app.post("/token")
    async def token() -> dict[str, Any]:
        return {"access_token": providers.secret, "expires_in": 3600, "token_type": "Bearer"}

    _windows(app, providers)
    return app


def _door(providers: ProvidersStandIn, shape: Shape) -> Any:
    async def take(request: Request) -> Response:
        return await providers.take(shape, request)

    return take


def _windows(app: FastAPI, providers: ProvidersStandIn) -> None:
    """What people and the demo look at and ask for; it is open, so it stays on this machine."""

    @app.get("/", response_class=HTMLResponse)
    async def page() -> str:
        return list_page(providers.arrivals())

    @app.get("/arrivals.json")
    async def arrivals() -> list[dict[str, Any]]:
        return [asdict(arrival) for arrival in providers.arrivals()]

    @app.post("/misbehave/{provider}")
    async def misbehave(provider: str, said: Mapping[str, Any]) -> dict[str, int]:
        if provider not in SHAPES:
            raise HTTPException(404, "There is no such provider.")
        try:
            trouble = Trouble(**dict(said) | {"kind": Kind(said["kind"])})
        except (KeyError, TypeError, ValueError) as failure:
            raise HTTPException(422, "That is no way to misbehave.") from failure
        providers.misbehave(provider, trouble)
        return {"waiting": len(providers.kept.troubles[provider])}

    @app.post("/report/{number}/{status}")
    async def report(number: int, status: str, code: str = "") -> dict[str, int]:
        if not 1 <= number <= len(providers.kept.arrivals):
            raise HTTPException(404, "There is no such message.")
        (answer,) = await providers.report(number, status, code=code)
        return {"answered": answer}
