"""Which part of the debt a payment pays first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.allocation import COSTS, PRICE, PRINCIPAL, allocate, in_order, waterfall
from policies import questions
from tests.rules.given import cases, holds

COMPONENTS = COSTS + PRICE + PRINCIPAL
OWED = st.dictionaries(st.sampled_from(COMPONENTS), st.integers(0, 10**9), min_size=1)
LAW = st.sampled_from(["CN-ALLOC-01", "CN-ALLOC-02", "CN-ALLOC-04"])
CARD = {"fees": 10_000, "interest": 30_000, "principal": 1_000_000}


@pytest.mark.parametrize("case", cases("allocation_cases.json"))
def test_worked_case(case):
    assert holds(case["expected"], questions.allocate(case))


@pytest.mark.parametrize("days_past_due", [0, 1, 60, 90])
def test_a_card_pays_fees_and_interest_first_until_day_90(days_past_due):
    done = allocate("CN-ALLOC-01", days_past_due, CARD, 100_000)
    assert done.allocated == {"fees": 10_000, "interest": 30_000, "principal": 60_000}
    assert allocate("CN-ALLOC-01", days_past_due, CARD, 35_000).allocated["principal"] == 0


@pytest.mark.parametrize("days_past_due", [91, 400])
def test_a_card_pays_principal_first_from_day_91(days_past_due):
    done = allocate("CN-ALLOC-01", days_past_due, CARD, 100_000)
    assert done.allocated == {"fees": 0, "interest": 0, "principal": 100_000}


def test_another_loan_pays_costs_then_interest_then_principal_however_late():
    owed = {"principal": 1_000_000, "interest": 30_000, "costs": 20_000}
    done = allocate("CN-ALLOC-02", 400, owed, 40_000)
    assert done.allocated == {"principal": 0, "interest": 20_000, "costs": 20_000}
    assert done.remaining == {"principal": 1_000_000, "interest": 10_000, "costs": 0}
    assert done.unapplied == 0


def test_a_judgment_is_paid_before_the_interest_for_performing_it_late():
    owed = {"default_interest": 5_000, "principal": 100_000, "interest": 1_000}
    assert allocate("CN-ALLOC-04", 0, owed, 101_500).allocated == {
        "default_interest": 500,
        "principal": 100_000,
        "interest": 1_000,
    }


def test_a_contract_is_paid_in_the_order_that_was_agreed():
    done = allocate("CONTRACT", 0, {"a": 5, "b": 7}, 8, ["b", "a", "c"])
    assert done.allocated == {"a": 1, "b": 7}


def test_what_is_left_when_nothing_is_owed_is_unapplied():
    done = allocate("CN-ALLOC-02", 10, {"principal": 100}, 150)
    assert (done.allocated, done.remaining, done.unapplied) == (
        {"principal": 100},
        {"principal": 0},
        50,
    )


@given(LAW, st.integers(0, 400), OWED, st.integers(0, 10**10))
def test_no_money_is_lost_or_made(rule, days_past_due, owed, payment_minor):
    done = allocate(rule, days_past_due, owed, payment_minor)
    assert sum(done.allocated.values()) + done.unapplied == payment_minor
    assert list(done.allocated) == list(done.remaining) == list(owed)
    for name, amount in owed.items():
        assert done.allocated[name] + done.remaining[name] == amount
        assert min(done.allocated[name], done.remaining[name]) >= 0
    assert done.unapplied == max(0, payment_minor - sum(owed.values()))


@given(LAW, st.integers(0, 400), OWED, st.integers(0, 10**10))
def test_nothing_is_paid_while_something_before_it_is_owed(
    rule, days_past_due, owed, payment_minor
):
    done = allocate(rule, days_past_due, owed, payment_minor)
    order = [name for name in waterfall(rule, days_past_due) if name in owed]
    paid = [name for name in order if done.allocated[name]]
    for name in order[: order.index(paid[-1])] if paid else []:
        assert done.remaining[name] == 0


@given(st.integers(0, 400), OWED, st.integers(0, 10**9), st.integers(0, 10**9))
def test_two_payments_do_what_their_sum_does(days_past_due, owed, first, second):
    order = waterfall("CN-ALLOC-01", days_past_due)
    once = in_order(order, owed, first + second)
    twice = in_order(order, in_order(order, owed, first).remaining, second)
    assert twice.remaining == once.remaining


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rule": "CN-ALLOC-99"}, "rule: 'CN-ALLOC-99' orders no payment; known are CN-ALLOC-01"),
        ({"rule": None}, "rule: is missing"),
        ({"days_past_due": None}, "days_past_due: is missing"),
        ({"days_past_due": -1}, "days_past_due: must be a whole number from 0, not -1"),
        ({"days_past_due": True}, "days_past_due: must be a whole number from 0, not True"),
        ({"payment_minor": None}, "payment_minor: is missing"),
        ({"payment_minor": 0}, "payment_minor: must be a whole number from 1, not 0"),
        ({"payment_minor": 10.5}, "payment_minor: must be a whole number"),
        ({"owed": None}, "owed: must be amounts by component"),
        ({"owed": {}}, "owed: must be amounts by component"),
        ({"owed": {"principal": "5"}}, "owed.principal: must be a whole number from 0, not '5'"),
        ({"owed": {"insurance": 5}}, "owed: 'insurance' is not in the order costs, fees, interest"),
        ({"currency": "XYZ"}, "currency: 'XYZ' is not an ISO 4217 currency code"),
        ({"order": ["principal"]}, "order: CN-ALLOC-01 has its own order"),
        ({"rule": "CONTRACT"}, "order: CONTRACT needs the agreed order"),
        ({"rule": "CONTRACT", "order": "fees"}, "order: must be a list of component names"),
        ({"rule": "CONTRACT", "order": ["fees", "fees"]}, "order: names a component twice"),
    ],
)
def test_a_question_that_cannot_be_answered_says_which_field_and_why(change, message):
    case = {"rule": "CN-ALLOC-01", "days_past_due": 60, "owed": CARD, "payment_minor": 35_000}
    with pytest.raises(ValueError, match=message):
        questions.allocate(case | change)
