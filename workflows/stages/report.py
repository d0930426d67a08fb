"""Reporting a late debt to a credit bureau, as the legal stage does before placement."""

from datetime import datetime
from functools import partial

from domain.approving import answered
from domain.case import Case
from domain.ladder import turning
from domain.reporting import ask_report, asked, notice_run_out, settle_report, to_report
from domain.strategy import BureauTerms, Next, Strategy
from workflows.desk import Desk
from workflows.stages.second_person import unless_approved


async def report(case: Case, strategy: Strategy, desk: Desk) -> Next | None:
    """Wait out the prior notice, and have the debt reported if a second person approves.

    Answers where news sends the case, or None when the matter is settled either way.
    """
    terms = to_report(case, strategy)
    if terms is None:
        return None
    if not asked(case):
        await _ask(case, strategy, terms, desk)
    if case.approval is not None and asked(case):
        await desk.until(
            case.approval.until,
            lambda: _over(case, strategy) or answered(case),
            why="approval of the bureau report",
            then=unless_approved(case.approval, "go on without a report"),
        )
        if turning(case) is None:
            settle_report(case, strategy, terms)
    return turning(case)


async def _ask(case: Case, strategy: Strategy, terms: BureauTerms, desk: Desk) -> None:
    while not _over(case, strategy) and await desk.until(
        over := notice_run_out(case, strategy, terms),
        partial(_moved, case, strategy, terms, over),
        why="prior notice of the bureau report",
        then="ask a second person to approve the report",
    ):
        pass
    if not _over(case, strategy):
        await desk.refresh()
    if not _over(case, strategy):
        await desk.ask_approval(ask_report(case, terms, desk.now()))


def _moved(case: Case, strategy: Strategy, terms: BureauTerms, over: datetime | None) -> bool:
    return _over(case, strategy) or notice_run_out(case, strategy, terms) != over


def _over(case: Case, strategy: Strategy) -> bool:
    """Whether the case goes elsewhere, or the notice turned out never to have arrived."""
    return turning(case) is not None or to_report(case, strategy) is None
