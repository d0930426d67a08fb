"""Judging promises and plan instalments once their day has come, by the money that came."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.arranging import change_plan, complete_plan, look_at_arrears, owe, settle_promise
from domain.case import Case
from domain.clock import local_date, local_instant
from domain.holds import free_from
from domain.plans import covered
from domain.promises import PromiseStatus, verdict
from domain.reaching import arrived, under_way
from domain.steps import MessageClass
from domain.strategy import Next, Stage, Strategy

_AFTER_BROKEN = {
    Stage.WATCH_DUE: Stage.NEGOTIATE,
    Stage.REMIND: Stage.NEGOTIATE,
    Stage.PLACED: Stage.LEGAL,
    Stage.COURT: Stage.LEGAL,
}
"""Where a broken promise leads; agency and court go on once the borrower has been told."""


def judge_promise(case: Case, strategy: Strategy) -> Next:
    """Give the watched promise its verdict; answers where the case goes on.

    A kept promise lets the case go on where it was; a broken one owes the borrower a notice and
    sends the case to negotiation, unless it was already further.
    """
    promise = case.open_promise
    assert promise is not None, "only an open promise can be judged"
    status = verdict(promise, case.payments, strategy.promise)
    settle_promise(case, promise, status)
    if status is PromiseStatus.KEPT:
        case.promises_kept += 1
        owe(case, strategy.thanks.kept, case.promises_kept)
        return case.came_from
    case.promises_broken += 1
    owe(case, strategy.promise.broken, case.promises_broken)
    return _AFTER_BROKEN.get(case.came_from, case.came_from)


def judge_instalment(case: Case, strategy: Strategy) -> None:
    """Judge the plan's next instalment: paid, missed, or one miss too many."""
    plan = case.plan
    assert plan is not None and plan.next_due is not None, "only an open instalment can be judged"
    number = plan.judged + 1
    if covered(plan, case.payments) >= number or not plan.next_due.amount_minor:
        case.plan = replace(plan, judged=number)
        case.log("plan", f"{plan.plan_id}: instalment {number} paid")
    else:
        missed = replace(plan, judged=number, missed=plan.missed + 1)
        change_plan(case, missed, f"instalment {number} missed")
        case.instalments_missed += 1
        owe(case, strategy.plan.missed, case.instalments_missed)
    _end_if_over(case, strategy)


def _end_if_over(case: Case, strategy: Strategy) -> None:
    plan = case.plan
    assert plan is not None, "a plan was just judged"
    if plan.missed > strategy.plan.misses_tolerated:
        change_plan(case, replace(plan, ended="defaulted"), "defaulted")
    elif plan.next_due is None and covered(plan, case.payments) == plan.judged:
        complete_plan(case, plan)
    elif plan.next_due is None:
        change_plan(case, replace(plan, ended="defaulted"), "defaulted")
    if plan.waived_minor:
        look_at_arrears(case, strategy)


def demand_arrived(case: Case, strategy: Strategy) -> bool:
    """Whether every statutory letter of the legal stage went out and did not come back."""
    return all(
        arrived(case, step.name) or under_way(case, step.name)
        for step in strategy.legal.ladder.steps
        if step.message_class is MessageClass.STATUTORY
    )


def notice_over(case: Case, strategy: Strategy) -> datetime | None:
    """The first instant from now on with the notice period over and no hold in force.

    None while an open hold is in force.
    """
    demanded = case.demanded or local_date(case.stage_since, case.zone)
    day = demanded + timedelta(days=strategy.legal.notice_days)
    at = local_instant(day, strategy.promise.judge_at, case.zone)
    return free_from(case.holds, max(at, case.now))
