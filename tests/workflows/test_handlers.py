"""What can be said to a case: each signal and each update, rightly, wrongly, twice and late."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from temporalio.client import WithStartWorkflowOperation, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError

from domain import keys
from domain.facts import (
    AgencyReported,
    BorrowerReached,
    ContactBounced,
    ContactFailed,
    Fact,
    GrievanceDecided,
    PaymentReversed,
)
from domain.grievances import GrievanceKind, Verdict
from domain.holds import HoldReason
from domain.plans import monthly, split_evenly
from domain.refused import Refused
from domain.requests import (
    AgreePlan,
    Approve,
    Assign,
    Close,
    LiftHold,
    Note,
    PlaceHold,
    Request,
)
from domain.strategy import Outcome
from tests.workflows.histories import UPDATED, runs
from tests.workflows.loans import DUE, OWED, day, late_loan, payment, promise
from tests.workflows.office import Office
from tests.workflows.playing import start
from tests.workflows.seeded import RULES
from tests.workflows.server import at_work
from workflows import temporal_desk
from workflows.loan_case import LoanCase

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLACEMENT = keys.placement_key("L", DUE, 1)
FACTS: dict[str, tuple[list[Fact], str]] = {
    "payment_received": ([payment("a", day(2), 100)], "payment: 1.00 CNY"),
    "payment_reversed": (
        [payment("a", day(2), 100), PaymentReversed("back", "payment-a", day(2).date())],
        "reversal: 1.00 CNY",
    ),
    "contact_bounced": ([ContactBounced("b", "gentle", "email")], "bounce: gentle by email"),
    "agency_reported": ([AgencyReported("r", PLACEMENT, "contacted")], "agency: reported: "),
    "borrower_reached": ([BorrowerReached("w", "sms")], "reached: by sms"),
    "contact_failed": (
        [ContactFailed("c", "call", "call", "no_answer")],
        "not reached: call by call: no_answer",
    ),
    "grievance_decided": (
        [GrievanceDecided("g", "g1", GrievanceKind.DISPUTE, Verdict.REJECTED)],
        "grievance: dispute g1: rejected",
    ),
}
PLAN = split_evenly(OWED, monthly(day(20).date(), 2))
REQUESTS: dict[str, tuple[list[Request], str]] = {
    "promise_to_pay": ([promise("p", day(9))], "promise: 400.00 CNY by 2026-01-19"),
    "agree_plan": ([AgreePlan("a", "ann", "CNY", PLAN)], "plan: a: agreed, 2 instalments"),
    "place_hold": ([PlaceHold("h", "ann", HoldReason.DISPUTE)], "hold: dispute until lifted"),
    "lift_hold": (
        [PlaceHold("h", "ann", HoldReason.DISPUTE), LiftHold("l", "ann", "h")],
        "hold: dispute lifted",
    ),
    "assign": ([Assign("s", "sue", "ann")], "assigned: ann"),
    "note": ([Note("n", "ann", "note-1")], "note: note-1 by ann"),
    "approve": ([Approve("y", "sue", "placement")], "approval: placement: approved by sue"),
    "close": ([Close("c", "sue", "fraud")], "closing: fraud, by sue"),
}


@pytest_asyncio.fixture(loop_scope="session")
async def played(server, request):
    """A case at noon of its second day past due, or when it waits for an approval."""
    name = request.node.name.replace("[", "-").replace("]", "")
    office = Office(RULES)
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, late_loan(name))
        await played.skip_to(day(80) if "approve" in name else day(2))
        yield played


@pytest.mark.parametrize("name", FACTS)
async def test_a_fact_is_heard_by_its_signal(played, name):
    facts, line = FACTS[name]
    for fact in facts:
        await played.handle.signal(fact.kind, fact)
    assert any(found.startswith(line) for found in await played.lines())


@pytest.mark.parametrize("name", REQUESTS)
async def test_a_request_is_taken_by_its_update_which_says_where_the_case_stands(played, name):
    requests, line = REQUESTS[name]
    for request in requests:
        answer = await played.cases.ask(played.case_id, request)
        assert not isinstance(answer, Refused), answer
        assert answer.loan_id in played.case_id
    assert line in await played.lines()


@pytest.mark.parametrize("name", REQUESTS)
async def test_a_request_is_taken_by_the_signal_of_its_name_too(played, name):
    requests, line = REQUESTS[name]
    for request in requests:
        assert await played.cases.mention(played.case_id, request) is None
    assert line in await played.lines()


async def test_a_refused_update_tells_the_rule_and_the_reason_and_leaves_no_event(played):
    before = await played.handle.fetch_history()
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await played.handle.execute_update(
            LoanCase.promise_to_pay, promise("p", day(9), OWED + 1), id="p"
        )
    cause = refused.value.cause
    assert isinstance(cause, ApplicationError)
    assert cause.type == "promise-above-arrears"
    assert "above the arrears of 400.00 CNY" in cause.message
    assert len((await played.handle.fetch_history()).events) == len(before.events)
    assert not any("refused" in line for line in await played.lines())


async def test_a_refused_signal_is_written_on_the_case_and_changes_nothing(played):
    before = await played.state()
    await played.cases.mention(played.case_id, promise("p", day(9), OWED + 1))
    after = await played.state()
    assert (await played.lines())[-1] == "refused: PromiseToPay by ann: promise-above-arrears"
    assert (after.stage, after.promise, after.until) == (before.stage, "", before.until)


async def test_the_same_update_id_is_answered_twice_and_taken_once(played):
    for _ in range(2):
        answer = await played.cases.ask(played.case_id, promise("p", day(9)))
        assert not isinstance(answer, Refused)
    await played.handle.execute_update(LoanCase.promise_to_pay, promise("p", day(9)), id="other")
    await played.cases.mention(played.case_id, promise("p", day(9)))
    assert sum(line.startswith("promise: ") for line in await played.lines()) == 1


async def test_a_fact_delivered_twice_is_heard_once(played):
    for _ in range(3):
        await played.handle.signal("payment_received", payment("a", day(2), 100))
    assert (await played.lines()).count("payment: 1.00 CNY") == 1
    assert (await played.state()).arrears_minor == OWED - 100


async def test_what_is_said_before_the_first_task_is_heard_before_the_case_acts(server):
    office = Office(RULES)
    played = await start(server, "early", office, late_loan("early"))
    await played.handle.signal("payment_received", payment("a", day(1), 100))
    await played.cases.mention(played.case_id, Assign("s", "sue", "ann"))
    async with at_work(server, office, queue="early"):
        assert await played.lines() == [
            "opened: 1 days past due",
            "payment: 1.00 CNY",
            "assigned: ann",
        ]
        await played.skip_to(day(4))
        assert (await played.lines())[-1] == "notice: gentle by email: sent"


async def test_a_promise_can_come_with_the_start_itself(server):
    office = Office(RULES)
    case = late_loan("with-start")
    office.takes(case)
    async with at_work(server, office) as queue:
        operation = WithStartWorkflowOperation(
            LoanCase.run,
            case,
            id=keys.case_id(case.loan_id, case.episode),
            task_queue=queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        answer = await server.client.execute_update_with_start_workflow(
            LoanCase.assign, Assign("s", "sue", "ann"), start_workflow_operation=operation
        )
        assert answer.collector == "ann"


MALFORMED: dict[str, tuple[str, list[Any]]] = {
    "text instead of an object": ("payment_received", ["hello"]),
    "nothing in it": ("payment_received", [{}]),
    "null": ("payment_received", [None]),
    "no content at all": ("payment_received", []),
    "no content in a request": ("promise_to_pay", []),
    "an id that is no text": (
        "payment_received",
        [{"fact_id": ["x"], "payment_id": "p", "amount_minor": 5, "on": "2026-01-12"}],
    ),
    "a reason that is none": (
        "place_hold",
        [{"request_id": "h", "by": "ann", "reason": "nonsense"}],
    ),
    "a name nobody knows": ("no_such_signal", [{"x": 1}]),
}


@pytest.mark.parametrize("wrong", MALFORMED)
async def test_a_signal_that_cannot_be_read_does_not_stop_the_case(played, wrong):
    name, content = MALFORMED[wrong]
    await played.handle.signal(name, args=content)
    await played.skip_to(day(4))
    assert await played.lines() == ["opened: 1 days past due", "notice: gentle by email: sent"]


@pytest.mark.parametrize(
    "at", ["2026-01-12T10:00:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"]
)
async def test_a_stated_instant_that_cannot_be_is_replaced_by_the_clock(played, at):
    fact = {"fact_id": "f", "payment_id": "p", "amount_minor": 5, "on": "2026-01-12", "at": at}
    await played.handle.signal("payment_received", fact)
    heard = (await played.timeline())[-1]
    assert abs(heard.at - day(2)) < timedelta(minutes=1)
    await played.skip_to(day(4))
    assert (await played.lines())[1:] == ["payment: 0.05 CNY", "notice: gentle by email: sent"]


@pytest.mark.parametrize("content", [[], [None], ["hello"], [{"request_id": "h"}]])
async def test_an_update_that_cannot_be_read_is_refused(played, content):
    with pytest.raises(WorkflowUpdateFailedError):
        await played.handle.execute_update("place_hold", args=content)
    await played.skip_to(day(4))
    assert (await played.lines())[-1] == "notice: gentle by email: sent"


async def test_nothing_can_be_asked_of_a_case_that_is_over(played):
    await played.handle.signal("payment_received", payment("all", day(2)))
    assert await played.handle.result() is Outcome.CURED
    requests: list[Request] = [promise("p", day(9)), Assign("s", "sue", "ann")]
    for request in requests:
        answer = await played.cases.ask(played.case_id, request)
        assert isinstance(answer, Refused)
        assert answer.rule == "case-closed"
    told = await played.cases.tell(played.case_id, payment("more", day(3), 100))
    assert isinstance(told, Refused)
    assert (await played.state()).outcome is Outcome.CURED
    assert await played.cases.future(played.case_id) == []


async def test_nothing_is_lost_when_a_case_continues_as_new_under_fire(server, monkeypatch):
    monkeypatch.setattr(temporal_desk, "ROLL_AT_EVENTS", 80)
    office = Office(RULES)
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, late_loan("roll"))
        notes = [Note(f"n{n}", "ann", f"note-{n}") for n in range(25)]
        small = [payment(str(n), day(1), 1) for n in range(60)]
        holds = [PlaceHold(f"h{n}", "ann", HoldReason.DISPUTE) for n in range(10)]
        requests: list[Request] = [*notes, *holds]
        updates = [played.cases.ask(played.case_id, request) for request in requests]
        signals = [played.cases.tell(played.case_id, fact) for fact in small]
        answers = await asyncio.gather(*updates, *signals)
        assert not any(isinstance(answer, Refused) for answer in answers)
        found = await played.lines()
        histories = await runs(played)
        assert len(histories) > 1, "the case never continued as new"
        assert sorted(line for line in found if line.startswith("note: ")) == sorted(
            f"note: {said.note_id} by ann" for said in notes
        )
        assert found.count("payment: 0.01 CNY") == len(small)
        assert found.count("hold: dispute until lifted") == len(holds)


async def test_a_request_taken_before_a_roll_is_not_taken_again_after_it(server, monkeypatch):
    monkeypatch.setattr(temporal_desk, "ROLL_AT_EVENTS", 20)
    office = Office(RULES)
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, late_loan("once"))
        await played.say(day(2), promise("p", day(9)))
        await played.handle.signal("payment_received", payment("a", day(2), 100))
        await played.skip_to(day(14))
        assert len(await runs(played)) > 1, "the case never continued as new"
        again = await played.cases.ask(played.case_id, promise("p", day(9)))
        assert not isinstance(again, Refused), "it was taken before, so it is not refused"
        await played.handle.signal("payment_received", payment("a", day(2), 100))
        later = [event.event_type for run in (await runs(played))[1:] for event in run.events]
        assert UPDATED in later, "the server itself knew the id, and the case was not asked"
        found = await played.lines()
        assert found.count("promise: 400.00 CNY by 2026-01-19") == 1
        assert found.count("payment: 1.00 CNY") == 1
