"""What borrowers, collectors and agencies do in a tale, each on its day past due.

An act is told to a teller, who keeps the account of one loan and writes down what happened, as the
very facts and requests that the world sends to a case.
"""

from collections.abc import Callable
from datetime import time, timedelta

from demo.lifelike import EARLY_DAYS
from demo.teller import OPENS_AT, SUPERVISOR, Happening, Teller
from domain import keys
from domain.clock import local_instant
from domain.facts import (
    AgencyReported,
    BorrowerReached,
    ContactBounced,
    PaymentReversed,
)
from domain.holds import HoldReason
from domain.money import share
from domain.plans import monthly, split_evenly
from domain.requests import (
    AgreePlan,
    Approve,
    Assign,
    Close,
    LiftHold,
    Note,
    PlaceHold,
    PromiseToPay,
)

Act = Callable[[Teller], None]


def falls_behind(day: int) -> Act:
    """The daily watch finds the loan late."""

    def told(teller: Teller) -> None:
        teller.happens(local_instant(teller.day(day), OPENS_AT, teller.loan.borrower.zone), None)

    return told


def falls_due_soon(day: int) -> Act:
    """The daily watch finds the loan soon due, on a day below zero."""

    def told(teller: Teller) -> None:
        at = local_instant(teller.day(day), OPENS_AT, teller.loan.borrower.zone)
        teller.happenings.append(Happening(at, None, soon=True))

    return told


def pays(day: int, percent: int = 100) -> Act:
    """Money comes: that part of what is late."""
    return lambda teller: teller.pay(
        teller.day(day), share(teller.arrears(teller.day(day)), percent)
    )


def pays_ahead(day: int) -> Act:
    """Money comes before anything is late: the first instalment."""
    return lambda teller: teller.pay(teller.day(day), teller.loan.instalments[0].amount_minor)


def keeps(day: int, percent: int = 100) -> Act:
    """Money comes: that part of what was promised last."""
    return lambda teller: teller.pay(teller.day(day), share(teller.promised, percent))


def pays_portion(number: int, days_early: int = 1) -> Act:
    """Money comes: that portion of the plan, counted from 1."""

    def told(teller: Teller) -> None:
        portion = teller.portions[number - 1]
        teller.pay(portion.due - timedelta(days=days_early), portion.amount_minor)

    return told


def misses(number: int, days_late: int) -> Act:
    """An instalment, counted from 1, is missed; the watch finds it, and money comes days later."""

    def told(teller: Teller) -> None:
        due = teller.loan.instalments[number - 1].due
        falls_behind((due - teller.due).days + 1)(teller)
        on = due + timedelta(days=days_late)
        teller.pay(on, teller.arrears(on))

    return told


def stays_current(day: int) -> Act:
    """Every instalment that falls due after that day is paid in time."""

    def told(teller: Teller) -> None:
        for instalment in teller.loan.instalments:
            if instalment.due > teller.day(day):
                teller.pay(instalment.due - timedelta(days=EARLY_DAYS), instalment.amount_minor)

    return told


def comes_back(day: int) -> Act:
    """The last payment is charged back."""

    def told(teller: Teller) -> None:
        _, payment_id, _ = teller.payments.pop()
        on, at = teller.day(day), teller.in_office_hours(day)
        teller.happens(at, PaymentReversed(f"{payment_id}-back", payment_id, on, at))

    return told


def promises(day: int, by: int, percent: int = 100, refused: str = "") -> Act:
    """The borrower promises that part of what is late by the end of another day."""

    def told(teller: Teller) -> None:
        amount, at = share(teller.arrears(teller.day(day)), percent), teller.in_office_hours(day)
        promise = PromiseToPay(
            teller.new_id("promise"),
            teller.collector,
            amount,
            teller.currency,
            teller.day(by),
            at,
        )
        teller.happens(at, promise, refused)
        if not refused:
            teller.promised = amount

    return told


def agrees(day: int, portions: int, first: int, *, whole: bool = False) -> Act:
    """A plan over what is late (or the whole debt): monthly portions from another day on."""

    def told(teller: Teller) -> None:
        total = teller.outstanding if whole else teller.arrears(teller.day(day))
        teller.portions = split_evenly(total, monthly(teller.day(first), portions))
        at = teller.in_office_hours(day)
        request = AgreePlan(
            teller.new_id("plan"), teller.collector, teller.currency, teller.portions, at
        )
        teller.happens(at, request)

    return told


def in_peace(day: int, reason: HoldReason, until: int | None = None) -> Act:
    """A hold, until the start of another day or until it is lifted."""

    def told(teller: Teller) -> None:
        zone = teller.loan.borrower.zone
        end = None if until is None else local_instant(teller.day(until), time(), zone)
        at = teller.in_office_hours(day)
        teller.holds.append(teller.new_id("hold"))
        teller.happens(at, PlaceHold(teller.holds[-1], teller.collector, reason, end, at))

    return told


def in_peace_no_more(day: int) -> Act:
    """The last hold is lifted."""

    def told(teller: Teller) -> None:
        at = teller.in_office_hours(day)
        teller.happens(
            at, LiftHold(teller.new_id("lift"), teller.collector, teller.holds.pop(), at)
        )

    return told


def assigned(day: int) -> Act:
    """The case is given to a collector."""

    def told(teller: Teller) -> None:
        at = teller.in_office_hours(day)
        teller.happens(at, Assign(teller.new_id("assign"), SUPERVISOR, teller.collector, at))

    return told


def noted(day: int) -> Act:
    """A collector writes a note."""

    def told(teller: Teller) -> None:
        at, an_id = teller.in_office_hours(day), teller.new_id("note")
        teller.happens(at, Note(an_id, teller.collector, an_id, at))

    return told


def answered(day: int, what: str, *, approved: bool) -> Act:
    """A second person approves or declines: a placement, a bureau report, a filing."""

    def told(teller: Teller) -> None:
        at = teller.in_office_hours(day)
        teller.happens(at, Approve(teller.new_id("approve"), SUPERVISOR, what, approved, at))

    return told


def closed(day: int, reason: str) -> Act:
    """A person ends the case."""

    def told(teller: Teller) -> None:
        at = teller.in_office_hours(day)
        teller.happens(at, Close(teller.new_id("close"), SUPERVISOR, reason, at))

    return told


def bounces(day: int, step: str) -> Act:
    """A letter comes back days after it was sent."""

    def told(teller: Teller) -> None:
        at = teller.in_office_hours(day)
        teller.happens(at, ContactBounced(teller.new_id("bounce"), step, "email", at))

    return told


def writes(day: int) -> Act:
    """The borrower writes to us, after nobody could reach them."""

    def told(teller: Teller) -> None:
        at = teller.in_office_hours(day)
        teller.happens(at, BorrowerReached(teller.new_id("reply"), "email", at))

    return told


def agency_says(day: int, status: str) -> Act:
    """The agency reports on its first placement."""

    def told(teller: Teller) -> None:
        at = teller.in_office_hours(day)
        placement = keys.placement_key(teller.loan_id, teller.due, 1)
        teller.happens(at, AgencyReported(teller.new_id("agency"), placement, status, at))

    return told
