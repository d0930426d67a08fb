"""How late a loan is: arrears, days past due, delinquent days and bucket."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from domain.periods import working_day


@dataclass(frozen=True, slots=True)
class Instalment:
    """A contractual portion: `amount_minor` falls due on `due`."""

    due: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that counts from its date `on`; `reversed_on` is the day it was undone, if it was."""

    payment_id: str
    on: date
    amount_minor: int
    reversed_on: date | None = None

    def counts(self, as_of: date) -> bool:
        """Whether the payment stands on that day, as known now."""
        return self.on <= as_of and self.reversed_on is None


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that do not count: from `start`, up to but not including `end` (None is open)."""

    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Bucket:
    """A range of days past due, from `from_day` to the day before the next bucket starts."""

    name: str
    from_day: int


BUCKETS = (
    Bucket("M0", 0),
    Bucket("M1", 1),
    Bucket("M2", 31),
    Bucket("M3", 61),
    Bucket("M3+", 91),
)
"""The usual Chinese ageing, by days past due; a strategy may state its own."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What counts as late.

    `grace_days` without consequence after the due date; an unpaid part is material when it is
    above `materiality_minor` and above `materiality_percent` per cent of its instalment.
    """

    grace_days: int = 0
    materiality_minor: int = 0
    materiality_percent: Decimal = Decimal(0)
    buckets: tuple[Bucket, ...] = BUCKETS

    def material(self, unpaid_minor: int, instalment_minor: int) -> bool:
        """Whether that unpaid part of an instalment makes it late."""
        if unpaid_minor <= self.materiality_minor or unpaid_minor <= 0:
            return False
        if not self.materiality_percent:
            return True
        return unpaid_minor * 100 > self.materiality_percent * instalment_minor


@dataclass(frozen=True, slots=True)
class Delinquency:
    """How late a loan is on one day; `oldest_due` is None when nothing material is late."""

    arrears_minor: int
    days_past_due: int
    delinquent_days: int
    bucket: str
    oldest_due: date | None


def delinquency(
    instalments: Sequence[Instalment],
    payments: Sequence[Payment],
    pauses: Sequence[Pause],
    terms: Terms,
    as_of: date,
) -> Delinquency:
    """How late the loan is at the end of `as_of`, as known now.

    Instalments come in order of their due dates. Payments settle the oldest first and count from
    their own date, whenever they became known; a reversed one does not count.
    """
    arrears, oldest = arrears_of(instalments, paid_by(payments, as_of), terms, as_of)
    if oldest is None:
        return Delinquency(arrears, 0, 0, bucket(0, terms.buckets), None)
    past_due = (as_of - oldest).days
    counted = past_due - paused_days(pauses, oldest, as_of) if pauses else past_due
    late = max(0, counted - terms.grace_days)
    return Delinquency(arrears, past_due, late, bucket(past_due, terms.buckets), oldest)


def paid_by(payments: Sequence[Payment], as_of: date) -> int:
    """Everything paid by the end of that day, net of reversals, in minor units."""
    return sum(p.amount_minor for p in payments if p.counts(as_of))


def arrears_of(
    instalments: Sequence[Instalment], paid_minor: int, terms: Terms, as_of: date
) -> tuple[int, date | None]:
    """What is unpaid and late, and the due date of the oldest material part of it."""
    arrears, oldest, left = 0, None, paid_minor
    for instalment in instalments:
        if instalment.due >= as_of:
            break
        unpaid = max(0, instalment.amount_minor - left)
        left = max(0, left - instalment.amount_minor)
        arrears += unpaid
        if oldest is None and terms.material(unpaid, instalment.amount_minor):
            oldest = instalment.due
    return arrears, oldest


def bucket(days_past_due: int, buckets: Sequence[Bucket] = BUCKETS) -> str:
    """The name of the bucket that holds that many days past due."""
    return next(b.name for b in reversed(buckets) if b.from_day <= days_past_due)


def joined(pauses: Sequence[Pause]) -> list[Pause]:
    """The same paused days as disjoint pauses in order: overlapping and touching ones are one."""
    union: list[Pause] = []
    for pause in sorted(pauses, key=lambda p: p.start):
        last = union[-1] if union else None
        if last is None or (last.end is not None and last.end < pause.start):
            union.append(pause)
        elif last.end is not None and (pause.end is None or pause.end > last.end):
            union[-1] = Pause(last.start, pause.end)
    return union


def paused_days(pauses: Sequence[Pause], start: date, end: date) -> int:
    """Days of `[start, end)` that a pause covers, each counted once."""
    return sum(
        max(0, (min(pause.end or end, end) - max(pause.start, start)).days)
        for pause in joined(pauses)
    )


def day_reached(start: date, days: int, pauses: Sequence[Pause]) -> date | None:
    """The first day on which `days` unpaused days have passed since `start`.

    None while an open pause keeps the count below it.
    """
    day = start + timedelta(days=days)
    for pause in joined(pauses):
        if pause.end is not None and pause.end <= start:
            continue
        paused_from = max(pause.start, start)
        if paused_from >= day:
            break
        if pause.end is None:
            return None
        day += timedelta(days=(pause.end - paused_from).days)
    return day


def due_on_working_days(
    instalments: Sequence[Instalment], rest_days: frozenset[date]
) -> list[Instalment]:
    """The instalments with due dates on rest days moved to the next working day."""
    moved = [Instalment(working_day(i.due, rest_days), i.amount_minor) for i in instalments]
    return sorted(moved, key=lambda i: i.due)
