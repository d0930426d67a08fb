"""What one case of a person brings to light is heard by the agency that has another."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count

import pytest
from sqlalchemy import Engine
from temporalio.testing import ActivityEnvironment

from activities import contracts
from activities.ledger import LedgerActivities
from activities.siblings import Siblings
from domain.delinquency import Instalment
from domain.holds import Hold, HoldReason
from domain.keys import mass_hold_key
from domain.orders import AgencyOrder, PlacementOrder, RecordOrder
from domain.outcomes import AgencyOutcome, Placed
from domain.records import HoldChanged
from domain.requests import Approve
from domain.rights import Right, RightKind
from domain.standing import of_right
from ledger.cases import NewCase, open_case
from ledger.engine import open_ledger, writing
from ledger.loans import add_borrower, add_loan
from ledger.migrate import upgrade
from ledger.placements import claim_placement, confirm_placement
from ledger.values import Borrower, Loan
from tests.workflows.loans import DUE, OWED, ZONE, day, late_loan
from tests.workflows.office import Office
from tests.workflows.playing import Played, start
from tests.workflows.seeded import RULES
from tests.workflows.server import at_work

pytestmark = pytest.mark.asyncio(loop_scope="session")

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Family:
    """One person who owes three late loans: `mine`, `away` that an agency has, and `ended`."""

    engine: Engine
    person: str
    mine: str
    away: str
    ended: str


@pytest.fixture
def family(tmp_path) -> Iterator[Family]:
    """Their ledger; the case of the ended one, which the agency had too, is not on the server."""
    url, number = f"sqlite:///{tmp_path}/ledger.db", next(_numbers)
    upgrade(url)
    engine = open_ledger(url)
    mine, away, ended = (f"sib-{number}-{name}" for name in ("mine", "away", "ended"))
    person = f"B-{away}"
    with writing(engine) as session:
        add_borrower(session, Borrower(person, "Li Wei", "zh_CN", ZONE, "CN"))
        for loan in (mine, away, ended):
            owed = [Instalment(DUE, OWED)]
            add_loan(session, Loan(loan, person, "CNY", OWED), owed, datetime.now(UTC))
            open_case(session, NewCase(loan, person, DUE, "plain@0f3a"), day(1))
        for loan in (away, ended):
            order = PlacementOrder(loan, person, DUE, 1, "north", date(2026, 6, 1), day(80))
            claimed = claim_placement(session, order)
            assert not isinstance(claimed, AgencyOutcome)
            confirm_placement(session, claimed.key, AgencyOutcome(Placed.ACCEPTED), day(80))
    yield Family(engine, person, mine, away, ended)
    engine.dispose()


async def with_agency(server, queue: str, office: Office, family: Family) -> Played:
    """The case that the agency has, in its hands."""
    played = await start(server, queue, office, late_loan(family.away))
    await played.say(day(80), Approve("a-1", "boss", "placement", approved=True))
    await played.skip_to(day(90))
    assert (await played.state()).stage == "placed"
    return played


async def recorded(server, family: Family, hold_id: str, until: datetime | None = None) -> None:
    """The case of the other loan writes a hold, twice, as a worker that died would."""
    hold = Hold(hold_id, HoldReason.DISPUTE, day(89), until, "ann")
    order = RecordOrder(family.mine, family.person, DUE, (HoldChanged(hold, day(89)),))
    books = LedgerActivities(family.engine, Siblings(server.client))
    for _ in range(2):
        await ActivityEnvironment().run(books.record_agreed, order)


def told(office: Office) -> list[str]:
    """What the agency was told, in order."""
    orders = [asked.order for asked in office.done(contracts.TELL_AGENCY)]
    return [order.what for order in orders if isinstance(order, AgencyOrder)]


async def test_a_hold_of_one_loan_reaches_the_agency_of_another_once(server, family):
    office = Office(RULES)
    async with at_work(server, office) as queue:
        played = await with_agency(server, queue, office, family)
        await recorded(server, family, "h-1")
        await played.skip_to(day(91))
        assert told(office) == ["hold-h-1-until-open"]
        await recorded(server, family, "h-1", until=day(92))
        await played.skip_to(day(95))
        assert [what.partition("-until-")[0] for what in told(office)] == ["hold-h-1"] * 2
        assert (await played.state()).stage == "placed"


async def test_an_agency_that_does_not_acknowledge_it_loses_the_case(server, family):
    office = Office(RULES)
    async with at_work(server, office) as queue:
        played = await with_agency(server, queue, office, family)
        office.agencies_answer = Placed.REFUSED
        await recorded(server, family, "h-1")
        await played.skip_to(day(95))
        assert any("recalled, hold not acknowledged" in line for line in await played.lines())


async def test_a_mass_hold_is_not_told_by_a_sibling(server, family):
    office = Office(RULES)
    async with at_work(server, office) as queue:
        played = await with_agency(server, queue, office, family)
        await recorded(server, family, mass_hold_key("flood", f"case/{family.mine}/{DUE}"))
        await played.skip_to(day(95))
        assert told(office) == []


async def test_a_right_reaches_the_agency_and_a_repeat_is_ignored(server, family):
    office = Office(RULES)
    async with at_work(server, office) as queue:
        played = await with_agency(server, queue, office, family)
        said = Right("r-1", family.person, RightKind.CEASE, day(90), "ann")
        for _ in range(2):
            fact = of_right(said, played.case_id, day(90))
            assert await played.cases.tell(played.case_id, fact) is None
        await played.skip_to(day(95))
        assert told(office) == ["right-r-1-until-open"]
        lines = await played.lines()
        assert lines.count("standing: right-r-1: cease") == 1
