"""What a case does on hearing each fact and each request. Nothing here acts on the world."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.acknowledging import answered
from domain.arranging import (
    end_plan,
    money_moved,
    rest_plan,
    settle_promise,
    take_plan,
    take_promise,
)
from domain.case import REMEMBERED, Case
from domain.delinquency import Payment
from domain.facts import (
    AgencyReported,
    BorrowerReached,
    ContactBounced,
    ContactFailed,
    ContactRepaired,
    DebtForgiven,
    Fact,
    GrievanceDecided,
    LetOff,
    PaymentReceived,
    PaymentReversed,
    StandingChanged,
)
from domain.grievances import ends_the_case, still_open
from domain.holds import Hold, lifted
from domain.keys import case_id, grievance_hold_key
from domain.legal import hearing as legal
from domain.money import to_major
from domain.outcomes import Sent
from domain.promises import PromiseStatus
from domain.reaching import not_reached, reached
from domain.records import HoldChanged
from domain.refused import Refused
from domain.requests import (
    AgreePlan,
    Approve,
    Assign,
    Close,
    LiftHold,
    Note,
    PlaceHold,
    PromiseToPay,
    Request,
    refusal,
)
from domain.standing import frees
from domain.strategy import Strategy


def hear(case: Case, fact: Fact, strategy: Strategy, now: datetime) -> None:
    """Take in a fact at `now`; one heard before changes nothing."""
    if not _first_time(case, fact.fact_id):
        return
    case.now = max(case.now, now)
    _FACTS[type(fact)](case, fact, strategy)


def ask(case: Case, request: Request, strategy: Strategy, now: datetime) -> Refused | None:
    """Take in a request at `now`, or say why not; one taken before changes nothing.

    A refused request is written down on the case and changes nothing else.
    """
    if request.request_id in case.heard:
        return None
    case.now = max(case.now, now)
    if refused := refusal(case, request, strategy, case.now):
        case.log("refused", f"{type(request).__name__} by {request.by}: {refused.rule}")
        return refused
    _first_time(case, request.request_id)
    _REQUESTS[type(request)](case, request, strategy)
    return None


def _first_time(case: Case, an_id: str) -> bool:
    if an_id in case.heard:
        return False
    case.heard.append(an_id)
    if len(case.heard) > REMEMBERED:
        del case.heard[0]
    return True


def _payment_received(case: Case, fact: PaymentReceived, strategy: Strategy) -> None:
    if any(p.payment_id == fact.payment_id for p in case.payments):
        return
    _let_off(case, fact.let_off)
    undone = case.early_reversals.pop(fact.payment_id, None)
    case.payments.append(Payment(fact.payment_id, fact.on, fact.amount_minor, undone))
    case.last_payment = case.today()
    case.log("payment", f"{to_major(fact.amount_minor, case.currency)} {case.currency}")
    money_moved(case, strategy)


def _payment_reversed(case: Case, fact: PaymentReversed, strategy: Strategy) -> None:
    for number, payment in enumerate(case.payments):
        if payment.payment_id == fact.payment_id:
            if payment.reversed_on is not None:
                return
            _let_off(case, fact.let_off)
            case.payments[number] = replace(payment, reversed_on=fact.on)
            case.log("reversal", f"{to_major(payment.amount_minor, case.currency)} {case.currency}")
            money_moved(case, strategy)
            return
    case.early_reversals[fact.payment_id] = fact.on


def _let_off(case: Case, told: LetOff | None) -> bool:
    """Take in what counts beside payments; whether that changes anything."""
    if told is None or told.version <= case.waivers_heard:
        return False
    before, case.waivers_heard = case.waived_minor, told.version
    case.waived_minor = total = told.total_minor
    if total == before:
        return False
    amount = f"{to_major(abs(total), case.currency)} {case.currency}"
    if total < 0:
        case.log("charges", f"{amount} of what was paid went to late charges")
    else:
        case.log("forgiven", f"{amount} in all")
    return True


def _debt_forgiven(case: Case, fact: DebtForgiven, strategy: Strategy) -> None:
    """What is forgiven is not owed; a debt that only forgiving brought to nothing is no cure."""
    if not _let_off(case, LetOff(fact.total_minor, fact.version)):
        return
    money_moved(case, strategy)
    paid = any(p.reversed_on is None and p.on >= case.anchor for p in case.payments)
    if case.cured and not paid and not case.closing_reason:
        _end_for(case, "forgiven")
        case.log("closing", "forgiven: nothing late is owed any more")


def _contact_bounced(case: Case, fact: ContactBounced, strategy: Strategy) -> None:
    case.log("bounce", f"{fact.step} by {fact.channel}")
    if case.done.get(fact.step, Sent.BOUNCED) != Sent.BOUNCED:
        case.done[fact.step] = Sent.BOUNCED
        not_reached(case, strategy, fact.step)


def _agency_reported(case: Case, fact: AgencyReported, _: Strategy) -> None:
    case.log("agency", f"reported: {fact.status}")
    placement = case.placement
    if placement is None or fact.placement_key != placement.key:
        return
    answered(placement, fact)
    if fact.status in ("uncollectable", "refused"):
        placement.returned = fact.status


def _borrower_reached(case: Case, fact: BorrowerReached, _: Strategy) -> None:
    case.log("reached", f"by {fact.channel}")
    reached(case)


def _contact_failed(case: Case, fact: ContactFailed, strategy: Strategy) -> None:
    case.log("not reached", f"{fact.step} by {fact.channel}: {fact.outcome}")
    not_reached(case, strategy, fact.step)


def _contact_repaired(case: Case, fact: ContactRepaired, _: Strategy) -> None:
    case.log("contact", f"there is a new way: {fact.channel}")
    reached(case)


def _grievance_decided(case: Case, fact: GrievanceDecided, strategy: Strategy) -> None:
    """The hold of a grievance goes with its answer; a debt that was not owed ends the case."""
    case.log("grievance", f"{fact.about} {fact.grievance_id}: {fact.verdict}")
    if still_open(fact.about, fact.verdict):
        return
    own = grievance_hold_key(fact.grievance_id, case_id(case.loan_id, case.episode))
    if any(hold.hold_id == own and hold.bites(case.now) for hold in case.holds):
        _end_hold(case, own, strategy)
    if ends_the_case(fact.about, fact.verdict) and not (case.closing_reason or case.cured):
        _end_for(case, f"{fact.about} {fact.verdict}")


def _standing_changed(case: Case, fact: StandingChanged, strategy: Strategy) -> None:
    """What binds everybody also binds the agency: the placement sees that it is told.

    What may make a contact lawful earlier has those that were put off decided anew.
    """
    case.standing[fact.what] = fact
    rest_plan(case, strategy)
    if frees(fact, case.now):
        case.decide_anew()
    over = fact.until is not None and fact.until <= case.now
    case.log("standing", f"{fact.what}: {fact.reason}{', over' if over else ''}")


def _promise_to_pay(case: Case, request: PromiseToPay, _: Strategy) -> None:
    reached(case)
    take_promise(case, request)


def _agree_plan(case: Case, request: AgreePlan, strategy: Strategy) -> None:
    reached(case)
    take_plan(case, request, strategy)


def _place_hold(case: Case, request: PlaceHold, strategy: Strategy) -> None:
    hold = Hold(request.request_id, request.reason, case.now, request.until, request.by)
    case.holds.append(hold)
    case.unwritten.append(HoldChanged(hold, case.now))
    until = "lifted" if hold.until is None else f"{hold.until:%Y-%m-%d}"
    case.log("hold", f"{hold.reason} until {until}")
    rest_plan(case, strategy)


def _lift_hold(case: Case, request: LiftHold, strategy: Strategy) -> None:
    _end_hold(case, request.hold_id, strategy)


def _end_hold(case: Case, hold_id: str, strategy: Strategy) -> None:
    case.holds = lifted(case.holds, hold_id, case.now)
    hold = next(hold for hold in case.holds if hold.hold_id == hold_id)
    case.unwritten.append(HoldChanged(hold, case.now))
    case.log("hold", f"{hold.reason} lifted")
    rest_plan(case, strategy)


def _assign(case: Case, request: Assign, _: Strategy) -> None:
    case.collector = request.collector
    case.log("assigned", request.collector)


def _note(case: Case, request: Note, _: Strategy) -> None:
    case.log("note", f"{request.note_id} by {request.by}")


def _approve(case: Case, request: Approve, _: Strategy) -> None:
    assert case.approval is not None, "an answer without a question is refused before"
    case.approval = replace(case.approval, answer=request.approved, by=request.by)
    said = "approved" if request.approved else "declined"
    case.log("approval", f"{request.what}: {said} by {request.by}")


def _close(case: Case, request: Close, _: Strategy) -> None:
    _end_for(case, request.reason)
    case.log("closing", f"{request.reason}, by {request.by}")


def _end_for(case: Case, reason: str) -> None:
    if promise := case.open_promise:
        settle_promise(case, promise, PromiseStatus.CANCELLED)
    end_plan(case, "closed")
    case.closing_reason = reason


_FACTS: dict[type, Callable[[Case, Any, Strategy], None]] = {
    PaymentReceived: _payment_received,
    PaymentReversed: _payment_reversed,
    DebtForgiven: _debt_forgiven,
    ContactBounced: _contact_bounced,
    AgencyReported: _agency_reported,
    ContactRepaired: _contact_repaired,
    BorrowerReached: _borrower_reached,
    ContactFailed: _contact_failed,
    GrievanceDecided: _grievance_decided,
    StandingChanged: _standing_changed,
    **legal.FACTS,
}
_REQUESTS: dict[type, Callable[[Case, Any, Strategy], None]] = {
    PromiseToPay: _promise_to_pay,
    AgreePlan: _agree_plan,
    PlaceHold: _place_hold,
    LiftHold: _lift_hold,
    Assign: _assign,
    Note: _note,
    Approve: _approve,
    Close: _close,
    **legal.REQUESTS,
}
