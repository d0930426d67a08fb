"""A notice that speaks of court never goes out on a barred debt; the answer is on record."""

from datetime import UTC, datetime

import pytest

from activities.messaging import Messaging
from channels.approvals import read_approved
from channels.letters import TEMPLATES, Letters
from channels.message import Message
from channels.receipts import Receipt
from channels.texts import Texts
from domain.clock import Clock
from domain.delinquency import Terms
from domain.gate.words import Channel
from domain.known import know_law
from domain.orders import NoticeOrder
from domain.outcomes import Sent
from domain.steps import MessageClass
from ledger.contacts import contacts_of
from ledger.decisions import decisions_of
from ledger.engine import reading
from ledger.words import ContactStatus
from policies.calendars import rest_days
from tests.legal.office import EPISODE, LENDER, REMEDIES, run, told
from tests.strategies import rulebooks

BARRED = datetime(2028, 12, 12, 2, 0, tzinfo=UTC)  # ten o'clock in Shanghai, the day after the last
STILL_OURS = datetime(2028, 12, 11, 2, 0, tzinfo=UTC)


class Box:
    """Where letters end up."""

    def __init__(self) -> None:
        self.letters: list[Message] = []

    async def send(self, message):
        self.letters.append(message)
        return Receipt("P-1", message.at)


@pytest.fixture
def box():
    know_law({"CN": rest_days("CN")}, REMEDIES)
    return Box()


def post(book, box):
    texts = Texts(Letters(LENDER), read_approved(TEMPLATES).notices)
    ways = {Channel.LETTER: box}
    return Messaging(book, ways, texts, rulebooks(), lambda _: Terms()).send_notice


def demand(at, template="court_demand"):
    clock, formal = Clock(at, datetime.now(UTC)), MessageClass.STATUTORY
    return NoticeOrder(
        "L1", "B1", EPISODE, template, Channel.LETTER, template, formal, 0, at, clock, "standard@0"
    )


def verdicts(book):
    with reading(book) as session:
        found = decisions_of(session, "L1")
        return [(decision.verdict, decision.rule) for decision in found]


@pytest.mark.parametrize("template", ["final_demand", "court_demand"])
async def test_a_demand_that_speaks_of_court_is_kept_back_from_the_first_barred_day(
    book, box, template
):
    answer = await run(post(book, box), demand(BARRED, template))
    assert (answer.kind, answer.rule) == (Sent.SUPPRESSED, "CN-LIM-10")
    assert "2028-12-11" in answer.reason
    assert box.letters == []
    assert verdicts(book) == [("suppressed", "CN-LIM-10")]
    again = await run(post(book, box), demand(BARRED, template))
    assert (again.kind, again.rule) == (Sent.SUPPRESSED, "CN-LIM-10")
    with reading(book) as session:
        [row] = contacts_of(session, "L1")
    assert (row.status, row.rule) == (ContactStatus.SUPPRESSED, "CN-LIM-10")


async def test_on_the_last_day_the_demand_goes_out(book, box):
    answer = await run(post(book, box), demand(STILL_OURS))
    assert answer.kind is Sent.SENT
    assert len(box.letters) == 1
    assert verdicts(book)[0] == ("allowed", "")


async def test_an_acknowledgment_signed_after_the_end_lets_the_demand_go_out(book, box):
    told(book, "signed", "2028-12-12")
    answer = await run(post(book, box), demand(BARRED))
    assert answer.kind is Sent.SENT


async def test_a_letter_that_threatens_nothing_still_goes_out_on_a_barred_debt(book, box):
    answer = await run(post(book, box), demand(BARRED, "bureau_notice"))
    assert answer.kind is Sent.SENT
