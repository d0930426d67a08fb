"""Day counting and the clocks of the law."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.deadlines import LAWS, deadline, period
from domain.periods import Period, business_days_after, months_after, working_day
from policies import questions
from policies.calendars import calendar
from tests.rules.given import cases, holds

DAY = timedelta(days=1)
CN, US = calendar("CN"), calendar("US")
DAYS = st.dates(date(2015, 1, 1), date(2026, 11, 30))


@pytest.mark.parametrize("case", cases("deadline_cases.json"))
def test_worked_case(case):
    assert holds(case["expected"], questions.deadline(case))


# rule, step, the day of the event, the answer
STEPS = """
CN-PO-03   accept               2026-03-02  2026-03-09  5 days end on Saturday 7 March
CN-PO-03   objection            2026-03-02  2026-03-17
CN-PO-03   enforceable_from     2026-03-02  2026-03-18
CN-PO-03   objection            2026-09-16  2026-10-08  the National Day week is skipped
CN-PO-03   objection            2026-01-30  2026-02-14  a Saturday that is worked
CN-PO-03   objection            2026-02-02  2026-02-24  the Spring Festival is skipped
CN-PO-04   unserved             2026-03-02  2026-04-01
CN-PO-06   decline_suit         2026-04-10  2026-04-17
CN-PO-06   decline_suit         2026-04-24  2026-05-06
CN-LIM-01  limitation           2023-06-30  2026-06-30
CN-LIM-01  limitation           2023-10-01  2026-10-08
CN-LIM-01  absolute             2006-03-02  2026-03-02
CN-LIM-02  limitation           2023-06-30  2026-06-30
CN-LIM-03  limitation           2020-02-29  2023-02-28
CN-LIM-09  limitation           2025-10-15  2026-04-15
CN-LIM-11  joint_guarantor      2026-01-31  2026-07-31
CN-LIM-11  general_guarantor    2025-08-31  2026-02-28  a Saturday that is worked
CN-CR-03   delete               2026-03-02  2031-03-02  a Sunday: deletions do not move
CN-CR-04   answer               2026-03-02  2026-03-22  a Sunday: answers do not move
CN-CR-05   not_displayed_from   2025-06-01  2026-01-01
CN-CR-05   not_displayed_from   2025-11-30  2026-01-01
CN-CR-05   not_displayed_from   2025-12-31  2026-01-31
CN-CR-05   not_displayed_from   2026-01-31  2026-02-28
CN-COMP-01 special              2026-03-02  2026-05-01
CN-PRES-01 sue                  2026-03-02  2026-04-01
CN-PRES-01 sue                  2026-09-03  2026-10-08
CN-PRES-03 deposit              2025-03-02  2026-03-02
CN-PRES-03 deposit_renewal      2025-03-09  2026-03-02
CN-PRES-03 movables             2024-03-02  2026-03-02
CN-PRES-03 real_estate          2023-03-02  2026-03-02
CN-PRES-03 renewal              2026-03-09  2026-03-02
CN-SUIT-01 defence              2026-03-02  2026-03-17
CN-SUIT-01 simple               2026-03-02  2026-06-02
CN-SUIT-01 simple_extended      2026-03-02  2026-07-02
CN-SUIT-01 ordinary             2026-03-02  2026-09-02
CN-SUIT-01 appeal               2026-03-06  2026-03-23
CN-SERV-01 public_notice        2026-03-02  2026-04-01
CN-ENF-01  enforcement          2024-03-02  2026-03-02
CN-REC-01  keep_until           2024-02-29  2026-02-28
US-VAL-02  assumed_receipt      2026-06-30  2026-07-07
US-VAL-02  period_end           2026-06-30  2026-08-06
US-CR-01   furnish_from         2026-05-01  2026-05-15
US-CR-05   answer               2026-03-02  2026-04-01
US-CR-05   answer_extended      2026-03-02  2026-04-16
US-CR-05   frivolous            2026-05-22  2026-06-01  Memorial Day is skipped
US-CR-06   delete               2026-01-01  2033-06-30
US-MED-03  opt_out_not_before   2026-03-02  2026-04-06
US-PLAN-01 notice_from          2026-06-01  2026-05-15
US-PLAN-01 notice_by            2026-06-01  2026-05-27
US-REC-01  keep_until           2026-03-10  2029-03-10
US-TCPA-02 honour               2026-06-30  2026-07-14
UK-BS-01   last_day             2026-02-10  2026-04-10
UK-BS-04   last_day             2026-06-10  2026-07-10
UK-DN-01   earliest_date        2026-03-02  2026-03-16
UK-LIM-01  limitation           2020-02-29  2026-02-28
""".strip().splitlines()


@pytest.mark.parametrize("line", STEPS, ids=lambda line: "-".join(line.split()[:3]))
def test_each_step_leads_to_its_date(line):
    rule, step, start, expected = line.split()[:4]
    answer = questions.deadline({"rule": rule, "step": step, "from": start})
    assert answer["date"] == expected
    assert "note" not in answer


@pytest.mark.parametrize(
    ("rule", "step"), [(rule, step) for rule, law in LAWS.items() for step in law.steps]
)
def test_every_step_can_be_answered_and_says_what_starts_it(rule, step):
    assert period(rule, step).event
    answer = questions.deadline({"rule": rule, "step": step, "from": "2025-12-01"})
    assert date.fromisoformat(str(answer["date"])) != date(2025, 12, 1)
    assert ("memory" in str(answer.get("note"))) == (LAWS[rule].confidence == "M")


@given(DAYS, st.integers(1, 30))
def test_a_court_period_ends_on_the_first_working_day_from_its_last_day(start, days):
    last = start
    for _ in range(days):
        last += DAY
    while not chinese_calendar.is_workday(last):
        last += DAY
    assert Period("an event", days=days, moves=True).end(start, CN) == last


@given(st.dates(date(2011, 1, 1), date(2023, 11, 30)))
def test_the_limitation_ends_on_a_working_day_three_years_on(start):
    end = deadline("CN-LIM-01", "limitation", start, CN)
    same_day = months_after(start, 36)
    assert end >= same_day
    assert chinese_calendar.is_workday(end)
    between = [same_day + DAY * n for n in range((end - same_day).days)]
    assert not any(chinese_calendar.is_workday(day) for day in between)


@given(DAYS, st.integers(1, 400))
def test_months_end_on_the_same_day_or_at_the_end_of_the_month(start, months):
    end = months_after(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == start.day or (end.day < start.day and (end + DAY).day == 1)


@given(DAYS, st.integers(1, 30))
def test_business_days_are_counted_one_by_one(start, count):
    end = business_days_after(start, count, US)
    passed = [start + DAY * n for n in range(1, (end - start).days + 1)]
    assert sum(day not in US for day in passed) == count
    assert end not in US


@given(DAYS, st.integers(1, 30))
def test_business_days_backwards_are_the_forwards_ones_undone(start, count):
    start = working_day(start, US)
    assert business_days_after(business_days_after(start, count, US), -count, US) == start


@given(DAYS, st.integers(0, 400))
def test_our_own_duties_ask_no_calendar(start, days):
    assert Period("an event", days=days).end(start, CN) == start + timedelta(days=days)


def test_the_days_of_a_case_are_the_rest_days_instead_of_the_calendar():
    case = {"rule": "CN-PO-03", "step": "objection", "from": "2026-09-16"}
    assert questions.deadline(case)["date"] == "2026-10-08"
    assert questions.deadline({**case, "rest_days": []})["date"] == "2026-10-01"
    only = ["2026-10-01", "2026-10-02"]
    answer = questions.deadline({**case, "rest_days": only})
    assert answer["date"] == "2026-10-03", "a Saturday, and not listed"


def test_us_rules_leave_out_weekends_whatever_the_rest_days_are():
    case = {"rule": "US-VAL-02", "step": "assumed_receipt", "from": "2026-06-30"}
    assert questions.deadline({**case, "rest_days": ["2026-07-03"]})["date"] == "2026-07-08"


def test_a_date_in_a_year_without_announced_workdays_says_so():
    case = {"rule": "CN-LIM-03", "step": "limitation", "from": "2026-06-29"}
    answer = questions.deadline(case)
    assert answer["date"] == "2029-06-29"
    assert "calendar of 2029 is not official yet" in str(answer["note"])
    assert "note" not in questions.deadline({**case, "rest_days": []})


def test_the_step_may_be_left_out_where_a_rule_has_one():
    assert questions.deadline({"rule": "CN-CR-04", "from": "2026-03-02"}) == {"date": "2026-03-22"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rule": "CN-PO-99"}, "rule: 'CN-PO-99' has no deadline; known are CN-PLAN-01"),
        ({"rule": None}, "rule: is missing"),
        ({"rule": 7}, "rule: must be a text, not 7"),
        ({"step": "answer"}, "step: CN-PO-03 has no 'answer'; it has accept, issue, objection"),
        ({"step": None}, "step: is missing; CN-PO-03 has accept"),
        ({"from": None}, "from: is missing"),
        ({"from": "20260302"}, "from: must be a date such as 2026-03-02, not '20260302'"),
        ({"from": "2026-02-30"}, "from: must be a date"),
        ({"from": 20260302}, "from: must be a date"),
        ({"from": "9999-12-31"}, "from: must lie from 1950-01-01 to 2079-12-31"),
        ({"rest_days": "2026-10-01"}, "rest_days: must be a list of dates"),
        ({"rest_days": ["2026-10-01", "soon"]}, r"rest_days\[1\]: must be a date"),
        ({"rule": "CN-CR-05", "step": None, "from": "2026-04-01"}, "from: 2026-04-01: the one-off"),
    ],
)
def test_a_question_that_cannot_be_answered_says_which_field_and_why(change, message):
    case = {"rule": "CN-PO-03", "step": "objection", "from": "2026-03-02"}
    with pytest.raises(ValueError, match=message):
        questions.deadline(case | change)


def test_a_case_that_is_no_map_is_refused():
    with pytest.raises(ValueError, match="the case: must be a map"):
        questions.deadline([])  # type: ignore[arg-type]
