"""The embedded server starts anywhere, survives a power cut, and never outlives its parent."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from temporalio.client import Client

from demo.children import Child
from demo.server import EmbeddedServer, NotStarted, free_port

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path):
    server = EmbeddedServer(tmp_path)
    server.start()
    yield server
    server.kill()


async def test_a_started_server_serves_at_once_and_shows_its_ui(server):
    client = await Client.connect(server.address)
    assert (await client.count_workflows("")).count == 0
    with socket.create_connection(("127.0.0.1", server.ui_port), timeout=5):
        pass


async def test_a_power_cut_loses_nothing(server):
    client = await Client.connect(server.address)
    await client.start_workflow("Nothing", id="kept", task_queue="nobody")
    before = server.address
    server.restart()
    assert server.address == before
    client = await Client.connect(server.address)
    assert (await client.get_workflow_handle("kept").describe()).id == "kept"


def test_a_stopped_server_starts_again_on_its_file(server):
    server.stop()
    server.stop()
    server.start()
    assert Path(f"/proc/{server.pid}").exists()


def test_a_busy_port_is_left_to_whoever_has_it(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken, socket.create_server(("", 0)) as wide:
        ports = taken.getsockname()[1], wide.getsockname()[1]
        server = EmbeddedServer(tmp_path, *ports)
        server.start()
        try:
            assert not {server.port, server.ui_port} & set(ports)
        finally:
            server.kill()


def test_a_free_port_is_the_one_we_like():
    liked = free_port()
    assert free_port(liked) == liked


def test_a_server_that_cannot_start_says_why(tmp_path):
    server = EmbeddedServer(tmp_path, dynamic_config={"no such thing": "{"})
    with pytest.raises(NotStarted, match="dynamic"):
        server.start()


def test_a_child_dies_with_its_parent(tmp_path):
    program = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from demo.children import Child\n"
        f"child = Child(['sleep', '60'], Path({str(tmp_path / 'log')!r}))\n"
        "child.start()\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert _alive(child)
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 10
    while _alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(child)


def test_a_child_that_does_not_listen_is_ended_all_the_same(tmp_path):
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1); time.sleep(60)"
    child = Child([sys.executable, "-u", "-c", stubborn], tmp_path / "log")
    child.start()
    while not child.last_words():
        time.sleep(0.02)
    child.stop(patience=0.2)
    assert not child.running


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
