"""Climbing a ladder of contacts, as every stage that contacts the borrower does."""

from functools import partial

from domain.case import Case
from domain.ladder import Due, next_due, too_late, turning
from domain.reaching import made
from domain.steps import Ladder
from domain.strategy import Next, Strategy
from workflows.desk import Desk


async def climb(case: Case, strategy: Strategy, ladder: Ladder, desk: Desk) -> Next | None:
    """Make each contact on its day, until the borrower answers or the ladder ends.

    Answers where news sends the case, or None when every contact has been made.
    """
    while due := next_due(case, strategy, ladder):
        step = due.step
        news = await desk.until(
            due.at,
            partial(_moved, case, strategy, ladder, due),
            why=f"{step.name} {step.channel}",
            then=f"{'make' if due.made else 'pass over'} contact: {step.name} by {step.channel}",
        )
        if turn := turning(case):
            return turn
        if news:
            continue
        if how := too_late(case, strategy, ladder, due, desk.now()):
            case.pass_over(step, how)
        else:
            made(case, strategy, step, await desk.send(step))
    return turning(case)


def _moved(case: Case, strategy: Strategy, ladder: Ladder, due: Due) -> bool:
    return turning(case) is not None or next_due(case, strategy, ladder) != due
