"""Watching a promise to pay until its day and grace are over."""

from functools import partial

from domain.case import Case
from domain.judging import judge_promise
from domain.ladder import turning
from domain.promises import Promise, judged_at, kept
from domain.strategy import Next, Strategy
from workflows.desk import Desk


async def watch_promise(case: Case, strategy: Strategy, desk: Desk) -> Next:
    """Leave the borrower in peace until the promise is kept or its day is over.

    Left as soon as enough money came, and otherwise with the ledger's word that it did not.
    """
    while promise := case.open_promise:
        heard = await desk.until(
            judged_at(promise, strategy.promise, case.zone),
            partial(_settled, case, strategy, promise),
            why="promised payment",
            then="ask the ledger, then judge the promise",
        )
        if not heard:
            await desk.refresh()
        if turn := turning(case):
            return turn
        if case.open_promise is promise:
            return judge_promise(case, strategy)
    return turning(case) or case.came_from


def _settled(case: Case, strategy: Strategy, promise: Promise) -> bool:
    return (
        turning(case) is not None
        or case.open_promise is not promise
        or kept(promise, case.payments, strategy.promise)
    )
