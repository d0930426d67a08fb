"""Reminding: friendly notices on their days."""

from domain.case import Case
from domain.strategy import Next, Stage, Strategy
from workflows.desk import Desk
from workflows.stages.climb import climb


async def remind(case: Case, strategy: Strategy, desk: Desk) -> Next:
    """Send each reminder on its day, until the borrower answers.

    Left by a cure, a promise or a plan, and for negotiation when the last reminder is out.
    """
    return await climb(case, strategy, strategy.remind, desk) or Stage.NEGOTIATE
