"""Asking a second person: what a yes that is not on record leads to, and the yes to a placement."""

from collections.abc import Callable
from datetime import timedelta

from domain.approving import answered, approval_of, ask_second, take_back
from domain.case import Approval, Case
from domain.ladder import turning
from domain.strategy import Next, Outcome, Stage, Strategy
from workflows.desk import Desk

PLACEMENT = "placement"


def unless_approved(question: Approval, then: str) -> str:
    """What operators are told of what happens when a question stays open."""
    return f"if nobody approves by {question.until:%Y-%m-%d %H:%M} UTC: {then}"


async def ask_again(case: Case, desk: Desk, rule: str) -> None:
    """Take back a yes that the ledger does not have, and put a question that is open on record."""
    if question := take_back(case, rule):
        await desk.ask_approval(question)


async def placement_approved(
    case: Case, strategy: Strategy, desk: Desk, news: Callable[[], bool]
) -> Next | None:
    """Ask, once, whether an agency may have the case: on to it after a yes, else exhausted.

    Answers where the case goes, or None when other news came first.
    """
    question = approval_of(case, PLACEMENT)
    if question is None:
        until = desk.now() + timedelta(days=strategy.legal.approval_days)
        question = ask_second(case, PLACEMENT, desk.now(), until)
        await desk.ask_approval(question)
    heard = await desk.until(
        question.until,
        lambda: news() or answered(case),
        why="approval of placement",
        then=unless_approved(question, "end the case exhausted"),
    )
    if turn := turning(case):
        return turn
    if heard and not answered(case):
        return None
    yes = case.approval is not None and case.approval.answer
    return Stage.PLACED if yes else Outcome.EXHAUSTED
