"""Watching a due date: notices ahead of it, and the wait until it is over."""

from functools import partial

from domain.case import Case
from domain.early import due_date_over
from domain.ladder import Due, early_notice, too_late, turning
from domain.reaching import made
from domain.strategy import Next, Strategy
from workflows.desk import Desk

_UNPAID = "ask the ledger, and remind if it is unpaid"


async def watch_due(case: Case, strategy: Strategy, desk: Desk) -> Next:
    """Send each notice ahead of the due date on its day, then wait until the due date is over.

    Left by payment in time or a plan, and for reminding, with the ledger's word, when the due date
    is over unpaid or a reversal makes an older one late.
    """
    while not (turn := turning(case)):
        due = early_notice(case, strategy)
        if await desk.until(
            due_date_over(case) if due is None else due.at,
            partial(_moved, case, strategy, due),
            why="the due date" if due is None else f"{due.step.name} {due.step.channel}",
            then=_UNPAID if due is None else _then(due),
        ):
            continue
        if due is None:
            await desk.refresh()
        else:
            await _make(case, strategy, due, desk)
    return turn


def _then(due: Due) -> str:
    return f"make contact: {due.step.name} by {due.step.channel}"


async def _make(case: Case, strategy: Strategy, due: Due, desk: Desk) -> None:
    assert strategy.early is not None, "a notice ahead of a due date has its ladder"
    if how := too_late(case, strategy, strategy.early.ladder, due, desk.now()):
        case.pass_over(due.step, how)
    else:
        made(case, strategy, due.step, await desk.send(due.step))


def _moved(case: Case, strategy: Strategy, due: Due | None) -> bool:
    return turning(case) is not None or early_notice(case, strategy) != due
