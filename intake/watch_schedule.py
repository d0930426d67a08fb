"""The schedule of the daily watch: when it runs, whether it is on, what its runs did."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypeVar

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionExecutionStartWorkflow,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleDescription,
    ScheduleHandle,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from domain.keys import DAILY_WATCH
from domain.refused import Refused
from domain.watching import Watched, WatchOrder
from intake.cases import ATTEMPTS, PATIENCE
from intake.connect import Unanswered, answered
from workflows.daily_watch import DailyWatch

CATCH_UP = timedelta(hours=24)
"""How late a run may start that the server missed: one looks at every day that was missed."""

LONGEST_WAIT = timedelta(minutes=10)
"""How long somebody at the command line waits for the end; the watch itself goes on."""

SUMMARY = "Daily watch · newly late loans, approvals, agencies' files"

_WAITING = 2
"""Events of a workflow that no worker has taken up: it started, and its first task waits."""

_T = TypeVar("_T")
_Handle = WorkflowHandle[DailyWatch, Watched]


@dataclass(frozen=True, slots=True)
class Run:
    """One run: when it started, how it stands, and what it did or why it failed.

    `did` is None while it runs, when it failed, and when the server has forgotten it.
    """

    started_at: datetime
    status: str
    did: Watched | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the watch stands: at which local time, next when, and its last run."""

    on: bool
    at: time
    zone: str
    note: str
    next_at: datetime | None
    last: Run | None


class WatchSchedule:
    """The one schedule of the daily watch in a Temporal namespace.

    Raises Unanswered when the server or a worker is away.
    """

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue

    async def on(self, at: time, zone: str, order: WatchOrder | None = None) -> None:
        """Watch every day at that local time; one that is on already is moved to it."""
        wanted = self._schedule(at, zone, order or WatchOrder())
        try:
            await answered(self._client, self._client.create_schedule(DAILY_WATCH, wanted))
        except ScheduleAlreadyRunningError:

            def move(_: ScheduleUpdateInput) -> ScheduleUpdate:
                return ScheduleUpdate(wanted)

            await answered(self._client, self._handle.update(move))

    async def off(self, by: str) -> Refused | None:
        """Pause it; it knows how far it looked, so what falls due meanwhile is seen when on again.

        Refused when it was never on.
        """
        if await self._described() is None:
            return _never_on()
        await answered(self._client, self._handle.pause(note=f"off by {by}"))
        return None

    async def standing(self) -> Standing | Refused:
        """How it stands; refused when it was never on."""
        found = await self._described()
        if found is None:
            return _never_on()
        spec = found.schedule.spec.calendars[0]
        return Standing(
            on=not found.schedule.state.paused,
            at=time(spec.hour[0].start, spec.minute[0].start),
            zone=found.schedule.spec.time_zone_name or "UTC",
            note=found.schedule.state.note or "",
            next_at=next(iter(found.info.next_action_times), None),
            last=await self._last(found),
        )

    async def now(self, worker_within: timedelta = ATTEMPTS * PATIENCE) -> Run:
        """Watch at once and wait for the end; a watch that runs already is waited for.

        It goes on from the schedule's last good run. Where none was ever on, it is a first watch.
        """
        handle = await self._started_now()
        await self._taken(handle, worker_within)
        try:
            async with asyncio.timeout(LONGEST_WAIT.total_seconds()):
                await answered(self._client, handle.result())
        except WorkflowFailureError:
            pass
        except TimeoutError:
            raise Unanswered("The watch runs on; `watch show` says what it did.") from None
        return await self._run(handle, (await answered(self._client, handle.describe())).start_time)

    async def _started_now(self) -> _Handle:
        before = await self._described()
        if before is None:
            return await answered(
                self._client,
                self._client.start_workflow(
                    DailyWatch.run,
                    WatchOrder(),
                    id=DAILY_WATCH,
                    task_queue=self._task_queue,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    static_summary=SUMMARY,
                ),
            )
        if before.info.running_actions:
            return self._one(before.info.running_actions[-1])
        known = {_run_id(a.action) for a in before.info.recent_actions}
        await answered(self._client, self._handle.trigger(overlap=ScheduleOverlapPolicy.BUFFER_ONE))
        for _ in range(int(PATIENCE.total_seconds() * 10)):
            found = await self._described()
            recent = found.info.recent_actions if found else ()
            for action in recent:
                if _run_id(action.action) not in known:
                    return self._one(action.action)
            await asyncio.sleep(0.1)
        raise Unanswered("The server has not started the watch yet; ask `watch show` in a while.")

    async def _taken(self, handle: _Handle, within: timedelta) -> None:
        """Wait until a worker has taken it up."""
        for _ in range(int(within.total_seconds() * 10)):
            if (await answered(self._client, handle.describe())).history_length > _WAITING:
                return
            await asyncio.sleep(0.1)
        raise Unanswered(
            f"Nobody watches: no worker serves the task queue {self._task_queue!r}. "
            f"Start one with `python worker.py`; it then does this watch."
        )

    async def _last(self, found: ScheduleDescription) -> Run | None:
        """The last run: the schedule's, or else one asked for before it was ever on; None: none."""
        if (last := next(reversed(found.info.recent_actions), None)) is not None:
            return await self._run(self._one(last.action), last.started_at)
        handle = self._client.get_workflow_handle_for(DailyWatch.run, DAILY_WATCH)
        try:
            before = await answered(self._client, handle.describe())
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise
        return await self._run(handle, before.start_time)

    async def _run(self, handle: _Handle, started_at: datetime) -> Run:
        try:
            found = await answered(self._client, handle.describe())
            status = found.status or WorkflowExecutionStatus.RUNNING
            if status is not WorkflowExecutionStatus.COMPLETED:
                return Run(started_at, status.name.lower(), why=await self._why(handle, status))
            return Run(started_at, "completed", await answered(self._client, handle.result()))
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return Run(started_at, "forgotten", why="The server keeps runs for its retention only.")

    async def _why(self, handle: _Handle, status: WorkflowExecutionStatus) -> str:
        if status is WorkflowExecutionStatus.RUNNING:
            return ""
        try:
            await answered(self._client, handle.result())
        except WorkflowFailureError as failure:
            return getattr(failure.cause, "message", None) or str(failure.cause)
        return ""

    async def _described(self) -> ScheduleDescription | None:
        try:
            return await answered(self._client, self._handle.describe())
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise

    @property
    def _handle(self) -> ScheduleHandle:
        return self._client.get_schedule_handle(DAILY_WATCH)

    def _one(self, action: object) -> _Handle:
        assert isinstance(action, ScheduleActionExecutionStartWorkflow)
        return self._client.get_workflow_handle_for(
            DailyWatch.run, action.workflow_id, run_id=action.first_execution_run_id
        )

    def _schedule(self, at: time, zone: str, order: WatchOrder) -> Schedule:
        return Schedule(
            action=ScheduleActionStartWorkflow(
                DailyWatch.run,
                order,
                id=DAILY_WATCH,
                task_queue=self._task_queue,
                static_summary=SUMMARY,
            ),
            spec=ScheduleSpec(
                calendars=[
                    ScheduleCalendarSpec(
                        hour=[ScheduleRange(at.hour)], minute=[ScheduleRange(at.minute)]
                    )
                ],
                time_zone_name=zone,
            ),
            policy=SchedulePolicy(
                overlap=ScheduleOverlapPolicy.BUFFER_ONE, catchup_window=CATCH_UP
            ),
            state=ScheduleState(note="on"),
        )


def _run_id(action: object) -> str:
    if isinstance(action, ScheduleActionExecutionStartWorkflow):
        return action.first_execution_run_id
    return ""


def _never_on() -> Refused:
    return Refused("watch-not-on", "There is no daily watch here; begin with `watch on`.")
