"""What the ledger forgives reaches the case: nobody is asked for what is not owed."""

from dataclasses import replace

from domain.facts import DebtForgiven
from domain.hearing import hear
from tests.strategies import standard


def test_what_was_forgiven_is_not_asked_for(story):
    case = story("""
        owed 300.00 CNY, strategy standard
        day  3 -> email gentle
        day  5 <- forgiven 100.00 in all
        .. forgiven: 100.00 CNY in all
        .. stage remind
        day  7 <- pays 200.00
        == cured on day 7
    """)
    assert case.outstanding() == 0


def test_a_settlement_that_was_paid_cures_when_the_rest_is_forgiven(story):
    story("""
        owed 300.00 CNY, strategy standard
        day  3 -> email gentle
        day  6 <- pays 120.00
        day  6 <- forgiven 180.00 in all
        == cured on day 6
    """)


def test_what_only_forgiving_brought_to_nothing_is_no_cure(story):
    story("""
        owed 300.00 CNY, strategy standard
        day  3 -> email gentle
        day  5 <- forgiven 300.00 in all
        .. closing: forgiven
        == closed on day 5
    """)


def test_a_waiver_that_was_taken_back_is_owed_again(story):
    story("""
        owed 300.00 CNY, strategy standard
        day  2 <- forgiven 100.00 in all
        day  3 -> email gentle
        day  5 <- forgiven 0 in all
        day  7 <- pays 200.00
        day 10 -> email reminder
        day 11 <- pays 100.00
        == cured on day 11
    """)


def test_a_plan_is_left_when_forgiving_has_cleared_what_it_was_for(story):
    story("""
        owed 300.00 CNY, strategy standard
        day  2 <- agrees plan of 3 instalments from day 15 every 30 days
        day 15 <- pays 100.00
        day 20 <- forgiven 200.00 in all
        .. plan: cured
        == cured on day 20
    """)


def test_of_two_tellings_the_older_changes_nothing(story):
    case = story("""
        owed 300.00 CNY, strategy standard
        day  2 <- forgiven 100.00 in all
        day  2 <- forgiven 150.00 in all
    """)
    late = DebtForgiven("late", 100_00, 1)
    for fact in (late, replace(late, fact_id="again")):
        hear(case, fact, standard(), case.now)
    assert case.waived_minor == 150_00
