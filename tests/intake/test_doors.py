"""What providers post reaches the ledger, once, however they sign it and however often it comes."""

import asyncio
import json
import logging
import ssl
from datetime import UTC, datetime

import pytest
import structlog
from httpx2 import AsyncClient
from sqlmodel import select

from channels.mailboxes import ImapBox, ImapServer
from demo.providers import callbacks
from demo.providers.stand_in import ProvidersStandIn
from domain.facts import BorrowerReached, ContactBounced, ContactFailed
from domain.gate.words import Channel
from domain.keys import message_id, notice_key
from domain.refused import Refused
from domain.rights import RightKind
from intake.connect import Unanswered
from intake.doors import MOST_BYTES
from intake.postbox import Postbox
from intake.speaking import Speaker, Spoken
from ledger.case_tables import ContactRow, LoanEventRow
from ledger.engine import reading, writing
from ledger.news import untold
from ledger.people_tables import ReplyRow
from ledger.rights import rights_of
from ledger.tables import Table
from ledger.values import ContactPoint
from ledger.words import PointChannel
from settings import Settings
from tests.channels import returned
from tests.channels.imap_server import PASSWORD, USER, ImapStandIn
from tests.channels.world import DEAD, NUMBER, SECRET
from tests.intake.doorstep import KNOWN, SMS, Doorstep, accepted
from tests.ledger.book import CASE, EPISODE, MAIL, WEI, a_loan
from tests.ledger.sent import dead, points, sent, tasks

every_provider = pytest.mark.parametrize("name", SMS)


@pytest.fixture
def book(ledger):
    """A loan whose borrower has a mail address and the number that messages here go to."""
    with writing(ledger) as session:
        a_loan(session, points=(MAIL, ContactPoint(PointChannel.PHONE, NUMBER)))
    return ledger


@pytest.fixture
def door(book):
    ours = Doorstep(book)
    ours.start()
    yield ours
    ours.stop()


@pytest.fixture
def providers():
    stand_in = ProvidersStandIn(SECRET)
    stand_in.start()
    yield stand_in
    stand_in.stop()


def row(engine, key):
    with reading(engine) as session:
        return session.get_one(ContactRow, key)


def facts(engine):
    with reading(engine) as session:
        return [news.fact for news in untold(session)]


def everything(engine):
    """All that the ledger holds, to see that nothing was written."""
    with reading(engine) as session:
        return {
            name: session.connection().execute(table.select()).all()
            for name, table in Table.metadata.tables.items()
        }


async def a_message_by(name, providers, door, engine, step="gentle", channel=Channel.SMS):
    """A message that the provider took and the contact log knows by both numbers."""
    key = notice_key("L1", EPISODE, step)
    number = await accepted(providers, door, name, key=key)
    return sent(engine, step, channel, provider_id=number)


@every_provider
async def test_a_delivered_message_is_known_by_its_report_however_often_it_comes(
    book, door, providers, name
):
    key = await a_message_by(name, providers, door, book)
    assert await providers.report(1, "delivered", "undelivered", "delivered") == [200] * 3
    found = row(book, key)
    assert (found.delivery, found.outcome, found.status) == ("delivered", "delivered", "sent")
    assert facts(book) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("aliyun", "MK:0001"), ("tencent", "MN:0001"), ("twilio", "30005"),
        ("webhook", "invalid-address"),
    ],
)  # fmt: skip
async def test_a_dead_number_is_marked_and_waits_to_be_told_to_the_case(
    book, door, providers, name, code
):
    key = await a_message_by(name, providers, door, book)
    assert await providers.report(1, "undelivered", "undelivered", code=code) == [200] * 2
    assert row(book, key).status == "bounced"
    assert dead(book) == {NUMBER}
    (fact,) = facts(book)
    assert isinstance(fact, ContactBounced)
    assert (fact.step, fact.channel) == ("gentle", "sms")


@every_provider
async def test_a_reply_reaches_a_person_and_stop_is_kept(book, door, providers, name):
    sent(book)
    providers.report_to[name] = door.sms(name, "reports")
    for text in ("我下周一还", "我下周一还", "退订"):
        assert await providers.reply(name, NUMBER, text) == 200
    with reading(book) as session:
        kept = session.exec(select(ReplyRow)).all()
        (right,) = rights_of(session, "B1")
    assert {reply.text for reply in kept} == {"我下周一还", "退订"}
    assert (right.kind, right.channel) == (RightKind.OPT_OUT, Channel.SMS)
    assert len(tasks(book)) == len(kept)
    assert {type(fact) for fact in facts(book)} == {BorrowerReached}


async def test_what_came_of_a_dialled_call_is_written_on_that_call(book, door, providers):
    key = await a_message_by("dialer", providers, door, book, "robot", Channel.AI_CALL)
    assert await providers.report(1, "no_answer", "no_answer") == [200] * 2
    found = row(book, key)
    assert found.outcome == "no_answer"
    (fact,) = facts(book)
    assert isinstance(fact, ContactFailed)
    assert (fact.step, fact.outcome) == ("robot", "no_answer")


async def test_a_posted_bounce_counts_for_our_letter_to_that_address_only(book, door):
    key = sent(book, "letter", Channel.EMAIL)
    ours = returned.NO_SUCH_MAILBOX.replace(returned.MESSAGE_ID.encode(), message_id(key).encode())
    assert await door.post("/in/bounces", returned.NO_SUCH_MAILBOX) == (200, '{"taken": true}')
    assert await door.post("/in/bounces", ours.replace(b"wei@", b"ann@")) == (
        200,
        '{"taken": true}',
    )
    assert not dead(book)
    for _ in range(2):
        assert (await door.post("/in/bounces", ours))[0] == 200
    assert row(book, key).reason == "bounced, 5.1.1"
    assert dead(book) == {MAIL.address}
    assert len(facts(book)) == 1
    assert await door.post("/in/bounces", returned.ANSWER) == (400, "unreadable")


@every_provider
async def test_who_does_not_know_the_secret_changes_nothing(book, door, name):
    sent(book)
    before = everything(book)
    for what in ("reports", "replies"):
        callback = callbacks.reply(name, NUMBER, "退订", "a guess", door.sms(name, what, "a guess"))
        async with AsyncClient() as client:
            answer = await client.post(
                callback.url, content=callback.body, headers=callback.headers
            )
        assert (answer.status_code, answer.text) == (401, "bad-signature")
    assert everything(book) == before


@pytest.mark.parametrize("path", ["/in/dialer", "/in/bounces", "/in/sms/webhook/reports"])
async def test_a_forged_or_broken_request_is_turned_away(book, door, path):
    assert await door.post(path, b"{}", "a guess") == (401, "bad-signature")
    for body in (b"", b"{", b"[]", b'{"calls": 1}', b'{"reports": [1]}', b"\xff"):
        assert await door.post(path, body) == (400, "unreadable")
    assert (await door.post(path, b"x" * (MOST_BYTES + 1)))[0] == 413


async def test_one_request_with_many_reports_is_written_whole(book, door):
    keys = [sent(book, f"step{number}") for number in range(5)]
    rows = [{"key": key, "id": "", "status": "delivered"} for key in (*keys, "notice/none")]
    said = json.dumps({"reports": rows}).encode()
    assert await door.post("/in/sms/webhook/reports", said) == (200, '{"taken": true}')
    assert {row(book, key).delivery for key in keys} == {"delivered"}


async def test_a_provider_without_a_secret_has_no_door_and_the_house_says_how_it_is(book):
    ours = Doorstep(book, Settings(dialer_secret=KNOWN))
    ours.start()
    try:
        assert (await ours.post("/in/sms/webhook/reports"))[0] == 404
        assert (await ours.post("/in/sms/nobody/reports"))[0] == 404
        async with AsyncClient() as client:
            assert (await client.get(f"{ours.url}/healthz")).json() == {"ledger": "here"}
            assert (await client.get(f"{ours.url}/in/dialer")).status_code == 405
    finally:
        ours.stop()


async def test_behind_another_name_a_signature_over_the_public_address_is_believed(book):
    ours = Doorstep(book, Settings(twilio_auth_token=KNOWN, doors_url="https://pay.example/"))
    ours.start()
    try:
        public = "https://pay.example/in/sms/twilio/replies"
        callback = callbacks.reply("twilio", NUMBER, "hello", SECRET, public)
        async with AsyncClient() as client:
            answer = await client.post(
                f"{ours.url}/in/sms/twilio/replies", content=callback.body, headers=callback.headers
            )
        assert answer.status_code == 200
    finally:
        ours.stop()
    assert len(tasks(book)) == 1


async def test_a_ledger_that_cannot_write_asks_the_provider_to_come_again(book, door):
    key = sent(book)
    said = json.dumps({"reports": [{"key": key, "id": "", "status": "delivered"}]}).encode()
    with book.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE decision RENAME TO gone")
        connection.commit()
    assert await door.post("/in/sms/webhook/reports", said) == (503, "come again")
    with book.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO decision")
        connection.commit()
    assert row(book, key).delivery == ""
    assert (await door.post("/in/sms/webhook/reports", said))[0] == 200
    assert row(book, key).delivery == "delivered"


async def test_no_address_and_no_text_is_logged(book, door, providers, capfd, caplog):
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as lines:
        sent(book)
        providers.report_to["webhook"] = door.sms("webhook", "reports")
        await providers.reply("webhook", NUMBER, "我下周一还")
        await providers.reply("webhook", DEAD, "who is this?")
    ours = [record.getMessage() for record in caplog.records if "uvicorn" in record.name]
    written = str(lines) + str(ours) + capfd.readouterr().out
    assert [line["ours"] for line in lines if line["event"] == "recorded"] == [1, 0]
    assert NUMBER not in written
    assert DEAD not in written
    assert "下周" not in written


class Ear:
    """Stands where the cases are: hears so many things, and then is away (None: never)."""

    def __init__(self, hears: int | None = None, *, over: bool = False) -> None:
        self.hears = hears
        self.over = over
        self.heard: list[tuple[str, str]] = []

    async def connect(self):
        return self

    async def tell(self, case_id, fact):
        if self.hears is not None and len(self.heard) >= self.hears:
            raise Unanswered("away")
        self.heard.append((case_id, fact.fact_id))
        return Refused("case-closed", "over") if self.over else None


async def test_what_could_not_be_told_is_kept_and_told_once_when_the_server_is_back(book):
    key, ear = sent(book), Ear(hears=0)
    speaker, now = Speaker(book, ear.connect), datetime.now(UTC)
    ours = Doorstep(book)
    ours.start()
    said = json.dumps({"reports": [{"key": key, "id": "", "status": "undelivered"}]}).encode()
    assert (await ours.post("/in/sms/webhook/reports", said))[0] == 200
    with pytest.raises(Unanswered):
        await speaker.speak(now)
    ear.hears = None
    assert await speaker.speak(now) == Spoken(1, 0)
    assert (await ours.post("/in/sms/webhook/reports", said))[0] == 200
    ours.stop()
    assert await speaker.speak(now) == Spoken()
    assert ear.heard == [(CASE, f"undelivered/{key}")]
    with reading(book) as session:
        (event,) = session.exec(select(LoanEventRow)).all()
    assert event.spoken_at == now


async def test_the_doors_go_on_trying_until_somebody_hears(book, door):
    key, ear, wake = sent(book), Ear(hears=0), asyncio.Event()
    said = json.dumps({"reports": [{"key": key, "id": "", "status": "undelivered"}]}).encode()
    assert (await door.post("/in/sms/webhook/reports", said))[0] == 200
    speaker = Speaker(book, ear.connect)
    speaking = asyncio.create_task(speaker.keep_speaking(wake, 0.05, lambda: datetime.now(UTC)))
    await asyncio.sleep(0.3)
    assert not ear.heard
    ear.hears = None
    for _ in range(100):
        await asyncio.sleep(0.05)
        if not facts(book):
            break
    speaking.cancel()
    assert ear.heard == [(CASE, f"undelivered/{key}")]


async def test_a_server_that_goes_away_in_the_middle_hears_the_rest_later(book):
    keys = [sent(book, f"step{number}") for number in range(3)]
    ear = Ear(hears=1)
    speaker, now = Speaker(book, ear.connect), datetime.now(UTC)
    ours = Doorstep(book)
    rows = [{"key": key, "id": "", "status": "undelivered"} for key in keys]
    ours.start()
    await ours.post("/in/sms/webhook/reports", json.dumps({"reports": rows}).encode())
    ours.stop()
    with pytest.raises(Unanswered):
        await speaker.speak(now)
    ear.hears = None
    assert await speaker.speak(now) == Spoken(2, 0)
    assert len(set(ear.heard)) == len(ear.heard) == 3


async def test_a_case_that_is_over_is_told_once_and_no_more(book):
    ear = Ear(over=True)
    speaker, now = Speaker(book, ear.connect), datetime.now(UTC)
    key = sent(book)
    ours = Doorstep(book)
    ours.start()
    said = json.dumps({"reports": [{"key": key, "id": "", "status": "undelivered"}]}).encode()
    await ours.post("/in/sms/webhook/reports", said)
    ours.stop()
    assert await speaker.speak(now) == Spoken(0, 1)
    assert await speaker.speak(now) == Spoken()


@pytest.fixture
def imap(tmp_path):
    server = ImapStandIn(tmp_path)
    server.start()
    yield server
    server.stop()


def postbox(server, receipts, trust: ssl.SSLContext):
    account = ImapServer("127.0.0.1", USER, PASSWORD, server.port, timeout=3)
    return Postbox(ImapBox(account, trust), receipts)


async def test_the_mailbox_is_read_for_bounces_and_for_answers(book, door, imap):
    key = sent(book, "letter", Channel.EMAIL)
    ours = message_id(key).encode()
    letters = (
        returned.ANSWER,
        returned.NO_SUCH_MAILBOX,
        returned.DELAYED,
        b"From: x@y.example\n\nHi",
    )
    for number, raw in enumerate(letters, 1):
        imap.letters[number] = raw.replace(returned.MESSAGE_ID.encode(), ours)
    wake = asyncio.Event()
    box = postbox(imap, door.receipts, imap.trust)
    reading_on = asyncio.create_task(box.keep_reading(wake, 0.05, lambda: datetime.now(UTC)))
    await asyncio.wait_for(wake.wait(), 10)
    reading_on.cancel()
    assert imap.seen == set(imap.letters)
    assert row(book, key).status == "bounced"
    with reading(book) as session:
        (reply,) = session.exec(select(ReplyRow)).all()
    assert (reply.text, reply.channel) == ("我下周一还。", "email")
    assert reply.contact_key == key
    assert {fact.kind for fact in facts(book)} == {"contact_bounced", "borrower_reached"}


async def test_a_mailbox_that_is_away_is_read_when_it_is_back(book, door, imap):
    key = sent(book, "letter", Channel.EMAIL)
    imap.letters[1] = returned.NO_SUCH_MAILBOX.replace(
        returned.MESSAGE_ID.encode(), message_id(key).encode()
    )
    imap.sudden = "FETCH"
    wake = asyncio.Event()
    box = postbox(imap, door.receipts, imap.trust)
    reading_on = asyncio.create_task(box.keep_reading(wake, 0.05, lambda: datetime.now(UTC)))
    await asyncio.sleep(0.3)
    assert not dead(book)
    imap.sudden = ""
    await asyncio.wait_for(wake.wait(), 10)
    reading_on.cancel()
    assert dead(book) == {MAIL.address}


def test_the_numbers_here_are_those_of_the_borrower(book):
    assert set(points(book)) == {MAIL.address, NUMBER}
    assert WEI.borrower_id == "B1"
