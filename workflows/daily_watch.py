"""The daily watch: opens cases that are due to be opened, and does the day's sweeps; then ends.

A schedule starts it. It looks at the due dates since the last watch that ended well, so that after
an outage of days nothing is missed. Where one of its works cannot be done the others are done all
the same; then it fails, and the next watch looks at the same days again. Nothing can be said to it.
"""

import asyncio
from datetime import timedelta
from typing import TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.contracts import OPEN_CASES, READ_AGENCIES, SWEEP_APPROVALS
    from domain.watching import (
        Opened,
        OpenOrder,
        Read,
        SweepOrder,
        Swept,
        Watched,
        WatchOrder,
        next_first,
        window,
    )
    from workflows.acting import RETRY, Failed

WITHIN = timedelta(hours=20)
"""How long a work may take, retries and outages included: it is over before the next watch."""

SILENCE = timedelta(minutes=1)
"""How long a work may say nothing before another worker goes on with it."""

_Answer = TypeVar("_Answer")


@workflow.defn(name="DailyWatch")
class DailyWatch:
    """One day's watch; ends with what it did."""

    @workflow.run
    async def run(self, order: WatchOrder) -> Watched:
        """Open cases, sweep approvals and read files side by side: none waits for another."""
        last_good: Watched | None = workflow.get_last_completion_result(Watched)
        wall = workflow.now()
        at = order.clock.at(wall)
        days = window(last_good, at)
        sweep = SweepOrder(at, wall, order.clock)
        shown = f"due {days.first} to {days.last}"
        workflow.set_current_details(f"Looks for loans that fell behind, {shown}.")
        opened, swept, read = await asyncio.gather(
            self._do(OPEN_CASES, OpenOrder(days, wall, order.clock), Opened, shown),
            self._do(SWEEP_APPROVALS, sweep, Swept, "what waits for a second person"),
            self._do(READ_AGENCIES, sweep, Read, "files that agencies left"),
        )
        works = {OPEN_CASES: opened, SWEEP_APPROVALS: swept, READ_AGENCIES: read}
        if undone := [f"{n}: {w.why}" for n, w in works.items() if isinstance(w, Failed)]:
            said = f"Not done: {', '.join(undone)}. The next watch looks at the same days again."
            raise ApplicationError(said, type="WatchIncomplete", non_retryable=True)
        assert isinstance(opened, Opened)
        assert isinstance(swept, Swept)
        assert isinstance(read, Read)
        return Watched(at, days, next_first(at), opened, swept, read)

    async def _do(
        self, name: str, order: object, answer: type[_Answer], summary: str
    ) -> _Answer | Failed:
        """Run an activity; one that cannot be done within its time answers Failed."""
        try:
            done: _Answer = await workflow.execute_activity(
                name,
                order,
                result_type=answer,
                activity_id=name,
                summary=summary,
                start_to_close_timeout=WITHIN,
                schedule_to_close_timeout=WITHIN,
                heartbeat_timeout=SILENCE,
                retry_policy=RETRY,
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            cause = error.cause
            known = isinstance(cause, ApplicationError) and cause.type
            return Failed(known or "time-out")
        return done
