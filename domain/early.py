"""Speaking to a borrower before the due date: notices ahead of it, and who hears them earlier."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from domain.clock import local_instant
from domain.delinquency import Instalment, Terms, arrears_of, paid_by
from domain.steps import Ladder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.case import Case

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class EarlyTerms:
    """What is said before the due date, and to whom earlier.

    The steps of `ladder` have days below zero, counted from the due date (-5: five days before);
    neither days of grace nor holds move them. Whoever was late with at least `late_before` of the
    instalments that fell due in the `within_days` before is spoken to `earlier_days` earlier; with
    `earlier_days` 0 nobody is.
    """

    ladder: Ladder
    late_before: int = 0
    within_days: int = 0
    earlier_days: int = 0

    @property
    def days_ahead(self) -> int:
        """How many days before a due date anybody is first spoken to."""
        return self.earlier_days - min(step.day for step in self.ladder.steps)


def early_problems(early: EarlyTerms | None) -> list[str]:
    """What is wrong with what is said before a due date; empty when it is sound."""
    if early is None:
        return []
    risk = (early.late_before, early.within_days, early.earlier_days)
    if any(risk) and not all(risk):
        return ["early: late_before, within_days and earlier_days go together."]
    return []


def earlier_days(case: "Case", early: EarlyTerms, terms: Terms) -> int:
    """How many days earlier than others this borrower is spoken to; 0 for most.

    The risk is counted, not guessed: each instalment that fell due in the days before the due date
    now awaited, and that still had a material part unpaid when its due date and the grace were
    over. A payment counts from its own date, so that one booked late does not count against the
    borrower; a reversed one does not count; what was forgiven counts as paid all along. An
    instalment whose grace is not over by the due date is not judged.
    """
    if not early.earlier_days:
        return 0
    since = case.anchor - timedelta(days=early.within_days)
    grace = timedelta(days=terms.grace_days)
    late = 0
    for number, instalment in enumerate(case.instalments):
        last = instalment.due + grace
        if since <= instalment.due and last < case.anchor:
            paid = case.let_off() + paid_by(case.payments, last)
            before = sum(i.amount_minor for i in case.instalments[:number])
            unpaid = min(instalment.amount_minor, before + instalment.amount_minor - paid)
            late += terms.material(unpaid, instalment.amount_minor)
    return early.earlier_days if late >= early.late_before else 0


def first_day(case: "Case", early: EarlyTerms, terms: Terms) -> date:
    """The day on which the borrower is first spoken to about the due date awaited."""
    first = min(step.day for step in early.ladder.steps)
    return case.anchor + timedelta(days=first - earlier_days(case, early, terms))


def due_date_over(case: "Case") -> datetime:
    """The first instant after the due date, by the borrower's clock."""
    return local_instant(case.anchor + ONE_DAY, time(), case.zone)


def first_unpaid(
    instalments: "Sequence[Instalment]", paid_minor: int, terms: Terms
) -> Instalment | None:
    """The first instalment of which a material part is unpaid, late or not, and how much of it.

    Instalments come in the order of their due dates. None when everything is paid.
    """
    left = paid_minor
    for instalment in instalments:
        unpaid = max(0, instalment.amount_minor - left)
        left = max(0, left - instalment.amount_minor)
        if terms.material(unpaid, instalment.amount_minor):
            return Instalment(instalment.due, unpaid)
    return None


def paid_in_time(case: "Case", terms: Terms) -> bool:
    """Whether the due date that the case opened for was met: by money that counts from it."""
    paid = case.let_off() + paid_by(case.payments, case.episode)
    return arrears_of(case.instalments, paid, terms, case.episode + ONE_DAY)[1] is None
