"""Each month's interest and principal, and the rate that comes of them, by outside oracles."""

import sys
from datetime import date

import numpy_financial
import pytest
import pyxirr
from hypothesis import given
from hypothesis import strategies as st

from domain.amortisation import annuity, equal_principal, period_rate
from domain.plans import monthly
from domain.spreading import level_minor, spread

LENT = date(2026, 1, 31)
FIRST = date(2026, 2, 28)
COUNTS = st.integers(1, 120)
BPS = st.integers(1, 3_600)
PPM = st.integers(1_000, 360_000)
DEBTS = st.integers(10_000, 10**10)


def blur(amount: float, rate: float) -> float:
    """What the oracle's floats lose where a small rate is taken from one."""
    return 16 * sys.float_info.epsilon * abs(amount) / rate


def grown(rate: float, count: int) -> float:
    """What half a minor unit of rounding a month may have grown to at the end."""
    return 1 + count * (1 + rate) ** count


@given(DEBTS, PPM, COUNTS)
def test_the_interest_and_principal_of_each_month_are_what_numpy_financial_says(debt, ppm, count):
    rate = ppm / 12e6
    portions = annuity(debt, ppm, LENT, monthly(FIRST, count))
    for number, portion in enumerate(portions, 1):
        near = grown(rate, number) + blur(debt, rate)
        interest = -float(numpy_financial.ipmt(rate, number, count, debt))
        assert portion.interest_minor == pytest.approx(interest, abs=near)
        principal = -float(numpy_financial.ppmt(rate, number, count, debt))
        if number < count:
            assert portion.principal_minor == pytest.approx(principal, abs=near)
    last = -float(numpy_financial.ppmt(rate, count, count, debt))
    assert portions[-1].principal_minor == pytest.approx(
        last, abs=grown(rate, count) + blur(debt, rate)
    )


@given(DEBTS, BPS, st.integers(2, 60))
def test_a_plans_level_instalment_and_its_interest_are_what_numpy_financial_says(debt, bps, count):
    """The first instalment of a plan falls due at once, so the oracle pays at the beginning."""
    rate = bps / 120_000
    expected = -float(numpy_financial.pmt(rate, count, debt, when="begin"))
    level = level_minor(debt, count, bps)
    assert level == pytest.approx(expected, abs=1 + blur(debt, rate))
    found = spread(debt, monthly(FIRST, count), bps)
    whole = expected * count - debt
    assert found.interest_minor == pytest.approx(
        whole, abs=count * (1 + grown(rate, count)) + blur(debt, rate)
    )
    booked = {part.due: part.amount_minor for part in found.interest}
    for number, due in enumerate(monthly(FIRST, count), 1):
        interest = -float(numpy_financial.ipmt(rate, number, count, debt, when="begin"))
        near = 1 + grown(rate, number) + blur(debt, rate)
        assert booked.get(due, 0) == pytest.approx(interest, abs=near)


@given(st.integers(10**7, 10**10), st.integers(12_000, 360_000), st.integers(2, 60))
def test_the_flows_of_either_schedule_cost_their_rate_by_pyxirr_and_by_us(debt, ppm, count):
    dues = monthly(FIRST, count)
    for make in (annuity, equal_principal):
        flows = [-debt, *(portion.amount_minor for portion in make(debt, ppm, LENT, dues))]
        theirs = pyxirr.irr([float(amount) for amount in flows])
        assert theirs == pytest.approx(ppm / 12e6, abs=2e-6)
        ours = period_rate(flows)
        assert ours is not None
        assert ours / 1e6 == pytest.approx(theirs, abs=2e-6)


@given(st.integers(10**6, 10**10), st.integers(100, 3_600), st.integers(2, 60))
def test_a_plan_never_costs_more_than_its_rate_by_pyxirr(debt, bps, count):
    parts = spread(debt, monthly(FIRST, count), bps).instalments
    flows = [float(parts[0].amount_minor - debt), *(float(p.amount_minor) for p in parts[1:])]
    cost = pyxirr.irr(flows)
    assert cost is not None
    assert cost <= bps / 120_000 + 1e-9
