"""Seasons of every year, and what may be wrong with a campaign in a strategy file."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.campaigns import Campaign, over_on
from domain.gate.words import Channel
from domain.keys import notice_key
from policies.files import PolicyError
from policies.strategy_files import FOLDER, load_strategy

PINGAN = FOLDER / "pingan.yaml"
TEXT = PINGAN.read_text(encoding="utf-8")
STEP = load_strategy(PINGAN).campaigns[0].steps[0]


def campaign(first: tuple[int, int], last: tuple[int, int]) -> Campaign:
    return Campaign("season", first, last, ("remind",), (STEP,))


@pytest.mark.parametrize(
    ("first", "last", "day", "year"),
    [
        ((11, 15), (12, 31), date(2026, 1, 1), 2026),
        ((11, 15), (12, 31), date(2026, 12, 31), 2026),
        ((11, 15), (12, 31), date(2027, 1, 1), 2027),
        ((12, 20), (1, 31), date(2026, 1, 31), 2025),
        ((12, 20), (1, 31), date(2026, 2, 1), 2026),
        ((12, 20), (1, 31), date(2026, 12, 20), 2026),
        ((2, 1), (2, 28), date(2028, 2, 29), 2029),
        ((11, 11), (11, 11), date(2026, 11, 11), 2026),
        ((11, 11), (11, 11), date(2026, 11, 12), 2027),
    ],
)
def test_a_season_has_the_year_in_which_it_began(first, last, day, year):
    assert campaign(first, last).season(day) == year


days = st.dates(date(2001, 1, 1), date(2001, 12, 31)).map(lambda day: (day.month, day.day))


@given(days, days, st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_season_of_a_day_is_the_first_that_is_not_over(first, last, day):
    one = campaign(first, last)
    year = one.season(day)
    assert one.over(year - 1) <= day < one.over(year)
    assert one.opens(year) < one.over(year) <= one.opens(year) + timedelta(days=366)
    assert one.touches(day, day) is (one.opens(year) <= day)


def test_the_name_of_a_contact_says_until_when_it_is_made():
    season = (campaign((12, 20), (1, 31)),)
    assert over_on(season, f"{STEP.name}-2026") == date(2027, 2, 1)
    assert over_on(season, "promise_broken-1") is None
    assert over_on((), f"{STEP.name}-2026") is None


def test_two_winters_have_two_keys():
    keys = {notice_key("L1", date(2026, 10, 1), f"{STEP.name}-{year}") for year in (2026, 2027)}
    assert keys == {f"notice/L1/2026-10-01/year_end_options-{year}" for year in (2026, 2027)}


def found(old: str, new: str) -> list[str]:
    assert TEXT.count(old) == 1, f"{old!r} is there {TEXT.count(old)} times"
    with pytest.raises(PolicyError) as error:
        load_strategy(Path("mine.yaml"), TEXT.replace(old, new))
    return error.value.problems


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("from: 11-15", "from: 11-31", "from: write a month and a day that every year has"),
        ("from: 11-15", "from: 02-29", "from: write a month and a day that every year has"),
        ("from: 11-15", "from: 1115", "from: Input should be a valid string"),
        ("from: 11-15", "from: 2026-11-15", "from: "),
        ("to: 12-31", "to: 11-14", "to: a season that fills the year has no end"),
        ("to: 12-31", "till: 12-31", "till: unknown name"),
        ("stages: [remind, negotiate]", "stages: [legal]", "stages.0: Input should be"),
        ("stages: [remind, negotiate]", "stages: []", "stages: Tuple should have at least 1"),
        ("stages: [remind, negotiate]", "stages: [remind, remind]", "stages: each stage is named"),
        ("name: year_end_options,", "name: year-end,", "steps.0.name: String should match"),
        ("name: year_end_options,", "name: gentle,", "steps.0.name: 'gentle' is already used"),
        ("name: year_end_call,", "name: year_end_options,", "is already used at campaigns.0.steps"),
        ("name: year_end_call, day: 12", "name: year_end_call, day: 2", "steps.1.day: day 2 comes"),
        ("otherwise: [sms], merge_days: 3}\n      -", "otherwise: [email]}\n      -",
         "steps.0.otherwise: each channel is tried once"),
        ("name: year_end_call, day: 12,", "name: year_end_call, message_class: statutory, day: 12,",
         "steps.1.message_class: Input should be"),
    ],
)  # fmt: skip
def test_nonsense_is_told_with_its_line(old, new, told):
    line = TEXT[: TEXT.index(old)].count("\n") + 1
    problems = found(old, new)
    assert any(p.startswith(f"mine.yaml:{line}: campaigns.0.") and told in p for p in problems)


def test_all_mistakes_of_two_campaigns_are_told_at_once():
    text = TEXT.replace("to: 12-31", "to: 11-14")
    second = text[text.index("  - name: year_end\n") :]
    with pytest.raises(PolicyError) as error:
        load_strategy(Path("mine.yaml"), text + second)
    told = "\n".join(error.value.problems)
    for said in (
        "campaigns.0.to: a season that fills the year",
        "campaigns.1.to: a season that fills the year",
        "campaigns.1.name: there is a campaign 'year_end' already",
        "campaigns.1.steps.0.name: 'year_end_options' is already used",
    ):
        assert said in told


def test_a_file_that_cannot_be_read_still_tells_the_names_that_are_used_twice():
    text = TEXT.replace("max_broken: 2", "max_broken: -2")
    with pytest.raises(PolicyError) as error:
        load_strategy(Path("mine.yaml"), text.replace("name: year_end_call,", "name: gentle,"))
    assert any("campaigns.0.steps.1.name: 'gentle'" in problem for problem in error.value.problems)


def test_ping_an_ends_the_year_with_a_friendly_letter_and_one_call():
    (year_end,) = load_strategy(PINGAN).campaigns
    assert (year_end.first, year_end.last) == ((11, 15), (12, 31))
    assert [step.channel for step in year_end.steps] == [Channel.EMAIL, Channel.CALL]
    assert all(step in load_strategy(PINGAN).steps() for step in year_end.steps)
