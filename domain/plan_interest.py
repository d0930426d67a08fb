"""The interest of a plan: which of it becomes owed, and when.

Interest is part of the plan's instalments and becomes owed on their due dates, not before. A plan
that ends takes what is not due with it: defaulted, replaced, or because the loan was paid off.
Interest for the days since the last due date is then kept only of a plan that was paid in full
before its last day, up to the day on which the money came; what was paid beyond it is the
borrower's. Who pays the debt off between two due dates pays none for the days between. So nobody
pays for more time than they had the money (民法典 art. 677), and no case ends owing a few days.

On the days of a hold it rests, as late charges do: see `domain.plans`. Case and ledger both take it
from the plan, which carries the days; the ledger has them with the record of the plan, so the two
cannot count differently. Paying a part early does not lower it.
"""

from collections.abc import Sequence
from datetime import date
from operator import attrgetter

from domain.delinquency import Instalment
from domain.plans import Plan


def booked(plan: Plan) -> tuple[Instalment, ...]:
    """The interest of the plan by the days on which it is owed; all of it while it performs."""
    end = plan.ended_on
    if plan.performing or end is None:
        return plan.earned if plan.performing else ()
    due = tuple(part for part in plan.earned if part.due <= end)
    running = plan.earned_by(end) if plan.ended == "completed" else 0
    return (*due, Instalment(end, running)) if running else due


def with_interest(
    instalments: Sequence[Instalment], interest: Sequence[Instalment]
) -> Sequence[Instalment]:
    """The instalments of a loan and the interest of its plans, in the order of their due dates."""
    if not interest:
        return instalments
    return sorted([*instalments, *interest], key=attrgetter("due"))


def due_by(parts: Sequence[Instalment], day: date) -> int:
    """What of it is owed at the end of that day, in minor units."""
    return sum(part.amount_minor for part in parts if part.due <= day)


def interest_problem(
    instalments: Sequence[Instalment], interest: Sequence[Instalment]
) -> str | None:
    """What is wrong with the interest said to be in the instalments, or None when nothing is."""
    whole = {part.due: part.amount_minor for part in instalments}
    dues = [part.due for part in interest]
    if dues != sorted(set(dues)):
        return "The interest must be told in the order of its due dates."
    if any(not 0 < part.amount_minor <= whole.get(part.due, 0) for part in interest):
        return "The interest must be part of an instalment, and above zero."
    return None
