"""Repayment plans sum exactly, and are judged from the first instalment on."""

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import local_instant
from domain.delinquency import Instalment, Payment
from domain.plans import Plan, covered, judged_at, monthly, paid_into, split_evenly
from tests.strategies import standard

AGREED = date(2026, 1, 14)


@given(st.integers(0, 10**12), st.integers(1, 60))
def test_a_split_sums_to_the_last_minor_unit_and_differs_by_one_at_most(total, count):
    parts = split_evenly(total, [AGREED + timedelta(days=n) for n in range(count)])
    amounts = [part.amount_minor for part in parts]
    assert sum(amounts) == total
    assert max(amounts) - min(amounts) <= 1
    assert amounts == sorted(amounts, reverse=True)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 60))
def test_monthly_dates_keep_their_day_or_take_the_last(first, count):
    dates = monthly(first, count)
    assert len(dates) == count
    assert dates[0] == first
    for number, day in enumerate(dates):
        assert (day.year * 12 + day.month) == (first.year * 12 + first.month + number)
        assert day.day == min(first.day, calendar.monthrange(day.year, day.month)[1])


def test_a_plan_from_the_end_of_january_goes_back_to_the_31st():
    assert monthly(date(2027, 12, 31), 4) == [
        date(2027, 12, 31), date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("paid", "number"), [(0, 0), (99, 0), (100, 1), (199, 1), (200, 2), (300, 3), (999, 3)]
)
def test_money_covers_instalments_from_the_first_on(paid, number):
    plan = Plan("A", AGREED, split_evenly(300, monthly(date(2026, 2, 1), 3)))
    assert covered(plan, [Payment("P", AGREED, paid)] if paid else []) == number


def test_money_counts_since_the_plan_was_agreed_and_while_it_stands():
    plan = Plan("A", AGREED, (Instalment(AGREED, 100),), before=("there",))
    assert paid_into(plan, [Payment("early", AGREED - timedelta(days=1), 50)]) == 0
    assert paid_into(plan, [Payment("undone", AGREED, 50, AGREED)]) == 0
    assert paid_into(plan, [Payment("there", AGREED, 50)]) == 0
    assert paid_into(plan, [Payment("new", AGREED, 50)]) == 50


def test_an_instalment_is_judged_on_the_morning_after_its_grace():
    terms = standard().plan
    assert judged_at(Instalment(AGREED, 1), terms, "Africa/Lagos") == local_instant(
        AGREED + timedelta(days=terms.grace_days + 1), terms.judge_at, "Africa/Lagos"
    )
