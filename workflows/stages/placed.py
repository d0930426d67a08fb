"""Placed: an agency works the case for a term, and gives it back."""

from datetime import datetime
from functools import partial

from domain import recalling
from domain.acknowledging import RECALL, THE_CASE, await_answer, lapse, next_answer
from domain.approving import approval_of, lapsed
from domain.case import Case
from domain.holds import free_from, held
from domain.ladder import turning
from domain.outcomes import Placed
from domain.placement import UNANSWERED, Placement
from domain.placing import next_placement, recall_reason, untold
from domain.strategy import Next, Outcome, Stage, Strategy
from workflows.desk import Desk
from workflows.stages.second_person import PLACEMENT, ask_again, placement_approved
from workflows.stages.take_back import take_back

TERM_OVER = "term over"


async def placed(case: Case, strategy: Strategy, desk: Desk) -> Next:
    """Place the case with one agency after the other, telling each of holds at once.

    A yes to it that is not on record is taken back, and a second person is asked again.
    Left by whatever answers the debt, after a recall; ends exhausted after the last agency.
    """
    while True:
        placement = case.placement
        if placement is None:
            if over := turning(case) or await _place_next(case, strategy, desk):
                return over
        elif placement.recall is not None:
            await take_back(case, desk, placement)
        elif reason := recall_reason(case):
            await _recall(case, desk, placement, reason)
        elif notice := untold(case):
            outcome = await desk.tell_agency(placement, notice.what, notice.reason)
            case.told(notice.what, outcome)
            await_answer(placement, notice.what, outcome, desk.now())
        elif await _at_work(case, desk, placement):
            placement.returned = TERM_OVER


async def _at_work(case: Case, desk: Desk, placement: Placement) -> bool:
    """Let the agency work until there is news; whether its term is over."""
    waiting = next_answer(placement)
    if waiting is None or placement.until <= waiting[1]:
        return not await desk.until(
            placement.until,
            partial(_moved, case, waiting),
            why=f"agency {placement.agency}",
            then="recall the case, as its term is then over",
        )
    what, by = waiting
    if not await desk.until(
        by,
        partial(_moved, case, waiting),
        why=f"agency {placement.agency} to acknowledge {what}",
        then=f"if the agency does not acknowledge {what}: recall the case",
    ):
        lapse(case, desk.now())
    return False


def _moved(case: Case, waiting: tuple[str, datetime] | None) -> bool:
    placement = case.placement
    assert placement is not None, "an agency has the case"
    answered = next_answer(placement) != waiting
    return answered or bool(recall_reason(case)) or untold(case) is not None


async def _recall(case: Case, desk: Desk, placement: Placement, reason: str) -> None:
    """Begin the recall; one without steps is over when the agency was told."""
    done = placement.returned not in ("", UNANSWERED)
    if placement.recall_days is not None:
        recalling.begin(case, reason, done=done)
    else:
        case.recalled(reason, await desk.tell_agency(placement, RECALL, reason), done=done)


async def _place_next(case: Case, strategy: Strategy, desk: Desk) -> Next | None:
    fresh, now = next_placement(case, strategy, desk.now()), desk.now()
    if fresh is None:
        return Outcome.EXHAUSTED
    if not _approved(case):
        over = await placement_approved(case, strategy, desk, lambda: turning(case) is not None)
        return None if over is Stage.PLACED else over
    if held(case.holds, now):
        await _peace(case, desk, free_from(case.holds, now), "end of the hold")
    elif (later := case.not_before.get(fresh.key, now)) > now:
        if await _peace(case, desk, later, "what keeps the case from an agency to be over"):
            del case.not_before[fresh.key]
    else:
        outcome = await desk.place(fresh)
        if outcome.kind is Placed.UNAPPROVED:
            await _take_back_yes(case, desk, outcome.reason)
            return None
        case.handed_off(fresh, outcome)
        await_answer(fresh, THE_CASE, outcome, desk.now())
        if outcome.kind is Placed.DEFERRED:
            await desk.refresh()
    return None


def _approved(case: Case) -> bool:
    question = approval_of(case, PLACEMENT)
    return question is not None and bool(question.answer)


async def _take_back_yes(case: Case, desk: Desk, rule: str) -> None:
    """The ledger has no yes: the question is open again, or asked anew when its time is over."""
    await ask_again(case, desk, rule)
    if case.approval is not None and lapsed(case, case.approval):
        case.approval = None


async def _peace(case: Case, desk: Desk, at: datetime | None, why: str) -> bool:
    """Wait until then, or until a hold changes or something answers the debt; whether it did."""
    before = list(case.holds)
    return await desk.until(
        at,
        lambda: turning(case) is not None or case.holds != before,
        why=why,
        then="place the case with an agency",
    )
