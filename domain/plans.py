"""Repayment plans: dated amounts agreed outside the schedule, judged one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.clock import local_instant
from domain.delinquency import Instalment, Payment
from domain.strategy import PlanTerms


@dataclass(frozen=True, slots=True)
class Plan:
    """An agreed plan.

    `judged` counts the instalments judged so far and `missed` those found unpaid; a missed one
    stays owed. `ended` says why the plan is over: completed, defaulted, replaced, cured or closed;
    empty while it performs. `before` are the payments of the day it was agreed that were there
    already: they do not count for it. A plan from an offer names it; what is forgiven when the
    plan completes is `waived_minor`. `noticed` counts the instalments of which the borrower was
    told before they fell due, or need not be. Means are looked at again every `check_back_days`
    (None: as the strategy says), last on `checked_on`. `interest` is what of the instalments is
    interest, by due date; `ended_on` the borrower's day on which the plan was over.
    """

    plan_id: str
    agreed_on: date
    instalments: tuple[Instalment, ...]
    judged: int = 0
    missed: int = 0
    ended: str = ""
    before: tuple[str, ...] = ()
    offer_id: str = ""
    waived_minor: int = 0
    noticed: int = 0
    check_back_days: int | None = None
    checked_on: date | None = None
    interest: tuple[Instalment, ...] = ()
    ended_on: date | None = None

    @property
    def performing(self) -> bool:
        """Whether the plan is in force."""
        return not self.ended

    @property
    def next_due(self) -> Instalment | None:
        """The instalment to be judged next, or None when all have been."""
        return self.instalments[self.judged] if self.judged < len(self.instalments) else None


def judged_at(instalment: Instalment, terms: PlanTerms, zone_name: str) -> datetime:
    """The instant an instalment is judged: the morning after its due date and grace."""
    day = instalment.due + timedelta(days=terms.grace_days + 1)
    return local_instant(day, terms.judge_at, zone_name)


def paid_into(plan: Plan, payments: Sequence[Payment]) -> int:
    """Money that counts for the plan: everything paid since it was agreed and not reversed."""
    return sum(
        p.amount_minor
        for p in payments
        if p.reversed_on is None and p.on >= plan.agreed_on and p.payment_id not in plan.before
    )


def covered(plan: Plan, payments: Sequence[Payment]) -> int:
    """How many instalments, counted from the first, the money that came pays in full."""
    left = paid_into(plan, payments)
    for number, instalment in enumerate(plan.instalments):
        left -= instalment.amount_minor
        if left < 0:
            return number
    return len(plan.instalments)


def split_evenly(total_minor: int, dues: Sequence[date]) -> tuple[Instalment, ...]:
    """The amount over those dates, equal to the last minor unit; the first carry the rest."""
    each, rest = divmod(total_minor, len(dues))
    return tuple(Instalment(due, each + (n < rest)) for n, due in enumerate(dues))


def monthly(first: date, count: int) -> list[date]:
    """`count` dates a month apart; a day the month does not have becomes its last day."""
    dates = []
    for n in range(count):
        year, month = divmod(first.month - 1 + n, 12)
        dates.append(_on_day(first.year + year, month + 1, first.day))
    return dates


def _on_day(year: int, month: int, day: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return min(following - timedelta(days=1), date(year, month, 1) + timedelta(days=day - 1))
