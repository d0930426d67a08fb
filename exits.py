"""How a process of ours ends.

The Temporal SDK can abort while the interpreter is torn down (exit code 134), after all work is
done. So every entry point says its farewells itself and leaves without the tear-down.
"""

import asyncio
import atexit
import inspect
import os
import sys
import traceback
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

Main = Callable[[], int | Coroutine[Any, Any, int | None] | None]

INTERRUPTED = 130  # what a shell reports for a program stopped with Ctrl-C


def run_entrypoint(main: Main) -> NoReturn:
    """Run the program and leave with its exit code; None means 0.

    A coroutine function runs in its own event loop. Ctrl-C leaves with 130, sys.exit with its
    code, and an exception nobody expected is printed and leaves with 1.
    """
    leave(_code_of(main))


def leave(code: int) -> NoReturn:
    """End the process now, after exit handlers have run and all output is written."""
    try:
        # Closes logs, and stops servers whose owners asked to be told. Private, but it is the
        # only way to run these handlers without the tear-down that follows them.
        atexit._run_exitfuncs()
    finally:
        for stream in (sys.stdout, sys.stderr):
            _flush(stream)
        os._exit(code)


def _code_of(main: Main) -> int:
    try:
        outcome = main()
        if inspect.iscoroutine(outcome):
            outcome = asyncio.run(outcome)
        return outcome if isinstance(outcome, int) else 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as leaving:
        return _code_asked_for(leaving)
    except BaseException:  # noqa: BLE001 - the last place where anything can still be reported
        traceback.print_exc()
        return 1


def _code_asked_for(leaving: SystemExit) -> int:
    if leaving.code is None:
        return 0
    if isinstance(leaving.code, int):
        return leaving.code
    print(leaving.code, file=sys.stderr)
    return 1


def _flush(stream: Any) -> None:
    try:
        stream.flush()
    except (AttributeError, OSError, ValueError):
        return  # no stream, its reader has gone, or it is closed
