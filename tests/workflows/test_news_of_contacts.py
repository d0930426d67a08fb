"""What comes in at the doors reaches the running case: posted, recorded, told, heard once."""

import json
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from domain.gate.words import Channel, ContactOutcome
from domain.keys import message_id
from intake.speaking import Speaker, Spoken
from ledger.calls import Call, called
from ledger.engine import open_ledger, writing
from ledger.migrate import upgrade
from ledger.values import Borrower, ContactPoint
from ledger.words import PointChannel
from tests.channels import returned
from tests.channels.world import NUMBER, SECRET
from tests.intake.doorstep import Doorstep
from tests.ledger.book import a_loan
from tests.ledger.sent import sent
from tests.workflows.loans import DUE, OPENED, ZONE, day, late_loan
from tests.workflows.office import Office
from tests.workflows.playing import start
from tests.workflows.seeded import RULES
from tests.workflows.server import at_work

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOAN = "posted"
WEI = Borrower(f"B-{LOAN}", "王伟", "zh_CN", ZONE, "CN")
POINTS = (
    ContactPoint(PointChannel.EMAIL, "wei@example.cn"),
    ContactPoint(PointChannel.PHONE, NUMBER),
)


@pytest.fixture
def ledger(tmp_path):
    """A ledger with the loan whose case runs."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    upgrade(url)
    engine = open_ledger(url)
    with writing(engine) as session:
        a_loan(session, LOAN, WEI, POINTS)
    yield engine
    engine.dispose()


@pytest.fixture
def door(ledger):
    ours = Doorstep(ledger)
    ours.start()
    yield ours
    ours.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def played(server):
    """A case at noon of its second day past due."""
    office = Office(RULES)
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, late_loan(LOAN))
        await played.skip_to(day(2))
        yield played
        await played.handle.terminate()


def was_sent(ledger, step, channel):
    return sent(ledger, step, channel, WEI.borrower_id, LOAN, DUE, claimed_at=OPENED)


def speaker(ledger, played):
    async def cases():
        return played.cases

    return Speaker(ledger, cases, played.clock)


async def test_a_bounce_posted_at_the_door_reaches_the_running_case(ledger, door, played):
    key = was_sent(ledger, "letter", Channel.EMAIL)
    report = returned.NO_SUCH_MAILBOX.replace(
        returned.MESSAGE_ID.encode(), message_id(key).encode()
    )
    speaks, now = speaker(ledger, played), datetime.now(UTC)
    for spoken in (Spoken(1, 0), Spoken(0, 0)):
        assert (await door.post("/in/bounces", report))[0] == 200
        assert await speaks.speak(now) == spoken
    assert (await played.lines()).count("bounce: letter by email") == 1


async def test_a_reply_and_a_call_that_reached_nobody_are_heard_too(ledger, door, played):
    was_sent(ledger, "text", Channel.SMS)
    said = {"replies": [{"from": NUMBER, "text": "我下周一还", "id": "R1"}]}
    assert (await door.post("/in/sms/webhook/replies", json.dumps(said).encode()))[0] == 200
    was_sent(ledger, "talk", Channel.CALL)
    with writing(ledger) as session:
        made = Call("c1", LOAN, DUE, ContactOutcome.NO_ANSWER, day(2), "ann")
        called(session, made)
    assert await speaker(ledger, played).speak(datetime.now(UTC)) == Spoken(2, 0)
    lines = await played.lines()
    assert "reached: by sms" in lines
    assert "not reached: talk by call: no_answer" in lines
    assert SECRET not in str(lines)
