"""Promises and plans as a case carries them: taken, replaced, reminded of, ended, forgiven."""

from dataclasses import replace
from datetime import date

from domain.case import Case, Owed
from domain.clock import local_date, local_instant
from domain.delinquency import Pause, arrears_of
from domain.early import ONE_DAY, paid_in_time
from domain.holds import pauses
from domain.money import to_major
from domain.plan_interest import booked
from domain.plans import Plan, covered
from domain.promises import (
    Promise,
    PromiseStatus,
    kept,
    paid_before,
    paid_towards,
    watched_until,
)
from domain.records import PlanChanged, PromiseChanged
from domain.requests import AgreePlan, PromiseToPay
from domain.standing import of_other_loans
from domain.steps import Step
from domain.strategy import Strategy


def take_promise(case: Case, request: PromiseToPay) -> None:
    """Take the borrower's word in place of an earlier one."""
    latest = case.open_promise
    if latest is not None and not paid_towards(latest, case.payments, 0):
        case.promises_rolled += 1
    supersede_promise(case)
    made_on = local_date(case.now, case.zone)
    before = paid_before(case.payments, made_on)
    case.promise = Promise(
        request.request_id, request.amount_minor, request.pay_by, made_on, before=before
    )
    case.unwritten.append(PromiseChanged(case.promise, case.now))
    amount = to_major(request.amount_minor, case.currency)
    case.log("promise", f"{amount} {case.currency} by {request.pay_by.isoformat()}")


def take_plan(case: Case, request: AgreePlan, strategy: Strategy) -> None:
    """Take a plan in place of what was agreed before; one from an offer is confirmed by letter."""
    supersede_promise(case)
    end_plan(case, "replaced")
    agreed_on = local_date(case.now, case.zone)
    before = paid_before(case.payments, agreed_on)
    plan = Plan(
        request.request_id,
        agreed_on,
        request.instalments,
        before=before,
        offer_id=request.offer_id,
        waived_minor=request.waived_minor,
        check_back_days=request.check_back_days,
        interest=request.interest,
        rested=_rests(case, agreed_on) if request.interest else (),
    )
    change_plan(case, plan, f"agreed, {len(plan.instalments)} instalments")
    if request.offer_id:
        case.plans_agreed += 1
        owe(case, strategy.plan.agreed, case.plans_agreed)


def judge_again(case: Case, promise: Promise, strategy: Strategy) -> None:
    """A cure settles an open promise; a reversal opens a kept one again while it is watched."""
    is_kept = kept(promise, case.payments, strategy.promise)
    if promise.status is PromiseStatus.OPEN and case.cured:
        settle_promise(case, promise, PromiseStatus.KEPT if is_kept else PromiseStatus.CANCELLED)
        return
    in_window = case.now < watched_until(promise, strategy.promise, case.zone)
    if promise.status is PromiseStatus.KEPT and in_window and not is_kept:
        settle_promise(case, promise, PromiseStatus.OPEN)


def look_at_arrears(case: Case, strategy: Strategy) -> None:
    """Decide anew from which due date the case counts, and whether it is cured.

    While a plan that forgives something is being paid the case is not over: its end decides. One
    that opened early looks at the day after its due date, as long as that is ahead. A plan's
    interest of today is owed before the case is, whether the plan still runs or is over.
    """
    day = local_date(case.now, case.zone)
    if case.early:
        day = max(day, case.episode + ONE_DAY)
    if _interest_today(case):
        day += ONE_DAY
    _, oldest = arrears_of(case.schedule(), case.paid(), strategy.terms, day)
    case.cured = oldest is None and not _forgiving(case)
    case.in_time = case.cured and case.early and paid_in_time(case, strategy.terms)
    case.anchor = oldest or case.anchor


def money_moved(case: Case, strategy: Strategy) -> None:
    """Re-decide: the anchor, whether the case is cured, and how the promise stands by that.

    A plan ends with the cure, and its interest up to today may then be left to pay.
    """
    look_at_arrears(case, strategy)
    if case.cured:
        end_plan(case, "cured")
        look_at_arrears(case, strategy)
    if case.promise is not None:
        judge_again(case, case.promise, strategy)


def _forgiving(case: Case) -> bool:
    plan = case.plan
    if plan is None or not plan.performing or not plan.waived_minor:
        return False
    return covered(plan, case.payments) < len(plan.instalments)


def _interest_today(case: Case) -> bool:
    today = case.today()
    return any(part.due == today for part in case.interest())


def supersede_promise(case: Case) -> None:
    """Replace the promise being watched, if there is one."""
    if promise := case.open_promise:
        settle_promise(case, promise, PromiseStatus.SUPERSEDED)


def settle_promise(case: Case, promise: Promise, status: PromiseStatus) -> None:
    """Give a promise its status and see it written down."""
    case.promise = replace(promise, status=status)
    case.unwritten.append(PromiseChanged(case.promise, case.now))
    case.log("promise", f"{promise.promise_id}: {status}")


def change_plan(case: Case, plan: Plan, what: str) -> None:
    """Give the plan its new state and see it written down; one that ends leaves its interest."""
    if plan.ended:
        plan = replace(plan, ended_on=case.today())
        case.plan_interest += booked(plan)
    case.plan = plan
    case.unwritten.append(PlanChanged(plan, case.now))
    case.log("plan", f"{plan.plan_id}: {what}")


def rest_plan(case: Case, strategy: Strategy) -> None:
    """Have the interest of the plan rest on the days of the person's holds as they stand now."""
    plan = case.plan
    if plan is None or not plan.performing or not plan.interest:
        return
    rested = _rests(case, plan.agreed_on)
    if rested == plan.rested:
        return
    plan = replace(plan, rested=rested)
    earned = sum(part.amount_minor for part in plan.earned)
    change_plan(case, plan, f"interest now {to_major(earned, case.currency)} {case.currency}")
    money_moved(case, strategy)


def _rests(case: Case, since: date) -> tuple[Pause, ...]:
    """The days of the person's holds that were not over before that day, each by itself.

    So no state comes twice, and the record of each has a key of its own.
    """
    days = pauses([*case.holds, *of_other_loans(case.standing)], case.zone)
    return tuple(pause for pause in days if pause.end is None or pause.end >= since)


def end_plan(case: Case, why: str) -> None:
    """End a performing plan: completed when all of it is paid, else for that reason."""
    plan = case.plan
    if plan is None or not plan.performing:
        return
    if covered(plan, case.payments) == len(plan.instalments):
        complete_plan(case, plan)
    else:
        change_plan(case, replace(plan, ended=why), why)


def complete_plan(case: Case, plan: Plan) -> None:
    """End a plan that was paid in full: what it forgives is forgiven now."""
    change_plan(case, replace(plan, ended="completed"), "completed")
    if plan.waived_minor:
        case.forgiven_minor += plan.waived_minor
        case.log("forgiven", f"{to_major(plan.waived_minor, case.currency)} {case.currency}")


def owe(case: Case, step: Step | None, number: int) -> None:
    """Owe the borrower a notice today, under a name of its own within the episode."""
    if step is not None:
        since = max(case.now, local_instant(case.today(), step.at, case.zone))
        case.owed.append(Owed(replace(step, name=f"{step.name}-{number}"), since))
