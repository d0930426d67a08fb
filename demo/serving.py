"""Running a small server inside another program: in a thread with its own event loop."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import uvicorn
from fastapi import FastAPI

HOST = "127.0.0.1"


class Background:
    """Keeps what `world()` opens open in a thread, from `start` to `stop`."""

    def __init__(self, world: Callable[[], AbstractAsyncContextManager[None]]) -> None:
        self._world = world
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._leave: asyncio.Event | None = None
        self._ready = threading.Event()
        self._failure: BaseException | None = None

    def start(self) -> None:
        """Open it; returns when it is ready, raises what kept it from opening."""
        self._ready.clear()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._ready.wait()
        if failure := self._failure:
            self._failure = None
            self._thread.join()
            raise failure

    def stop(self) -> None:
        """Close it and wait until it is closed; nothing happens when it is not running."""
        if self._thread is None or self._loop is None or self._leave is None:
            return
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._leave.set)
        self._thread.join()
        self._thread = None

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except BaseException as failure:  # noqa: BLE001 - handed to whoever waits in start()
            self._failure = failure
        finally:
            self._ready.set()

    async def _live(self) -> None:
        self._loop, self._leave = asyncio.get_running_loop(), asyncio.Event()
        async with self._world():
            self._ready.set()
            await self._leave.wait()


def bound(port: int, host: str = HOST) -> socket.socket:
    """A listening socket; port 0 takes any free one."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(128)
    return listening


@contextlib.asynccontextmanager
async def web(app: FastAPI, listening: socket.socket) -> AsyncIterator[None]:
    """The web pages, served for as long as this lasts."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield
    finally:
        server.should_exit = server.force_exit = True
        await serving
