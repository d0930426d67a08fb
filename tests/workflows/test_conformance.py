"""The same stories through the real server and the virtual driver give the same timelines."""

import asyncio
from collections.abc import Sequence

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.case import Entry
from domain.strategy import Outcome, Stage
from tests.workflows.office import Office
from tests.workflows.playing import start
from tests.workflows.seeded import RULES, Story, shows, story, telling_seeds
from tests.workflows.server import at_work
from workflows import temporal_desk

AT_ONCE = 5
MUST_SHOW = {
    # for the court see test_court.py; whoever watches a due date began with that
    *(f"stage {stage}" for stage in Stage if stage not in (Stage.COURT, Stage.WATCH_DUE)),
    *(f"ends {outcome}" for outcome in Outcome),
    *("notice sent", "notice deferred", "notice suppressed", "notice campaign over"),
    *("bounce", "reversal"),
    *("promise kept", "promise broken", "promise superseded"),
    *("plan instalment  paid", "plan instalment  missed"),
    *("plan completed", "plan defaulted", "plan replaced"),
    *("hold until --", "hold until lifted", "hold lifted", "closing"),
    *("agency accepted", "agency unreachable", "agency uncollectable"),
    *("refused promise-above-arrears", "refused plan-sum", "refused own-case"),
}


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    return [story(seed) for seed in telling_seeds(25)]


async def on_the_server(server: WorkflowEnvironment, told: Story) -> list[Entry]:
    """The story's timeline as the real server and worker live it."""
    office = Office(RULES, told.reachable, agencies_answer=told.agencies_answer)
    office.contacts[told.case.borrower_id] = list(told.contacts)
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, told.case)
        for at, event in told.events:
            await played.skip_to(at)
            office.hears(told.case, event)
            await played.say(at, event)
        await played.skip_to(told.until)
        return await played.timeline()


@pytest.mark.asyncio(loop_scope="session")
async def test_twenty_five_stories_have_the_same_timeline_on_the_real_server(server, stories):
    assert not await differences(server, stories)


async def differences(server: WorkflowEnvironment, stories: Sequence[Story]) -> str:
    """Where the timelines of the server and of the virtual driver differ; empty when nowhere."""
    seats = asyncio.Semaphore(AT_ONCE)

    async def lived(told: Story) -> list[Entry]:
        async with seats:
            return await on_the_server(server, told)

    real = await asyncio.gather(*map(lived, stories))
    virtual = [told.in_virtual_time().timeline for told in stories]
    return "\n".join(filter(None, map(difference, stories, virtual, real)))


@pytest.mark.asyncio(loop_scope="session")
async def test_stories_that_continue_as_new_all_the_time_have_the_same_timeline_too(
    server, stories, monkeypatch
):
    monkeypatch.setattr(temporal_desk, "ROLL_AT_EVENTS", 12)
    longest = sorted(stories, key=lambda told: -len(told.in_virtual_time().timeline))[:8]
    assert not await differences(server, longest)


def difference(told: Story, virtual: list[Entry], real: list[Entry]) -> str:
    """The first line in which two timelines differ; empty when none does."""
    if virtual == real:
        return ""
    pairs = zip([*virtual, None], [*real, None], strict=False)
    line, (one, other) = next((n, pair) for n, pair in enumerate(pairs) if pair[0] != pair[1])
    return f"story {told.seed}, line {line}:\n  virtual  {one}\n  server   {other}"


def test_one_different_line_is_found(stories):
    lived = stories[0].in_virtual_time().timeline
    assert difference(stories[0], lived, lived) == ""
    assert "line 1" in difference(stories[0], lived, [lived[0], *lived[2:]])


def test_between_them_the_stories_show_every_stage_every_end_and_every_kind_of_answer(stories):
    assert not MUST_SHOW - set().union(*map(shows, stories))
