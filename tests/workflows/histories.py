"""Reading histories: every run of a case, and what it costs without the tests' time skipping."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from tests.workflows.playing import Played

STARTED = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED
CONTINUED = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW
SIGNALED = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED
UPDATED = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED
TASK_SCHEDULED = EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED
TASK_COMPLETED = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
TASK_FAILED = EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
ACTIVITY_SCHEDULED = EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
ACTIVITY_STARTED = EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED
TIMER_STARTED = EventType.EVENT_TYPE_TIMER_STARTED
TIMER_FIRED = EventType.EVENT_TYPE_TIMER_FIRED
TIMER_CANCELED = EventType.EVENT_TYPE_TIMER_CANCELED
UPSERT = EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES

SKIPPING = (
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
)
"""What time skipping leaves in a history; production has neither."""

NEWS = (
    STARTED,
    SIGNALED,
    TIMER_FIRED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT,
)
"""What asks for a workflow task."""

DEEDS = (
    UPDATED,
    UPSERT,
    TIMER_STARTED,
    TIMER_CANCELED,
    ACTIVITY_SCHEDULED,
    CONTINUED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
)
"""What a workflow task can come to, in a case."""

CHARGED = (STARTED, ACTIVITY_SCHEDULED, TIMER_STARTED, SIGNALED, UPDATED, UPSERT)
"""Each of these is one Temporal action; a retry of an activity is one more."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a case cost: history events and Temporal actions, over all its runs."""

    events: int
    actions: int


async def runs(played: Played) -> list[WorkflowHistory]:
    """The history of each run of a case, first to last."""
    last = await played.handle.fetch_history()
    run_id = last.events[0].workflow_execution_started_event_attributes.first_execution_run_id
    found = []
    while run_id:
        handle = played.server.client.get_workflow_handle(played.case_id, run_id=run_id)
        found.append(await handle.fetch_history())
        end = found[-1].events[-1]
        run_id = end.workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return found


def unskipped(events: Iterable[HistoryEvent]) -> list[HistoryEvent]:
    """The events as production would have them.

    Without what time skipping leaves, and without a workflow task that nothing but a skip asked
    for: nothing happened before it since the last task, and it did nothing.
    """
    left = [event for event in events if event.event_type not in SKIPPING]
    kept: list[HistoryEvent] = []
    for number, event in enumerate(left):
        kept.append(event)
        following = left[number + 1] if number + 1 < len(left) else None
        if _ends_an_idle_task(kept, following):
            del kept[-3:]
    return kept


def _ends_an_idle_task(kept: Sequence[HistoryEvent], following: HistoryEvent | None) -> bool:
    kinds = [event.event_type for event in kept[-4:]]
    task = len(kinds) == 4 and kinds[1] == TASK_SCHEDULED and kinds[3] == TASK_COMPLETED
    return task and kinds[0] not in NEWS and (not following or following.event_type not in DEEDS)


def cost(histories: Iterable[WorkflowHistory]) -> Cost:
    """Events and actions of a case over all its runs."""
    events = actions = 0
    for history in histories:
        lived = unskipped(history.events)
        events += len(lived)
        actions += sum(event.event_type in CHARGED for event in lived)
        actions += sum(
            event.activity_task_started_event_attributes.attempt - 1
            for event in lived
            if event.event_type == ACTIVITY_STARTED
        )
    return Cost(events, actions)
