"""Child processes that end with us, however we end."""

import atexit
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_BOUND = """
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: die when the parent dies
    if os.getppid() != int(sys.argv[1]):
        sys.exit("The parent is gone already.")
os.execv(sys.argv[2], sys.argv[2:])
"""
"""What a child runs first: it binds its life to ours and becomes the program."""


class Child:
    """One program, started by `start` from the main thread and ended with us at the latest.

    What it says goes to `log`. Ctrl-C does not reach it: whoever started it ends it in order.
    """

    def __init__(
        self, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self._command = command
        self._log = log
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None, "only a started program has a number"
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs, and before it was started."""
        return self._process.poll() if self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it; what it said before stays in the log."""
        assert not self.running, "one program at a time"
        self._log.parent.mkdir(parents=True, exist_ok=True)
        bound = [sys.executable, "-c", _BOUND, str(os.getpid()), *self._command]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                bound,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )
        atexit.register(self.kill)

    def stop(self, patience: float = 10) -> None:
        """Ask it to end, and end it after so many seconds."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._ended()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._ended()

    def last_words(self, lines: int = 20) -> str:
        """The end of what it said."""
        if not self._log.exists():
            return ""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-lines:])

    def _ended(self) -> None:
        assert self._process is not None, "only a started program ends"
        self._process.wait()
        atexit.unregister(self.kill)
