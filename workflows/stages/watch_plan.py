"""Watching a repayment plan, instalment by instalment."""

from functools import partial

from domain.case import Case
from domain.judging import judge_instalment
from domain.ladder import turning
from domain.plans import Plan, covered, judged_at
from domain.strategy import Ladder, Next, Stage, Strategy
from workflows.desk import Desk
from workflows.stages.climb import climb

_NO_LADDER = Ladder(())


async def watch_plan(case: Case, strategy: Strategy, desk: Desk) -> Next:
    """Judge each instalment on its day; write only about a missed one.

    Left by a cure, and for negotiation when the plan is over and something is still late.
    """
    while not (turn := await climb(case, strategy, _NO_LADDER, desk)):
        plan = case.plan
        if plan is None or not plan.performing or (item := plan.next_due) is None:
            return Stage.NEGOTIATE
        heard = await desk.until(
            judged_at(item, strategy.plan, case.zone),
            partial(_settled, case, plan),
            why=f"instalment {plan.judged + 1} of {len(plan.instalments)}",
            then="ask the ledger, then judge the instalment",
        )
        if not heard:
            await desk.refresh()
        if turn := turning(case):
            return turn
        if case.plan is plan:
            judge_instalment(case, strategy)
    return turn


def _settled(case: Case, plan: Plan) -> bool:
    return (
        turning(case) is not None
        or case.plan is not plan
        or covered(plan, case.payments) > plan.judged
    )
