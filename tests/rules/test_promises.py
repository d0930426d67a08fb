"""Judging promises."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import local_instant
from domain.delinquency import Payment
from domain.promises import (
    Promise,
    PromiseStatus,
    judged_at,
    kept,
    paid_before,
    paid_towards,
    verdict,
)
from tests.strategies import standard

TERMS = standard().promise
MADE = date(2026, 1, 14)
PROMISE = Promise("P", 20_000, MADE + timedelta(days=7), MADE)
LAST = PROMISE.by + timedelta(days=TERMS.grace_days)
RESULTS = st.sampled_from([PromiseStatus.KEPT, PromiseStatus.PARTLY_KEPT, PromiseStatus.BROKEN])

payments = st.lists(
    st.builds(
        Payment,
        st.sampled_from([f"P{n}" for n in range(9)]),
        st.integers(-3, 14).map(lambda n: MADE + timedelta(days=n)),
        st.integers(1, 15_000),
        st.none() | st.just(LAST),
    ),
    unique_by=lambda p: p.payment_id,
    max_size=6,
)


def paid(amount: int, on: date, reversed_on: date | None = None) -> Payment:
    return Payment("X", on, amount, reversed_on)


@pytest.mark.parametrize(
    ("payment", "status"),
    [
        (paid(20_000, MADE), "kept"),
        (paid(20_000, LAST), "kept"),
        (paid(20_000, LAST + timedelta(days=1)), "broken"),
        (paid(20_000, MADE - timedelta(days=1)), "broken"),
        (paid(20_000, LAST, LAST), "broken"),
        (paid(19_999, LAST), "partly_kept"),
        (paid(1, LAST), "partly_kept"),
    ],
)
def test_the_verdict_goes_by_the_money_of_its_days(payment, status):
    assert verdict(PROMISE, [payment], TERMS) == status


@given(payments)
def test_the_verdict_agrees_with_the_sum(made):
    total = sum(p.amount_minor for p in made if p.reversed_on is None and MADE <= p.on <= LAST)
    assert paid_towards(PROMISE, made, TERMS.grace_days) == total
    assert kept(PROMISE, made, TERMS) == (total >= 20_000)
    assert (verdict(PROMISE, made, TERMS) == "broken") == (total == 0)


@given(payments, payments)
def test_what_was_there_before_never_counts(before, after):
    before = [p for p in before if p.on >= MADE]
    after = [p for p in after if p.payment_id not in {b.payment_id for b in before}]
    promise = Promise("P", 20_000, PROMISE.by, MADE, before=paid_before(before, MADE))
    both = paid_towards(promise, [*before, *after], TERMS.grace_days)
    assert both == paid_towards(PROMISE, after, TERMS.grace_days)


def test_it_is_judged_on_the_morning_after_its_grace():
    assert judged_at(PROMISE, TERMS, "Asia/Shanghai") == local_instant(
        date(2026, 1, 24), TERMS.judge_at, "Asia/Shanghai"
    )
