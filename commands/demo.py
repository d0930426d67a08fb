"""The demo: half a year of collections on an embedded server, in minutes."""

import asyncio
import inspect
from typing import Annotated

import typer


def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Stay up until Ctrl-C.")] = False,
) -> int:
    """Half a year of a sample book in minutes, on an embedded server; it checks itself."""
    from demo.run import main  # noqa: PLC0415 - nobody else needs a mail catcher

    code: object = main(keep)
    if inspect.iscoroutine(code):
        code = asyncio.run(code)
    return code if isinstance(code, int) else 0
