"""What a month leaves over, and what of it may be asked for."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.affordability import Household, Line, means
from domain.reasons import Care, Vulnerability, care_of
from policies.files import PolicyError
from policies.finance_forms import load_finances
from policies.hardship_files import FILE, load_hardship
from policies.packs import load_packs
from tests.rules.bargain import finances

HARDSHIP = load_hardship()
CN = HARDSHIP.households["CN"]
AMOUNTS = st.integers(0, 10**9)
FORM = """\
currency: CNY
taken_on: 2026-11-20
adults: 2
children: 1
pay_day: 15
income: {salary: "6000.00", benefits: "300"}
housing: {rent: "1800.00"}
living: {food: "1500.00"}
debts: {cards: "200.50"}
"""


def test_the_surplus_is_income_less_housing_living_and_other_debts():
    found = means(finances(), None, 10, Care())
    assert (found.surplus_minor, found.affordable_minor) == (350_000, 315_000)
    assert found.living_minor == 300_000


def test_who_states_less_than_a_household_needs_is_believed_to_need_that():
    thrifty = finances(living=(Line("food", 1),), adults=2, children=2)
    found = means(thrifty, CN, 0, Care())
    assert found.living_minor == CN.minimum(2, 2) == 150_000 + 110_000 + 2 * 90_000


def test_a_household_in_another_currency_sets_no_minimum():
    pounds = replace(CN, currency="GBP")
    assert means(finances(living=()), pounds, 0, Care()).living_minor == 0


def test_a_month_that_does_not_pay_for_itself_leaves_nothing_to_ask_for():
    found = means(finances(income=100_000), CN, 10, Care())
    assert found.surplus_minor < 0
    assert found.affordable_minor == 0


def test_vulnerability_leaves_more_to_the_borrower():
    care = care_of([Vulnerability.ILLNESS], HARDSHIP.cares)
    assert means(finances(), None, 10, care).affordable_minor == 350_000 * 75 // 100


def test_the_kindest_of_several_flags_counts():
    flags = [Vulnerability.ILLNESS, Vulnerability.LOW_CAPABILITY, Vulnerability.CARER]
    care = care_of(flags, HARDSHIP.cares)
    assert care == Care(25, 30, 60, written=True, second_look=True)
    assert care_of([], HARDSHIP.cares) == Care()


@given(AMOUNTS, AMOUNTS, st.integers(0, 100), st.integers(0, 100))
def test_what_may_be_asked_for_is_never_more_than_the_surplus(income, rent, spare, more):
    form = finances(income=income, housing=(Line("rent", rent),))
    found = means(form, CN, spare, Care(spare_percent=more))
    assert 0 <= found.affordable_minor <= max(0, found.surplus_minor)
    assert found.affordable_minor * 100 <= max(0, found.surplus_minor) * (100 - max(spare, more))


@given(AMOUNTS, st.integers(0, 10**6), st.integers(1, 5), st.integers(0, 5), st.integers(0, 100))
def test_more_income_never_affords_less_and_more_mouths_never_afford_more(
    income, extra, adults, children, spare
):
    def afford(form):
        return means(form, CN, spare, Care()).affordable_minor

    form = finances(income=income, adults=adults, children=children)
    assert afford(finances(income=income + extra, adults=adults, children=children)) >= afford(form)
    assert afford(replace(form, children=children + 1)) <= afford(form)
    assert afford(replace(form, adults=adults + 1)) <= afford(form)


@given(st.sets(st.sampled_from(list(Vulnerability))), st.sampled_from(list(Vulnerability)))
def test_a_further_flag_is_never_less_kind(flags, further):
    before, after = (care_of(f, HARDSHIP.cares) for f in (flags, flags | {further}))
    assert after.spare_percent >= before.spare_percent
    assert after.rest_days >= before.rest_days
    assert (after.check_back_days or 9_999) <= (before.check_back_days or 9_999)
    assert (after.written, after.second_look) >= (before.written and after.written, False)


def test_every_jurisdiction_has_a_minimum_and_every_flag_its_care():
    assert HARDSHIP.households.keys() == load_packs().bases.keys()
    assert HARDSHIP.cares.keys() == set(Vulnerability)
    assert all(care != Care() for care in HARDSHIP.cares.values())


def test_a_form_is_read_exactly(tmp_path):
    form = load_finances(tmp_path / "form.yaml", FORM)
    assert (form.taken_on, form.pay_day, form.adults) == (date(2026, 11, 20), 15, 2)
    assert form.income == (Line("salary", 600_000), Line("benefits", 30_000))
    assert form.debts == (Line("cards", 20_050),)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"1800.00"', "1800.00", "form.yaml:7: housing.rent: write the amount in quotes"),
        ('"1500.00"', '"1500.005"', "form.yaml:8: living.food: '1500.005' has more than"),
        ('"200.50"', '"-1"', "form.yaml:9: debts.cards: '-1' is below zero."),
        ("salary:", "wages:", "form.yaml:6: income.wages"),
        ("adults: 2", "adults: 0", "form.yaml:3: adults:"),
        ("pay_day: 15", "pay_day: 32", "form.yaml:5: pay_day:"),
        ("currency: CNY", "currency: XYZ", "form.yaml:1: currency: is not an ISO 4217"),
    ],
)
def test_a_wrong_form_is_named_by_its_line(tmp_path, old, new, said):
    with pytest.raises(PolicyError) as refused:
        load_finances(tmp_path / "form.yaml", FORM.replace(old, new))
    assert said in str(refused.value)


def test_a_wrong_hardship_file_is_named_by_its_line():
    text = FILE.read_text("utf-8").replace("currency: CNY", "currency: YUAN").replace("source", "s")
    with pytest.raises(PolicyError) as refused:
        load_hardship(FILE, text)
    said = str(refused.value)
    assert "hardship.yaml:12: households.CN.currency: is not an ISO 4217" in said
    assert "households.UG.source: is missing." in said


def test_a_household_of_one_adult_needs_the_first_amount():
    assert Household("CNY", 5, 3, 2).minimum(1, 0) == 5
