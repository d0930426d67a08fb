"""The legal stage: a final demand, its notice period, and a second person's approval."""

from datetime import datetime
from functools import partial

from domain.case import Case
from domain.judging import demand_arrived, notice_over
from domain.ladder import turning
from domain.legal.going import begun
from domain.reporting import to_report
from domain.strategy import Next, Outcome, Stage, Strategy
from workflows.desk import Desk
from workflows.stages.climb import climb
from workflows.stages.report import report
from workflows.stages.second_person import placement_approved


async def legal(case: Case, strategy: Strategy, desk: Desk) -> Next:
    """Send the final demand, wait its notice period, and ask before anything harder is done.

    Left for placement when it is approved, and for the court where the strategy has remedies, each
    of which is approved there. Ends exhausted when it is declined or not answered, and when the
    demand never arrived, because nothing may follow it then.
    """
    if turn := await climb(case, strategy, strategy.legal.ladder, desk):
        return turn
    while True:
        if turn := await report(case, strategy, desk):
            return turn
        if strategy.legal.remedies and begun(case):
            return Stage.COURT
        if case.approval is None and (over := await _wait_notice(case, strategy, desk)):
            return over
        if to_report(case, strategy) is None:
            break
    over = await placement_approved(case, strategy, desk, lambda: turning(case) is not None)
    assert over is not None, "news that answers no question turns the case"
    return over


async def _wait_notice(case: Case, strategy: Strategy, desk: Desk) -> Next | None:
    """Wait the notice period, with every hold; answers where the case goes instead of asking.

    None as well when the report turns out not to be on record: it is asked for again.
    """
    while demand_arrived(case, strategy) and await desk.until(
        over := notice_over(case, strategy),
        partial(_moved, case, strategy, over),
        why="notice period of the final demand",
        then=_then(strategy),
    ):
        if (turn := turning(case)) or to_report(case, strategy):
            return turn
    if not demand_arrived(case, strategy):
        case.log("legal", "the final demand did not arrive: people must find another way")
        return Outcome.EXHAUSTED
    await desk.refresh()
    if turn := turning(case):
        return turn
    return Stage.COURT if strategy.legal.remedies else None


def _then(strategy: Strategy) -> str:
    if strategy.legal.remedies:
        return f"make ready: {strategy.legal.remedies[0]}"
    return "ask a second person to approve placement"


def _moved(case: Case, strategy: Strategy, over: datetime | None) -> bool:
    changed = notice_over(case, strategy) != over or not demand_arrived(case, strategy)
    return turning(case) is not None or changed or to_report(case, strategy) is not None
