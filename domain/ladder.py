"""Which contact comes next, when, and whether it still makes sense to make it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.case import Case
from domain.clock import local_date, local_instant
from domain.delinquency import day_reached
from domain.holds import free_from, pauses
from domain.promises import PromiseStatus
from domain.reaching import stem
from domain.steps import Ladder, OnLate, Step
from domain.strategy import Next, Outcome, Stage, Strategy


@dataclass(frozen=True, slots=True)
class Due:
    """A contact and the instant it is due; None while an open hold keeps it away."""

    step: Step
    at: datetime | None


def turning(case: Case) -> Next | None:
    """Where news sends the case now, or None when it stays where it is."""
    if case.closing_reason:
        return Outcome.CLOSED
    if case.cured:
        return Outcome.CURED
    plan, promise, stage = case.plan, case.promise, case.stage
    if plan is not None and plan.performing:
        return None if stage is Stage.WATCH_PLAN else Stage.WATCH_PLAN
    if promise is not None and promise.status is PromiseStatus.OPEN:
        return None if stage is Stage.WATCH_PROMISE else Stage.WATCH_PROMISE
    if stage is Stage.TRACE:
        return None if case.lost else Stage.NEGOTIATE
    return Stage.TRACE if case.lost and stage in (Stage.REMIND, Stage.NEGOTIATE) else None


def undone(case: Case) -> bool:
    """Whether the payment that ended the case was undone before it was closed."""
    return case.outcome is Outcome.CURED and not case.cured


def thanks_due(case: Case, strategy: Strategy) -> Due | None:
    """The thanks a paid case still owes; None when there are none, or they were made."""
    step = strategy.thanks.cured
    if case.outcome is not Outcome.CURED or not case.cured or step is None:
        return None
    again = next((owed.step for owed in case.owed if stem(owed.step.name) == step.name), None)
    if again is None and step.name in case.done:
        return None
    step = again or step
    return Due(step, case.not_before.get(step.name, case.now))


def next_due(case: Case, strategy: Strategy, ladder: Ladder) -> Due | None:
    """The next contact and its instant: what is owed first, then the ladder; None when done."""
    if case.owed:
        owed = case.owed[0]
        return Due(owed.step, _allowed_by_case(case, owed.step, owed.since))
    done = case.done
    for step in ladder.steps:
        if step.name not in done:
            return Due(step, _due_at(case, strategy, step))
    return None


def too_late(case: Case, strategy: Strategy, ladder: Ladder, due: Due, now: datetime) -> str | None:
    """How a contact that comes too late is passed over (skipped, merged); None to make it.

    Late means that we were late. A case that opens late or comes back from a promise climbs its
    ladder from where it is, in the gaps of its steps, and jumps over nothing.
    """
    step = due.step
    if due.at is None or now - due.at <= timedelta(days=step.max_lateness_days):
        return None
    if step.on_late is OnLate.SKIP:
        return "skipped"
    if step.on_late is OnLate.MERGE and _another_is_due(case, strategy, ladder, step, now):
        return "merged"
    return None


def _another_is_due(
    case: Case, strategy: Strategy, ladder: Ladder, step: Step, now: datetime
) -> bool:
    later = (s for s in ladder.steps if s.name not in case.done and s.name != step.name)
    return any((at := _day_instant(case, strategy, s)) is not None and at <= now for s in later)


def _due_at(case: Case, strategy: Strategy, step: Step) -> datetime | None:
    at = _day_instant(case, strategy, step)
    if at is None:
        return None
    spaced = _spaced(case, strategy, step)
    if spaced is not None and local_date(at, case.zone) < spaced:
        at = local_instant(spaced, step.at, case.zone)
    return _allowed_by_case(case, step, max(at, case.stage_since))


def _spaced(case: Case, strategy: Strategy, step: Step) -> date | None:
    """The first day that keeps its distance from the last contact and the last payment."""
    days = []
    if case.last_contact is not None and step.gap_days:
        days.append(case.last_contact + timedelta(days=step.gap_days))
    if case.last_payment is not None and strategy.quiet_days_after_payment:
        days.append(case.last_payment + timedelta(days=strategy.quiet_days_after_payment))
    return max(days, default=None)


def _day_instant(case: Case, strategy: Strategy, step: Step) -> datetime | None:
    """The instant of the step's day, counted from the oldest unpaid due date and the grace."""
    days = step.day + strategy.terms.grace_days
    if strategy.paused_days_count or not case.holds:
        day = case.anchor + timedelta(days=days)
    elif (reached := day_reached(case.anchor, days, pauses(case.holds, case.zone))) is None:
        return None
    else:
        day = reached
    return local_instant(day, step.at, case.zone)


def _allowed_by_case(case: Case, step: Step, at: datetime) -> datetime | None:
    """That instant, moved behind a deferral and behind every hold in force."""
    if case.not_before and (not_before := case.not_before.get(step.name)):
        at = max(at, not_before)
    return free_from(case.holds, at) if case.holds else at
