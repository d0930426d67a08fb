"""Opening a case: from everything the ledger has about a loan that is late, or soon due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.case import Case
from domain.clock import Clock, local_date
from domain.delinquency import Instalment, Payment, arrears_of, paid_by
from domain.early import ONE_DAY, first_day, first_unpaid
from domain.plan_interest import with_interest
from domain.steps import Step
from domain.strategy import Stage, Strategy


@dataclass(frozen=True, slots=True)
class Numbered:
    """How far earlier cases of an episode have counted: contacts by step, questions by subject."""

    contacts: Mapping[str, int]
    questions: Mapping[str, int]
    placements: int
    check_backs: int


def go_on_counting(case: Case, strategy: Strategy, numbered: Numbered) -> None:
    """Let a case that is opened again number what it does after what was done before.

    Else its first new plan would go by the letter of an old one, and a question by its old answer.
    """
    promise, plan, contacts = strategy.promise, strategy.plan, numbered.contacts

    def highest(*steps: Step | None) -> int:
        return max((contacts.get(step.name, 0) for step in steps if step), default=0)

    case.promises_broken = highest(promise.broken)
    case.instalments_missed = highest(plan.missed)
    case.plans_agreed = highest(plan.agreed)
    case.reminders = highest(promise.before, plan.before)
    case.check_backs = numbered.check_backs
    case.placements = numbered.placements
    case.asked |= {f"approve-{what}": number for what, number in numbered.questions.items()}


def open_case(  # noqa: PLR0913 - a case is opened from every fact the ledger has about the loan
    *,
    loan_id: str,
    borrower_id: str,
    currency: str,
    jurisdiction: str,
    zone: str,
    strategy: Strategy,
    at: datetime,
    instalments: list[Instalment],
    payments: list[Payment],
    region: str = "",
    portfolio: str = "",
    clock: Clock | None = None,
    forgiven_minor: int = 0,
    waived_minor: int = 0,
    plan_interest: Sequence[Instalment] = (),
) -> Case | None:
    """The case of a loan that is late at `at`, or whose early notices have begun; None for neither.

    Instalments come in any order; the lists are copied, so a case shares nothing. `plan_interest`
    is what plans have cost, by due date.
    """
    today = local_date(at, zone)
    instalments = sorted(instalments, key=lambda instalment: instalment.due)
    credited = paid_by(payments, today) + forgiven_minor + waived_minor
    schedule = with_interest(instalments, plan_interest)
    _, oldest = arrears_of(schedule, credited, strategy.terms, today)
    due = oldest or _upcoming(instalments, credited, strategy)
    if due is None:
        return None
    case = Case(
        loan_id=loan_id,
        borrower_id=borrower_id,
        episode=due,
        currency=currency,
        jurisdiction=jurisdiction,
        zone=zone,
        strategy_id=strategy.id,
        opened_at=at,
        instalments=instalments,
        payments=list(payments),
        now=at,
        anchor=due,
        stage_since=at,
        region=region,
        portfolio=portfolio,
        clock=clock or Clock(),
        forgiven_minor=forgiven_minor,
        waived_minor=waived_minor,
        plan_interest=list(plan_interest),
        last_payment=max((p.on for p in payments if p.counts(today)), default=None),
    )
    if oldest is not None:
        case.log("opened", f"{(today - due).days} days past due")
        return case
    return _opened_early(case, strategy, today)


def days_to_open(due: date, strategy: Strategy) -> list[date]:
    """The days on which a case about that due date may begin, in order; the last is the day after.

    The others are those on which early notices begin: for those of high risk, and for all.
    """
    early = strategy.early
    ahead = {early.days_ahead, early.days_ahead - early.earlier_days} if early else set()
    return [*(due - timedelta(days=days) for days in sorted(ahead, reverse=True)), due + ONE_DAY]


def _upcoming(instalments: list[Instalment], paid_minor: int, strategy: Strategy) -> date | None:
    """The due date that early notices would be about; None where the strategy has none."""
    if strategy.early is None:
        return None
    unpaid = first_unpaid(instalments, paid_minor, strategy.terms)
    return unpaid.due if unpaid is not None else None


def _opened_early(case: Case, strategy: Strategy, today: date) -> Case | None:
    """The case as it watches its due date; None while the first notice is still ahead."""
    assert strategy.early is not None, "a case opens early where the strategy has early notices"
    if today < first_day(case, strategy.early, strategy.terms):
        return None
    case.early, case.stage = True, Stage.WATCH_DUE
    case.log("opened", f"{(case.anchor - today).days} days before the due date")
    return case
