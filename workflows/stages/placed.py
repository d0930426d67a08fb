"""Placed: an agency works the case for a term, and gives it back."""

from domain.case import Case
from domain.holds import free_from, held
from domain.ladder import turning
from domain.placing import next_placement, recall_reason, untold
from domain.strategy import Next, Outcome, Strategy
from workflows.desk import Desk

RECALL = "recall"


async def placed(case: Case, strategy: Strategy, desk: Desk) -> Next:
    """Place the case with one agency after the other, telling each of holds at once.

    Left by whatever answers the debt, after a recall; ends exhausted after the last agency.
    """
    while True:
        placement = case.placement
        if placement is None:
            if over := turning(case) or await _place_next(case, strategy, desk):
                return over
        elif reason := recall_reason(case):
            outcome = await desk.tell_agency(placement, RECALL, reason)
            case.recalled(reason, outcome, done=bool(placement.returned))
        elif notice := untold(case):
            case.told(notice.what, await desk.tell_agency(placement, notice.what, notice.reason))
        elif not await desk.until(
            placement.until,
            lambda: bool(recall_reason(case)) or untold(case) is not None,
            why=f"agency {placement.agency}",
            then="recall the case: the term is over",
        ):
            outcome = await desk.tell_agency(placement, RECALL, "term over")
            case.recalled("term over", outcome, done=True)


async def _place_next(case: Case, strategy: Strategy, desk: Desk) -> Next | None:
    fresh = next_placement(case, strategy, desk.now())
    if fresh is None:
        return Outcome.EXHAUSTED
    if held(case.holds, desk.now()):
        await _peace(case, desk)
    else:
        case.handed_off(fresh, await desk.place(fresh))
    return None


async def _peace(case: Case, desk: Desk) -> None:
    before = list(case.holds)
    await desk.until(
        free_from(case.holds, desk.now()),
        lambda: turning(case) is not None or case.holds != before,
        why="end of the hold",
        then="place the case with an agency",
    )
