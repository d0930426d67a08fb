"""Agencies that answer late or never, payments while placed, recalls by steps, and the bureau."""

from datetime import timedelta

import pytest

from domain import recalling
from tests.stories.test_legal_and_agencies import LATE

BY_STEPS = "placement.recall_days = 2"
TWO = "but placement.agencies = [a, b]"
ANSWER = "but placement.acknowledge_days = 3"
LOT = "but placement.agencies = [b], but placement.shares = {a: 0, b: 1}"


def test_an_agency_that_never_acknowledges_the_case_loses_it(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, {ANSWER}, {TWO}
        {LATE}
        day 101 <- approves
        .. waits for agency a to acknowledge placement
        day 103 .. waits for agency a to acknowledge
        day 104 .. agency: a: placement not acknowledged
        .. agency: a: recalled, placement not acknowledged, accepted
        .. agency: b: accepted
        day 105 <- agency reports acknowledged
        .. waits for agency b
        == exhausted on day 164
    """)


@pytest.mark.parametrize("said", ["acknowledged", "contacted", "promised"])
def test_an_agency_that_acknowledges_or_works_the_case_keeps_it(story, said):
    case = story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, but placement.acknowledge_days = 3
        {LATE}
        day 101 <- approves
        day 103 <- agency reports {said}
        day 110 .. waits for agency north
    """)
    assert case.placement.awaited == {}


def test_a_hold_that_is_only_said_to_be_received_must_be_acknowledged(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, but placement.acknowledge_days = 3
        {LATE}
        day 101 <- approves
        day 102 <- agency reports acknowledged
        day 105 <- agencies hesitate
        day 106 <- hold dispute until day 136
        .. waits for agency north to acknowledge hold-
        day 109 .. agency: north: recalled, hold not acknowledged
        == exhausted on day 109
    """)


def test_the_term_ends_before_an_answer_that_is_awaited_longer(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, but placement.acknowledge_days = 90
        {LATE}
        day 101 <- approves
        .. waits for agency north
        == exhausted on day 161
    """)


def test_a_part_payment_while_placed_stops_the_agency_asking_for_it(story):
    case = story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, but placement.stop_on_payment = true
        {LATE}
        day 100 <- pays 10.00
        day 101 <- approves
        day 106 <- pays 100.00
        .. agency: north: stop-
        .. waits for agency north
        day 110 <- payment 2 reversed
        .. agency: north: undone-
        day 112 .. waits for agency north
    """)
    assert [told.partition("-")[0] for told in case.placement.told] == ["stop", "undone"]


def test_what_is_forgiven_while_placed_is_told_to_the_agency(story):
    case = story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, but placement.stop_on_payment = true
        {LATE}
        day 100 <- forgiven 10.00 in all
        day 101 <- approves
        day 106 <- forgiven 60.00 in all
        .. agency: north: forgiven-2
        day 112 .. waits for agency north
    """)
    assert case.placement.told == ["forgiven-2"]


def test_without_that_term_nothing_is_told_of_a_part_payment(story):
    case = story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 101 <- approves
        day 106 <- pays 100.00
        .. waits for agency north
        day 107 .. waits for agency north
    """)
    assert case.placement.told == []


def test_a_payment_of_all_recalls_the_case_by_every_step(story):
    case = story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, but {BY_STEPS}
        {LATE}
        day 101 <- approves
        day 106 <- pays 400.00
        .. agency: north: recalled, cured, accepted
        == cured on day 106
    """)
    assert case.placement is None
    assert case.agencies_done == 0


def test_a_recall_waits_for_each_answer_by_its_name(story):
    """The agency returns or deletes the data at the end (CN-PI-03)."""
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, but {BY_STEPS}
        {LATE}
        day 101 <- approves
        day 105 <- agencies hesitate
        day 106 <- pays 400.00
        .. waits for recall from north: acknowledge
        day 107 <- agency reports acknowledged of recall
        .. waits for recall from north: data gone
        day 108 <- agency reports data_gone
        .. agency: north: recalled, cured, accepted
        == cured on day 108
    """)


def test_what_an_agency_acknowledges_before_the_recall_comes_to_it_counts(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, but {BY_STEPS}
        {LATE}
        day 101 <- approves
        day 105 <- agencies hesitate
        day 106 <- pays 400.00
        .. waits for recall from north: acknowledge
        day 107 <- agency reports data_gone
        .. waits for recall from north: acknowledge
        day 108 <- agency reports acknowledged of recall
        .. agency: north: recalled, cured, accepted
        == cured on day 108
    """)


def test_a_recall_that_nobody_answers_finishes_and_is_asked_of_people(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, but {BY_STEPS}
        {LATE}
        day 101 <- approves
        day 105 <- agencies hesitate
        day 106 <- pays 400.00
        .. waits for recall from north: acknowledge
        day 108 .. agency: north: recall, acknowledge: no answer
        .. waits for recall from north: data gone
        day 110 .. agency: north: recall, data gone: no answer
        .. agency: north: recalled, cured, accepted
        == cured on day 110
    """)


@pytest.mark.parametrize("answer", ["refuse", "unreachable"])
def test_a_recall_that_is_refused_or_never_arrives_finishes_too(story, answer):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, but {BY_STEPS}
        {LATE}
        day 101 <- approves
        day 105 <- agencies {answer}
        day 106 <- pays 400.00
        .. agency: north: recall, stop: no answer
        .. agency: north: recall, data: no answer
        == cured on day 106
    """)


def test_the_next_agency_gets_the_case_when_the_recall_from_the_first_is_over(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, but {BY_STEPS}, {TWO}
        {LATE}
        day 101 <- approves
        day 105 <- agencies hesitate
        day 106 <- agency reports uncollectable
        .. waits for recall from a: acknowledge
        day 110 .. agency: a: recalled, uncollectable, accepted
        .. agency: b: accepted
        day 170 .. waits for recall from b
        == exhausted on day 174
    """)


def test_a_promise_after_a_recall_by_steps_is_watched(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, but {BY_STEPS}
        {LATE}
        day 101 <- approves
        day 105 <- agencies hesitate
        day 106 <- promises 100.00 by day 116
        day 107 <- agency reports acknowledged of recall
        day 108 <- agency reports data_gone
        .. stage watch_promise
        day 115 <- pays 100.00
        .. promise: kept
    """)


def test_what_only_the_ledger_knows_costs_no_agency_its_turn(story):
    case = story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, {TWO}
        {LATE}
        day 100 <- the ledger keeps it from agencies until day 110
        day 101 <- approves
        .. agency: a: deferred (scrub-dispute)
        .. waits for what keeps the case from an agency
        day 109 .. waits for what keeps the case from an agency
        day 110 .. agency: a: accepted
        .. waits for agency a
        == exhausted on day 230
    """)
    assert (case.placements, case.agencies_done) == (2, 2)


def test_a_hold_that_the_case_hears_of_at_last_is_what_it_waits_for(story):
    case = story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 100 <- the ledger keeps it from agencies until day 110
        day 101 <- approves
        .. agency: north: deferred
        day 102 <- hold dispute
        .. waits for end of the hold
        day 115 <- lifts hold dispute
        .. agency: north: accepted
    """)
    assert case.placement.key.endswith("/1")


def test_a_hold_lifted_early_is_no_reason_to_wait_any_longer(story):
    case = story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 100 <- the ledger keeps it from agencies until day 110
        day 101 <- approves
        day 102 <- hold dispute
        day 104 <- the ledger keeps it from agencies until day 105
        day 105 <- lifts hold dispute
        .. agency: north: accepted
        .. waits for agency north
    """)
    assert case.placement.until.date() == case.placement.placed_at.date() + timedelta(days=60)


@pytest.mark.parametrize("event", ["pays 400.00", "closes"])
def test_what_answers_the_debt_ends_the_waiting_too(story, event):
    end = {"pays 400.00": "cured", "closes": "closed"}[event]
    case = story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 100 <- the ledger keeps it from agencies until day 110
        day 101 <- approves
        day 105 <- {event}
        == {end} on day 105
    """)
    assert case.placements == 0


def test_a_lot_draws_the_order_of_the_agencies(story):
    case = story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, {LOT}
        {LATE}
        day 101 <- approves
        .. agency: b: accepted
    """)
    assert case.placement.by_lot


def test_the_steps_of_a_recall_stand_in_their_order():
    assert recalling.STEPS == ("stop", "acknowledge", "commission", "data", "data gone", "bureau")


# The bureau.

BUREAU = "but bureau = {notice: final_demand, notice_days: 15, approval_days: 10}"


def test_a_late_debt_is_reported_after_its_notice_and_an_approval_and_corrected_on_cure(story):
    case = story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, {BUREAU}
        {LATE}
        day 96 .. waits for prior notice of the bureau report
        day 97 .. waits for approval of the bureau report
        day 98 <- approves bureau_report
        .. bureau: adverse report ordered
        .. waits for approval of placement
        day 100 <- pays 400.00
        .. bureau: correction ordered
        == cured on day 100
    """)
    assert not case.reported


def test_a_report_that_nobody_approves_is_not_made_and_the_case_goes_on(story):
    case = story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, {BUREAU}
        {LATE}
        day 107 .. bureau: not reported
        .. waits for approval of placement
        == exhausted on day 137
    """)
    assert not case.reported


def test_a_payment_in_the_days_of_the_notice_keeps_the_bureau_out_of_it(story):
    case = story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, {BUREAU}
        {LATE}
        day 90 <- pays 400.00
        == cured on day 90
    """)
    assert not case.report_asked


def test_a_notice_that_came_back_is_followed_by_no_report(story):
    case = story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, {BUREAU}
        {LATE}
        day 83 <- bounces final_demand
        == exhausted on day 83
    """)
    assert not case.report_asked


def test_a_notice_that_comes_back_while_the_report_is_asked_ends_the_question(story):
    case = story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, {BUREAU}
        {LATE}
        day 98 <- bounces final_demand
        .. bureau: not reported
        == exhausted on day 98
    """)
    assert not case.reported


def test_a_hold_delays_the_question(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, {BUREAU}
        {LATE}
        day 90 <- hold dispute until day 110
        day 109 .. waits for prior notice of the bureau report
        day 110 .. waits for approval of the bureau report
    """)


def test_a_promise_while_the_report_is_asked_comes_first_and_the_question_is_asked_no_more(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, {BUREAU}
        {LATE}
        day 98 <- promises 100.00 by day 110
        .. stage watch_promise
        day 113 -> email promise_broken
        .. bureau: not reported
        .. waits for approval of placement
    """)


def test_a_cure_after_the_report_while_placed_is_corrected_in_the_recall(story):
    case = story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, {BUREAU}, but {BY_STEPS}
        {LATE}
        day 98 <- approves bureau_report
        day 101 <- approves
        .. agency: north: accepted
        day 120 <- pays 400.00
        .. bureau: correction ordered
        .. agency: north: recalled, cured
        == cured on day 120
    """)
    assert sum(entry.what == "bureau" for entry in case.timeline) == 2
