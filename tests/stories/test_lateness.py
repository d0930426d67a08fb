"""Lateness: what happens to letters whose day passed while nobody was there to send them."""


def test_after_an_outage_missed_reminders_become_one(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  2 <- outage until day 21
        day 21 .. notice: gentle by email: merged
        .. notice: reminder by email: merged
        day 21 at 12:00 -> email offer_help
        day 30 at 14:00 -> call
    """)


def test_a_reminder_a_day_late_is_still_sent(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  2 <- outage until day 4
        day  4 at 12:00 -> email gentle
        day 10 at 10:00 -> email reminder
    """)


def test_a_late_reminder_with_none_to_follow_it_is_sent(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  2 <- outage until day 9
        day  9 at 12:00 -> email gentle
        day 12 at 10:00 -> email reminder
        day 20 at 10:00 -> email offer_help
    """)


def test_a_step_may_ask_to_be_skipped_when_late(story):
    story("""
        owed 400.00 CNY, strategy standard, but remind.steps.0.on_late = skip
        day  2 <- outage until day 9
        day  9 .. notice: gentle by email: skipped
        day 10 -> email reminder
    """)


def test_a_step_may_ask_to_be_sent_however_late(story):
    story("""
        owed 400.00 CNY, strategy standard, but remind.steps.0.on_late = send
        day  2 <- outage until day 11
        day 11 -> email gentle
        day 14 -> email reminder
        day 20 -> email offer_help
    """)


def test_an_outage_ending_at_night_waits_for_the_morning(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  2 at 03:00 <- outage until day 4
        day  4 at 08:00 -> email gentle
    """)


def test_a_payment_during_an_outage_is_heard_before_the_letter_that_was_due_after_it(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  2 <- outage until day 6
        day  3 at 09:00 <- pays 400.00
        == cured on day 6
    """)


def test_the_final_demand_is_sent_however_late(story):
    story("""
        owed 400.00 CNY, strategy standard, opened on day 44
        day 44 -> email gentle
        day 47 -> email reminder
        day 50 -> email offer_help
        day 53 -> call
        day 56 -> email options
        day 59 -> call second_call
        day 65 <- outage until day 106
        day 106 at 12:00 -> email final_demand
        day 120 .. waits for notice period
        day 121 .. waits for approval
    """)


def test_an_outage_while_a_late_case_catches_up_makes_one_contact_of_the_missed_ones(story):
    story("""
        owed 400.00 CNY, strategy standard, opened on day 44
        day 44 -> email gentle
        day 47 -> email reminder
        day 50 -> email offer_help
        day 51 <- outage until day 90
        day 90 .. notice: call by call: merged
        .. notice: options by email: merged
        day 90 at 12:00 -> call second_call
        day 97 at 10:00 -> email final_demand
    """)


def test_a_promise_is_judged_by_the_money_that_came_while_we_were_away(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  2 <- promises 200.00 by day 5
        day  4 <- outage until day 12
        day  5 <- pays 200.00
        day 12 .. promise: kept
        .. stage remind
        day 15 -> email gentle
        day 18 -> email reminder
    """)
