"""Rest days: what the library knows, and what a file may say instead."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from policies.calendars import FOLDER, calendar, load
from policies.files import PolicyError

FILE = FOLDER / "cn.yaml"
FIELDS = """
country: CN
observed: true
announced_yearly: true
source: a test
"""


def every_day(first, last):
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def test_china_agrees_with_the_oracle_on_every_day_from_2015_to_2026():
    book = calendar("CN")
    differ = [
        day
        for day in every_day(date(2015, 1, 1), date(2026, 12, 31))
        if (day in book) == chinese_calendar.is_workday(day)
    ]
    assert differ == []


def test_a_make_up_workday_is_known_when_it_is_the_first_day_asked_for():
    assert date(2026, 2, 14) not in load(FILE)


@pytest.mark.parametrize(
    "day",
    [
        "2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25", "2026-06-19", "2026-07-04",
        "2026-09-07", "2026-10-12", "2026-11-11", "2026-11-26", "2026-12-25", "2026-07-05",
    ],
)  # fmt: skip
def test_federal_holidays_and_weekends_are_rest_days_in_the_us(day):
    assert date.fromisoformat(day) in calendar("US")


def test_the_friday_before_a_fourth_of_july_on_saturday_is_a_business_day():
    assert date(2026, 7, 3) not in calendar("US")


def test_juneteenth_is_a_holiday_since_2021():
    assert date(2020, 6, 19) not in calendar("US")
    assert date(2023, 6, 19) in calendar("US")


def test_a_year_is_official_once_its_make_up_workdays_are_announced():
    book = calendar("CN")
    assert book.caveat(date(2026, 12, 1), date(2026, 12, 20)) is None
    assert "2027" in str(book.caveat(date(2027, 1, 4), date(2027, 1, 4)))
    assert calendar("US").caveat(date(2040, 1, 1), date(2040, 1, 2)) is None


def test_the_last_week_of_december_waits_for_the_next_years_notice():
    assert "2027" in str(calendar("CN").caveat(date(2026, 12, 26), date(2026, 12, 28)))


def test_a_year_in_the_file_replaces_the_librarys_and_is_official():
    book = load(
        FILE,
        FIELDS
        + "years:\n  2027: {rest_days: [2027-03-01], working_days: [2027-03-06], source: x}\n",
    )
    assert date(2027, 3, 1) in book
    assert date(2027, 3, 6) not in book
    assert date(2027, 3, 7) in book
    assert date(2027, 1, 1) not in book, "the file did not list it"
    assert book.caveat(date(2027, 3, 1), date(2027, 3, 2)) is None
    assert date(2026, 10, 1) in book


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (FIELDS + "weekends: 2\n", "unknown name"),
        (FIELDS.replace("CN", "ZZ"), "cn.yaml:2: country: the holidays library has no 'ZZ'"),
        (
            FIELDS + "years:\n  2027: {rest_days: [2028-01-03], source: x}\n",
            "cn.yaml:7: years.2027: 2028-01-03 is not a day of 2027",
        ),
        (
            FIELDS + "years:\n  2027: {rest_days: [], working_days: [2027-03-01], source: x}\n",
            "years.2027.working_days: 2027-03-01 is a weekday",
        ),
        (
            FIELDS
            + "years:\n  2027: {rest_days: [2027-03-06], working_days: [2027-03-06], source: x}\n",
            "2027-03-06 is both a rest day and worked",
        ),
    ],
)
def test_a_bad_file_is_refused_with_its_line(text, message):
    with pytest.raises(PolicyError) as refused:
        load(FILE, text)
    assert message in str(refused.value)
