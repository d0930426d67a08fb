"""Another way for what arrived nowhere, the search for those nobody reaches, and thanks."""

ANOTHER_WAY = "but remind.steps.0.otherwise = [sms, push]"

LOST = """but lost_contact = {after_failed: 3, repair_days: 10, steps: [
    {name: other_numbers, day: 0, gap_days: 1, channel: call, at: "10:00", template: call,
     cooldown_days: 3},
    {name: ask_around, day: 0, gap_days: 1, channel: call, at: "11:00", template: locate,
     message_class: locate, on_late: send}]}""".replace("\n", " ")


def test_a_letter_that_comes_back_is_sent_again_by_the_next_channel_that_day(story):
    story(f"""
        owed 400.00 CNY, strategy standard, {ANOTHER_WAY}
        day  3 -> email gentle
        day  3 <- bounces gentle
        day  3 -> sms gentle
        day  4 <- pays 400.00
        == cured on day 4
    """)


def test_a_borrower_without_an_address_is_reached_by_what_they_have(story):
    story(f"""
        owed 400.00 CNY, strategy standard, {ANOTHER_WAY}, no email, no sms
        day  3 -> push gentle
        day  4 <- pays 400.00
        == cured on day 4
    """)


def test_the_same_bounce_told_twice_brings_one_more_letter_and_not_two(story):
    story(f"""
        owed 400.00 CNY, strategy standard, {ANOTHER_WAY}
        day  3 -> email gentle
        day  3 <- bounces gentle
        day  3 -> sms gentle
        day  3 at 15:00 <- bounces gentle
        day  4 <- pays 400.00
        == cured on day 4
    """)


def test_nobody_reached_three_times_is_looked_for_and_then_the_law_takes_its_course(story):
    story(f"""
        owed 400.00 CNY, strategy standard, {LOST}
        day  3 -> email gentle
        day  3 <- bounces gentle
        day 10 -> email reminder
        day 10 <- bounces reminder
        day 20 -> email offer_help
        day 20 <- bounces offer_help
        .. stage trace
        .. lost: 3 contacts in a row
        day 21 -> call other_numbers
        day 22 <- notes nobody_may_be_asked_yet
        .. waits for a new way to reach the borrower
        day 35 <- notes found_nothing
        .. stage legal
    """)


def test_who_is_written_to_by_another_channel_each_time_is_not_lost(story):
    ways = ", ".join(
        f"but remind.steps.{n}.{what}"
        for n in range(3)
        for what in ("channel = push", "otherwise = [email]")
    )
    story(f"""
        owed 400.00 CNY, strategy standard, {LOST}, {ways}, no push, no sms
        day  3 -> email gentle
        day 10 -> email reminder
        day 20 -> email offer_help
        .. stage negotiate
        day 30 -> call call
        day 35 <- pays 400.00
        == cured on day 35
    """)


def test_a_reply_ends_the_search_at_once(story):
    story(f"""
        owed 400.00 CNY, strategy standard, {LOST}
        day  3 -> email gentle
        day  3 <- bounces gentle
        day 10 -> email reminder
        day 10 <- bounces reminder
        day 20 -> email offer_help
        day 20 <- bounces offer_help
        .. stage trace
        day 21 -> call other_numbers
        day 21 <- replies by sms
        .. found: contact was regained
        .. stage negotiate
    """)


def test_somebody_who_may_know_is_asked_only_after_calls_that_reached_nobody(story):
    story(f"""
        owed 400.00 USD, strategy standard, {LOST}
        day  3 -> email gentle
        day  3 <- bounces gentle
        day 10 -> email reminder
        day 10 <- bounces reminder
        day 20 -> email offer_help
        day 20 <- bounces offer_help
        day 21 -> call other_numbers
        day 21 <- other_numbers reaches nobody
        day 22 -> call ask_around
        day 23 <- new phone found
        .. contact: there is a new way
        .. stage negotiate
    """)


THANKS = (
    "but thanks = {cured: {name: thanks_cured, channel: email, template: thanks_cured, "
    "message_class: service}, kept: {name: thanks_kept, channel: email, template: thanks_kept, "
    "message_class: service}}"
)


def test_who_pays_is_thanked_at_the_first_lawful_hour_and_then_the_case_is_closed(story):
    story(f"""
        owed 400.00 CNY, strategy standard, {THANKS}
        day 2 at 23:30 <- pays 400.00
        == cured on day 2
        day 3 at 08:00 -> email thanks_cured
    """)


def test_thanks_find_another_way_too(story):
    thanks = THANKS.replace("channel: email,", "channel: push, otherwise: [email],")
    story(f"""
        owed 400.00 CNY, strategy standard, {thanks}, no push
        day 2 <- pays 400.00
        day 2 -> email thanks_cured
        == cured on day 2
    """)


def test_thanks_that_come_back_begin_no_search(story):
    once = LOST.replace("after_failed: 3", "after_failed: 1")
    case = story(f"""
        owed 400.00 CNY, strategy standard, {THANKS}, {once}, no email
        day 2 <- pays 400.00
        == cured on day 2
    """)
    assert "lost" not in {entry.what for entry in case.timeline}


def test_a_payment_undone_before_the_thanks_takes_them_back(story):
    story(f"""
        owed 400.00 CNY, strategy standard, {THANKS}
        day 2 at 23:30 <- pays 400.00
        day 3 at 02:00 <- payment reversed
        .. reopened: the ledger knew more
        .. stage remind
    """)


def test_a_kept_promise_is_thanked_for(story):
    story(f"""
        owed 400.00 CNY, strategy standard, {THANKS}
        day  3 -> email gentle
        day  5 <- promises 200.00 by day 12
        day  9 <- pays 200.00
        day  9 -> email thanks_kept
        day 12 -> email reminder
    """)
