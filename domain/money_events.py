"""What happens to the money of a loan: each event counts from its date and has its own id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from domain.books import COMPONENTS
from domain.delinquency import Pause
from domain.interest import DayCount


class EventKind(StrEnum):
    """What an event does.

    A fee or cost is charged; a payment pays, and is as if it had never been once it is reversed
    (the reversal's own day only brings the charges up to date); a waiver forgives; an offer closes
    the loan when so much is paid in its days (a quote what is owed, a settlement less); a refund
    gives back what is unapplied; a charge-off takes the loan out of the books.
    """

    FEE = "fee"
    REVERSAL = "reversal"
    WAIVER = "waiver"
    QUOTE = "quote"
    SETTLEMENT = "settlement"
    PAYMENT = "payment"
    REFUND = "refund"
    CHARGE_OFF = "charge_off"


OFFERS = (EventKind.QUOTE, EventKind.SETTLEMENT)
"""What closes the loan when its amount is paid in time."""

_RANK = {kind: rank for rank, kind in enumerate(EventKind)}


class MoneyEvent(NamedTuple):
    """One event, in minor units. A tuple, because each posting looks at hundreds of them.

    `component` says what a fee or waiver is about (a waiver without one takes the order in which
    payments pay); `until` is the last day of an offer, and `before` are the payments of its first
    day that do not count for it.
    """

    event_id: str
    kind: EventKind
    on: date
    amount_minor: int = 0
    component: str = ""
    until: date | None = None
    before: tuple[str, ...] = ()


def in_time(events: Sequence[MoneyEvent]) -> list[MoneyEvent]:
    """The events by the day they count from, then by kind and id: the same however they came."""
    return sorted(events, key=place_in_time)


def place_in_time(event: MoneyEvent) -> tuple[int, int, str]:
    """Where an event stands among others: its day as an ordinal, its kind, its id."""
    return event.on.toordinal(), _RANK[event.kind], event.event_id


@dataclass(slots=True)
class Offer:
    """An amount that closes the loan when it is paid by `until`; `got` is what came so far."""

    event: MoneyEvent
    until: int
    got: int = 0


@dataclass(frozen=True, slots=True)
class Portion:
    """One instalment by its parts, in minor units."""

    due: date
    principal_minor: int
    interest_minor: int = 0
    fee_minor: int = 0

    @property
    def amount_minor(self) -> int:
        """All of it."""
        return self.principal_minor + self.interest_minor + self.fee_minor


@dataclass(frozen=True, slots=True)
class Contract:
    """What was lent and falls due; portions in the order of their due dates, at least one.

    `disbursed_on` None: not known, and the money is taken to have been lent one period (the days
    between the first two due dates, or 30) before the first due date. `hidden_minor` is price that
    no portion shows: what falls due in all beyond what was lent, where nothing is split.
    """

    portions: tuple[Portion, ...]
    disbursed_on: date | None = None
    hidden_minor: int = 0

    @property
    def opened_on(self) -> date:
        """The date of the opening entry."""
        return self.disbursed_on or self.portions[0].due

    @property
    def lent_from(self) -> int:
        """The day, as an ordinal, from which the price of the money is counted."""
        if self.disbursed_on is not None:
            return self.disbursed_on.toordinal()
        first = self.portions[0].due.toordinal()
        period = self.portions[1].due.toordinal() - first if len(self.portions) > 1 else 0
        return first - (period or 30)


@dataclass(frozen=True, slots=True)
class AccountTerms:
    """How a loan's payments are allocated and what lateness costs; rates in millionths a year.

    `allocation` is a rule of `domain/allocation.py`, and `order` the agreed order for the rule
    CONTRACT; with `by_instalment` an instalment is paid whole before the next.
    `penalty_ppm` runs on late principal (and late interest with `compound`) from `grace_days` after
    the due date. `late_fee_minor` and `late_fee_ppm` of what is unpaid are charged once for an
    instalment that is more than `late_fee_after_days` late.
    `cap_ppm` (None: none) bounds the price of the money in all, penalties and fees included, by
    `cap_rule`. With `rebate` interest not yet earned falls away when the loan is paid off early.
    """

    allocation: str = "CONTRACT"
    order: tuple[str, ...] = COMPONENTS
    by_instalment: bool = False
    day_count: DayCount = DayCount.ACT_365
    penalty_ppm: int = 0
    compound: bool = False
    grace_days: int = 0
    late_fee_minor: int = 0
    late_fee_ppm: int = 0
    late_fee_after_days: int = 0
    cap_ppm: int | None = None
    cap_rule: str = ""
    rebate: bool = True

    @property
    def charges(self) -> bool:
        """Whether lateness costs anything."""
        return bool(self.penalty_ppm or self.late_fee_minor or self.late_fee_ppm)


def problems(terms: AccountTerms) -> list[str]:
    """What is wrong with the terms, each in a sentence; empty when nothing is."""
    found = [
        f"{name}: must not be below zero, but is {value}."
        for name, value in _numbers(terms).items()
        if value < 0
    ]
    if sorted(terms.order) != sorted(COMPONENTS):
        found.append(f"order: must name each of {', '.join(COMPONENTS)} once.")
    if terms.allocation not in ("CONTRACT", "CN-ALLOC-01", "CN-ALLOC-02"):
        found.append(f"allocation: {terms.allocation!r} orders no payment of a running loan.")
    return found


def _numbers(terms: AccountTerms) -> Mapping[str, int]:
    return {
        "penalty_ppm": terms.penalty_ppm,
        "grace_days": terms.grace_days,
        "late_fee_minor": terms.late_fee_minor,
        "late_fee_ppm": terms.late_fee_ppm,
        "late_fee_after_days": terms.late_fee_after_days,
        "cap_ppm": terms.cap_ppm or 0,
    }


class PlanInterest(NamedTuple):
    """Interest of a plan, in minor units: owed from the day `due` on, and not before."""

    part_id: str
    due: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class MoneyFacts:
    """Everything an account is made of, as known at one instant.

    `pauses` are the days on which no penalty runs and no fee is charged. `plan_interest` comes in
    the order of its days.
    """

    contract: Contract
    terms: AccountTerms = field(default_factory=AccountTerms)
    events: tuple[MoneyEvent, ...] = ()
    pauses: tuple[Pause, ...] = ()
    plan_interest: tuple[PlanInterest, ...] = ()
