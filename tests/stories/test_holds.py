"""Holds: the borrower is left in peace, and what waited comes after."""


def test_a_dispute_puts_the_ladder_off_by_its_days(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  3 -> email gentle
        day  5 <- hold dispute until day 25
        .. hold: dispute until
        day 30 -> email reminder
        day 40 -> email offer_help
        day 50 -> call
    """)


def test_where_days_on_hold_count_the_ladder_goes_on_right_after(story):
    story("""
        owed 400.00 CNY, strategy standard, but delinquency.paused_days_count = true
        day  3 -> email gentle
        day  5 <- hold dispute until day 25
        day 25 at 12:00 -> email reminder
        day 28 at 10:00 -> email offer_help
        day 31 at 14:00 -> call
    """)


def test_an_open_hold_keeps_silence_until_it_is_lifted(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  2 <- hold hardship
        .. waits for gentle email
        day 40 <- lifts hold hardship
        .. hold: hardship lifted
        day 41 -> email gentle
        day 48 -> email reminder
    """)


def test_overlapping_holds_pause_each_day_once(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  2 <- hold dispute until day 4
        day  3 <- hold complaint until day 4
        day  5 -> email gentle
        day 12 -> email reminder
    """)


def test_lifting_one_hold_does_not_lift_another(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  2 <- hold dispute until day 20
        day  2 <- hold hardship until day 10
        day  5 <- lifts hold dispute
        day 11 -> email gentle
        day 18 -> email reminder
    """)


def test_a_hold_ending_at_noon_frees_the_afternoon(story):
    story("""
        owed 400.00 CNY, strategy standard, but delinquency.paused_days_count = true
        day  2 <- hold dispute until day 3
        day  3 at 12:00 -> email gentle
    """)


def test_paying_during_a_hold_cures(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  2 <- hold bankruptcy
        day 90 <- pays 400.00
        == cured on day 90
    """)


def test_a_promise_on_hold_is_still_judged_but_not_written_about(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  2 <- promises 200.00 by day 5
        day  3 <- hold dispute until day 20
        day  8 .. promise: broken
        .. stage negotiate
        day 20 -> email promise_broken
        day 47 -> call
    """)


def test_a_missed_instalment_on_hold_is_written_about_afterwards(story):
    story("""
        owed 300.00 CNY, strategy standard
        day  2 <- agrees plan of 3 instalments from day 15 every 30 days
        day 16 <- hold dispute until day 30
        day 19 .. plan: instalment 1 missed
        day 30 -> email instalment_missed
        .. waits for instalment 2 of 3
    """)


def test_a_hold_that_is_over_or_unknown_is_refused(story):
    story("""
        owed 400.00 CNY, strategy standard
        day  2 <- hold dispute until day 1
        .. refused: hold-in-past
        .. refused: no-such-hold
        day  2 <- lifts hold dispute
        day  3 -> email gentle
    """)
