"""What a person allows or takes back has a contact that was put off decided anew, for real."""

from datetime import timedelta

import pytest

from domain.rights import Right, RightKind
from ledger.engine import writing
from ledger.rights import exercise
from ledger.standing import untold
from tests.workflows.loans import day
from tests.workflows.playing import start
from tests.workflows.real_office import RealOffice, lent
from tests.workflows.seeded import RULES
from tests.workflows.server import at_work

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

NIGHT = day(3, "22:30")


async def test_an_agreed_slot_helps_a_contact_that_waits_for_the_morning(server, ledger, mail):
    office = RealOffice.at(ledger, mail.smtp_port, RULES)
    case = lent(ledger, "slot", NIGHT)
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, case)
        await played.skip_to(NIGHT + timedelta(minutes=20))
        assert (await played.state()).until == day(4, "08:00")
        slot = Right(
            "S1",
            "B-slot",
            RightKind.AGREED_SLOT,
            day(4, "06:00"),
            "ann",
            until=day(4, "08:00"),
        )
        told_at = NIGHT + timedelta(minutes=30)
        with writing(ledger) as session:
            exercise(session, slot, told_at)
            (news,) = untold(session, "slot")
        await played.say(told_at, news.fact)
        await played.skip_to(NIGHT + timedelta(minutes=45))
        assert (await played.state()).until == day(4, "06:00")
        await played.skip_to(day(4, "07:00"))
        last = (await played.timeline())[-1]
        assert (last.detail, last.at) == ("gentle by email: sent", day(4, "06:00"))
    assert len(mail.letters()) == 1
