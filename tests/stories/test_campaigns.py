"""Campaigns: a season adds contacts within the gaps and the permit, and the ladder loses none."""

from tests.stories.language import parsed
from tests.stories.theatre import Stage
from tests.strategies import rules_with

NUDGE = "{name: nudge, day: 2, channel: email, at: '12:00', template: year_end, otherwise: [sms]}"
CALL = "{name: chat, day: 8, channel: call, at: '10:00', template: call, gap_days: 2}"
ONCE_A_WEEK = ("- max: 1\n          days: 1\n", "- max: 1\n          days: 7\n")


def season(first: str, last: str, *steps: str, stages: str = "remind, negotiate") -> str:
    """A clause of a story; day 0 of every story is 9 January 2026."""
    added = ", ".join(steps or (NUDGE,))
    return (
        f"but campaigns = [{{name: season, from: {first}, to: {last}, stages: [{stages}], "
        f"steps: [{added}]}}]"
    )


def test_a_season_that_opens_while_reminding_adds_its_contact_on_its_first_day(story):
    story(f"""
        owed 400.00 CNY, strategy standard, {season("01-14", "01-31")}
        day  3 at 10:00 -> email gentle
        day  4 .. waits for nudge-2026 email
        day  5 at 12:00 -> email nudge
        day 10 at 10:00 -> email reminder
        day 20 at 10:00 -> email offer_help
        day 30 at 14:00 -> call
    """)


def test_in_an_open_season_a_contact_waits_for_its_day_past_due(story):
    story(f"""
        owed 400.00 CNY, strategy standard, {season("01-01", "01-31", CALL)}
        day  3 -> email gentle
        day  8 at 10:00 -> call chat
        day 11 at 10:00 -> email reminder
        day 20 -> email offer_help
    """)


def test_a_loan_found_late_within_the_season_hears_the_ladder_and_the_season_in_their_gaps(story):
    story(f"""
        owed 400.00 CNY, strategy standard, {season("01-14", "01-31")}, opened on day 12
        day 12 at 08:00 -> email gentle
        day 13 at 12:00 -> email nudge
        day 16 at 10:00 -> email reminder
        day 20 at 10:00 -> email offer_help
    """)


def test_a_loan_found_after_the_season_hears_of_the_next_and_its_life_does_not_show_the_last(story):
    patient = "but remind.steps.2.day = 500"
    case = story(f"""
        owed 400.00 CNY, strategy standard, {season("01-10", "01-14")}, {patient}, opened on day 6
        day   6 -> email gentle
        day  10 -> email reminder
        day 366 -> email nudge
        day 500 -> email offer_help
    """)
    assert [e.detail for e in case.timeline if "nudge" in e.detail] == ["nudge-2027 by email: sent"]


def test_what_the_season_will_not_see_is_said_to_operators_beforehand():
    told = f"""
        owed 400.00 CNY, strategy standard, {season("01-13", "01-13")}
        day  3 -> email gentle
        day  4 <- hold dispute until day 25
    """
    waiting = Stage(parsed(told)).act().life.waiting
    assert waiting is not None
    assert waiting.then == "pass over contact: nudge-2026 by email"


def test_at_the_same_instant_the_ladder_speaks_first(story):
    nudge = NUDGE.replace("12:00", "10:00")
    story(f"""
        owed 400.00 CNY, strategy standard, {season("01-12", "01-20", nudge)}
        day  3 at 10:00 -> email gentle
        day  4 at 10:00 -> email nudge
        day 10 -> email reminder
    """)


def test_a_season_that_passes_during_a_hold_is_over_on_the_day_after_its_last(story):
    story(f"""
        owed 400.00 CNY, strategy standard, {season("01-14", "01-20")}
        day  3 -> email gentle
        day  4 <- hold dispute until day 25
        day 11 .. waits for nudge-2026 email
        day 12 .. notice: nudge-2026 by email: campaign over
        day 31 -> email reminder
    """)


def test_an_open_hold_silences_the_season_and_lifting_it_shows_that_it_is_over(story):
    story(f"""
        owed 400.00 CNY, strategy standard, {season("01-14", "01-20")}
        day  3 -> email gentle
        day  4 <- hold hardship
        day 39 .. waits for reminder email
        day 40 <- lifts hold hardship
        .. notice: nudge-2026 by email: campaign over
        day 46 -> email reminder
    """)


def test_a_contact_that_the_permit_puts_off_beyond_the_season_is_over_too(story):
    nudge = NUDGE.replace("12:00", "23:00")
    story(f"""
        owed 400.00 CNY, strategy standard, {season("01-14", "01-14", nudge)}
        day  3 -> email gentle
        day  5 .. notice: nudge-2026 by email: deferred (CN-TIME-01)
        day  6 .. notice: nudge-2026 by email: campaign over
        day 10 -> email reminder
    """)


def test_after_an_outage_beyond_the_season_its_contact_is_over(story):
    story(f"""
        owed 400.00 CNY, strategy standard, {season("01-14", "01-15")}
        day  3 -> email gentle
        day  4 <- outage until day 8
        day  8 .. notice: nudge-2026 by email: campaign over
        day 10 -> email reminder
    """)


def test_a_contact_that_comes_late_within_the_season_is_merged_into_the_ladder(story):
    story(f"""
        owed 400.00 CNY, strategy standard, {season("01-14", "01-31")}
        day  3 -> email gentle
        day  4 <- outage until day 11
        day 11 .. notice: nudge-2026 by email: merged
        day 11 -> email reminder
        day 20 -> email offer_help
    """)


def test_a_contact_that_came_back_is_made_another_way_only_while_the_season_lasts(story):
    told = f"owed 400.00 CNY, strategy standard, {season('01-14', '01-20')}"
    story(f"""
        {told}
        day  3 -> email gentle
        day  5 -> email nudge
        day  6 <- bounces nudge-2026
        day  6 -> sms nudge
        day 10 -> email reminder
    """)
    story(f"""
        {told}
        day  3 -> email gentle
        day  5 -> email nudge
        day 10 -> email reminder
        day 15 <- bounces nudge-2026
        .. notice: nudge-2026-by-sms by sms: campaign over
        day 20 -> email offer_help
    """)


def test_a_long_episode_lives_two_winters_each_with_its_contact(story):
    case = story(f"""
        owed 400.00 CNY, strategy standard, {season("12-20", "01-31")}, but remind.steps.2.day = 500
        day   2 -> email nudge
        day   5 -> email gentle
        day  10 -> email reminder
        day 345 at 12:00 -> email nudge
        day 500 -> email offer_help
    """)
    assert {"nudge-2025", "nudge-2026"} <= case.done.keys()


def test_each_winter_of_one_hold_without_a_contact_is_shown(story):
    story(f"""
        owed 400.00 CNY, strategy standard, {season("01-14", "01-20")}
        day   3 -> email gentle
        day   4 <- hold dispute until day 400
        day  12 .. notice: nudge-2026 by email: campaign over
        day 377 .. notice: nudge-2027 by email: campaign over
        day 406 -> email reminder
    """)


def test_a_part_payment_keeps_the_season_quiet_as_well(story):
    story(f"""
        owed 400.00 CNY, strategy standard, {season("01-14", "01-31")}
        day  3 -> email gentle
        day  4 <- pays 100.00
        day  7 at 12:00 -> email nudge
        day 10 -> email reminder
    """)


def test_no_season_keeps_a_case_in_a_stage_or_follows_it_into_another(story):
    story(f"""
        owed 400.00 CNY, strategy standard, {season("02-01", "02-28", stages="remind")}
        day  3 -> email gentle
        day 10 -> email reminder
        day 20 -> email offer_help
        .. stage negotiate
        day 30 -> call
        day 37 -> email options
    """)


def test_a_promise_is_kept_in_peace_and_the_season_speaks_again_when_it_is_broken(story):
    story(f"""
        owed 400.00 CNY, strategy standard, {season("01-14", "01-31")}
        day  3 -> email gentle
        day  4 <- promises 400.00 by day 8
        day 11 -> email promise_broken
        day 12 at 12:00 -> email nudge
        day 30 -> call
    """)


def test_a_cap_of_one_contact_a_week_holds_and_the_ladder_loses_nothing():
    stage = Stage(
        parsed(f"""
            owed 400.00 CNY, strategy standard, {season("01-14", "01-31", NUDGE, CALL)}
            day  3 -> email gentle
            day 10 -> email nudge
            day 17 -> email reminder
            day 20 .. notice: offer_help by email: deferred (CN-DAY-01)
            day 23 .. notice: chat-2026 by call: campaign over
            day 24 -> email offer_help
            day 31 -> call
            day 38 -> email options
            day 45 -> call second_call
            day 60 -> email final_demand
        """)
    )
    stage.world.rules = rules_with("CN", ONCE_A_WEEK)
    assert stage.act().differences() == []
