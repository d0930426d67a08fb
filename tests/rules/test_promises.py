"""Judging promises."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.clock import local_instant
from domain.delinquency import Instalment, Payment
from domain.facts import PaymentReceived, PaymentReversed
from domain.hearing import ask, hear
from domain.judging import judge_promise
from domain.opening import open_case
from domain.promises import (
    Promise,
    PromiseStatus,
    judged_at,
    kept,
    paid_before,
    paid_towards,
    verdict,
)
from domain.requests import PromiseToPay
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


STEPS = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 1, 4]),  # days since the step before
        st.sampled_from(["promises", "pays", "pays", "is undone"]),
        st.sampled_from([1_000, 4_000, 9_000]),
        st.sampled_from([1, 1, 3]),  # days ahead of a promise; days back of a payment
    ),
    max_size=14,
)


class Borrower:
    """Promises and pays; each promise that is judged takes down the money it was judged by."""

    def __init__(self) -> None:
        self.strategy = standard()
        self.now = local_instant(MADE, time(12), "Asia/Shanghai")
        case = open_case(
            loan_id="L1", borrower_id="B1", currency="CNY", jurisdiction="CN",
            zone="Asia/Shanghai", strategy=self.strategy, at=self.now, payments=[],
            instalments=[Instalment(MADE - timedelta(days=5), 10**9)],
        )  # fmt: skip
        assert case is not None
        self.case = case
        self.served: dict[str, set[str]] = {}

    def live(self, number: int, days: int, what: str, amount: int, span: int) -> None:
        """One step; a promise whose day came meanwhile is judged on its morning."""
        case, at = self.case, self.now + timedelta(days=days)
        promise = case.open_promise
        if promise is not None and (due := judged_at(promise, TERMS, case.zone)) <= at:
            case.now = due
            self.judge()
        self.now = at
        if what == "promises":
            by = at.date() + timedelta(days=span)
            said = PromiseToPay(f"R{number}", "ann", amount, "CNY", by)
            ask(case, said, self.strategy, at)
        elif what == "pays":
            on = at.date() - timedelta(days=span - 1)
            hear(case, PaymentReceived(f"F{number}", f"P{number}", amount, on), self.strategy, at)
        elif case.payments:
            last = case.payments[-1].payment_id
            gone = PaymentReversed(f"F{number}", last, at.date())
            hear(case, gone, self.strategy, at)
            self.reopened()
        if (open_one := case.open_promise) and kept(open_one, case.payments, TERMS):
            self.judge()

    def judge(self) -> None:
        promise, case = self.case.open_promise, self.case
        assert promise is not None
        judge_promise(case, self.strategy)
        self.served[promise.promise_id] = {
            payment.payment_id
            for payment in case.payments
            if paid_towards(promise, [payment], TERMS.grace_days)
        }

    def reopened(self) -> None:
        """A promise that a reversal opened again has not been judged after all."""
        if open_one := self.case.open_promise:
            self.served.pop(open_one.promise_id, None)


@settings(max_examples=300)
@given(STEPS)
def test_no_unit_of_money_serves_two_promises(steps):
    borrower = Borrower()
    for number, step in enumerate(steps):
        borrower.live(number, *step)
    served = [payment for payments in borrower.served.values() for payment in payments]
    assert len(served) == len(set(served)), borrower.served


def test_a_payment_of_the_day_on_which_a_second_promise_is_made_serves_the_first_alone():
    borrower = Borrower()
    for number, step in enumerate(
        [(0, "promises", 1_000, 3), (1, "pays", 5_000, 1), (0, "promises", 1_000, 3)]
    ):
        borrower.live(number, *step)
    assert borrower.served == {"R0": {"P1"}}
    assert borrower.case.open_promise is not None
    assert paid_towards(borrower.case.open_promise, borrower.case.payments, 2) == 0


def test_it_is_judged_on_the_morning_after_its_grace():
    assert judged_at(PROMISE, TERMS, "Asia/Shanghai") == local_instant(
        date(2026, 1, 24), TERMS.judge_at, "Asia/Shanghai"
    )
