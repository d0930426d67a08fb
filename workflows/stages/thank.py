"""Thanking: the last contact of a case that was paid."""

from domain.case import Case
from domain.ladder import thanks_due
from domain.reaching import made
from domain.strategy import Strategy
from workflows.desk import Desk


async def thank(case: Case, strategy: Strategy, desk: Desk) -> None:
    """Thank a borrower who has paid everything late, at the first lawful hour.

    Left without thanks when the payment is undone first.
    """
    while due := thanks_due(case, strategy):
        assert due.at is not None, "thanks wait for no hold"
        if (case.blocked or due.at > desk.now()) and await desk.until(
            due.at,
            lambda: not case.cured,
            why="thanks",
            then="thank the borrower, then close the case",
        ):
            return
        made(case, strategy, due.step, await desk.send(due.step))
