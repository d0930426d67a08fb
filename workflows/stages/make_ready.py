"""Making a remedy ready: ask for what is missing, wait out a hold, have it approved, and file."""

from datetime import timedelta

from domain.approving import approval_of, ask_second, lapsed
from domain.case import Case
from domain.holds import free_from
from domain.legal.court import draw_up
from domain.legal.filing import FileOutcome, Filing, filing_of
from domain.legal.going import (
    Ask,
    asked,
    chase,
    chased,
    end_remedy,
    given_up,
    lacks_of,
    look_again,
    news_of,
    take_up,
    too_late,
)
from domain.legal.hearing import legal_file
from domain.legal.readiness import Missing, take
from domain.strategy import Strategy
from workflows.desk import Desk
from workflows.stages.second_person import ask_again, unless_approved


async def make_ready(case: Case, strategy: Strategy, desk: Desk) -> None:
    """One step towards filing the remedy in hand; nothing is filed while something is missing."""
    remedy = legal_file(case).remedy
    assert remedy is not None, "a remedy in hand is made ready"
    if too_late(case):
        end_remedy(case, "passed over, the claim is barred")
    elif lacks := lacks_of(case):
        await _gather(case, strategy, desk, lacks)
    elif free_from(case.holds, case.now) != case.now:
        await desk.until(
            free_from(case.holds, case.now),
            news_of(case),
            why="end of the hold",
            then=f"go on with {remedy.name}",
        )
    elif await approved(case, strategy, desk, filing_of(remedy.name)):
        await _file(case, desk)


async def approved(case: Case, strategy: Strategy, desk: Desk, what: str) -> bool:
    """Whether a second person has approved this step; asks, waits, and ends the remedy when not.

    A question that lapsed while the case was elsewhere, held or in a plan, is asked again.
    """
    question = approval_of(case, what)
    if question is None or lapsed(case, question):
        await desk.refresh()
        until = case.now + timedelta(days=strategy.legal.approval_days)
        await desk.ask_approval(ask_second(case, what, case.now, until))
    elif question.answer is None:
        if not await desk.until(
            question.until,
            news_of(case),
            why=f"approval of {what}",
            then=unless_approved(question, "pass the remedy over"),
        ):
            end_remedy(case, "not approved")
    elif question.answer:
        return True
    else:
        end_remedy(case, "declined")
    return False


async def _gather(case: Case, strategy: Strategy, desk: Desk, lacks: list[Missing]) -> None:
    """Ask people for what is missing, look again after a while, and give up in the end."""
    if question := chase(case, lacks):
        await desk.ask(question.what, question.reason)
        asked(case, question)
        chased(case)
    elif given_up(case, lacks):
        end_remedy(case, f"incomplete: {', '.join(_said(lack) for lack in lacks)}")
    elif not await desk.until(
        look_again(case, strategy, lacks),
        news_of(case),
        why=f"what is missing: {', '.join(_said(lack) for lack in lacks)}",
        then="look again at what is on file",
    ):
        remedy = legal_file(case).remedy
        assert remedy is not None, "a remedy in hand is made ready"
        take_up(case, remedy.name, await desk.prepare(remedy.name))


async def _file(case: Case, desk: Desk) -> None:
    """Draw up the papers, from the numbers of one snapshot, and have a person hand them in."""
    file, heard = legal_file(case), case.ledger_version
    remedy = file.remedy
    assert remedy is not None, "a remedy in hand is filed"
    outcome = await desk.file(remedy.name)
    if outcome.kind is Filing.FILED:
        case.log("filed", f"{remedy.name}: {', '.join(outcome.numbers) or 'drawn up'}")
        draw_up(file, case.today())
    elif outcome.kind is Filing.INCOMPLETE and outcome.prepared is not None:
        take(file, outcome.prepared, case.today())
    elif outcome.kind is Filing.UNAPPROVED:
        await ask_again(case, desk, outcome.rule)
    elif outcome.kind is Filing.HELD:
        await _peace(case, desk, outcome)
    elif outcome.kind is Filing.STALE and case.ledger_version == heard:
        question = Ask(f"stale-{remedy.name}", "ledger and case count money differently")
        await desk.ask(question.what, question.reason)
        end_remedy(case, "ledger and case disagree")
    elif outcome.kind is not Filing.STALE:
        end_remedy(case, outcome.rule or outcome.kind)


async def _peace(case: Case, desk: Desk, outcome: FileOutcome) -> None:
    """Wait for the end of a hold that the ledger knows of; look again after a while."""
    remedy = legal_file(case).remedy
    assert remedy is not None, "a remedy in hand is held"
    after = case.now + timedelta(days=remedy.chase_days)
    await desk.until(
        outcome.until or after,
        news_of(case),
        why=f"end of the hold ({outcome.rule})",
        then=f"go on with {remedy.name}",
    )


def _said(lack: Missing) -> str:
    return f"{lack.item} since {lack.since.isoformat()}" if lack.ripe_on is None else lack.why
