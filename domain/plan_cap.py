"""The interest a plan may bear: never so much that the price of the money would pass the cap."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from domain.bookkeeping import Books
from domain.delinquency import Instalment, Pause
from domain.money_events import EventKind, MoneyEvent, MoneyFacts, PlanInterest, in_time
from domain.spreading import Spread, spread


def spread_within_cap(
    debt_minor: int, dues: Sequence[date], annual_bps: int, facts: MoneyFacts, agreed_on: date
) -> tuple[Spread, int]:
    """The schedule at the highest rate, up to that one, that the cap lets be; and that rate.

    The account is lived through with every instalment paid on its day, by the calculator that will
    post them. Where the cap leaves nothing the plan bears no interest.
    """
    made = spread(debt_minor, dues, annual_bps)
    if fits(facts, made, agreed_on):
        return made, annual_bps
    low, high = 0, annual_bps
    while low + 1 < high:
        rate = (low + high) // 2
        if fits(facts, spread(debt_minor, dues, rate), agreed_on):
            low = rate
        else:
            high = rate
    return spread(debt_minor, dues, low), low


def fits(facts: MoneyFacts, made: Spread, agreed_on: date) -> bool:
    """Whether all the interest of the schedule would be owed, were it agreed on and paid."""
    if facts.terms.cap_ppm is None or not made.interest:
        return True
    books = Books(_lived(facts, made, agreed_on))
    already = sum(part.amount_minor for part in _due(facts, agreed_on))
    for event in in_time(_paid(facts, made.instalments)):
        books.take(event)
    return books.plan_interest >= already + made.interest_minor


def _lived(facts: MoneyFacts, made: Spread, agreed_on: date) -> MoneyFacts:
    """The account with the plan in force: late charges rest, and an earlier plan is over."""
    parts = [PlanInterest("", part.due, part.amount_minor) for part in made.interest]
    return replace(
        facts,
        pauses=(*facts.pauses, Pause(agreed_on)),
        plan_interest=(*_due(facts, agreed_on), *parts),
    )


def _due(facts: MoneyFacts, day: date) -> tuple[PlanInterest, ...]:
    return tuple(part for part in facts.plan_interest if part.due <= day)


def _paid(facts: MoneyFacts, instalments: Sequence[Instalment]) -> list[MoneyEvent]:
    pays = [
        MoneyEvent(f"pays/{number}", EventKind.PAYMENT, part.due, part.amount_minor)
        for number, part in enumerate(instalments)
    ]
    return [*facts.events, *pays]
