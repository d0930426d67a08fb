"""How every workflow of ours waits and acts: one timer with its reason, and activities by name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities import contracts
    from domain.case import Case
    from domain.clock import PUNCTUAL, Clock
    from domain.ladder import turning
    from domain.outcomes import ANEW, AgencyOutcome, Placed, SendOutcome, Sent
    from domain.steps import MessageClass

ATTEMPT = timedelta(seconds=20)
"""One attempt of an activity; every outside call inside it gives up earlier."""

GIVE_UP = timedelta(days=3)
"""When an effect on an outside party becomes an outcome and a task for a person."""

RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=5),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(minutes=10),
)

_WAITED_FOR = workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED
_LEFT = workflow.ActivityCancellationType.TRY_CANCEL

_Answer = TypeVar("_Answer")


PRIORITIES = {
    MessageClass.STATUTORY: Priority(priority_key=1),
    MessageClass.RECEIPT: Priority(priority_key=2),
    MessageClass.SERVICE: Priority(priority_key=2),
    MessageClass.DUNNING: Priority(priority_key=3),
    MessageClass.LOCATE: Priority(priority_key=3),
}
"""1 is the most urgent: statutory before receipts before reminders."""


@dataclass(frozen=True, slots=True)
class Failed:
    """An activity that could not be done, and why in a word."""

    why: str


@dataclass(frozen=True, slots=True)
class Unless(Generic[_Answer]):
    """An activity that is tried unless something is `heard`: then the answer is `instead`.

    `for_ever`: it does not give up by itself.
    """

    heard: Callable[[], bool]
    instead: Callable[[], _Answer]
    for_ever: bool


def not_now(case: Case) -> Unless[SendOutcome]:
    """A contact that cannot be made yet does not outwait what is heard: holds, promises, money.

    What was heard is written first, and the contact decided anew. One that waits for us waits for
    ever.
    """
    told, turn = len(case.unwritten), turning(case)
    return Unless(
        lambda: len(case.unwritten) > told or turning(case) != turn,
        lambda: SendOutcome(Sent.DEFERRED, ANEW, "something was heard", until=case.now),
        bool(case.blocked),
    )


def not_placed_yet(case: Case) -> Unless[AgencyOutcome]:
    """A hand-off that no agency has taken yet does not outwait money, holds, and what turns a case.

    What has become of it is then asked of the ledger.
    """
    money, turn, holds = case.ledger_version, turning(case), list(case.holds)
    return Unless(
        lambda: (case.ledger_version, turning(case), case.holds) != (money, turn, holds),
        lambda: AgencyOutcome(Placed.DEFERRED, reason=ANEW, until=case.now),
        for_ever=False,
    )


def heard_at(clock: Clock, stated: datetime | None) -> datetime:
    """The instant of a fact or request by that clock: the stated one while the clock agrees."""
    wall = workflow.now()
    shown = clock.at(wall)
    if stated is None or stated.tzinfo is None or stated - shown > PUNCTUAL * clock.speed:
        return shown
    return clock.instant(stated, wall)


async def wait_until(clock: Clock, at: datetime | None, over: Callable[[], bool], why: str) -> bool:
    """Wait on one durable timer for `at` (None: on none), or until it is over.

    True when it is over, False when the timer rang first.
    """
    if at is None:
        await workflow.wait_condition(over)
        return True
    left = clock.wall_wait(at - clock.at(workflow.now()))
    named = f"{why} · {at:%Y-%m-%d %H:%M} UTC"
    try:
        await workflow.wait_condition(over, timeout=left, timeout_summary=named)
    except TimeoutError:
        return False
    return True


async def act(  # noqa: PLR0913 - what operators see of an activity is given with it
    name: str,
    order: object,
    answer: type[_Answer],
    *,
    activity_id: str,
    summary: str,
    priority: Priority = Priority.default,
    unless: Unless[_Answer] | None = None,
) -> _Answer | Failed:
    """Run an activity; after GIVE_UP it answers Failed.

    An attempt that is under way when something is heard is waited for: what it did, counts.
    """
    endless = name in contracts.OWN or (unless is not None and unless.for_ever)
    running = workflow.start_activity(
        name,
        order,
        result_type=answer,
        activity_id=activity_id,
        summary=summary,
        priority=priority,
        start_to_close_timeout=ATTEMPT,
        schedule_to_close_timeout=None if endless else GIVE_UP,
        retry_policy=RETRY,
        cancellation_type=_WAITED_FOR if unless else _LEFT,
    )
    left = False
    try:
        if unless is not None:
            await workflow.wait_condition(lambda: running.done() or unless.heard())
            left = not running.done() and running.cancel()
        result: _Answer = await running
    except ActivityError as error:
        if left and unless is not None:
            return unless.instead()
        if is_cancelled_exception(error):
            raise
        cause = error.cause
        return Failed(
            cause.type if isinstance(cause, ApplicationError) and cause.type else "time-out"
        )
    return result
