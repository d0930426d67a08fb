"""What is to be done while a promise or a plan is watched: remind, look at the means, judge."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.case import Case
from domain.clock import local_date, local_instant
from domain.plans import Plan, covered
from domain.plans import judged_at as plan_judged_at
from domain.promises import Promise
from domain.promises import judged_at as promise_judged_at
from domain.steps import Step
from domain.strategy import Next, Stage, Strategy


class Duty(StrEnum):
    """What comes next in watching."""

    REMIND = "remind"
    CHECK_BACK = "check_back"
    JUDGE = "judge"


@dataclass(frozen=True, slots=True)
class Due:
    """A duty and its instant; a reminder has its `step`, and its `last` day."""

    duty: Duty
    at: datetime
    step: Step | None = None
    last: date | None = None


def promise_duty(case: Case, promise: Promise, strategy: Strategy) -> Due:
    """What is to be done next about a promise that is open."""
    terms = strategy.promise
    judge = Due(Duty.JUDGE, promise_judged_at(promise, terms, case.zone))
    if promise.reminded or terms.before is None:
        return judge
    day = promise.by - timedelta(days=terms.before_days)
    if day <= promise.made_on:
        return judge
    return min(judge, _reminder(case, terms.before, day, promise.by), key=lambda due: due.at)


def plan_duty(case: Case, plan: Plan, strategy: Strategy) -> Due:
    """What is to be done next about a plan that performs."""
    terms, item = strategy.plan, plan.next_due
    assert item is not None, "a plan that performs has an instalment to be judged"
    duties = [Due(Duty.JUDGE, plan_judged_at(item, terms, case.zone))]
    day = item.due - timedelta(days=terms.before_days)
    told = plan.noticed > plan.judged or day <= plan.agreed_on
    unpaid = item.amount_minor and covered(plan, case.payments) <= plan.judged
    if terms.before is not None and not told and unpaid:
        duties.append(_reminder(case, terms.before, day, item.due))
    if days := _check_back_days(plan, strategy):
        last = plan.checked_on or plan.agreed_on
        at = local_instant(last + timedelta(days=days), terms.judge_at, case.zone)
        duties.append(Due(Duty.CHECK_BACK, at))
    return min(duties, key=lambda due: due.at)


def held_back(case: Case, due: Due, now: datetime) -> str:
    """Why a reminder is not made: on hold, or its day is over; empty to make it."""
    if any(hold.bites(now) for hold in case.holds):
        return "held"
    assert due.step is not None and due.last is not None, "only a reminder is held back"
    late = now > due.at + timedelta(days=due.step.max_lateness_days)
    return "skipped" if late or local_date(now, case.zone) > due.last else ""


def reminded(case: Case, step: Step) -> None:
    """Take down that a reminder is over; one that was put off comes again."""
    if step.name not in case.done:
        return
    case.reminders += 1
    plan, promise = case.plan, case.open_promise
    if plan is not None and plan.performing:
        case.plan = replace(plan, noticed=plan.judged + 1)
    elif promise is not None:
        case.promise = replace(promise, reminded=True)


def checked_back(case: Case, now: datetime) -> str:
    """Take down that a collector was asked to look at the means again; answers the task's name."""
    assert case.plan is not None, "means are looked at again while a plan performs"
    case.check_backs += 1
    case.plan = replace(case.plan, checked_on=local_date(now, case.zone))
    case.log("check-back", f"{case.plan.plan_id}: look at the means again")
    return f"check-back-{case.check_backs}"


def after_plan(case: Case, strategy: Strategy) -> Next:
    """Where a case goes on when its plan is over and something is still late."""
    plan = case.plan
    defaulted = plan is not None and plan.ended == "defaulted"
    return strategy.plan.default_to if defaulted else Stage.NEGOTIATE


def _reminder(case: Case, step: Step, day: date, last: date) -> Due:
    named = replace(step, name=f"{step.name}-{case.reminders + 1}")
    at = local_instant(day, step.at, case.zone)
    return Due(Duty.REMIND, max(at, case.not_before.get(named.name, at)), named, last)


def _check_back_days(plan: Plan, strategy: Strategy) -> int | None:
    asked = (plan.check_back_days, strategy.plan.check_back_days)
    return min((days for days in asked if days is not None), default=None)
