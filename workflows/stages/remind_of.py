"""Reminding of what is to be paid, as watching a promise and a plan do."""

from domain.case import Case
from domain.minding import Due, held_back, reminded
from domain.reaching import made
from domain.strategy import Strategy
from workflows.desk import Desk


async def remind_of(case: Case, strategy: Strategy, due: Due, desk: Desk) -> None:
    """Remind before the day, once; a hold or a day that is over keeps it from being made."""
    step = due.step
    assert step is not None, "a reminder is a contact"
    if how := held_back(case, due, desk.now()):
        case.pass_over(step, how)
    else:
        made(case, strategy, step, await desk.send(step))
    reminded(case, step)
