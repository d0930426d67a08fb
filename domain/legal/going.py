"""How a case goes about its remedies: what is next, what people are asked, and how each ends."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain import known
from domain.case import Case
from domain.clock import local_instant
from domain.deadlines import period
from domain.holds import HoldReason
from domain.ladder import turning
from domain.legal.court import SUITS, due, finish, inquiry, passed_over, run_out, step_of
from domain.legal.file import LegalFile
from domain.legal.hearing import legal_file
from domain.legal.readiness import Missing, barred, missing, take
from domain.legal.remedies import CourtStep, Prepared, Source
from domain.strategy import Strategy

BANKRUPTCY = "bankruptcy-claim"


@dataclass(frozen=True, slots=True)
class Ask:
    """Something to be asked of people, once; `reason` says it in ids and words of ours."""

    what: str
    reason: str


def begun(case: Case) -> bool:
    """Whether a remedy has been looked at: the demand and its notice period are behind the case."""
    file = case.legal
    return file is not None and (file.remedy is not None or bool(file.ended))


def take_up(case: Case, name: str, prepared: Prepared) -> None:
    """Take a remedy in hand with what was found for it, or pass it over and say why."""
    file = legal_file(case)
    if prepared.remedy is None:
        _pass_over(case, name, f"{case.jurisdiction} has none")
        return
    if why := passed_over(file, prepared.remedy):
        _pass_over(case, name, why)
        return
    if file.remedy is None:
        case.log("legal", f"{name}: taken up")
    take(file, prepared, case.today())


def end_remedy(case: Case, how: str) -> None:
    """The remedy in hand is over, or is passed over."""
    file = legal_file(case)
    assert file.remedy is not None, "only a remedy in hand ends"
    case.log("legal", f"{file.remedy.name}: {how}")
    finish(file, how)


def to_ask(case: Case) -> Ask | None:
    """What people must be asked before anything else, or None: what fits no step, a bankruptcy."""
    file = legal_file(case)
    for event in file.unplaced:
        what = f"court-{event.what}-{event.on.isoformat()}"
        if what not in file.asked:
            where = file.remedy.name if file.remedy is not None else "no remedy in hand"
            return Ask(what, f"the court said {event.what}, which fits no step ({where})")
    insolvent = any(h.reason is HoldReason.BANKRUPTCY and h.bites(case.now) for h in case.holds)
    if insolvent and BANKRUPTCY not in file.asked:
        return Ask(BANKRUPTCY, "declare the claim to the administrator: it keeps the limitation")
    return None


def asked(case: Case, ask: Ask) -> None:
    """Take down that people were asked."""
    legal_file(case).asked.append(ask.what)


def too_late(case: Case) -> bool:
    """Whether the remedy in hand may not be used any more, because the claim is barred."""
    file = legal_file(case)
    counted = file.remedy is not None and any(
        item.source is Source.CLOCK for item in file.remedy.items
    )
    return counted and barred(file, case.today())


def lacks_of(case: Case) -> list[Missing]:
    """What is missing for the remedy in hand today."""
    file = legal_file(case)
    assert file.remedy is not None, "only a remedy in hand lacks something"
    return missing(file.remedy, file, case.today(), known.calendars())


def chase(case: Case, lacks: list[Missing]) -> Ask | None:
    """What to ask people for now; None when they were asked lately, or waiting alone will do."""
    file = legal_file(case)
    remedy = file.remedy
    assert remedy is not None, "only for a remedy in hand something is chased"
    if file.chased_on is not None and case.today() < _next_chase(file):
        return None
    wanted = [lack for lack in lacks if lack.ripe_on is None]
    if not wanted or file.chased >= remedy.chases:
        return None
    named = ", ".join(f"{lack.item} since {lack.since.isoformat()}" for lack in wanted)
    return Ask(f"evidence-{remedy.name}-{file.chased + 1}", f"{remedy.name} needs {named}")


def chased(case: Case) -> None:
    """Take down that people were asked for what is missing."""
    file = legal_file(case)
    file.chased, file.chased_on = file.chased + 1, case.today()


def given_up(case: Case, lacks: list[Missing]) -> bool:
    """Whether people were asked often enough and something is missing still."""
    file = legal_file(case)
    assert file.remedy is not None and file.chased_on is not None, "people were asked"
    wanted = any(lack.ripe_on is None for lack in lacks)
    return wanted and file.chased >= file.remedy.chases and case.today() >= _next_chase(file)


def look_again(case: Case, strategy: Strategy, lacks: list[Missing]) -> datetime:
    """When readiness is looked at again without news: it is ripe then, or people are chased."""
    file = legal_file(case)
    ripe = [lack.ripe_on for lack in lacks if lack.ripe_on is not None]
    day = max(ripe) if len(ripe) == len(lacks) else _next_chase(file)
    return _working_instant(case, strategy, day)


def clock_over(case: Case, strategy: Strategy, last: date | None) -> datetime | None:
    """When a period of the court that ends on `last` is taken to be over; None without one."""
    if last is None:
        return None
    return _working_instant(case, strategy, last + timedelta(days=1))


def clock_of(case: Case) -> date | None:
    """The last day of the court's clock that runs, or None."""
    return due(legal_file(case), known.calendars())


def clock_ran_out(case: Case, last: date) -> Ask | None:
    """Go on where the end of the clock leads, or say what people must find out."""
    file = legal_file(case)
    question, step = inquiry(file), step_of(file)
    assert step is not None and file.remedy is not None, "a clock runs at a step"
    if to := run_out(file, last):
        case.log("court", f"{file.remedy.name}: nothing by {last.isoformat()}, {to}")
        return None
    return Ask(question, f"inquire at the court: {step.waits} was due by {last.isoformat()}")


def told_of(step: CourtStep, last: date | None) -> str:
    """What is waited for, for operators: with its last day, and whether that may still move."""
    if last is None:
        return step.waits
    caveat = known.caveat("CN", last) if _moves(step) else ""
    return f"{step.waits} by {last.isoformat()}{f' ({caveat})' if caveat else ''}"


def _moves(step: CourtStep) -> bool:
    """Whether the end of the step's clock depends on the rest days of China."""
    clock = step.clock
    return clock is not None and period(clock.rule, clock.step).calendar == "CN"


def wants_no_suit(file: LegalFile, strategy: Strategy) -> bool:
    """Whether an order must not become a suit: the strategy has none that is still open."""
    return not any(name in SUITS and name not in file.ended for name in strategy.legal.remedies)


def news_of(case: Case) -> Callable[[], bool]:
    """Whether anything has happened since: to the debt, the file, the court, a hold, an answer."""
    before = _marks(case)
    return lambda: turning(case) is not None or _marks(case) != before


def _marks(case: Case) -> tuple[object, ...]:
    file = legal_file(case)
    answer = case.approval.answer if case.approval is not None else None
    holds = tuple((hold.hold_id, hold.until) for hold in case.holds)
    return (len(file.said), len(file.path), len(file.evidence), answer, holds)


def _pass_over(case: Case, name: str, why: str) -> None:
    file = legal_file(case)
    file.ended[name] = why
    file.remedy = None
    case.log("legal", f"{name}: passed over, {why}")


def _next_chase(file: LegalFile) -> date:
    assert file.remedy is not None and file.chased_on is not None, "people were asked"
    return file.chased_on + timedelta(days=file.remedy.chase_days)


def _working_instant(case: Case, strategy: Strategy, day: date) -> datetime:
    return max(case.now, local_instant(day, strategy.promise.judge_at, case.zone))
