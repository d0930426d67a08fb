"""The demo: half a year of collections on an embedded server, in minutes."""

import asyncio
import inspect
from typing import Annotated

import typer

from commands.saying import WRONG_INPUT, Failed
from demo.ports import Ports, chosen, told


def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Stay up until Ctrl-C.")] = False,
    port: Annotated[
        list[str] | None,
        typer.Option(
            "--port",
            metavar="PART=NUMBER",
            help=f"Another port for a part, as often as needed; 0 is any. Else {told(Ports())}. "
            "Where one is taken, a free one is used and named.",
        ),
    ] = None,
) -> int:
    """Half a year of a sample book in minutes, on an embedded server; it checks itself.

    Each run has a folder of its own in .data/demo; those of runs that are over are removed first.
    """
    ports = chosen(port or [])
    if isinstance(ports, str):
        raise Failed(f"--port: {ports}", WRONG_INPUT)
    from demo.run import Staging, main  # noqa: PLC0415 - nobody else needs a mail catcher

    code: object = main(keep, Staging(ports=ports))
    if inspect.iscoroutine(code):
        code = asyncio.run(code)
    return code if isinstance(code, int) else 0
