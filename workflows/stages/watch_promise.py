"""Watching a promise to pay until its day and grace are over."""

from functools import partial

from domain.case import Case
from domain.judging import judge_promise
from domain.ladder import turning
from domain.minding import Due, Duty, promise_duty
from domain.promises import Promise, kept
from domain.strategy import Next, Strategy
from workflows.desk import Desk
from workflows.stages.remind_of import remind_of

_THEN = {
    Duty.REMIND: "remind of the promise",
    Duty.JUDGE: "ask the ledger, then judge the promise",
}


async def watch_promise(case: Case, strategy: Strategy, desk: Desk) -> Next:
    """Leave the borrower in peace until the promise is kept or its day is over.

    They are reminded before its day where the strategy does so. Left as soon as enough money came,
    and otherwise with the ledger's word that it did not.
    """
    while promise := case.open_promise:
        due = promise_duty(case, promise, strategy)
        heard = await desk.until(
            due.at,
            partial(_moved, case, strategy, promise, due),
            why="promised payment",
            then=_THEN[due.duty],
        )
        if not heard and due.duty is Duty.REMIND:
            await remind_of(case, strategy, due, desk)
            continue
        if heard and not _settled(case, strategy, promise):
            continue
        if not heard:
            await desk.refresh()
        if turn := turning(case):
            return turn
        if case.open_promise is promise:
            return judge_promise(case, strategy)
    return turning(case) or case.came_from


def _moved(case: Case, strategy: Strategy, promise: Promise, due: Due) -> bool:
    settled = _settled(case, strategy, promise)
    return settled or promise_duty(case, promise, strategy) != due


def _settled(case: Case, strategy: Strategy, promise: Promise) -> bool:
    return (
        turning(case) is not None
        or case.open_promise is not promise
        or kept(promise, case.payments, strategy.promise)
    )
