"""Declining the suit that a lapsed payment order would become (CN-PO-06)."""

from domain.approving import approval_of, ask_second
from domain.case import Case
from domain.legal.court import step_of
from domain.legal.filing import Filing, filing_of
from domain.legal.going import (
    Ask,
    asked,
    clock_of,
    clock_over,
    news_of,
    wants_no_suit,
)
from domain.legal.hearing import legal_file
from domain.legal.papers import Paper
from domain.strategy import Strategy
from workflows.desk import Desk
from workflows.stages.second_person import ask_again, unless_approved

DECLINE = "decline_suit"


def must_decline(case: Case, strategy: Strategy) -> bool:
    """Whether silence would bring a suit that the strategy does not want, and nobody has spoken."""
    file = legal_file(case)
    step = step_of(file)
    refuses = step is not None and step.refuse is not None
    return refuses and wants_no_suit(file, strategy) and DECLINE not in file.asked


async def decline(case: Case, strategy: Strategy, desk: Desk) -> None:
    """Have it approved to say that we want no suit, and draw that up; silence makes it one."""
    file, over = legal_file(case), clock_over(case, strategy, clock_of(case))
    step, question = step_of(file), approval_of(case, filing_of(DECLINE))
    assert step is not None, "the remedy stands where a suit can be declined"
    assert step.refuse is not None, "there is a paper that declines it"
    if question is None and over is not None:
        await desk.ask_approval(ask_second(case, filing_of(DECLINE), case.now, over))
    elif question is not None and question.answer is None:
        if not await desk.until(
            question.until,
            news_of(case),
            why=f"approval of {question.what}",
            then=unless_approved(question, "let the order become a suit"),
        ):
            asked(case, Ask(DECLINE, "not approved"))
    elif question is not None and question.answer:
        await _file(case, desk, step.refuse)
    else:
        asked(case, Ask(DECLINE, "declined"))


async def _file(case: Case, desk: Desk, paper: Paper) -> None:
    file = legal_file(case)
    assert file.remedy is not None, "a remedy in hand is declined"
    outcome = await desk.file(file.remedy.name, (paper,))
    if outcome.kind is Filing.UNAPPROVED:
        await ask_again(case, desk, outcome.rule)
    elif outcome.kind is not Filing.STALE:
        said = ", ".join(outcome.numbers) or outcome.rule or outcome.kind
        case.log("filed" if outcome.kind is Filing.FILED else "legal", f"{paper}: {said}")
        asked(case, Ask(DECLINE, said))
