"""Tracing: a borrower whom nobody reaches is looked for, lawfully and without telling of a debt."""

from domain.case import Case
from domain.ladder import turning
from domain.reaching import give_up_looking, repair_over
from domain.strategy import Next, Stage, Strategy
from workflows.desk import Desk
from workflows.stages.climb import climb


async def trace(case: Case, strategy: Strategy, desk: Desk) -> Next:
    """Try every known way in turn, then those who may know, then ask people for a new one.

    Left for negotiation as soon as the borrower is heard of, and for the legal stage when nobody
    is found.
    """
    terms = strategy.lost_contact
    assert terms is not None, "only a strategy that looks for people loses contact"
    if turn := await climb(case, strategy, terms.ladder, desk):
        return turn
    if case.repair_asked is None:
        case.repair_asked = desk.now()
        await desk.ask("find-contact", "nobody reaches the borrower: look for a new contact point")
    await desk.until(
        repair_over(case, strategy),
        lambda: turning(case) is not None,
        why="a new way to reach the borrower",
        then="if nobody is found: go on without contact, by legal means",
    )
    if turn := turning(case):
        return turn
    give_up_looking(case)
    return Stage.LEGAL
