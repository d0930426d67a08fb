"""A borrower who has paid is on no call list any more, from the ledger's commit on."""

import pytest

from domain.strategy import Outcome
from ledger import by_hand, tasks
from ledger.contacts import contacts_of
from ledger.engine import reading, writing
from ledger.payments import record_payment
from ledger.tables import ContactPointRow
from ledger.words import PointChannel
from tests.workflows.loans import day, payment
from tests.workflows.playing import start
from tests.workflows.real_office import RealOffice, lent
from tests.workflows.seeded import RULES
from tests.workflows.server import at_work

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


def reachable(engine, loan_id):
    """The case of a loan thirty days late, whose borrower has a telephone."""
    case = lent(engine, loan_id, day(30, "10:00"))
    with writing(engine) as session:
        phone = ContactPointRow(
            borrower_id=case.borrower_id, channel=PointChannel.PHONE, address="+8613800000000"
        )
        session.add(phone)
    return case


def listed(engine):
    with reading(engine) as session:
        return [row.what for row in tasks.open_tasks(session) if row.what.startswith("call/")]


async def test_a_case_that_is_cured_takes_its_calls_off_the_list(server, ledger, mail):
    office = RealOffice.at(ledger, mail.smtp_port, RULES)
    case = reachable(ledger, "listed")
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, case)
        await played.skip_to(day(34))
        assert listed(ledger) == ["call/call"]
        fact = payment("all", day(34))
        with writing(ledger) as session:
            record_payment(session, "listed", fact, "CNY", day(34))
        await played.say(day(34), fact)
        await played.skip_to(day(36))
        assert await played.handle.result() is Outcome.CURED
    assert listed(ledger) == []
    with reading(ledger) as session:
        (task,) = [t for t in tasks.tasks_of(session, "listed") if t.what == "call/call"]
        row = next(row for row in contacts_of(session, "listed") if row.step == "call")
    assert task.done_by == "the end of the case (cured)"
    assert row.rule == by_hand.NOT_MADE


async def test_a_later_call_of_the_case_takes_the_earlier_one_off_the_list(server, ledger, mail):
    office = RealOffice.at(ledger, mail.smtp_port, RULES)
    case = reachable(ledger, "later")
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, case)
        await played.skip_to(day(34))
        assert listed(ledger) == ["call/call"]
        await played.skip_to(day(60, "09:00"))
        assert listed(ledger) == ["call/second_call"]
