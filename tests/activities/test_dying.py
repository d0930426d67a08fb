"""The process is killed between claim and act, and between act and confirm, on every channel."""

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from demo.mailcatcher import MailCatcher
from demo.providers.stand_in import ProvidersStandIn
from domain.holds import Hold, HoldReason
from domain.outcomes import Sent
from domain.records import HoldChanged
from domain.steps import MessageClass
from ledger.cases import write_records
from ledger.contacts import contacts_of
from ledger.engine import reading, writing
from ledger.words import ContactStatus
from tests.activities.dying import AFTER, BEFORE
from tests.activities.ways import (
    CHANNELS,
    LISTS,
    by_way,
    letters_in,
    open_people,
    order_by,
    sender_of,
)
from tests.activities.world import asked_of_people, run
from tests.ledger.book import EPISODE, MORNING

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]

DUNNING, STATUTORY = MessageClass.DUNNING, MessageClass.STATUTORY
KILLED = {
    1: (DUNNING, BEFORE),
    2: (DUNNING, AFTER),
    3: (STATUTORY, BEFORE),
    4: (STATUTORY, AFTER),
}
"""The people whose contact is cut off, and how."""
UNHURT, ON_HOLD_TO_THE_END, ON_HOLD_FOR_A_WHILE = 5, 6, 7
DUE = 7
EVENING = MORNING + timedelta(hours=9)

ONCE = ("webhook", "dialer", "social", "paper")
"""Ways whose counterpart knows a repeated key again: there even a repeat is one message."""


@dataclass
class World:
    """The counterparts, in this process: they outlive whoever is killed."""

    mail: MailCatcher
    providers: ProvidersStandIn
    outbox: Path

    def place(self, way: str) -> str:
        if way == "email":
            return str(self.mail.smtp_port)
        return str(self.outbox) if way == "paper" else self.providers.url

    def arrived(self, way: str, engine) -> Counter[str]:
        """How often each contact was made there."""
        if way == "email":
            return Counter(letter.recipient for letter in self.mail.letters())
        if way == "paper":
            return Counter(letter["key"] for letter in letters_in(self.outbox))
        if way in LISTS:
            return Counter(what for what in asked_of_people(engine))
        return Counter(arrival.said.key for arrival in self.providers.arrivals(way))


@pytest.fixture
def world(mail, providers, tmp_path):
    return World(mail, providers, tmp_path / "outbox")


@pytest.fixture
def people(ledger):
    """Seven late loans of seven people; one person is on hold for good, one until the evening."""
    open_people(ledger, DUE)
    for number, until in ((ON_HOLD_TO_THE_END, None), (ON_HOLD_FOR_A_WHILE, EVENING)):
        since = MORNING - timedelta(days=1)
        hold = Hold(f"H{number}", HoldReason.DISPUTE, since, until, "li")
        with writing(ledger) as session:
            told = [HoldChanged(hold, hold.start)]
            write_records(session, f"L{number}", f"B{number}", EPISODE, told)
    return ledger


def killed(url: str, way: str, place: str) -> None:
    """Let a process of its own begin each of those contacts, and die in it."""
    whats = [f"{number}/{kind}/{where}" for number, (kind, where) in KILLED.items()]
    command = [sys.executable, "-m", "tests.activities.dying", url, way, place, *whats]
    ended = subprocess.run(command, cwd=ROOT, check=False, timeout=120, capture_output=True)
    assert (ended.returncode, ended.stdout) == (0, b""), ended.stderr.decode()


def statuses(engine) -> dict[int, ContactStatus]:
    """What became of each person's contact, by number; without those that were never claimed."""
    with reading(engine) as session:
        rows = {n: contacts_of(session, f"L{n}") for n in range(1, DUE + 1)}
    assert all(len(found) <= 1 for found in rows.values())
    return {n: found[0].status for n, found in rows.items() if found}


async def all_asked(engine, way: str, place: str) -> list[Sent]:
    """Ask for every contact that is due, as the cases' retries do."""
    sender = None if way in LISTS else sender_of(way, place)
    sending = by_way(engine, way, sender)
    answers = []
    for number in range(1, DUE + 1):
        kind = KILLED.get(number, (DUNNING, ""))[0]
        asked = order_by(way, number, message_class=kind)
        answers.append((await run(sending.send_notice, asked)).kind)
    if sender:
        await sender.close()
    return answers


@pytest.mark.parametrize("way", [way for way in CHANNELS if way not in LISTS])
async def test_whoever_is_killed_each_contact_is_accounted_for_and_dunning_arrives_at_most_once(
    url, people, world, way
):
    killed(url, way, world.place(way))
    assert statuses(people) == dict.fromkeys(KILLED, ContactStatus.CLAIMED)
    cut_off = world.arrived(way, people)
    assert sum(cut_off.values()) == 2, "those that died after the act"

    first = await all_asked(people, way, world.place(way))
    again = await all_asked(people, way, world.place(way))
    uncertain, sent, once_more = Sent.UNCERTAIN, Sent.SENT, Sent.ALREADY_SENT
    stopped = [Sent.SUPPRESSED, Sent.DEFERRED]
    assert first == [uncertain, uncertain, sent, sent, sent, *stopped]
    assert again == [uncertain, uncertain, once_more, once_more, once_more, *stopped]
    counted = Counter(again)
    assert (
        sum(counted[kind] for kind in (once_more, uncertain, Sent.DEFERRED, Sent.SUPPRESSED)) == DUE
    )
    arrived = list(world.arrived(way, people).values())
    twice = 0 if way in ONCE else 1
    assert sorted(arrived) == [1] * (len(arrived) - twice) + [2] * twice
    assert len(arrived) == 4, "one of two uncertain ones, two statutory ones, and the unhurt one"
    assert asked_of_people(people) == ["uncertain/first", "uncertain/first"]


@pytest.mark.parametrize("way", LISTS)
async def test_a_list_has_each_entry_once_whoever_is_killed(url, people, world, way):
    """The claim, the entry and the outcome are one transaction: it is whole, or it never was."""
    killed(url, way, "")
    assert statuses(people) == dict.fromkeys((2, 4), ContactStatus.SENT)
    first, again = [await all_asked(people, way, "") for _ in range(2)]
    sent, before = Sent.SENT, Sent.ALREADY_SENT
    stopped = [Sent.SUPPRESSED, Sent.DEFERRED]
    assert first == [sent, before, sent, before, sent, *stopped]
    assert again == [before] * 5 + stopped
    with reading(people) as session:
        assert sum(bool(contacts_of(session, f"L{n}")) for n in range(1, DUE + 1)) == 6
    assert world.arrived(way, people) == {f"{way}/first": 5}
