"""What people ask of a case, and why it may be refused."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from domain.clock import local_date
from domain.delinquency import Instalment
from domain.holds import HoldReason
from domain.legal.asking import FileEvidence, evidence_refusal
from domain.money import to_major
from domain.offer_terms import OfferKind
from domain.plan_interest import interest_problem
from domain.promises import paid_towards
from domain.refused import Refused
from domain.strategy import PlanTerms, PromiseTerms, Strategy

if TYPE_CHECKING:
    from domain.case import Case


HORIZON = timedelta(days=3653)
"""Ten years: further ahead no hold and no plan is agreed on; a date in 9999 is a mistake."""


@dataclass(frozen=True, slots=True)
class PromiseToPay:
    """The borrower promises an amount by the end of a date. `by` is who took the promise."""

    request_id: str
    by: str
    amount_minor: int
    currency: str
    pay_by: date
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AgreePlan:
    """The borrower and we agree on dated amounts that sum to the arrears or the whole debt.

    A plan from an accepted offer names it and its kind, and has the limits of the offer; its
    instalments sum to that less `waived_minor`, which is forgiven when all are paid, and with the
    `interest` that is part of them, by due date. Means are looked at again every `check_back_days`
    (None: as the strategy says).
    """

    request_id: str
    by: str
    currency: str
    instalments: tuple[Instalment, ...]
    at: datetime | None = None
    offer_id: str = ""
    kind: OfferKind | None = None
    waived_minor: int = 0
    check_back_days: int | None = None
    interest: tuple[Instalment, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceHold:
    """Leave the borrower in peace until an instant (None: until the hold is lifted)."""

    request_id: str
    by: str
    reason: HoldReason
    until: datetime | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LiftHold:
    """End one hold; the others stay. A hold's id is the id of the request that placed it."""

    request_id: str
    by: str
    hold_id: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Assign:
    """Give the case to a collector."""

    request_id: str
    by: str
    collector: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A note was written; its text is in the ledger, never in the case."""

    request_id: str
    by: str
    note_id: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Approve:
    """A second person answers what the case asked: `what` names it, `approved` is the answer."""

    request_id: str
    by: str
    what: str
    approved: bool = True
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Close:
    """End the case for a reason that only people can know."""

    request_id: str
    by: str
    reason: str
    at: datetime | None = None


Request = (
    PromiseToPay | AgreePlan | PlaceHold | LiftHold | Assign | Note | Approve | FileEvidence | Close
)


def refusal(case: "Case", request: Request, strategy: Strategy, now: datetime) -> Refused | None:
    """Why this request cannot be taken now, or None if it can."""
    if case.outcome is not None:
        return Refused("case-closed", f"The case ended on {case.now:%Y-%m-%d}: {case.outcome}.")
    if case.closing_reason or case.cured:
        return Refused("case-ending", "The case is just being closed; nothing more can be taken.")
    if not request.request_id or not request.by:
        return Refused("request-unsigned", "A request carries its own id and who gave it.")
    return _REFUSALS[type(request)](case, request, strategy, now)


def _promise_refusal(
    case: "Case", promise: PromiseToPay, strategy: Strategy, now: datetime
) -> Refused | None:
    today, terms = local_date(now, case.zone), strategy.promise
    if wrong := _wrong_currency(case, promise.currency):
        return wrong
    if promise.amount_minor <= 0:
        return Refused("promise-not-positive", "The promised amount must be above zero.")
    if promise.pay_by <= today:
        return Refused(
            "promise-not-in-future", f"The promised date must be after today, {today.isoformat()}."
        )
    if promise.pay_by > today + timedelta(days=terms.max_days):
        latest = today + timedelta(days=terms.max_days)
        return Refused("promise-too-far", f"The promised date may be {latest} at the latest.")
    if case.early and case.anchor >= today:
        return Refused("nothing-late", f"Nothing is late: it falls due on {case.anchor}.")
    arrears = case.arrears(strategy, today)
    if promise.amount_minor > arrears:
        return Refused(
            "promise-above-arrears",
            f"The promise is above the arrears of {to_major(arrears, case.currency)} "
            f"{case.currency}.",
        )
    return _promises_before(case, terms)


def _promises_before(case: "Case", terms: PromiseTerms) -> Refused | None:
    """Why what was agreed before leaves no room for a promise, or None if it does."""
    broken, rolled, latest = case.promises_broken, case.promises_rolled, case.open_promise
    if broken >= terms.max_broken:
        return Refused("promises-broken", f"{broken} promises were broken; agree on a plan.")
    if case.plan is not None and case.plan.performing:
        return Refused("plan-performing", "A repayment plan is performing.")
    again = latest is not None and not paid_towards(latest, case.payments, 0)
    if again and terms.max_rolled is not None and rolled >= terms.max_rolled:
        said = f"{rolled} promises were replaced with nothing paid; agree on a plan."
        return Refused("promises-rolled", said)
    return None


def _plan_refusal(
    case: "Case", request: AgreePlan, strategy: Strategy, now: datetime
) -> Refused | None:
    today = local_date(now, case.zone)
    if wrong := _wrong_currency(case, request.currency):
        return wrong
    if wrong := _plan_limits(request, strategy.plan, today):
        return wrong
    if any(i.amount_minor <= 0 for i in request.instalments):
        return Refused("plan-not-positive", "Every instalment must be above zero.")
    dues = [i.due for i in request.instalments]
    if dues != sorted(set(dues)) or dues[0] <= today:
        return Refused(
            "plan-dates", f"The due dates must rise and start after today, {today.isoformat()}."
        )
    if dues[-1] > today + HORIZON:
        return Refused("plan-too-long", f"The last instalment is due by {today + HORIZON}.")
    return _plan_sum(case, request, strategy, today)


def _plan_limits(request: AgreePlan, terms: PlanTerms, today: date) -> Refused | None:
    """Why a plan is longer or later than the strategy allows; an offer has limits of its own."""
    if not request.instalments:
        return Refused("plan-length", "A plan has at least one instalment.")
    if request.offer_id:
        return None
    if len(request.instalments) > terms.max_instalments:
        return Refused("plan-length", f"A plan has 1 to {terms.max_instalments} instalments.")
    if request.instalments[0].due > today + timedelta(days=terms.first_within_days):
        said = f"The first instalment is due within {terms.first_within_days} days."
        return Refused("plan-starts-late", said)
    return None


def _plan_sum(case: "Case", request: AgreePlan, strategy: Strategy, today: date) -> Refused | None:
    """Why the instalments do not come to what is owed, or None if they do."""
    if request.waived_minor < 0 or (request.waived_minor and not request.offer_id):
        return Refused("waiver-without-offer", "Only an accepted offer forgives anything.")
    if request.interest and not request.offer_id:
        return Refused("interest-without-offer", "Only an accepted offer bears interest.")
    if wrong := interest_problem(request.instalments, request.interest):
        return Refused("plan-interest", wrong)
    total = sum(i.amount_minor for i in request.instalments)
    total -= sum(i.amount_minor for i in request.interest)
    debts = (case.arrears(strategy, today), case.outstanding())
    if total + request.waived_minor in debts:
        return None
    arrears, debt = (to_major(d, case.currency) for d in debts)
    return Refused(
        "plan-sum",
        f"The instalments must sum to the arrears ({arrears}) or to the whole debt ({debt}) "
        f"in {case.currency}, interest aside, not to {to_major(total, case.currency)}.",
    )


def _hold_refusal(_case: "Case", hold: PlaceHold, _: Strategy, now: datetime) -> Refused | None:
    if hold.until is not None and hold.until.tzinfo is None:
        return Refused("hold-without-zone", "The end of a hold needs its time zone.")
    if hold.until is not None and hold.until <= now:
        return Refused("hold-in-past", "The hold would already be over.")
    if hold.until is not None and hold.until > now + HORIZON:
        return Refused("hold-too-long", "A hold that long is one without an end: leave it out.")
    return None


def _lift_refusal(case: "Case", lift: LiftHold, _: Strategy, now: datetime) -> Refused | None:
    if any(hold.hold_id == lift.hold_id and hold.bites(now) for hold in case.holds):
        return None
    return Refused("no-such-hold", f"No hold {lift.hold_id!r} is in force on this case.")


def _assign_refusal(_case: "Case", request: Assign, _: Strategy, __: datetime) -> Refused | None:
    return None if request.collector else Refused("no-collector", "Name the collector.")


def _note_refusal(_case: "Case", note: Note, _: Strategy, __: datetime) -> Refused | None:
    return None if note.note_id else Refused("no-note", "A note carries the id of its text.")


def _approve_refusal(case: "Case", answer: Approve, _: Strategy, __: datetime) -> Refused | None:
    asked = case.approval
    if asked is None or asked.what != answer.what or asked.answer is not None:
        waiting = "nothing" if asked is None or asked.answer is not None else repr(asked.what)
        return Refused("nothing-to-approve", f"The case waits for approval of {waiting}.")
    if answer.by == case.collector:
        return Refused("own-case", "Whoever works the case cannot approve it.")
    return None


def _close_refusal(_case: "Case", close: Close, _: Strategy, __: datetime) -> Refused | None:
    return None if close.reason else Refused("no-reason", "Say why the case is closed.")


def _wrong_currency(case: "Case", currency: str) -> Refused | None:
    if currency == case.currency:
        return None
    return Refused("wrong-currency", f"The loan is in {case.currency}, not in {currency}.")


_REFUSALS: dict[type, Callable[["Case", Any, Strategy, datetime], Refused | None]] = {
    PromiseToPay: _promise_refusal,
    AgreePlan: _plan_refusal,
    PlaceHold: _hold_refusal,
    LiftHold: _lift_refusal,
    Assign: _assign_refusal,
    Note: _note_refusal,
    Approve: _approve_refusal,
    FileEvidence: evidence_refusal,
    Close: _close_refusal,
}
