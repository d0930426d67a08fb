"""What holds for every book: nobody is written to wrongly, twice or too often; every case ends."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import pytest

from domain.case import Case
from domain.clock import local_date, zone
from domain.facts import PaymentReceived, PaymentReversed
from domain.promises import PromiseStatus
from domain.requests import PlaceHold
from domain.steps import MessageClass
from domain.strategy import Outcome, Stage
from simulation.driver import Event
from tests.properties.portfolio import Contact, Lived, Person, live, person
from tests.strategies import rulebooks, standard

FEW, MANY = range(800), range(800, 8_000)
LADDER_STEPS = {
    step.name
    for ladder in (standard().remind, standard().negotiate, standard().legal.ladder)
    for step in ladder.steps
}


@cache
def lived(seed: int) -> tuple[Person, Lived]:
    who = person(seed)
    return who, live(who)


def problems(seed: int) -> Iterator[str]:
    who, book = lived(seed)
    yield from (f"{seed}: {line}" for line in book.stuck)
    yield from caps_and_hours(book)
    for loan, case, told in zip(who.loans, book.cases, book.told, strict=True):
        numbered = [(n, c) for n, c in enumerate(book.contacts) if c.loan_id == loan.loan_id]
        contacts = [contact for _, contact in numbered]
        yield from with_nothing_late(case, numbered, told.events)
        yield from twice(case, contacts)
        yield from on_hold(case, numbered, told.events)
        yield from without_notice(case, contacts)
        yield from too_soon(case, numbered, told.events)
        yield from ended_badly(case)
        yield from left_open(case)


def with_nothing_late(
    case: Case, contacts: list[tuple[int, Contact]], events: list[tuple[int, Event]]
) -> Iterator[str]:
    """Contacts while nothing material was late, by our own count of the money heard of before."""
    for number, contact in contacts:
        heard = [event for before, event in events if before <= number]
        undone = {e.payment_id for e in heard if isinstance(e, PaymentReversed)}
        paid = {e.payment_id: e for e in heard if isinstance(e, PaymentReceived)}
        left = sum(e.amount_minor for e in paid.values() if e.payment_id not in undone)
        today, late = local_date(contact.at, case.zone), False
        for item in case.instalments:
            unpaid = max(0, item.amount_minor - left)
            left = max(0, left - item.amount_minor)
            late |= item.due < today and unpaid > standard().terms.materiality_minor
        if not late:
            yield f"{case.loan_id}: {contact.step.name} on {contact.at} with nothing late"
    ended = next((e.at for e in case.timeline if e.what == "outcome"), None)
    if ended and any(c.at > ended for _, c in contacts):
        yield f"{case.loan_id}: contact after the end"


def twice(case: Case, contacts: list[Contact]) -> Iterator[str]:
    for name, times in Counter(c.step.name for c in contacts).items():
        if times > 1:
            yield f"{case.loan_id}: {name} {times} times"


def caps_and_hours(book: Lived) -> Iterator[str]:
    zones = {case.borrower_id: case for case in book.cases}
    days: Counter[tuple[str, object]] = Counter()
    for contact in book.contacts:
        case = zones[contact.borrower_id]
        hours = [rule.terms for rule in rulebooks()[case.jurisdiction].hours]
        local = contact.at.astimezone(zone(case.zone))
        if not all(lawful.earliest <= local.time() < lawful.latest for lawful in hours):
            yield f"{contact.loan_id}: {contact.step.name} at {local}"
        if contact.step.message_class is MessageClass.DUNNING:
            days[contact.borrower_id, local.date()] += 1
            if days[contact.borrower_id, local.date()] > 1:
                yield f"{contact.borrower_id}: too many on {local.date()}"


def on_hold(
    case: Case, contacts: list[tuple[int, Contact]], events: list[tuple[int, Event]]
) -> Iterator[str]:
    placed = {e.request_id: before for before, e in events if isinstance(e, PlaceHold)}
    for number, contact in contacts:
        for hold in case.holds:
            if hold.bites(contact.at) and placed[hold.hold_id] <= number:
                yield f"{case.loan_id}: {contact.step.name} during {hold}"


def without_notice(case: Case, contacts: list[Contact]) -> Iterator[str]:
    """Nobody is asked to approve before the demand went out and its period passed."""
    if case.approval is None:
        return
    demand = next((c.at for c in contacts if c.step.name == "final_demand"), None)
    if demand is None:
        yield f"{case.loan_id}: approval asked without a demand"
    elif local_date(case.approval.asked_at, case.zone) - local_date(demand, case.zone) < timedelta(
        days=standard().legal.notice_days
    ):
        yield f"{case.loan_id}: approval asked {case.approval.asked_at}, demand of {demand}"
    asked = case.approval.asked_at
    if any(hold.start < asked and hold.bites(asked) for hold in case.holds):
        yield f"{case.loan_id}: approval asked on hold, {asked}"


def too_soon(
    case: Case, contacts: list[tuple[int, Contact]], events: list[tuple[int, Event]]
) -> Iterator[str]:
    """Ladder contacts nearer than they may to the contact before or to a payment heard of."""
    before: date | None = None
    for number, contact in contacts:
        step, day = contact.step, local_date(contact.at, case.zone)
        if before is not None and day < before + timedelta(days=step.gap_days):
            yield f"{case.loan_id}: {step.name} on {day}, a contact on {before}"
        before = day
        if step.name not in LADDER_STEPS:
            continue
        paid = {
            e.payment_id for told, e in events if told <= number and isinstance(e, PaymentReceived)
        }
        heard = [
            local_date(entry.at, case.zone) for entry in case.timeline if entry.what == "payment"
        ][: len(paid)]
        if heard and day < heard[-1] + timedelta(days=standard().quiet_days_after_payment):
            yield f"{case.loan_id}: {step.name} on {day}, a payment on {heard[-1]}"


def ended_badly(case: Case) -> Iterator[str]:
    if case.outcome is None:
        yield f"{case.loan_id}: never ended"
    if case.unwritten:
        yield f"{case.loan_id}: ended with {case.unwritten} not written"
    if (case.outcome is Outcome.CURED) != case.cured and not case.closing_reason:
        yield f"{case.loan_id}: {case.outcome} and cured is {case.cured}"
    ats = [entry.at for entry in case.timeline]
    if ats != sorted(ats):
        yield f"{case.loan_id}: its timeline runs backwards"


def left_open(case: Case) -> Iterator[str]:
    """What a case agreed or handed over and did not end."""
    if case.placement is not None:
        yield f"{case.loan_id}: ended and still with {case.placement.agency}"
    if case.plan is not None and case.plan.performing:
        yield f"{case.loan_id}: ended with a plan in force"
    if case.agencies_done > len(standard().placement.agencies):
        yield f"{case.loan_id}: {case.agencies_done} agencies done"
    if case.promise is not None and case.promise.status is PromiseStatus.OPEN:
        yield f"{case.loan_id}: ended with an open promise"


def test_no_book_breaks_a_promise_of_ours():
    found = [problem for seed in FEW for problem in problems(seed)]
    assert not found, "\n".join(found)


@pytest.mark.slow
def test_no_book_of_thousands_breaks_a_promise_of_ours():
    found = [problem for seed in MANY for problem in problems(seed)]
    assert not found, "\n".join(found)


NOT_STANDARD = (Stage.WATCH_DUE, Stage.REMIND, Stage.TRACE, Stage.COURT, Outcome.PAID_IN_TIME)
"""The first stage, which is not entered, and what the standard strategy has not."""


def test_the_books_are_worth_the_name():
    """Every stage, outcome and turn of events is in them: else the tests above prove little."""
    entries = [e for seed in FEW for case in lived(seed)[1].cases for e in case.timeline]
    shown = {f"{e.what} {e.detail}" for e in entries}
    for words in (
        *(f"stage {stage}" for stage in Stage if stage not in NOT_STANDARD),
        *(f"outcome {outcome}" for outcome in Outcome if outcome not in NOT_STANDARD),
        *(f": {status}" for status in PromiseStatus if status is not PromiseStatus.OPEN),
        ": open", "plan ", ": defaulted", ": completed", ": replaced", "missed", "paid",
        "merged", "deferred (CN-DAY-01)", "deferred (US-TIME-01)", "suppressed", "reversal ",
        "recalled, term over", "recalled, cured", "hold-", "uncollectable", "bounce ",
        "recalled, watch_promise", "recalled, watch_plan", ": cured", ": closed",
        "refused PromiseToPay", "refused AgreePlan", "placement: approved", "placement: declined",
    ):  # fmt: skip
        assert any(words in text for text in shown), f"no book shows {words!r}"
