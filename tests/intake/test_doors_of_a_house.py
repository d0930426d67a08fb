"""A bounce that is posted at the door reaches the running case, also when the server was away."""

import asyncio
import re
import sys
import time
from pathlib import Path

import pytest
from httpx2 import AsyncClient

from channels.signing import HEADER, signature
from demo.children import Child
from domain.gate.words import Channel
from domain.keys import case_id, message_id
from domain.refused import Refused
from intake.events import LoanEvents
from tests.channels import returned
from tests.channels.world import SECRET
from tests.intake.house import add, day, now
from tests.ledger.sent import dead, sent

pytestmark = pytest.mark.slow

STARTER = Path(__file__).parents[2] / "starter.py"
NOWHERE = "127.0.0.1:1"


class Doors:
    """`starter.py doors` as a process of its own."""

    def __init__(self, home, folder: Path, **more: str) -> None:
        self._log = folder / "doors.log"
        command = [sys.executable, str(STARTER), "doors", "--port", "0"]
        secrets = {"FORBEAR_BOUNCES_SECRET": SECRET}
        self.child = Child(command, self._log, home.env | secrets | more)

    async def __aenter__(self):
        self.child.start()
        return self

    async def __aexit__(self, *_):
        self.child.stop()

    def url(self) -> str:
        found = eventually(lambda: re.findall(r"open at (\S+)", self.child.last_words()))
        return str(found[-1])

    async def post(self, body: bytes) -> int:
        headers = {HEADER: signature(SECRET, int(time.time()), body)}
        async with AsyncClient() as client:
            answer = await client.post(f"{self.url()}/in/bounces", content=body, headers=headers)
        return answer.status_code


def eventually(look, seconds=20):
    """What `look` gives once it gives something."""
    for _ in range(seconds * 10):
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError("it never came")


async def lines(home, case):
    timeline = await (await home.cases()).timeline(case)
    assert not isinstance(timeline, Refused)
    return [f"{entry.what}: {entry.detail}" for entry in timeline]


async def eventually_said(home, case, line):
    for _ in range(200):
        if line in await lines(home, case):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(await lines(home, case))


async def a_running_case(home, loan):
    """A case that runs, and a letter of it that came back: the case's id and the report."""
    add(home.engine, loan, day(-2))
    opened = await LoanEvents(home.engine, await home.cases(), home.treatments).open(loan, now())
    assert opened is not None
    key = sent(home.engine, "posted", Channel.EMAIL, f"b-{loan}", loan, opened.case.episode)
    report = returned.NO_SUCH_MAILBOX.replace(
        returned.MESSAGE_ID.encode(), message_id(key).encode()
    ).replace(b"wei@example.cn", f"{loan.lower()}@example.test".encode())
    return case_id(loan, opened.case.episode), report


async def test_a_bounce_posted_at_the_door_reaches_the_running_case(home, tmp_path):
    case, report = await a_running_case(home, "DOOR1")
    async with Doors(home, tmp_path) as doors:
        assert await doors.post(report) == 200
        await eventually_said(home, case, "bounce: posted by email")
        assert await doors.post(report) == 200
    assert doors.child.exit_code == 0
    assert (await lines(home, case)).count("bounce: posted by email") == 1
    assert "door1@example.test" in dead(home.engine)
    assert "example.test" not in doors.child.last_words(1000)


async def test_what_came_while_the_server_was_away_is_told_when_it_is_back(home, tmp_path):
    case, report = await a_running_case(home, "DOOR2")
    async with Doors(home, tmp_path, FORBEAR_TEMPORAL_ADDRESS=NOWHERE) as away:
        assert await away.post(report) == 200
        eventually(lambda: "not told yet" in away.child.last_words())
    assert "door2@example.test" in dead(home.engine)
    assert "bounce: posted by email" not in await lines(home, case)
    async with Doors(home, tmp_path):
        await eventually_said(home, case, "bounce: posted by email")
