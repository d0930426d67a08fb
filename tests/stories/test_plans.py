"""Repayment plans: performing, completed, missed, defaulted, refused."""

import pytest


def test_a_plan_that_is_paid_cures_the_case(story):
    case = story("""
        owed 300.00 CNY, strategy standard
        day  3 -> email gentle
        day  5 <- agrees plan of 3 instalments from day 15 every 30 days
        .. stage watch_plan
        .. waits for instalment 1 of 3
        day 15 <- pays 100.00
        .. plan: instalment 1 paid
        .. waits for instalment 2 of 3
        day 45 <- pays 100.00
        day 75 <- pays 100.00
        == cured on day 75
    """)
    assert (case.plan.judged, case.plan.missed) == (2, 0)


def test_a_plan_paid_early_leaves_the_borrower_in_peace(story):
    story("""
        owed 300.00 CNY, strategy standard
        day  2 <- agrees plan of 3 instalments from day 15 every 30 days
        day  6 <- pays 200.00
        .. plan: instalment 2 paid
        .. waits for instalment 3 of 3
        day 60 <- pays 100.00
        .. plan: completed
        == cured on day 60
    """)


def test_one_missed_instalment_brings_a_letter_and_no_more(story):
    story("""
        owed 300.00 CNY, strategy standard
        day  2 <- agrees plan of 3 instalments from day 15 every 30 days
        day 18 .. waits for instalment 1 of 3
        day 19 -> email instalment_missed
        .. stage watch_plan
        .. waits for instalment 2 of 3
        day 44 <- pays 200.00
        day 60 .. waits for instalment 3 of 3
    """)


def test_money_in_the_grace_of_an_instalment_counts(story):
    story("""
        owed 300.00 CNY, strategy standard
        day  2 <- agrees plan of 3 instalments from day 15 every 30 days
        day 18 <- pays 100.00
        day 25 .. waits for instalment 2 of 3
    """)


def test_a_second_missed_instalment_ends_the_plan(story):
    story("""
        owed 300.00 CNY, strategy standard
        day  2 <- agrees plan of 3 instalments from day 15 every 30 days
        day 19 -> email instalment_missed
        day 49 -> email instalment_missed
        .. plan: defaulted
        .. stage negotiate
        day 52 -> call
        day 55 -> email options
        day 58 -> call second_call
        day 65 -> email final_demand
    """)


def test_a_plan_that_ends_with_its_last_instalment_unpaid_defaults(story):
    story("""
        owed 300.00 CNY, strategy standard
        day  2 <- agrees plan of 1 instalment from day 15
        day 19 -> email instalment_missed
        .. plan: defaulted
        .. stage negotiate
    """)


def test_a_completed_plan_goes_back_to_work_when_something_new_is_late(story):
    story("""
        owed 2 x 100.00 CNY every 20 days, strategy standard
        day  3 -> email gentle
        day  5 <- agrees plan of 2 instalments from day 10 every 30 days
        day 10 <- pays 50.00
        day 40 <- pays 50.00
        .. plan: completed
        .. stage negotiate
        day 50 -> call
    """)


def test_a_plan_for_the_whole_debt_covers_what_is_not_yet_due(story):
    story("""
        owed 2 x 100.00 CNY every 20 days, strategy standard
        day  2 <- agrees plan of 2 instalments from day 10 every 30 days for the whole debt
        day 10 <- pays 100.00
        .. plan: cured
        == cured on day 10
    """)


def test_paying_all_of_it_at_once_completes_a_plan(story):
    case = story("""
        owed 300.00 CNY, strategy standard
        day  2 <- agrees plan of 3 instalments from day 15 every 30 days
        day 19 -> email instalment_missed
        day 25 <- pays 300.00
        .. plan: completed
        == cured on day 25
    """)
    assert (case.plan.ended, case.plan.missed) == ("completed", 1)


def test_a_cure_that_leaves_a_remainder_of_the_plan_forgives_it_and_ends_the_plan(story):
    case = story("""
        owed 300.00 CNY, strategy standard
        day  2 <- agrees plan of 3 instalments from day 15 every 30 days
        day 10 <- pays 299.00
        .. plan: cured
        == cured on day 10
    """)
    assert case.plan.ended == "cured"


def test_closing_a_case_ends_its_plan(story):
    case = story("""
        owed 300.00 CNY, strategy standard
        day  2 <- agrees plan of 3 instalments from day 15 every 30 days
        day  9 <- closes
        .. plan: closed
        == closed on day 9
    """)
    assert case.plan.ended == "closed"


def test_money_paid_before_the_plan_on_the_same_day_does_not_count_for_it(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  2 at 09:00 <- pays 100.00
        day  2 at 15:00 <- agrees plan of 3 instalments from day 15 every 30 days
        .. waits for instalment 1 of 3
        day 19 -> email instalment_missed
    """)


def test_a_plan_supersedes_a_promise_and_then_no_promise_is_taken(story):
    story("""
        owed 300.00 CNY, strategy standard
        day  2 <- promises 200.00 by day 8
        day  4 <- agrees plan of 3 instalments from day 15 every 30 days
        .. promise: superseded
        .. stage watch_plan
        day  5 <- promises 100.00 by day 9
        .. refused: plan-performing
        day 19 -> email instalment_missed
    """)


def test_a_new_plan_replaces_the_old_one(story):
    story("""
        owed 300.00 CNY, strategy standard
        day  2 <- agrees plan of 3 instalments from day 15 every 30 days
        day 10 <- agrees plan of 2 instalments from day 20 every 30 days
        .. plan: replaced
        .. waits for instalment 1 of 2
        day 24 -> email instalment_missed
    """)


def test_a_reversed_payment_makes_the_next_instalment_a_missed_one(story):
    story("""
        owed 300.00 CNY, strategy standard
        day  2 <- agrees plan of 3 instalments from day 15 every 30 days
        day 15 <- pays 100.00
        day 20 <- payment reversed
        day 45 <- pays 100.00
        day 49 -> email instalment_missed
    """)


@pytest.mark.parametrize(
    ("plan", "rule"),
    [
        ("plan of 61 instalments from day 15 every 1 days", "plan-length"),
        ("plan of 3 instalments from day 2", "plan-dates"),
        ("plan of 3 instalments from day 15 every 0 days", "plan-dates"),
        ("plan of 3 instalments from day 48", "plan-starts-late"),
    ],
)
def test_a_plan_that_cannot_be_taken_changes_nothing(story, plan, rule):
    story(f"""
        owed 300.00 CNY, strategy standard
        day  2 <- agrees {plan}
        .. refused: {rule}
        day  3 -> email gentle
    """)


def test_a_second_plan_has_its_own_letters(story):
    story("""
        owed 300.00 CNY, strategy standard
        day  2 <- agrees plan of 3 instalments from day 4 every 30 days
        day  8 -> email instalment_missed
        day 10 <- agrees plan of 3 instalments from day 14 every 30 days
        day 18 -> email instalment_missed
    """)
