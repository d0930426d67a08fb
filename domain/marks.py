"""A mark in an account: what is needed to go on from its last event without reading the earlier.

Each component is covered from the oldest instalment on, so how much of it was covered says which
instalments are paid. A mark is only a short way: the events alone say what is true, and a check
compares the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domain.account_days import Break
from domain.bookkeeping import Books
from domain.delinquency import Pause
from domain.interest import DayCount
from domain.money_events import (
    AccountTerms,
    Contract,
    EventKind,
    MoneyEvent,
    MoneyFacts,
    Offer,
    PlanInterest,
    Portion,
    place_in_time,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where an account stands after `last`, the place in time of its last event.

    Days are ordinals; `gone` is what was covered of the instalments, by component. `offers` are the
    open ones as (id, kind, day, amount, last day, payments before, what came).
    """

    last: tuple[int, int, str]
    day: int
    gone: Mapping[str, int] = field(default_factory=dict)
    charges: Mapping[str, int] = field(default_factory=dict)
    burden: int = 0
    penalty: int = 0
    late_fees: int = 0
    plan_interest: int = 0
    overdrawn: int = 0
    principal_days: int = 0
    paused: bool = False
    charged_off_on: int | None = None
    settled_on: int | None = None
    waiting: tuple[tuple[str, int], ...] = ()
    offers: tuple[tuple[Any, ...], ...] = ()


def mark_after(books: Books, event: MoneyEvent, facts: MoneyFacts) -> Mark:
    """The mark of an account that has just taken that event."""
    owed = books.owed
    portions = facts.contract.portions
    whole = {
        "fees": sum(p.fee_minor for p in portions),
        "interest": sum(p.interest_minor for p in portions),
        "principal": sum(p.principal_minor for p in portions),
    }
    return Mark(
        last=place_in_time(event),
        day=books.day,
        gone={name: whole[name] - sum(owed.left[name]) for name in owed.names},
        charges=dict(owed.charges),
        burden=books.burden,
        penalty=books.penalty,
        late_fees=books.late_fees,
        plan_interest=books.plan_interest,
        overdrawn=books.overdrawn,
        principal_days=books.price.principal_days,
        paused=books.paused,
        charged_off_on=books.charged_off_on,
        settled_on=books.settled_on,
        waiting=tuple(books.waiting),
        offers=tuple(_told(offer) for offer in books.offers),
    )


def resumed(facts: MoneyFacts, mark: Mark) -> Books:
    """The account at the mark, with nothing posted yet; `facts` need no events."""
    books = Books(facts)
    books.postings = []
    books.day = mark.day
    books.owed.resume(mark.gone, mark.charges, mark.day)
    books.price.fallen = books.owed.fallen
    while books.coming[books.next][0] <= mark.day:
        _, what, number = books.coming[books.next]
        if what is Break.LATE:
            books.owed.turn_late(number)
        books.next += 1
    for name in ("burden", "penalty", "late_fees", "plan_interest", "overdrawn", "paused"):
        setattr(books, name, getattr(mark, name))
    books.charged_off_on, books.settled_on = mark.charged_off_on, mark.settled_on
    books.price.principal_days = mark.principal_days
    books.waiting = [(event_id, amount) for event_id, amount in mark.waiting]
    books.offers = [_offer(*told) for told in mark.offers]
    return books


def to_json(mark: Mark) -> dict[str, Any]:
    """The mark in JSON's own words."""
    return {name: getattr(mark, name) for name in Mark.__slots__}


def from_json(stored: Mapping[str, Any]) -> Mark:
    """The mark that `to_json` wrote."""
    last, waiting, offers = stored["last"], stored["waiting"], stored["offers"]
    read = {
        "last": tuple(last),
        "waiting": tuple(map(tuple, waiting)),
        "offers": tuple(map(tuple, offers)),
    }
    return Mark(**dict(stored) | read)


def frame_to_json(facts: MoneyFacts) -> dict[str, Any]:
    """Contract, terms, pauses and plans in JSON's own words; the events are left out."""
    contract, terms = facts.contract, facts.terms
    return {
        "portions": [
            (p.due.toordinal(), p.principal_minor, p.interest_minor, p.fee_minor)
            for p in contract.portions
        ],
        "disbursed_on": contract.disbursed_on and contract.disbursed_on.toordinal(),
        "hidden_minor": contract.hidden_minor,
        "terms": {name: getattr(terms, name) for name in AccountTerms.__slots__},
        "pauses": [(p.start.toordinal(), p.end and p.end.toordinal()) for p in facts.pauses],
        "plans": [(p.part_id, p.due.toordinal(), p.amount_minor) for p in facts.plan_interest],
    }


def frame_from_json(stored: Mapping[str, Any]) -> MoneyFacts:
    """What `frame_to_json` wrote, without events."""
    terms, day = stored["terms"], date.fromordinal
    lent = stored["disbursed_on"]
    portions = tuple(Portion(day(due), *parts) for due, *parts in stored["portions"])
    read = {"order": tuple(terms["order"]), "day_count": DayCount(terms["day_count"])}
    return MoneyFacts(
        Contract(portions, day(lent) if lent else None, stored["hidden_minor"]),
        AccountTerms(**terms | read),
        (),
        tuple(Pause(day(start), day(end) if end else None) for start, end in stored["pauses"]),
        tuple(PlanInterest(name, day(due), part) for name, due, part in stored.get("plans", [])),
    )


def _told(offer: Offer) -> tuple[Any, ...]:
    event = offer.event
    return (
        event.event_id,
        str(event.kind),
        event.on.toordinal(),
        event.amount_minor,
        offer.until,
        list(event.before),
        offer.got,
    )


def _offer(  # noqa: PLR0913 - the parts of an offer, as a mark tells them
    event_id: str,
    kind: str,
    on: int,
    amount: int,
    until: int,
    before: list[str],
    got: int,
) -> Offer:
    event = MoneyEvent(
        event_id,
        EventKind(kind),
        date.fromordinal(on),
        amount,
        until=date.fromordinal(until),
        before=tuple(before),
    )
    return Offer(event, until, got)
