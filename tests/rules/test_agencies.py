"""The panel: who may be given a case, in which order, and what the work costs."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.agencies import (
    Account,
    Agency,
    Band,
    CommissionTerms,
    commission,
    drawn,
    problems,
    review_by,
    scrub,
    unfit,
)
from domain.holds import HoldReason
from domain.liquidation import Placed, band_of, performance
from policies.agency_files import FOLDER, load_agency, load_panel
from policies.files import PolicyError

TODAY = date(2026, 6, 1)
TERMS = CommissionTerms((Band(0, 800), Band(91, 1500)), conduct_percent=20)
NORTH = Agency(
    "north",
    "North",
    ("CN",),
    ("card",),
    2,
    "N-1",
    date(2027, 1, 1),
    date(2027, 1, 1),
    date(2026, 1, 15),
    TERMS,
)
ACCOUNT = Account("CN", "card", TODAY, TODAY + timedelta(days=60))


def rules(account: Account) -> list[str]:
    return [refused.rule for refused in scrub(account)]


def test_a_clean_account_may_be_placed():
    assert scrub(ACCOUNT) == ()
    assert unfit(NORTH, ACCOUNT, 1) is None


@pytest.mark.parametrize(
    ("jurisdiction", "reason", "rule"),
    [
        ("US", HoldReason.BANKRUPTCY, "US-BK-01"),
        ("US", HoldReason.DISPUTE, "US-VAL-03"),
        ("US", HoldReason.DEATH, "US-DEC-01"),
        ("CN", HoldReason.DEATH, "CN-PI-08"),
        ("UK", HoldReason.MORATORIUM, "UK-BS-01"),
        ("CN", HoldReason.BANKRUPTCY, "scrub-bankruptcy"),
        ("CN", HoldReason.HARDSHIP, "scrub-hardship"),
    ],
)
def test_a_held_account_is_not_placed_and_the_rule_is_named(jurisdiction, reason, rule):
    assert rules(replace(ACCOUNT, jurisdiction=jurisdiction, holds=(reason,))) == [rule]


def test_a_plan_that_performs_keeps_the_account_from_agencies():
    assert rules(replace(ACCOUNT, plan_performing=True)) == ["CN-PLAN-02"]
    assert rules(replace(ACCOUNT, jurisdiction="US", plan_performing=True)) == ["scrub-plan"]


@pytest.mark.parametrize(
    ("jurisdiction", "limited_from", "barred"),
    [
        ("CN", date(2023, 6, 1), False),  # the last day of the three years is today
        ("CN", date(2023, 5, 29), True),
        ("CN", date(2023, 5, 31), True),
        ("UK", date(2020, 6, 1), False),
        ("UK", date(2020, 5, 31), True),
        ("US", date(2000, 1, 1), False),  # state law, which nobody here judges
        ("CN", None, False),
    ],
)
def test_a_time_barred_debt_is_not_placed(jurisdiction, limited_from, barred):
    account = replace(ACCOUNT, jurisdiction=jurisdiction, limited_from=limited_from)
    assert rules(account) == (["scrub-time-barred"] if barred else [])


def test_every_reason_is_named_at_once():
    held = replace(
        ACCOUNT,
        holds=(HoldReason.DISPUTE, HoldReason.MORATORIUM),
        plan_performing=True,
        limited_from=date(2020, 1, 1),
    )
    assert rules(held) == ["scrub-dispute", "scrub-moratorium", "CN-PLAN-02", "scrub-time-barred"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"jurisdictions": ("US",)}, "agency-territory"),
        ({"products": ("mortgage",)}, "agency-product"),
        ({"licence_until": date(2026, 7, 30)}, "agency-licence"),
        ({"contract_until": date(2026, 7, 30)}, "agency-licence"),
        ({"reviewed_on": None}, "CN-AGY-01"),
        ({"reviewed_on": date(2025, 5, 31)}, "CN-AGY-01"),
        ({"capacity": 1}, "agency-full"),
    ],
)
def test_an_agency_that_does_not_fit_is_not_given_the_case(change, rule):
    refused = unfit(replace(NORTH, **change), ACCOUNT, 1)
    assert refused is not None
    assert refused.rule == rule


def test_what_ends_with_the_term_and_a_review_of_a_year_ago_still_fit():
    just = replace(NORTH, products=(), licence_until=ACCOUNT.until, reviewed_on=date(2025, 6, 1))
    assert unfit(just, ACCOUNT, 0) is None
    assert review_by(date(2025, 6, 1)) == TODAY


def test_a_lot_draws_every_agency_once_and_always_alike():
    shares = {"a": 1, "b": 1, "c": 2, "none": 0}
    for number in range(50):
        order = drawn(shares, f"L{number}", TODAY)
        assert sorted(order) == ["a", "b", "c"]
        assert order == drawn(dict(reversed(shares.items())), f"L{number}", TODAY)


def test_the_first_place_goes_to_each_agency_as_its_share_says():
    first = Counter(drawn({"a": 1, "b": 1, "c": 2}, f"L{n}", TODAY)[0] for n in range(4000))
    assert abs(first["c"] - 2000) < 150
    assert abs(first["a"] - 1000) < 150


def test_a_new_episode_is_a_new_lot():
    shares = {"a": 1, "b": 1}
    days = [TODAY + timedelta(days=n) for n in range(40)]
    assert {drawn(shares, "L1", day)[0] for day in days} == {"a", "b"}


@pytest.mark.parametrize(
    ("amount", "age", "points", "payable", "withheld"),
    [
        (100_000, 0, 800, 6_400, 1_600),
        (100_000, 90, 800, 6_400, 1_600),
        (100_000, 91, 1500, 12_000, 3_000),
        (7, 0, 800, 1, 0),  # 0.56 of a minor unit is one; a fifth of it is none
        (6, 0, 800, 0, 0),
        (-100_000, 91, 1500, -12_000, -3_000),
    ],
)
def test_a_commission_follows_its_terms(amount, age, points, payable, withheld):
    earned = commission(TERMS, amount, age)
    assert (earned.basis_points, earned.payable_minor, earned.withheld_minor) == (
        points,
        payable,
        withheld,
    )


@given(st.integers(1, 10**12), st.integers(0, 2000), st.integers(0, 100))
def test_a_recovery_undone_takes_back_exactly_what_was_earned(amount, age, percent):
    terms = replace(TERMS, conduct_percent=percent)
    earned, undone = commission(terms, amount, age), commission(terms, -amount, age)
    assert earned.payable_minor + undone.payable_minor == 0
    assert earned.withheld_minor + undone.withheld_minor == 0
    assert 0 <= earned.payable_minor + earned.withheld_minor <= amount


def test_an_agency_in_china_is_not_paid_by_the_amount_alone():
    greedy = replace(NORTH, commission=CommissionTerms((Band(0, 800),)))
    assert problems(greedy) == [
        "commission.conduct_percent: CN-AGY-03 asks for a share paid by conduct."
    ]


# How agencies did.


def lot(agency: str, collected: int, age: int = 100, placed: int = 1000, paid: int = 0) -> Placed:
    return Placed(agency, "CNY", age, placed, collected, paid)


def test_the_batting_average_compares_with_the_mean_of_the_peers():
    good, poor = performance([lot("a", 300), lot("a", 100, paid=40), lot("b", 100)])
    assert (good.agency, good.cases, good.liquidation, good.netback) == ("a", 2, 2000, 1800)
    assert (poor.agency, poor.liquidation) == ("b", 1000)
    assert (good.batting, poor.batting) == (13_333, 6_666)


def test_an_agency_without_peers_has_no_batting_average():
    (alone,) = performance([lot("a", 300)])
    assert (alone.liquidation, alone.batting) == (3000, None)
    assert performance([]) == []


def test_nobody_is_compared_across_ages_or_currencies():
    found = performance([lot("a", 300, age=20), lot("b", 100, age=100)])
    assert [(one.agency, one.from_days, one.batting) for one in found] == [
        ("a", 0, None),
        ("b", 91, None),
    ]


@pytest.mark.parametrize(("days", "band"), [(-1, 0), (30, 0), (31, 31), (360, 181), (999, 361)])
def test_the_bands_of_age(days, band):
    assert band_of(days) == band


def test_nothing_placed_is_no_rate():
    (found,) = performance([lot("a", 0, placed=0)])
    assert (found.liquidation, found.netback, found.batting) == (None, None, None)


# The files.


def test_the_sample_panel_is_sound():
    panel = load_panel()
    assert sorted(panel) == ["north", "south"]
    assert panel["north"].url
    assert panel["south"].public_key


def test_every_problem_of_a_file_is_named_with_its_line():
    text = (FOLDER / "north.yaml").read_text(encoding="utf-8")
    text = text.replace("capacity: 500", "capacity: 0").replace("licence: ", "license: ")
    with pytest.raises(PolicyError) as raised:
        load_agency(FOLDER / "north.yaml", text)
    said = "\n".join(raised.value.problems)
    assert "north.yaml:7: capacity:" in said
    assert "north.yaml:8: license: unknown name" in said
    assert "licence: is missing." in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("from_days: 0,", "from_days: 5,", "commission.bands: the bands must start at day 0"),
        ("conduct_percent: 20", "conduct_percent: 0", "commission.conduct_percent: CN-AGY-03"),
        ("name: north", "name: nord", "name: the file is called north"),
    ],
)
def test_what_does_not_go_together_is_named_by_its_place(old, new, said):
    text = (FOLDER / "north.yaml").read_text(encoding="utf-8").replace(old, new, 1)
    with pytest.raises(PolicyError, match=said):
        load_agency(FOLDER / "north.yaml", text)


@pytest.mark.parametrize("key", ["abc", "AAAA", "é"])
def test_a_public_key_must_be_one(key):
    text = (FOLDER / "south.yaml").read_text(encoding="utf-8")
    text = text.replace("lS0kgw5lhd7pEyLtwMZT07tL4Nq3aGxTqnSvvd6zUCg=", key)
    with pytest.raises(PolicyError, match="X25519"):
        load_agency(FOLDER / "south.yaml", text)


def test_an_agency_is_told_in_one_way():
    text = (FOLDER / "south.yaml").read_text(encoding="utf-8")
    text = text.replace("handoff:\n", "handoff:\n  http: https://south.example\n")
    with pytest.raises(PolicyError, match=r"south.yaml:\d+: url: an agency is told"):
        load_agency(FOLDER / "south.yaml", text)
