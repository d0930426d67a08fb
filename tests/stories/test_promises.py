"""Promises: taken or refused, kept, partly kept, broken, superseded, and opened again."""

import pytest


def test_a_broken_promise_sends_the_case_back_to_negotiation(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  3 -> email gentle
        day  5 <- promises 200.00 by day 12
        .. stage watch_promise
        .. waits for promised payment
        day 15 -> email promise_broken
        .. promise: broken
        .. stage negotiate
        day 30 -> call
    """)


def test_a_kept_promise_lets_the_case_go_on_where_it_was(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  3 -> email gentle
        day  5 <- promises 200.00 by day 12
        day 11 <- pays 200.00
        .. promise: kept
        .. stage remind
        day 14 -> email reminder
        day 20 -> email offer_help
    """)


def test_a_promise_of_everything_that_is_kept_cures(story):
    case = story("""
        owed 400.00 CNY, strategy standard
        day  3 -> email gentle
        day  5 <- promises 400.00 by day 12
        day 11 <- pays 400.00
        .. promise: kept
        == cured on day 11
    """)
    assert case.promise.status == "kept"


def test_money_in_the_grace_of_a_promise_still_keeps_it(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  2 <- promises 200.00 by day 12
        day 14 <- pays 200.00
        .. promise: kept
        day 17 -> email gentle
    """)


def test_one_cent_does_not_keep_a_promise(story):
    case = story("""
        owed 400.00 CNY, strategy standard
        day  2 <- promises 200.00 by day 12
        day  9 <- pays 0.01
        day 15 -> email promise_broken
        .. promise: partly_kept
    """)
    assert case.promises_broken == 1


def test_a_tolerance_lets_most_of_a_promise_keep_it(story):
    story("""
        owed 400.00 CNY, strategy standard, but promise.tolerance_percent = 90
        day  2 <- promises 200.00 by day 12
        day  9 <- pays 180.00
        .. promise: kept
        day 12 -> email gentle
    """)


def test_a_payment_does_not_hold_back_the_notice_that_the_promise_was_broken(story):
    story("""
        owed 400.00 GBP, strategy standard, opened on day 28
        day 28 -> email gentle
        day 29 <- promises 200.00 by day 32
        day 34 <- pays 50.00
        day 35 at 10:00 -> email promise_broken
        .. promise: partly_kept
        day 38 at 14:00 -> call
    """)


def test_a_new_promise_supersedes_the_old_one(story):
    case = story("""
        owed 400.00 CNY, strategy standard
        day  2 <- promises 200.00 by day 8
        day  7 <- promises 300.00 by day 12
        .. promise: superseded
        day 15 -> email promise_broken
        .. stage negotiate
    """)
    assert case.promises_broken == 1


def test_money_paid_before_the_promise_on_the_same_day_does_not_keep_it(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  2 at 09:00 <- pays 200.00
        day  2 at 15:00 <- promises 200.00 by day 8
        .. stage watch_promise
        day 11 -> email promise_broken
    """)


def test_a_reversal_opens_a_kept_promise_again(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  2 <- promises 200.00 by day 12
        day  9 <- pays 200.00
        .. stage remind
        day 12 at 10:00 -> email gentle
        day 12 at 12:00 <- payment reversed
        .. promise: open
        .. stage watch_promise
        day 15 -> email promise_broken
    """)


def test_a_back_dated_payment_keeps_a_promise_before_it_is_judged(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  2 <- promises 200.00 by day 4
        day  6 <- pays 200.00 back-dated to day 4
        .. promise: kept
        day  9 -> email gentle
    """)


def test_money_dated_before_the_promise_does_not_keep_it(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  2 <- promises 200.00 by day 4
        day  6 <- pays 200.00 back-dated to day 1
        day  7 -> email promise_broken
    """)


def test_after_two_broken_promises_a_third_is_not_taken(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  2 <- promises 200.00 by day 4
        day  7 -> email promise_broken
        day  8 <- promises 200.00 by day 10
        day 13 -> email promise_broken
        day 14 <- promises 200.00 by day 20
        .. refused: promises-broken
        day 30 -> call
    """)


def test_a_promise_in_a_call_stage_goes_back_to_it(story):
    story("""
        owed 400.00 CNY, strategy standard, opened on day 28
        day 28 -> email gentle
        day 31 -> email reminder
        day 34 -> email offer_help
        day 37 -> call
        day 38 <- promises 200.00 by day 41
        day 44 -> email promise_broken
        .. stage negotiate
        day 47 -> email options
        day 50 -> call second_call
    """)


def test_a_promise_while_the_approval_is_open_waits_for_its_day(story):
    story("""
        owed 400.00 CNY, strategy standard, opened on day 60
        day 60 -> email gentle
        day 63 -> email reminder
        day 66 -> email offer_help
        day 69 -> call
        day 72 -> email options
        day 75 -> call second_call
        day 82 -> email final_demand
        day 97 .. waits for approval
        day 101 <- promises 400.00 by day 106
        .. stage watch_promise
        day 109 -> email promise_broken
        .. waits for approval
        == exhausted on day 127
    """)


def test_closing_a_case_cancels_its_promise(story):
    case = story("""
        owed 400.00 CNY, strategy standard
        day  2 <- promises 200.00 by day 12
        day  3 <- closes
        .. promise: cancelled
        == closed on day 3
    """)
    assert case.open_promise is None


@pytest.mark.parametrize(
    ("promise", "rule"),
    [
        ("promises 100.00 by day 2", "promise-not-in-future"),
        ("promises 100.00 by day 33", "promise-too-far"),
        ("promises 400.01 by day 9", "promise-above-arrears"),
        ("promises 0.00 by day 9", "promise-not-positive"),
        ("promises 100.00 USD by day 9", "wrong-currency"),
    ],
)
def test_a_promise_that_cannot_be_taken_changes_nothing(story, promise, rule):
    story(f"""
        owed 400.00 CNY, strategy standard
        day  2 <- {promise}
        .. refused: {rule}
        .. stage remind
        day  3 -> email gentle
        day 10 -> email reminder
    """)
