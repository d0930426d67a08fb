"""The embedded Temporal server: the real one, on one file, as a child process."""

import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from demo.children import Child
from demo.serving import HOST

BINARY = Path(sys.executable).with_name("temporal")

DYNAMIC_CONFIG = {
    # Timers fire on time: a second of the wall may be two days of a case.
    "history.timerProcessorMaxTimeShift": '"10ms"',
    "frontend.WorkflowTimeSkippingEnabled": "true",
    "matching.enableFairness": "true",
    "worker.batcherRPS": "1000",
    "worker.batcherConcurrency": "50",
}

_STARTS_WITHIN = 30
"""Seconds a start may take; on an idle machine it takes less than one."""

_ATTEMPTS = 3
"""Starts with fresh ports, in case somebody takes a free port before the server does."""


class NotStarted(Exception):
    """A program that did not come up; the message says which, and its last words."""


class EmbeddedServer:
    """One server on the database file in `folder`; port 0 takes any free port, at each start.

    It survives `kill`: `start` goes on with the same file. `dynamic_config` adds to DYNAMIC_CONFIG;
    its values are JSON.
    """

    def __init__(
        self,
        folder: Path,
        port: int = 0,
        ui_port: int = 0,
        dynamic_config: Mapping[str, str] | None = None,
    ) -> None:
        self.port, self.ui_port = port, ui_port
        self._folder = folder
        self._config = {**DYNAMIC_CONFIG, **(dynamic_config or {})}
        self._child: Child | None = None

    @property
    def address(self) -> str:
        """host:port of the frontend, once started."""
        return f"{HOST}:{self.port}"

    @property
    def ui(self) -> str:
        """Where people look at it, once started."""
        return f"http://{HOST}:{self.ui_port}"

    @property
    def pid(self) -> int:
        assert self._child is not None, "only a started server has a number"
        return self._child.pid

    def start(self) -> None:
        """Start it; returns when it serves. Raises NotStarted with its last words."""
        assert self._child is None, "the server runs already"
        wanted = self.port, self.ui_port
        said = ""
        for _ in range(_ATTEMPTS):
            self.port, self.ui_port = free_port(wanted[0]), free_port(wanted[1])
            child = Child(self._command(), self._folder / "server.log")
            child.start()
            if _serves(child, self.address):
                self._child = child
                return
            said = child.last_words()
            child.kill()
        raise NotStarted(f"The Temporal server did not start:\n{said}")

    def stop(self) -> None:
        """Ask it to end; it needs some seconds."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def restart(self) -> None:
        """End it at once and start it again on the same file and the same ports."""
        self.kill()
        self.start()

    def _command(self) -> list[str]:
        command = [str(BINARY), "server", "start-dev", "--ip", HOST, "--log-level", "warn"]
        command += ["--port", str(self.port), "--ui-port", str(self.ui_port)]
        command += ["--db-filename", str(self._folder / "temporal.db")]
        command += ["--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=normal"]
        for name, value in self._config.items():
            command += ["--dynamic-config-value", f"{name}={value}"]
        return command


def free_port(wanted: int = 0) -> int:
    """That port if nobody has it, else any free one."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, wanted))
        except OSError:
            listening.bind((HOST, 0))
        return int(listening.getsockname()[1])


def _serves(child: Child, address: str) -> bool:
    """Wait until the default namespace is there; False when the server ends or takes too long."""
    asked = [str(BINARY), "operator", "namespace", "describe", "default", "--address", address]
    patience = time.monotonic() + _STARTS_WITHIN
    while child.running and time.monotonic() < patience:
        if (
            _listens(address)
            and subprocess.run(asked, capture_output=True, check=False).returncode == 0
        ):
            return True
        time.sleep(0.05)
    return False


def _listens(address: str) -> bool:
    host, _, port = address.partition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=1):
            return True
    except OSError:
        return False
