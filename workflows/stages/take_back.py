"""Taking a case back from an agency, step by step, as the stage of placement does."""

from domain import recalling
from domain.acknowledging import DATA, RECALL
from domain.case import Case
from domain.outcomes import AgencyOutcome, Placed
from domain.placement import Placement
from workflows.desk import Desk


async def take_back(case: Case, desk: Desk, placement: Placement) -> None:
    """Go through the steps of the recall that has begun; it is over whatever the agency does.

    Each step that waits for the agency says so, and ends after its days with a task for a person.
    """
    recall = placement.recall
    assert recall is not None, "a recall has begun"
    while step := recalling.next_step(placement):
        if step == recalling.STOP:
            told = await desk.tell_agency(placement, RECALL, recall.reason)
            recalling.told(case, step, told)
        elif step == recalling.DATA_BACK:
            told = await desk.tell_agency(placement, DATA, "CN-PI-03")
            recalling.told(case, step, told)
        elif step == recalling.COMMISSION:
            recalling.settle(case)
        elif step == recalling.BUREAU:
            recalling.tell_bureau(case)
        else:
            await _answer(case, desk, placement, step)
    case.recalled(recall.reason, AgencyOutcome(Placed(recall.answer)), done=recall.done)


async def _answer(case: Case, desk: Desk, placement: Placement, step: str) -> None:
    while by := recalling.by_when(case, step):
        if not await desk.until(
            by,
            lambda: recalling.by_when(case, step) is None,
            why=f"recall from {placement.agency}: {step}",
            then="if the agency does not answer: ask a person to see to it, and go on",
        ):
            recalling.unanswered(case, step)
    recalling.over(case, step)
