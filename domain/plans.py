"""Repayment plans: dated amounts agreed outside the schedule, judged one by one.

The interest of a plan rests on the days of a hold, as late charges do (UK-BS-01): from the
borrower's day on which it begins, up to but not including the one on which it ends. What a plan
does not earn on them is not owed. The instalments stay as they were agreed and the last of them is
smaller by it, with those before where that is not enough; so none is ever more than was agreed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from domain.clock import local_instant
from domain.delinquency import Instalment, Pause, Payment, paused_days
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
    rested: tuple[Pause, ...] = ()

    @property
    def performing(self) -> bool:
        """Whether the plan is in force."""
        return not self.ended

    @property
    def next_due(self) -> Instalment | None:
        """The instalment to be judged next as it is asked for, or None when all have been."""
        return self.asked[self.judged] if self.judged < len(self.instalments) else None

    @property
    def earned(self) -> tuple[Instalment, ...]:
        """Its interest without that of the days on which it rested; parts of nothing left out."""
        if not self.rested:
            return self.interest
        parts = [replace(part, amount_minor=_until(self, part, part.due)) for part in self.interest]
        return tuple(part for part in parts if part.amount_minor)

    @property
    def asked(self) -> tuple[Instalment, ...]:
        """Its instalments less the interest that is not earned, which comes off the last ones."""
        if not self.rested:
            return self.instalments
        off = sum(p.amount_minor for p in self.interest) - sum(p.amount_minor for p in self.earned)
        parts = []
        for instalment in reversed(self.instalments):
            less = min(off, instalment.amount_minor)
            parts.append(replace(instalment, amount_minor=instalment.amount_minor - less))
            off -= less
        return tuple(reversed(parts))

    def earned_by(self, day: date) -> int:
        """The interest that has run since the last due date, for an instalment still to come."""
        due = next((part.due for part in self.instalments if part.due > day), None)
        part = next((part for part in self.interest if part.due == due), None)
        return _until(self, part, day) if part is not None else 0


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
    for number, instalment in enumerate(plan.asked):
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


def _until(plan: Plan, part: Instalment, day: date) -> int:
    """What that part of the interest comes to by the start of the day, rested days left out."""
    earlier = [instalment.due for instalment in plan.instalments if instalment.due < part.due]
    start = max(earlier, default=plan.agreed_on)
    ran = (day - start).days - paused_days(plan.rested, start, day)
    return part.amount_minor * ran // (part.due - start).days
