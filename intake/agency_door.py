"""Where agencies post what they have done: believed by their signature, recorded, then thanked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic_core import from_json
from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from channels.signing import HEADER, genuine
from intake.agency_updates import AgencyUpdates, Answer, Done
from intake.connect import Unanswered

log = structlog.get_logger("agencies")

MOST_BYTES = 1_048_576
MOST_UPDATES = 1_000
"""The longest request: an agency with more to say says it in several."""


@dataclass(frozen=True, slots=True)
class AgencyDoor:
    """What stands behind the door; `secrets` are those shared with each agency, by its name."""

    updates: AgencyUpdates
    secrets: Mapping[str, str]
    now: Callable[[], datetime]

    async def knock(self, agency: str, request: Request) -> JSONResponse:
        """Take one update, or `{"updates": [...]}` in their order.

        200: everything is taken, new or known. 422: some are refused for good, by their ids, and
        all others are taken. 503: come again with the same; what is recorded is not taken twice.
        """
        body, wall = await _body(request), self.now()
        if body is None:
            return JSONResponse({"reason": "too-long"}, 413)
        secret, mark = self.secrets.get(agency, ""), request.headers.get(HEADER, "")
        if not secret or not genuine(secret, mark, body, int(wall.timestamp())):
            return JSONResponse({"reason": "bad-signature"}, 401)
        said = _updates(body)
        if said is None:
            return JSONResponse({"reason": "unreadable"}, 400)
        try:
            answers = [await self.updates.take(agency, one, wall) for one in said]
        except (Unanswered, RPCError, SQLAlchemyError) as failure:
            log.error("not told", agency=agency, why=type(failure).__name__)
            return JSONResponse({"reason": "come-again"}, 503)
        refused = sum(answer.done is Done.REFUSED for answer in answers)
        log.info("taken", agency=agency, updates=len(answers), refused=refused)
        return JSONResponse({"updates": [_plain(a) for a in answers]}, 422 if refused else 200)


def routes(door: AgencyDoor) -> APIRouter:
    """The door of every agency that shares a secret with us: POST /in/agencies/<name>."""
    router = APIRouter()

    async def knock(agency: str, request: Request) -> JSONResponse:
        return await door.knock(agency, request)

    router.add_api_route("/in/agencies/{agency}", knock, methods=["POST"], response_model=None)
    return router


async def _body(request: Request) -> bytes | None:
    """The whole request; None when it is longer than anybody has to say."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _updates(body: bytes) -> list[dict[str, Any]] | None:
    try:
        said = from_json(body, allow_inf_nan=False)
    except ValueError:
        return None
    found = said.get("updates", [said]) if isinstance(said, dict) else None
    if not isinstance(found, list) or len(found) > MOST_UPDATES:
        return None
    return found if all(isinstance(one, dict) for one in found) else None


def _plain(answer: Answer) -> dict[str, str]:
    plain = {"id": answer.id, "done": str(answer.done)}
    return plain | {"why": answer.why} if answer.why else plain
