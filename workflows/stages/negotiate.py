"""Negotiating: a collector looks for the cause and a way to pay."""

from domain.case import Case
from domain.strategy import Next, Stage, Strategy
from workflows.desk import Desk
from workflows.stages.climb import climb


async def negotiate(case: Case, strategy: Strategy, desk: Desk) -> Next:
    """Call and write on the strategy's days, offering a promise or a plan.

    Left by a cure, a promise or a plan, and for the legal stage when nothing was agreed.
    """
    return await climb(case, strategy, strategy.negotiate, desk) or Stage.LEGAL
