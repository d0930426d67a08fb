"""What operators see of a case in the Temporal UI, with nothing else at hand."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.sdk.v1 import WorkflowMetadata

from domain.gate.question import Contact
from domain.gate.words import Channel
from domain.holds import HoldReason
from domain.requests import Approve, Assign, PlaceHold
from tests.workflows.histories import ACTIVITY_SCHEDULED, TIMER_STARTED, UPSERT, runs
from tests.workflows.loans import DUE, day, late_loan, payment, promise
from tests.workflows.office import Office
from tests.workflows.playing import Played, start
from tests.workflows.seeded import PLAIN, RULES
from tests.workflows.server import at_work
from workflows.searching import (
    COLLECTOR,
    DUE_SINCE,
    HOLDS,
    JURISDICTION,
    PORTFOLIO,
    STAGE,
    STRATEGY,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

READABLE = re.compile(r"[a-z][a-z0-9_]*(-[A-Za-z0-9_:]+)*")
"""Words and numbers: `remind-gentle-email-2`, `place-1-north`, `close`."""

E_MAIL_OR_PHONE = re.compile(r"[\w.+-]+@[\w-]+\.\w+|\+\d[\d ()-]{7,}")
PERSONAL = {"name", "first_name", "last_name", "phone", "address", "email", "text", "body"}


@pytest_asyncio.fixture(loop_scope="session")
async def played(server, request) -> AsyncIterator[Played]:
    office = Office(RULES)
    async with at_work(server, office) as queue:
        yield await start(server, queue, office, late_loan(f"op-{request.node.name}"))


async def upserts(played: Played) -> int:
    """How often the case changed what operators search by."""
    return sum(e.event_type == UPSERT for run in await runs(played) for e in run.events)


async def searched(played: Played) -> dict[str, object]:
    """What operators search by, as the server has it now."""
    found = (await played.handle.describe()).typed_search_attributes
    return {pair.key.name: pair.value for pair in found}


async def test_a_case_can_be_searched_from_its_start_without_an_upsert(played):
    await played.skip_to(day(2))
    found = await searched(played)
    assert found[STAGE.name] == "remind"
    assert found[DUE_SINCE.name] == datetime(DUE.year, DUE.month, DUE.day, tzinfo=UTC)
    assert (found[JURISDICTION.name], found[PORTFOLIO.name]) == ("CN", "cards")
    assert found[STRATEGY.name] == PLAIN.id
    assert await upserts(played) == 0


async def test_a_stage_a_hold_and_an_assignment_each_take_one_upsert_and_nothing_else_does(played):
    await played.say(day(4), promise("p", day(9)))
    await played.skip_to(day(5))
    assert ((await searched(played))[STAGE.name], await upserts(played)) == ("watch_promise", 1)
    await played.say(day(5), PlaceHold("h1", "ann", HoldReason.DISPUTE))
    await played.skip_to(day(6))
    assert ((await searched(played))[HOLDS.name], await upserts(played)) == (["dispute"], 2)
    await played.say(day(6), Assign("s", "sue", "ann"))
    await played.skip_to(day(7))
    assert ((await searched(played))[COLLECTOR.name], await upserts(played)) == ("ann", 3)
    await played.say(day(7), payment("part", day(7), 100))
    await played.skip_to(day(8))
    assert await upserts(played) == 3


async def test_the_headline_and_the_details_name_the_case_and_no_person(played):
    seen = await played.handle.describe()
    loan = played.case_id.split("/")[1]
    assert await seen.static_summary() == f"Loan {loan} · CNY 400.00 · 1 days past due at start"
    details = await seen.static_details()
    assert details is not None
    assert "oldest unpaid instalment due 2026-01-10" in details


async def current_details(played: Played) -> str:
    found = await played.handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    assert isinstance(found, WorkflowMetadata)
    return found.current_details


async def test_the_current_details_say_stage_what_it_waits_for_until_when_and_what_then(played):
    await played.skip_to(day(2))
    shown = await current_details(played)
    for row in (
        "- **Stage:** remind",
        "- **Waits for:** gentle email",
        "- **Until:** 2026-01-13 02:00 UTC",
        "- **Then:** make contact: gentle by email",
        "- **Arrears:** 400.00 CNY",
    ):
        assert row in shown.splitlines()
    assert "Put off" not in shown
    await played.say(day(5), PlaceHold("h1", "ann", HoldReason.DISPUTE))
    await played.skip_to(day(6))
    shown = await current_details(played)
    assert "- **Until:** there is news" in shown
    assert "- **Then:** nothing happens without news" in shown
    assert "- **Holds:** dispute" in shown


async def test_the_details_and_the_state_say_why_a_contact_waits_by_which_rule_and_until_when(
    server, request
):
    office = Office(RULES)
    case = late_loan(f"op-{request.node.name}")
    office.contacts[case.borrower_id] = [
        Contact(day(3, f"09:{minute}"), Channel.EMAIL, case.borrower_id, debts=("another",))
        for minute in (10, 20, 30)
    ]
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, case)
        await played.skip_to(day(3, "12:00"))
        shown = await current_details(played)
        state = await played.state()
        (deferred,) = [line for line in await played.lines() if "deferred" in line]
    rule = deferred.partition("(")[2].rstrip(")")
    (row,) = [line for line in shown.splitlines() if line.startswith("- **Put off:** ")]
    assert rule.startswith("CN-")
    assert row.endswith(f"({rule})")
    assert row.startswith(f"- **Put off:** gentle until {state.until:%Y-%m-%d %H:%M} UTC: ")
    assert state.put_off == row.removeprefix("- **Put off:** ")


async def test_a_question_that_is_open_is_told_as_a_condition_with_its_date(played):
    await played.skip_to(day(80))
    state = await played.state()
    assert state.waits_for == "approval of placement"
    said = f"if nobody approves by {state.until:%Y-%m-%d %H:%M} UTC: end the case exhausted"
    assert state.then == said
    assert f"- **Then:** {said}" in (await current_details(played)).splitlines()


async def test_every_request_can_be_sent_as_an_update_and_as_a_signal_of_the_same_name(played):
    found = await played.handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    updates = {one.name for one in found.definition.update_definitions}
    signals = {one.name for one in found.definition.signal_definitions}
    assert len(updates) == 9
    assert updates < signals


async def full_life(played: Played) -> list[HistoryEvent]:
    """Promise broken, all reminders, hold, legal, placement and recall."""
    await played.say(day(5), promise("p", day(8)))
    await played.say(day(25), PlaceHold("h1", "ann", HoldReason.HARDSHIP, until=day(28)))
    await played.say(day(85), Approve("yes", "sue", "placement"))
    await played.say(day(90), PlaceHold("h2", "ann", HoldReason.COMPLAINT, until=day(95)))
    await played.say(day(100), payment("all", day(100)))
    await played.handle.result()
    return [event for run in await runs(played) for event in run.events]


async def test_every_timer_and_activity_has_a_summary_and_a_readable_id_of_its_own(played):
    events = await full_life(played)
    shown = [e for e in events if e.event_type in (TIMER_STARTED, ACTIVITY_SCHEDULED)]
    for event in shown:
        summary = json.loads(event.user_metadata.summary.data)
        assert 3 <= len(summary) <= 100, summary
    ids = [
        e.activity_task_scheduled_event_attributes.activity_id
        for e in shown
        if e.event_type == ACTIVITY_SCHEDULED
    ]
    assert len(ids) == len(set(ids)) > 12
    assert not [one for one in ids if not READABLE.fullmatch(one)]
    assert {"remind-gentle-email", "legal-final_demand-email", "place-1-north"} <= set(ids)


async def test_a_history_carries_ids_amounts_and_dates_and_no_person(played):
    events = await full_life(played)
    payloads = [found for event in events for found in _payloads(event)]
    assert len(payloads) > 50
    for payload in payloads:
        said = json.loads(payload.data) if payload.data else None
        assert not PERSONAL & set(_names(said)), said
        assert not E_MAIL_OR_PHONE.search(json.dumps(said)), said


def _payloads(message: object) -> Iterator[Payload]:
    """Every payload in a protobuf message, however deep."""
    if isinstance(message, Payload):
        yield message
        return
    for _, value in message.ListFields() if hasattr(message, "ListFields") else ():
        if hasattr(value, "ListFields"):
            yield from _payloads(value)
        elif hasattr(value, "values"):
            for one in value.values():
                yield from _payloads(one)
        elif not isinstance(value, str | bytes) and hasattr(value, "__iter__"):
            for one in value:
                yield from _payloads(one)


def _names(said: object) -> Iterator[str]:
    if isinstance(said, dict):
        yield from said
        for value in said.values():
            yield from _names(value)
    elif isinstance(said, list):
        for value in said:
            yield from _names(value)
