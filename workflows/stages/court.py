"""The court stage: the remedies of the law in their order, each made ready, approved and filed."""

from domain.approving import approval_of
from domain.case import Case
from domain.holds import free_from
from domain.ladder import at_court, turning
from domain.legal.court import end_of, for_agencies, next_remedy, step_of
from domain.legal.going import (
    asked,
    clock_of,
    clock_over,
    clock_ran_out,
    end_remedy,
    news_of,
    take_up,
    to_ask,
    told_of,
)
from domain.legal.hearing import legal_file
from domain.strategy import Next, Outcome, Strategy
from workflows.desk import Desk
from workflows.stages.decline import decline, must_decline
from workflows.stages.make_ready import make_ready
from workflows.stages.second_person import PLACEMENT, placement_approved


async def court(case: Case, strategy: Strategy, desk: Desk) -> Next:
    """Take each remedy of the strategy: make it ready, file it, and live by the court's clocks.

    Left by whatever answers the debt, for as long as that holds. When no remedy is left it leads
    to an agency if the strategy has one and a second person approves, and ends exhausted if not.
    """
    while not (turn := turning(case)):
        file = legal_file(case)
        if question := to_ask(case):
            await desk.ask(question.what, question.reason)
            asked(case, question)
        elif file.remedy is None:
            if over := await _next(case, strategy, desk):
                return over
        elif end := end_of(file):
            end_remedy(case, end)
        elif file.stand is None:
            await make_ready(case, strategy, desk)
        elif must_decline(case, strategy):
            await decline(case, strategy, desk)
        else:
            await _await_court(case, strategy, desk)
    return turn


async def _next(case: Case, strategy: Strategy, desk: Desk) -> Next | None:
    """Take up the next remedy; without one, answer where the case goes, or None on news."""
    name = next_remedy(legal_file(case), strategy.legal.remedies)
    if name is None:
        return await _hand_over(case, strategy, desk)
    take_up(case, name, await desk.prepare(name))
    return None


async def _hand_over(case: Case, strategy: Strategy, desk: Desk) -> Next | None:
    """Have placement approved outside every hold, where an agency may try what no court did.

    Answers where the case goes, or None when there is news: a court may take a remedy up again.
    """
    if not strategy.placement.agencies or not for_agencies(legal_file(case)):
        return Outcome.EXHAUSTED
    news, free = news_of(case), free_from(case.holds, case.now)
    if approval_of(case, PLACEMENT) is None:
        if free != case.now:
            await desk.until(free, news, why="end of the hold", then=f"ask for {PLACEMENT}")
            return None
        await desk.refresh()
        if news():
            return None
    over = await placement_approved(case, strategy, desk, news)
    return None if at_court(case) else over


async def _await_court(case: Case, strategy: Strategy, desk: Desk) -> None:
    """Wait for the court, no longer than its clock; without one only news wakes the case."""
    step, last = step_of(legal_file(case)), clock_of(case)
    assert step is not None, "a remedy that has not ended stands at a step"
    heard = await desk.until(
        clock_over(case, strategy, last),
        news_of(case),
        why=told_of(step, last),
        then=f"go on: {step.then}" if step.then else "ask people to inquire at the court",
    )
    if heard:
        return
    assert last is not None, "only a clock runs out"
    if question := clock_ran_out(case, last):
        await desk.ask(question.what, question.reason)
        asked(case, question)
