"""Accepted offers, notices before the day, check-backs, defaults, and promises that roll."""

import pytest

BEFORE = "{name: due_soon, days: 3, channel: email, template: instalment_due, at: '10:00'}"


def test_an_accepted_offer_is_confirmed_by_letter_and_then_there_is_peace(story):
    story("""
        owed 300.00 CNY, strategy standard
        day  3 -> email gentle
        day  5 <- accepts offer of 3 instalments from day 70 every 30 days
        day  5 -> email plan_agreed
        .. stage watch_plan
        .. waits for instalment 1 of 3
        day 60 .. stage watch_plan
    """)


def test_a_plan_that_was_never_an_offer_has_no_letter(story):
    story("""
        owed 300.00 CNY, strategy standard
        day  2 <- agrees plan of 3 instalments from day 15 every 30 days
        day 10 .. stage watch_plan
    """)


def test_a_settlement_paid_in_time_forgives_the_rest_and_cures_the_case(story):
    case = story("""
        owed 2 x 200.00 CNY every 20 days, strategy standard
        day  2 <- accepts offer of 1 instalment from day 15 for the whole debt waiving 150.00
        day  2 -> email plan_agreed
        day 14 <- pays 250.00
        .. plan: completed
        .. forgiven: 150.00 CNY
        == cured on day 14
    """)
    assert case.outstanding() == 0


def test_a_settlement_goes_on_after_the_arrears_are_paid_until_all_of_it_is(story):
    story("""
        owed 2 x 200.00 CNY every 90 days, strategy standard
        day  2 <- accepts offer of 2 instalments from day 15 for the whole debt waiving 100.00
        day  2 -> email plan_agreed
        day 14 <- pays 210.00
        day 20 .. stage watch_plan
        day 44 <- pays 90.00
        .. forgiven: 100.00 CNY
        == cured on day 44
    """)


def test_a_settlement_that_fails_with_nothing_late_leaves_the_loan_as_it_was(story):
    case = story("""
        owed 2 x 200.00 CNY every 90 days, strategy standard
        day  2 <- accepts offer of 2 instalments from day 15 for the whole debt waiving 100.00
        day  2 -> email plan_agreed
        day 14 <- pays 210.00
        day 49 .. plan: defaulted
        == cured on day 49
    """)
    assert case.outstanding() == 19_000


def test_a_settlement_that_is_not_paid_forgives_nothing(story):
    case = story("""
        owed 400.00 CNY, strategy standard
        day  2 <- accepts offer of 1 instalment from day 15 waiving 150.00
        day  2 -> email plan_agreed
        day 14 <- pays 200.00
        day 19 -> email instalment_missed
        .. plan: defaulted
        .. stage negotiate
    """)
    assert case.outstanding() == 20_000


def test_the_waived_part_of_a_plan_is_not_asked_for_in_parts(story):
    case = story("""
        owed 400.00 CNY, strategy standard
        day  2 <- accepts offer of 2 instalments from day 15 every 30 days waiving 100.00
        day  2 -> email plan_agreed
        day 14 <- pays 150.00
        .. waits for instalment 2 of 2
        day 44 <- pays 150.00
        == cured on day 44
    """)
    assert case.plan.ended == "completed"


def test_the_borrower_is_told_before_each_instalment_falls_due(story):
    story(f"""
        owed 300.00 CNY, strategy standard, but plan.before = {BEFORE}
        day  2 <- agrees plan of 3 instalments from day 15 every 30 days
        day 12 -> email due_soon
        day 15 <- pays 100.00
        day 42 -> email due_soon
        day 44 <- pays 200.00
        == cured on day 44
    """)


def test_what_is_paid_ahead_or_agreed_a_day_before_is_not_reminded_of(story):
    story(f"""
        owed 300.00 CNY, strategy standard, but plan.before = {BEFORE}
        day  2 <- agrees plan of 3 instalments from day 4 every 30 days
        day  3 <- pays 200.00
        day 61 -> email due_soon
    """)


def test_a_hold_keeps_the_notice_away_and_it_is_not_made_up_for(story):
    story(f"""
        owed 300.00 CNY, strategy standard, but plan.before = {BEFORE}
        day  2 <- agrees plan of 3 instalments from day 15 every 30 days
        day 11 <- hold hardship until day 16
        day 12 .. notice: due_soon-1 by email: held
        day 16 <- pays 100.00
        day 42 -> email due_soon
    """)


def test_means_are_looked_at_again_while_a_plan_performs(story):
    case = story("""
        owed 300.00 CNY, strategy standard, but plan.check_back_days = 20
        day  2 <- agrees plan of 3 instalments from day 15 every 30 days
        day 14 <- pays 300.00
        == cured on day 14
    """)
    assert case.check_backs == 0
    case = story("""
        owed 300.00 CNY, strategy standard, but plan.check_back_days = 20
        day  2 <- agrees plan of 3 instalments from day 15 every 30 days
        day 14 <- pays 100.00
        day 21 .. waits for instalment 2 of 3
        day 22 .. check-back: look at the means again
        day 42 .. check-back: look at the means again
        day 43 <- pays 100.00
    """)
    assert case.check_backs == 2


def test_an_offer_may_want_means_looked_at_more_often(story):
    case = story("""
        owed 300.00 CNY, strategy standard, but plan.check_back_days = 90
        day  2 <- accepts offer of 3 instalments from day 15 every 30 days checked every 9 days
        day  2 -> email plan_agreed
        day 11 .. check-back: look at the means again
    """)
    assert case.plan.check_back_days == 9


@pytest.mark.parametrize(
    ("stage", "next_letter"), [("remind", "gentle"), ("legal", "final_demand")]
)
def test_a_plan_that_defaults_leads_to_the_stage_the_strategy_names(story, stage, next_letter):
    day = 60 if stage == "legal" else 52
    story(f"""
        owed 300.00 CNY, strategy standard, but plan.default_to = {stage}
        day  2 <- agrees plan of 3 instalments from day 15 every 30 days
        day 19 -> email instalment_missed
        day 49 -> email instalment_missed
        .. stage {stage}
        day {day} -> email {next_letter}
    """)


def test_a_promise_is_reminded_of_before_its_day(story):
    before = "{name: promised_soon, days: 2, channel: email, template: promise_due, at: '10:00'}"
    story(f"""
        owed 300.00 CNY, strategy standard, but promise.before = {before}
        day  2 <- promises 300.00 by day 10
        day  8 -> email promised_soon
        day  9 <- promises 300.00 by day 10
        day 10 <- pays 300.00
        == cured on day 10
    """)


def test_a_promise_kept_early_is_not_reminded_of(story):
    before = "{name: promised_soon, days: 2, channel: email, template: promise_due, at: '10:00'}"
    story(f"""
        owed 300.00 CNY, strategy standard, but promise.before = {before}
        day  2 <- promises 200.00 by day 10
        day  4 <- pays 200.00
        .. promise: kept
        day  7 -> email gentle
    """)


def test_promises_that_only_replace_each_other_come_to_an_end(story):
    story("""
        owed 300.00 CNY, strategy standard, but promise.max_rolled = 1
        day  1 <- promises 300.00 by day 5
        day  2 <- promises 300.00 by day 6
        .. promise: superseded
        day  3 <- promises 300.00 by day 7
        .. refused: promises-rolled
        day  4 <- pays 10.00
        day  5 <- promises 290.00 by day 8
        day 11 -> email promise_broken
    """)


def test_a_payment_undone_while_the_promise_is_watched_opens_it_again(story):
    story("""
        owed 300.00 CNY, strategy standard, but promise.watch_days = 10
        day  1 <- promises 200.00 by day 5
        day  5 <- pays 200.00
        .. promise: kept
        day  8 -> email gentle
        day 11 -> email reminder
        day 12 <- payment reversed
        .. promise: open
        .. promise: broken
        day 12 -> email promise_broken
    """)
