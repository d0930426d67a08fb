"""Promises to pay: taken, watched, and judged by the money that came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.clock import local_instant
from domain.delinquency import Payment
from domain.money import share
from domain.strategy import PromiseTerms


class PromiseStatus(StrEnum):
    """Where a promise stands; superseded and cancelled ones stay out of the kept rate."""

    OPEN = "open"
    KEPT = "kept"
    PARTLY_KEPT = "partly_kept"
    BROKEN = "broken"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Promise:
    """The borrower's word: `amount_minor` by the end of `by`, given on `made_on`.

    `before` are the payments of that very day that were there when it was given: they do not
    count for it. `reminded` says that the borrower was told before its day, or need not be.
    """

    promise_id: str
    amount_minor: int
    by: date
    made_on: date
    status: PromiseStatus = PromiseStatus.OPEN
    before: tuple[str, ...] = ()
    reminded: bool = False


def judged_at(promise: Promise, terms: PromiseTerms, zone_name: str) -> datetime:
    """The instant the promise is judged: the morning after its date and grace, local time."""
    day = promise.by + timedelta(days=terms.grace_days + 1)
    return local_instant(day, terms.judge_at, zone_name)


def watched_until(promise: Promise, terms: PromiseTerms, zone_name: str) -> datetime:
    """Up to when a reversed payment opens the promise again."""
    return judged_at(promise, terms, zone_name) + timedelta(days=terms.watch_days)


def paid_before(payments: Sequence[Payment], day: date) -> tuple[str, ...]:
    """Ids of the payments dated `day` or later that are known already."""
    return tuple(p.payment_id for p in payments if p.on >= day)


def paid_towards(promise: Promise, payments: Sequence[Payment], grace_days: int) -> int:
    """Money that counts for the promise: paid since it was made, up to its date and grace."""
    last = promise.by + timedelta(days=grace_days)
    return sum(
        p.amount_minor
        for p in payments
        if p.reversed_on is None
        and promise.made_on <= p.on <= last
        and p.payment_id not in promise.before
    )


def kept(promise: Promise, payments: Sequence[Payment], terms: PromiseTerms) -> bool:
    """Whether enough of the promise has come: paying one cent does not keep it."""
    needed = share(promise.amount_minor, terms.tolerance_percent)
    return paid_towards(promise, payments, terms.grace_days) >= needed


def verdict(promise: Promise, payments: Sequence[Payment], terms: PromiseTerms) -> PromiseStatus:
    """How the promise ended, judged once its date and grace have passed."""
    if kept(promise, payments, terms):
        return PromiseStatus.KEPT
    if paid_towards(promise, payments, terms.grace_days) > 0:
        return PromiseStatus.PARTLY_KEPT
    return PromiseStatus.BROKEN
