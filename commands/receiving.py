"""The doors: what providers, dialers and mail servers tell comes in here, until stopped."""

import asyncio
import logging
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Annotated

import structlog
import typer
import uvicorn
from fastapi import FastAPI

from commands.doors import House, now, open_house
from commands.saying import WRONG_INPUT, Failed
from domain.clock import Clock
from intake import inboxes
from intake.agency_door import AgencyDoor, routes
from intake.agency_updates import AgencyUpdates
from intake.doors import Doorkeeper, doors
from intake.panel import secrets_of
from intake.postbox import Postbox
from intake.receipts import Receipts
from intake.speaking import Speaker

AGAIN_SECONDS = 15
"""How often cases are told what they could not be told at once."""


async def doors_(
    port: Annotated[int, typer.Option("--port", help="Where they are.", min=0, max=65535)] = 8030,
    host: Annotated[
        str, typer.Option("--host", help="0.0.0.0 lets other machines in.")
    ] = "127.0.0.1",
) -> int:
    """Take delivery reports, replies, outcomes of calls and bounced mail, until stopped."""
    return await keep_doors(open_house(), port, host, Clock())


async def keep_doors(house: House, port: int, host: str, clock: Clock) -> int:
    """Keep the doors of that house until stopped; what comes in is dated by that clock."""
    level = logging.getLevelNamesMapping()[house.settings.log_level]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(level))
    receipts, wake = Receipts(house.engine, clock), asyncio.Event()
    set_up, box = inboxes.inboxes(house.settings), inboxes.mailbox(house.settings)
    agencies = secrets_of(house.settings)
    if not (set_up.sms or set_up.dialer or set_up.bounces or box or agencies):
        raise Failed(
            "There is nobody to believe: no secret of a provider and no mailbox is set. "
            "Set for example FORBEAR_SMS_WEBHOOK_SECRET or FORBEAR_IMAP_HOST.",
            WRONG_INPUT,
        )
    listening = _bound(host, port)
    print(f"The doors are open at http://{host}:{listening.getsockname()[1]}", flush=True)
    app = doors(Doorkeeper(house.engine, set_up, receipts, wake, house.settings.doors_url or ""))
    updates = AgencyUpdates(house.engine, house.cases, clock)
    app.include_router(routes(AgencyDoor(updates, agencies, now)))
    speaker = Speaker(house.engine, house.cases, clock)
    work = [asyncio.create_task(speaker.keep_speaking(wake, AGAIN_SECONDS, now))]
    if box is not None:
        reading = Postbox(box, receipts).keep_reading(wake, house.settings.imap_seconds, now)
        work.append(asyncio.create_task(reading))
    try:
        await _serve(app, listening)
    finally:
        for task in work:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    return 0


class _Server(uvicorn.Server):
    """Leaves the signals to us: told to stop, it ends as a worker does, with 0."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _serve(app: FastAPI, listening: socket.socket) -> None:
    """Serve until told to stop.

    The access log is off: some providers show who they are in the address they call.
    """
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
    server = _Server(config)

    def stop() -> None:
        server.should_exit = True

    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop)
    await server.serve([listening])


def _bound(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as failure:
        raise Failed(f"The doors cannot be at {host}:{port}: {failure.strerror}.") from None
