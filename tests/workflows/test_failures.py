"""Each outside party failing: for hours, for good, or with an answer that is not the hoped one."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError

from activities import contracts
from domain.facts import PaymentReversed
from domain.holds import HoldReason
from domain.orders import NoticeOrder, PlacementOrder, TaskOrder
from domain.requests import Approve, PlaceHold
from domain.strategy import Outcome
from tests.workflows.histories import ACTIVITY_SCHEDULED, ACTIVITY_STARTED, runs
from tests.workflows.loans import OWED, day, late_loan, payment, promise
from tests.workflows.office import Asked, Office
from tests.workflows.playing import start
from tests.workflows.seeded import BRISK, RULES, dunned
from tests.workflows.server import at_work
from workflows import acting

pytestmark = pytest.mark.asyncio(loop_scope="session")


def failing(name: str, attempts: int) -> Callable[[Asked, int], None]:
    """The first attempts of that activity fail, as when a party is down."""

    def trouble(asked: Asked, attempt: int) -> None:
        if asked.name == name and attempt <= attempts:
            raise ConnectionError("the party is down")

    return trouble


def refusing(name: str, word: str = "") -> Callable[[Asked, int], None]:
    """That activity fails for good, where its id contains the word."""

    def trouble(asked: Asked, attempt: int) -> None:
        if asked.name == name and word in asked.activity_id:
            raise ApplicationError("never", type="NeverPossible", non_retryable=True)

    return trouble


def tasks(office: Office) -> list[str]:
    """What people were asked, in order."""
    orders = [asked.order for asked in office.done(contracts.ASK_PERSON)]
    return [order.what for order in orders if isinstance(order, TaskOrder)]


def ids(office: Office, name: str) -> list[str]:
    """The ids of an activity's attempts."""
    return [asked.activity_id for asked in office.done(name)]


async def test_a_gate_that_is_down_for_hours_delays_the_letter_and_nothing_else(server):
    office = Office(RULES, trouble=failing(contracts.SEND_NOTICE, attempts=20))
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, late_loan("gate-down"))
        await played.skip_to(day(5))
        office.trouble = None
        sent = (await played.timeline())[-1]
        assert (sent.what, sent.detail) == ("notice", "gentle by email: sent")
        assert day(3, "12:00") < sent.at < day(3, "13:00"), "twenty attempts take two hours"
        await played.skip_to(day(11))
        assert (await played.timeline())[-1].at == day(10, "10:00")
        history = await played.handle.fetch_history()
    kinds = [event.event_type for event in history.events]
    assert kinds.count(ACTIVITY_SCHEDULED) == kinds.count(ACTIVITY_STARTED) == 2, "retries are free"
    assert tasks(office) == []


async def test_a_gate_that_stays_down_becomes_a_task_for_a_person(server, monkeypatch):
    monkeypatch.setattr(acting.RETRY, "maximum_interval", timedelta(hours=12))
    office = Office(RULES, trouble=failing(contracts.SEND_NOTICE, attempts=1000))
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, late_loan("gate-gone"))
        await played.skip_to(day(8))
        office.trouble = None
        failed, notice = (await played.timeline())[-2:]
        assert failed.detail == "remind-gentle-email: ConnectionError"
        assert notice.detail == "gentle by email: failed (gave-up)"
        assert notice.at - day(3, "10:00") >= timedelta(days=2, hours=18)
        await played.skip_to(day(11))
        assert (await played.lines())[-1] == "notice: reminder by email: sent"
    assert tasks(office) == ["failed-remind-gentle-email"]


@pytest.mark.parametrize(
    "said",
    [PlaceHold("h", "ann", HoldReason.DISPUTE), promise("p", day(12)), payment("all", day(3))],
)
async def test_what_is_said_while_a_gate_is_down_binds_the_letter_that_waits(server, said):
    office = Office(RULES, trouble=failing(contracts.SEND_NOTICE, attempts=1000))
    name = f"said-{type(said).__name__}"
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, late_loan(name))
        await played.skip_to(day(3, "11:00"))
        assert await played.say(day(3, "11:05"), said) is None
        await played.skip_to(day(3, "12:00"))
        office.trouble = None
        await played.skip_to(day(6))
        lines = await played.lines()
    assert not office.contacts.get(f"B-{name}")
    assert lines[2] == "notice: gentle by email: deferred (decided-anew)"
    assert tasks(office) == []


async def test_a_letter_that_can_never_be_sent_becomes_a_task_and_the_case_goes_on(server):
    office = Office(RULES, trouble=refusing(contracts.SEND_NOTICE, "gentle"))
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, late_loan("never"))
        await played.skip_to(day(11))
        assert (await played.lines())[1:] == [
            "failed: remind-gentle-email: NeverPossible",
            "notice: gentle by email: failed (gave-up)",
            "notice: reminder by email: sent",
        ]
    assert tasks(office) == ["failed-remind-gentle-email"]


async def test_a_case_that_nobody_served_for_three_weeks_sends_one_reminder_of_three(server):
    office = Office(RULES)
    async with at_work(server, office) as queue:
        away = timedelta(days=21, hours=12)
        played = await start(server, queue, office, late_loan("unserved"), unserved=away)
        await played.skip_to(day(23))
        found = await played.timeline()
    assert [entry.detail for entry in found[1:4]] == [
        "gentle by email: merged",
        "reminder by email: merged",
        "offer_help by email: sent",
    ]
    assert timedelta() <= found[3].at - day(22) < timedelta(minutes=1), "the moment it is served"
    assert len(office.done(contracts.SEND_NOTICE)) == 1


async def test_an_agency_that_cannot_be_reached_does_not_get_the_case_and_the_next_one_does(server):
    office = Office(RULES, trouble=refusing(contracts.PLACE_WITH_AGENCY, "north"))
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, late_loan("agency", strategy=BRISK))
        await played.say(day(40), Approve("yes", "sue", "placement"))
        await played.skip_to(day(41))
        assert (await played.lines())[-3:] == [
            "failed: place-1-north: NeverPossible",
            "agency: north: unreachable",
            "agency: south: accepted",
        ]
        assert (await played.state()).waits_for == "agency south"
    orders = [asked.order for asked in office.done(contracts.PLACE_WITH_AGENCY)]
    assert [o.number for o in orders if isinstance(o, PlacementOrder)] == [1, 2]
    assert "failed-place-1-north" in tasks(office)


async def test_an_agency_that_does_not_hear_of_a_recall_is_a_task_and_the_case_is_cured(server):
    office = Office(RULES, trouble=refusing(contracts.TELL_AGENCY))
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, late_loan("recall", strategy=BRISK))
        await played.say(day(40), Approve("yes", "sue", "placement"))
        await played.say(day(45), payment("all", day(45)))
        assert await played.handle.result() is Outcome.CURED
        assert "agency: north: recalled, cured, unreachable" in await played.lines()
    assert tasks(office)[-1] == "failed-tell-1-recall"


async def test_money_the_ledger_knew_first_cures_the_case_and_nobody_is_contacted(server):
    office = Office(RULES, keeps_books=True)
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, late_loan("stale-cured"))
        office.loans["stale-cured"].money.append(payment("all", day(2)))
        await played.skip_to(day(30))
        assert await played.handle.result() is Outcome.CURED
        assert (await played.lines())[1:] == ["payment: 400.00 CNY", "outcome: cured"]
    assert office.contacts == {}, "nobody was contacted"
    assert len(office.done(contracts.SEND_NOTICE)) == 1


async def test_a_stale_decision_is_taken_again_with_the_money_the_ledger_knew(server):
    office = Office(RULES, keeps_books=True)
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, late_loan("stale"))
        office.loans["stale"].money.append(payment("part", day(2), OWED // 2))
        await played.skip_to(day(4))
        assert (await played.lines())[1:] == [
            "payment: 200.00 CNY",
            "notice: gentle by email: sent",
        ]
    assert ids(office, contracts.SEND_NOTICE) == ["remind-gentle-email", "remind-gentle-email-2"]
    orders = [asked.order for asked in office.done(contracts.SEND_NOTICE)]
    assert [order.ledger_version for order in orders if isinstance(order, NoticeOrder)] == [0, 1]


async def test_a_reversal_that_the_ledger_knew_before_the_case_closed_keeps_it_open(server):
    """The payment is heard, the reversal is booked and its signal lost on the way."""
    office = Office(RULES, keeps_books=True)
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, late_loan("reopened"))
        back = PaymentReversed("back", "payment-all", day(2).date())
        office.loans["reopened"].money += [payment("all", day(2)), back]
        await played.skip_to(day(2))
        await played.handle.signal("payment_received", payment("all", day(2)))
        await played.skip_to(day(4))
        assert (await played.lines())[1:] == [
            "payment: 400.00 CNY",
            "outcome: cured",
            "reversal: 400.00 CNY",
            "reopened: the ledger knew more",
            "notice: gentle by email: sent",
        ]
        assert (await played.state()).outcome is None
    assert ids(office, contracts.CLOSE_CASE) == ["close"]


async def test_a_ledger_that_counts_differently_is_asked_twice_and_then_a_person_is(server):
    office = Office(RULES, keeps_books=True)
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, late_loan("disagree"))
        once = payment("part", day(2), 100)
        office.loans["disagree"].money += [once, once]
        await played.skip_to(day(4))
        assert (await played.lines())[1:] == [
            "payment: 1.00 CNY",
            "notice: gentle by email: failed (ledger-disagrees)",
        ]
        assert (await played.state()).waits_for == "reminder email"
    assert len(office.done(contracts.SEND_NOTICE)) == 2
    assert tasks(office) == ["stale-gentle"]


async def test_a_deferred_contact_sleeps_to_its_instant_and_asks_again_under_a_new_id(server):
    office = Office(RULES)
    case = late_loan("deferred")
    office.contacts["B-deferred"] = [dunned(case, day(3, "09:00"))]
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, case)
        await played.skip_to(day(3, "20:00"))
        assert (await played.lines())[1:] == ["notice: gentle by email: deferred (CN-DAY-01)"]
        assert (await played.state()).until == day(4, "08:00")
        await played.skip_to(day(5))
        sent = (await played.timeline())[-1]
        assert (sent.at, sent.detail) == (day(4, "08:00"), "gentle by email: sent")
    assert ids(office, contracts.SEND_NOTICE) == ["remind-gentle-email", "remind-gentle-email-2"]


async def test_a_deferred_contact_that_is_no_longer_needed_is_not_made(server):
    office = Office(RULES)
    case = late_loan("deferred-cured")
    office.contacts["B-deferred-cured"] = [dunned(case, day(3, "09:00"))]
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, case)
        await played.say(day(3, "20:00"), payment("all", day(3)))
        await played.skip_to(day(30))
        assert await played.handle.result() is Outcome.CURED
    assert len(office.done(contracts.SEND_NOTICE)) == 1


@pytest.mark.parametrize(
    "name", [contracts.READ_LEDGER, contracts.RECORD_AGREED, contracts.CLOSE_CASE]
)
async def test_a_ledger_that_fails_for_good_is_a_task_and_the_case_goes_on_to_its_end(server, name):
    office = Office(RULES, trouble=refusing(name))
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, late_loan(f"ledger-{name}"))
        await played.say(day(5), promise("p", day(7)))
        await played.say(day(20), payment("all", day(20)))
        assert await played.handle.result() is Outcome.CURED
        assert any(line.startswith("failed: ") for line in await played.lines())
        assert len(await runs(played)) == 1
    assert tasks(office)
    assert all(what.startswith("failed-") for what in tasks(office))
