"""Watching a repayment plan, instalment by instalment."""

from functools import partial

from domain.case import Case
from domain.judging import judge_instalment
from domain.ladder import turning
from domain.minding import Due, Duty, after_plan, checked_back, plan_duty
from domain.plans import Plan, covered
from domain.steps import Ladder
from domain.strategy import Next, Strategy
from workflows.desk import Desk
from workflows.stages.climb import climb
from workflows.stages.remind_of import remind_of

_NO_LADDER = Ladder(())
_THEN = {
    Duty.REMIND: "remind of the instalment",
    Duty.CHECK_BACK: "ask a collector to look at the means again",
    Duty.JUDGE: "ask the ledger, then judge the instalment",
}


async def watch_plan(case: Case, strategy: Strategy, desk: Desk) -> Next:
    """Judge each instalment on its day; write before it, where the strategy does, and when missed.

    Left by a cure, and for where the strategy says when the plan is over and something is still
    late.
    """
    while not (turn := await climb(case, strategy, _NO_LADDER, desk)):
        plan = case.plan
        if plan is None or not plan.performing or plan.next_due is None:
            return after_plan(case, strategy)
        due = plan_duty(case, plan, strategy)
        heard = await desk.until(
            due.at,
            partial(_moved, case, strategy, plan, due),
            why=f"instalment {plan.judged + 1} of {len(plan.instalments)}",
            then=_THEN[due.duty],
        )
        if not heard and due.duty is not Duty.JUDGE:
            await _mind(case, strategy, due, desk)
            continue
        if heard and not _settled(case, plan):
            continue
        if not heard:
            await desk.refresh()
        if turn := turning(case):
            return turn
        if case.plan is plan:
            judge_instalment(case, strategy)
    return turn


async def _mind(case: Case, strategy: Strategy, due: Due, desk: Desk) -> None:
    if due.duty is Duty.REMIND:
        await remind_of(case, strategy, due, desk)
    else:
        await desk.ask(checked_back(case, desk.now()), "look at the borrower's means again")


def _moved(case: Case, strategy: Strategy, plan: Plan, due: Due) -> bool:
    return _settled(case, plan) or plan_duty(case, plan, strategy) != due


def _settled(case: Case, plan: Plan) -> bool:
    return (
        turning(case) is not None
        or case.plan is not plan
        or covered(plan, case.payments) > plan.judged
    )
