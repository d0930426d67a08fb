"""Court fees and late performance, to the fen."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fees import FEES, FeeQuestion, fee
from policies import questions
from tests.rules.given import cases, holds

AMOUNTS = st.integers(1, 10**12)


@pytest.mark.parametrize("case", cases("fee_cases.json"))
def test_worked_case(case):
    assert holds(case["expected"], questions.fee(case))


@pytest.mark.parametrize(
    ("claimed_yuan", "fee_yuan"),
    [
        (1, "50"), (10_000, "50"), (10_001, "50.03"), (50_000, "1050"), (100_000, "2300"),
        (200_000, "4300"), (500_000, "8800"), (1_000_000, "13800"), (2_000_000, "22800"),
        (5_000_000, "46800"), (10_000_000, "81800"), (20_000_000, "141800"),
        (30_000_000, "191800"),
    ],
)  # fmt: skip
def test_the_suit_fee_adds_its_bands(claimed_yuan, fee_yuan):
    assert fee("CN-SUIT-03", FeeQuestion(claimed_yuan * 100)) == Decimal(fee_yuan) * 100


@pytest.mark.parametrize(
    ("claimed_yuan", "fee_yuan"),
    [
        (1, "30"), (1_000, "30"), (1_001, "30.01"), (50_000, "520"), (100_000, "1020"),
        (200_000, "1520"), (896_000, "5000"), (10_000_000, "5000"),
    ],
)  # fmt: skip
def test_the_preservation_fee_adds_its_bands_up_to_the_cap(claimed_yuan, fee_yuan):
    assert fee("CN-PRES-05", FeeQuestion(claimed_yuan * 100)) == Decimal(fee_yuan) * 100


def test_half_a_fen_goes_up():
    assert fee("CN-SUIT-03", FeeQuestion(10_000 * 100 + 20)) == 5001, "50.005 yuan"
    assert fee("CN-PO-08", FeeQuestion(100)) == 1667, "a third of 50 yuan"


def test_a_simple_procedure_halves_the_suit_fee_only():
    assert fee("CN-SUIT-03", FeeQuestion(5_000_000, simple=True)) == 52_500
    assert fee("CN-PO-08", FeeQuestion(5_000_000, simple=True)) == 35_000


def test_late_performance_costs_its_share_for_every_day():
    assert fee("CN-ENF-02", FeeQuestion(10_000_000, days=30)) == 52_500
    assert fee("CN-ENF-02", FeeQuestion(10_000_000, days=0)) == 0


@given(AMOUNTS)
def test_a_payment_order_costs_a_third_of_the_suit(amount_minor):
    third = Decimal(oracle(amount_minor)) / 3
    assert fee("CN-PO-08", FeeQuestion(amount_minor)) == rounded(third)


@given(AMOUNTS, st.booleans())
def test_the_suit_fee_agrees_with_the_formula_by_amount(amount_minor, simple):
    expected = oracle(amount_minor) / (2 if simple else 1)
    assert fee("CN-SUIT-03", FeeQuestion(amount_minor, simple=simple)) == rounded(expected)


@given(st.sampled_from(sorted(FEES)), AMOUNTS, AMOUNTS)
def test_more_money_never_costs_less(rule, one, other):
    less, more = sorted([one, other])
    assert fee(rule, FeeQuestion(less, days=7)) <= fee(rule, FeeQuestion(more, days=7))


@given(AMOUNTS, st.integers(0, 5000), st.integers(0, 5000))
def test_delay_in_two_parts_costs_the_same_but_for_rounding(amount_minor, days, more_days):
    parts = [fee("CN-ENF-02", FeeQuestion(amount_minor, days=d)) for d in (days, more_days)]
    whole = fee("CN-ENF-02", FeeQuestion(amount_minor, days=days + more_days))
    assert abs(whole - sum(parts)) <= 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rule": "CN-SUIT-99"}, "rule: 'CN-SUIT-99' has no fee; known are CN-SUIT-03, CN-PO-08"),
        ({"currency": "USD"}, "currency: the table of CN-SUIT-03 is in CNY, not USD"),
        ({"currency": None}, "currency: is missing"),
        ({"amount_minor": None}, "amount_minor: is missing"),
        ({"amount_minor": 0}, "amount_minor: must be a whole number from 1, not 0"),
        ({"amount_minor": True}, "amount_minor: must be a whole number from 1, not True"),
        ({"amount_minor": 50.5}, "amount_minor: must be a whole number"),
        ({"amount_minor": "5000"}, "amount_minor: must be a whole number"),
        ({"simple": 1}, "simple: must be true or false, not 1"),
        ({"rule": "CN-ENF-02"}, "days: CN-ENF-02 needs the days late"),
        ({"days": -1}, "days: must be a whole number from 0, not -1"),
    ],
)
def test_a_question_that_cannot_be_answered_says_which_field_and_why(change, message):
    case = {"rule": "CN-SUIT-03", "amount_minor": 5_000_000, "currency": "CNY"}
    with pytest.raises(ValueError, match=message):
        questions.fee(case | change)


def test_fields_that_a_fee_does_not_use_are_ignored():
    case = {"rule": "CN-PRES-05", "amount_minor": 5_000_000, "currency": "CNY", "days": 3}
    assert questions.fee(case | {"expected": {}, "why": "x"}) == {"fee_minor": 52_000}


# from above each limit, in fen: rate in per cent, and what to add so that the bands join
FORMULA = [
    (2_000_000_000, "0.5", 4_180_000), (1_000_000_000, "0.6", 2_180_000),
    (500_000_000, "0.7", 1_180_000), (200_000_000, "0.8", 680_000), (100_000_000, "0.9", 480_000),
    (50_000_000, "1", 380_000), (20_000_000, "1.5", 130_000), (10_000_000, "2", 30_000),
    (1_000_000, "2.5", -20_000), (0, "0", 5_000),
]  # fmt: skip


def oracle(amount_minor):
    """The suit fee in fen by the quick formula: amount x rate + constant, one band only."""
    rate, added = next((rate, add) for above, rate, add in FORMULA if amount_minor > above)
    return amount_minor * Decimal(rate) / 100 + added


def rounded(amount):
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
