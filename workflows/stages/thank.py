"""Thanking: the last contact of a case that was paid."""

from functools import partial

from domain.case import Case
from domain.ladder import Due, thanks_due
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
            partial(_moved, case, due),
            why="thanks",
            then="thank the borrower, then close the case",
        ):
            continue
        made(case, strategy, due.step, await desk.send(due.step))


def _moved(case: Case, due: Due) -> bool:
    """Whether the payment was undone, or the thanks may perhaps be said earlier."""
    assert due.at is not None, "thanks wait for no hold"
    return not case.cured or case.not_before.get(due.step.name, due.at) < due.at
