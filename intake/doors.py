"""Where providers post what came of messages and calls: believed, recorded, thanked, then told.

A request is written whole in one transaction before it is thanked; cases are told after that.
Nothing of what was posted is logged.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from channels.ai_calls import DialerInbox
from channels.bounces import BounceInbox
from channels.receipts import Inbox, NotBelieved, Posted, Thanks
from intake.inboxes import Inboxes
from intake.receipts import Noted, Receipts
from ledger.engine import reading

log = structlog.get_logger("doors")

MOST_BYTES = 1_048_576
"""The longest request that is read; a bounce with the letter in it is far below that."""

Hear = Callable[[Posted, datetime], Noted]


class TooLong(Exception):
    """A request with more bytes than anybody has to say."""


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """What stands behind the doors; `wake` is set when there is something to tell cases.

    `url` is the public address of the doors, empty when it is the one that requests name: some
    providers sign it.
    """

    engine: Engine
    inboxes: Inboxes
    receipts: Receipts
    wake: asyncio.Event
    url: str = ""

    async def take(self, request: Request, thanks: Thanks, hear: Hear) -> Response:
        """Believe it, record it, and only then say thanks."""
        now = datetime.now(UTC)
        try:
            posted = await self._posted(request)
            noted = await asyncio.to_thread(hear, posted, now)
        except TooLong:
            return Response("too-long", 413)
        except NotBelieved as doubt:
            return Response(doubt.rule, 401 if doubt.rule == "bad-signature" else 400)
        except Exception as failure:  # noqa: BLE001  a failure may quote what it was to write
            log.error("not recorded", door=request.url.path, why=type(failure).__name__)
            return Response("come again", 503)
        log.info("recorded", door=request.url.path, told=noted.told, ours=noted.ours)
        self.wake.set()
        return Response(thanks.body, media_type=thanks.media_type)

    async def _posted(self, request: Request) -> Posted:
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > MOST_BYTES:
                raise TooLong
        url = str(request.url)
        if self.url:
            query = f"?{request.url.query}" if request.url.query else ""
            url = f"{self.url.rstrip('/')}{request.url.path}{query}"
        return Posted(url, dict(request.headers), bytes(body))


def doors(keeper: Doorkeeper) -> FastAPI:
    """A door for each inbox that is set up, and a window to look whether the house stands."""
    app = FastAPI(title="Doors", docs_url=None, redoc_url=None, openapi_url=None)
    receipts = keeper.receipts
    for name, inbox in keeper.inboxes.sms.items():
        _door(app, keeper, f"/in/sms/{name}/reports", inbox.thanks, _reports(receipts, inbox))
        _door(app, keeper, f"/in/sms/{name}/replies", inbox.thanks, _replies(receipts, inbox, name))
    if (dialer := keeper.inboxes.dialer) is not None:
        _door(app, keeper, "/in/dialer", dialer.thanks, _calls(receipts, dialer))
    if (bounces := keeper.inboxes.bounces) is not None:
        _door(app, keeper, "/in/bounces", bounces.thanks, _bounces(receipts, bounces))

    @app.get("/healthz")
    async def healthz() -> Response:
        try:
            await asyncio.to_thread(_asked, keeper.engine)
        except SQLAlchemyError:
            return JSONResponse({"ledger": "away"}, 503)
        return JSONResponse({"ledger": "here"})

    return app


def _door(app: FastAPI, keeper: Doorkeeper, path: str, thanks: Thanks, hear: Hear) -> None:
    async def knock(request: Request) -> Response:
        return await keeper.take(request, thanks, hear)

    door: Callable[[Request], Awaitable[Response]] = knock
    app.add_api_route(path, door, methods=["POST"], response_model=None)


def _reports(receipts: Receipts, inbox: Inbox) -> Hear:
    return lambda posted, now: receipts.delivered(inbox.reports(posted, now), now)


def _replies(receipts: Receipts, inbox: Inbox, name: str) -> Hear:
    return lambda posted, now: receipts.replied(inbox.replies(posted, now), name, now)


def _calls(receipts: Receipts, inbox: DialerInbox) -> Hear:
    return lambda posted, now: receipts.dialled(inbox.outcomes(posted, now), now)


def _bounces(receipts: Receipts, inbox: BounceInbox) -> Hear:
    return lambda posted, now: receipts.bounced(inbox.bounces(posted, now), now)


def _asked(engine: Engine) -> None:
    with reading(engine) as session:
        session.connection().execute(text("SELECT 1"))
