"""Reminding, negotiating and the contacts of both: what the borrower gets, and when not."""

LADDER = """
    day  3 -> email gentle
    day 10 -> email reminder
    day 20 -> email offer_help
"""


def test_a_silent_borrower_hears_the_whole_ladder_and_the_case_ends_exhausted(story):
    story(f"""
        owed 400.00 CNY, strategy standard
        {LADDER}
        .. stage negotiate
        day 30 -> call
        day 37 -> email options
        day 45 -> call second_call
        .. stage legal
        day 60 -> email final_demand
        .. waits for notice period
        day 74 .. waits for notice period
        day 75 .. waits for approval
        == exhausted on day 105
    """)


def test_paying_in_full_cures_the_case_and_nothing_more_is_said(story):
    story("""
        owed 400.00 CNY, strategy standard
        day 3 -> email gentle
        day 9 <- pays 400.00
        day 60 .. stage remind
        == cured on day 9
    """)


def test_a_payment_at_the_instant_of_a_letter_comes_before_it(story):
    story("""
        owed 400.00 CNY, strategy standard
        day 3 at 10:00 <- pays 400.00
        == cured on day 3
    """)


def test_paying_too_little_cures_nothing(story):
    story(f"""
        owed 400.00 CNY, strategy standard
        {LADDER}
        day 22 <- pays 398.99
        day 29 .. waits for call
        day 30 -> call
    """)


def test_paying_part_keeps_the_letter_away_for_three_days(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  3 -> email gentle
        day  9 <- pays 100.00
        day 11 .. waits for reminder email
        day 12 at 10:00 -> email reminder
        day 20 at 10:00 -> email offer_help
    """)


def test_every_further_payment_keeps_the_letter_away_again(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  2 <- pays 50.00
        day  4 <- pays 50.00
        day  6 <- pays 50.00 back-dated to day 1
        day  9 at 10:00 -> email gentle
        day 12 at 10:00 -> email reminder
    """)


def test_paying_part_keeps_a_call_and_the_final_demand_away_as_well(story):
    story(f"""
        owed 400.00 CNY, strategy standard
        {LADDER}
        day 29 <- pays 100.00
        day 32 at 14:00 -> call
        day 37 at 10:00 -> email options
        day 45 at 16:00 -> call second_call
        day 59 <- pays 100.00
        day 62 at 10:00 -> email final_demand
        day 76 .. waits for notice period
        day 77 .. waits for approval
    """)


def test_where_no_days_are_quiet_paying_part_changes_nothing(story):
    story(f"""
        owed 400.00 CNY, strategy standard, but delinquency.quiet_days_after_payment = 0
        day  2 <- pays 398.99
        {LADDER}
    """)


def test_a_remainder_that_is_not_material_is_forgiven(story):
    story("""
        owed 400.00 CNY, strategy standard
        day 2 <- pays 399.00
        == cured on day 2
    """)


def test_paying_the_oldest_instalment_puts_the_ladder_back(story):
    story("""
        owed 2 x 100.00 CNY every 10 days, strategy standard
        day  3 -> email gentle
        day 10 -> email reminder
        day 15 <- pays 100.00
        day 29 .. stage remind
        day 30 -> email offer_help
        day 40 .. notice: call by call: deferred (CN-HOL-01)
        day 42 at 08:00 -> call
    """)


def test_a_payment_that_bounces_back_puts_the_ladder_forward_again(story):
    story("""
        owed 2 x 100.00 CNY every 10 days, strategy standard
        day  3 -> email gentle
        day 10 -> email reminder
        day 15 <- pays 100.00
        day 22 <- payment reversed
        day 22 -> email offer_help
        day 30 -> call
    """)


def test_a_back_dated_payment_cures_from_the_day_it_is_known(story):
    story("""
        owed 400.00 CNY, strategy standard
        day 3 -> email gentle
        day 7 <- pays 400.00 back-dated to day 1
        == cured on day 7
    """)


def test_letters_keep_their_hours_and_calls_theirs(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  3 at 10:00 -> email gentle
        day 10 at 10:00 -> email reminder
        day 20 at 10:00 -> email offer_help
        day 30 at 14:00 -> call
    """)


def test_a_letter_planned_for_the_night_waits_for_the_morning(story):
    story("""
        owed 400.00 CNY, strategy standard, but remind.steps.0.at = "23:00"
        day  3 .. notice: gentle by email: deferred (CN-TIME-01)
        day  4 at 08:00 -> email gentle
        day 10 at 10:00 -> email reminder
    """)


def test_a_letter_planned_before_dawn_waits_for_the_morning_of_the_same_day(story):
    story("""
        owed 400.00 GBP, strategy standard, but remind.steps.0.at = "05:30"
        day 3 at 08:00 -> email gentle
    """)


def test_a_payment_during_a_deferral_cancels_the_letter(story):
    story("""
        owed 400.00 CNY, strategy standard, but remind.steps.0.at = "23:00"
        day 4 at 07:00 <- pays 400.00
        == cured on day 4
    """)


def test_two_letters_of_one_day_keep_the_daily_cap_and_their_gap(story):
    story("""
        owed 400.00 CNY, strategy standard, but remind.steps.1.day=3, but remind.steps.1.gap_days=0
        day  3 at 10:00 -> email gentle
        day  3 .. notice: reminder by email: deferred (CN-DAY-01)
        day  4 at 08:00 -> email reminder
        day 20 at 10:00 -> email offer_help
    """)


def test_a_loan_found_late_climbs_its_ladder_gently_and_jumps_over_nothing(story):
    story("""
        owed 400.00 CNY, strategy standard, opened on day 25
        day 25 at 08:00 -> email gentle
        day 28 at 10:00 -> email reminder
        day 31 at 10:00 -> email offer_help
        day 34 at 14:00 -> call
        day 37 at 10:00 -> email options
        day 45 at 16:00 -> call second_call
        day 60 at 10:00 -> email final_demand
    """)


def test_a_letter_that_never_left_does_not_put_off_the_call(story):
    story("""
        owed 400.00 CNY, strategy standard, no email, opened on day 29
        day 29 .. notice: offer_help by email: suppressed (no-contact-point)
        day 30 at 14:00 -> call
    """)


def test_without_an_address_the_letters_are_passed_over(story):
    story("""
        owed 400.00 CNY, strategy standard, no email
        day  3 .. notice: gentle by email: suppressed (no-contact-point)
        day 30 -> call
        day 45 -> call second_call
        day 60 .. notice: final_demand by email: suppressed (no-contact-point)
        .. legal: the final demand did not arrive
        == exhausted on day 60
    """)


def test_a_case_closed_by_a_person_is_silent(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  3 -> email gentle
        day  4 <- assigned to wang
        day  4 <- notes N1
        .. assigned: wang
        day  5 <- closes
        .. closing: settled elsewhere, by boss
        == closed on day 5
    """)


def test_a_bounce_is_written_down(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  3 -> email gentle
        day  4 <- bounces gentle
        .. bounce: gentle by email
        day 10 -> email reminder
    """)


def test_grace_days_put_every_letter_later(story):
    story("""
        owed 400.00 CNY, strategy standard, but delinquency.grace_days = 4
        day  7 -> email gentle
        day 14 -> email reminder
        day 24 -> email offer_help
        day 34 -> call
    """)
