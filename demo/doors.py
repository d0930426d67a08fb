"""The doors of the demo: the real ones, by the clock of the telling.

    python -m demo.doors --port 8030 --clock FOLDER/clock.json

They open when the telling begins: until then nobody knows its clock.
"""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter

from commands.doors import ending, open_house
from commands.receiving import keep_doors
from demo.serving import HOST
from domain.clock import Clock
from exits import run_entrypoint

_CLOCK = TypeAdapter(Clock)
_LOOK_SECONDS = 0.02


def tell_clock(file: Path, clock: Clock) -> None:
    """Let the doors know the clock; they read a whole file or none."""
    fresh = file.with_suffix(".new")
    fresh.write_bytes(_CLOCK.dump_json(clock))
    fresh.replace(file)


async def told_clock(file: Path) -> Clock:
    """The clock of the telling, as soon as it runs."""
    while not file.exists():  # noqa: ASYNC110, ASYNC240 - another process writes it, and nobody else waits here
        await asyncio.sleep(_LOOK_SECONDS)
    return _CLOCK.validate_json(file.read_bytes())  # noqa: ASYNC240 - a few bytes, once


async def doors_open(port: int) -> bool:
    """Whether somebody listens there."""
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


def main(
    port: Annotated[int, typer.Option(help="Where they are.")],
    clock: Annotated[Path, typer.Option(help="The file in which the clock is told.")],
) -> None:
    """Take what providers report, until stopped."""
    ending(_serve)(port, clock)


async def _serve(port: int, file: Path) -> int:
    house = open_house()
    return await keep_doors(house, port, HOST, await told_clock(file))


if __name__ == "__main__":
    run_entrypoint(lambda: typer.run(main))
