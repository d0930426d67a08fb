"""Schedules and rates, held against numpy-financial and pyxirr."""

import sys
from datetime import date, timedelta

import numpy_financial
import pytest
import pyxirr
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.amortisation import (
    all_in_rate,
    annuity,
    equal_principal,
    internal_rate,
    period_rate,
)
from domain.classification import grade, grade_rule, worst
from domain.interest import DayCount
from domain.lawful import RATE_CAPS, lawful
from domain.money_events import AccountTerms, Contract
from domain.plans import monthly
from policies.packs import load_packs

PACKS = load_packs()
LENT = date(2026, 1, 31)
PRINCIPALS = st.integers(10_000, 10**10)
RATES = st.integers(0, 360_000)
COUNTS = st.integers(1, 120)


@given(principal=PRINCIPALS, rate=RATES, count=COUNTS)
def test_an_annuity_is_what_numpy_financial_says(principal, rate, count):
    portions = annuity(principal, rate, LENT, monthly(date(2026, 2, 28), count))
    assert sum(p.principal_minor for p in portions) == principal
    expected = -float(numpy_financial.pmt(rate / 12e6, count, principal))
    # What the oracle's floats lose where a small rate is taken from one.
    blur = 8 * sys.float_info.epsilon * expected / (rate / 12e6) if rate else 0
    for portion in portions[:-1]:
        assert portion.amount_minor == pytest.approx(expected, abs=1 + blur)
    rounding = count * (1 + rate / 12e6) ** count
    assert portions[-1].amount_minor == pytest.approx(expected, abs=rounding + blur)


@given(principal=PRINCIPALS, rate=RATES, count=COUNTS, days=st.sampled_from(list(DayCount)))
def test_interest_by_days_leaves_nothing_of_the_principal(principal, rate, count, days):
    dues = monthly(date(2026, 2, 28), count)
    for make in (annuity, equal_principal):
        portions = make(principal, rate, LENT, dues, days)
        assert sum(p.principal_minor for p in portions) == principal
        assert [p.due for p in portions] == dues
    amounts = {p.amount_minor for p in annuity(principal, rate, LENT, dues, days)[:-1]}
    assert len(amounts) <= 1 or principal < 10 * count


def test_equal_principal_pays_less_interest_each_time():
    portions = equal_principal(1_200_000, 120_000, LENT, monthly(date(2026, 2, 28), 12))
    assert [p.interest_minor for p in portions[:3]] == [12_000, 11_000, 10_000]
    assert {p.principal_minor for p in portions} == {100_000}
    assert equal_principal(5, 0, LENT, []) == annuity(5, 0, LENT, []) == ()


@settings(max_examples=40)
@given(
    lent=st.integers(100_000, 10**8),
    back=st.lists(st.tuples(st.integers(1, 900), st.integers(1, 10**7)), min_size=1, max_size=12),
)
def test_the_internal_rate_is_what_pyxirr_says(lent, back):
    flows = [(LENT, -lent), *((LENT + timedelta(days=n), amount) for n, amount in back)]
    ours = internal_rate(flows)
    theirs = pyxirr.xirr([on for on, _ in flows], [float(amount) for _, amount in flows])
    if ours is None or theirs is None or not -0.99 < theirs < 900:
        return
    assert ours / 1e6 == pytest.approx(theirs, rel=1e-5, abs=2e-6)


def test_the_rate_of_a_period_is_what_both_say():
    amounts = [-1_000_000, *[95_000] * 12]
    ours = period_rate(amounts)
    assert ours is not None
    assert ours / 1e6 == pytest.approx(pyxirr.irr([float(a) for a in amounts]), abs=1e-6)
    assert ours / 1e6 == pytest.approx(float(numpy_financial.irr(amounts)), abs=1e-6)


@pytest.mark.parametrize("flows", [[], [(LENT, 5)], [(LENT, -5), (LENT + timedelta(days=9), -5)]])
def test_money_that_flows_one_way_has_no_rate(flows):
    assert internal_rate(flows) is None


def test_the_all_in_rate_of_a_contract_counts_interest_and_fees():
    """CN-RATE-02."""
    portions = annuity(1_200_000, 180_000, LENT, monthly(date(2026, 2, 28), 12))
    contract = Contract(portions, LENT)
    rate = all_in_rate(contract, 1_200_000)
    theirs = pyxirr.xirr(
        [LENT, *(p.due for p in portions)],
        [-1_200_000.0, *(float(p.amount_minor) for p in portions)],
    )
    assert rate is not None
    assert rate / 1e6 == pytest.approx(theirs, abs=2e-6)
    dearer = all_in_rate(contract, 1_200_000, 30_000)
    assert dearer is not None
    assert dearer > 240_000 > rate - 50_000


# --- What the packs say ---------------------------------------------------------------------------


def test_the_cap_of_the_calculator_is_the_cap_of_the_pack():
    """CN-RATE-02."""
    rule, cap = RATE_CAPS["CN"]
    pack = PACKS.bases["CN"]
    assert pack.rule(rule).params["max_annual_bps"] * 100 == cap


def test_the_law_orders_what_the_parties_did_not_and_a_card_always():
    """CN-ALLOC-01, CN-ALLOC-02."""
    agreed = AccountTerms(order=("principal", "interest", "fees", "penalty", "costs"))
    assert lawful(agreed, "CN", "credit_card", agreed=True).allocation == "CN-ALLOC-01"
    assert lawful(AccountTerms(), "CN", "cash", agreed=False).allocation == "CN-ALLOC-02"
    mine = lawful(agreed, "CN", "cash", agreed=True)
    assert (mine.allocation, mine.order) == ("CONTRACT", agreed.order)
    assert lawful(AccountTerms(), "UK", "cash", agreed=False).allocation == "CONTRACT"


def test_a_contract_may_be_milder_than_the_cap_and_not_dearer():
    """CN-RATE-02."""
    mild, dear = AccountTerms(cap_ppm=150_000), AccountTerms(cap_ppm=360_000)
    assert lawful(mild, "CN", "cash", agreed=False).cap_ppm == 150_000
    assert lawful(dear, "CN", "cash", agreed=False).cap_ppm == 240_000
    assert lawful(dear, "NG", "cash", agreed=False).cap_ppm == 360_000


def cn_grades():
    params = PACKS.bases["CN"].rule("CN-CLASS-01").params
    floors = [(floor["above_days"], floor["grade"]) for floor in params["floors"]]
    return grade_rule(floors, params["watch_years"])


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, "正常"), (1, "关注"), (90, "关注"), (91, "次级"), (270, "次级"), (271, "可疑"),
        (360, "可疑"), (361, "损失"),
    ],
)  # fmt: skip
def test_dc_28_the_five_grades_by_days_past_due(days, expected):
    """DC-28 (CN-CLASS-01)."""
    assert grade(cn_grades(), days, None, LENT) == expected


def test_a_restructured_loan_is_watched_for_a_year():
    """CN-CLASS-01."""
    rule, on = cn_grades(), date(2026, 3, 1)
    assert grade(rule, 0, on, date(2027, 2, 28)) == "关注"
    assert grade(rule, 0, on, date(2027, 3, 1)) == "正常"
    assert worst(rule) == "损失"
