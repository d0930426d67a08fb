"""The final demand, a second person's approval, and the agency."""

LATE = """
        day 60 -> email gentle
        day 63 -> email reminder
        day 66 -> email offer_help
        day 69 -> call
        day 72 -> email options
        day 75 -> call second_call
        day 82 -> email final_demand
"""
"""How a case goes that is opened on day 60: a contact every three days, a week's silence, and the
demand on day 82; its notice period ends on day 97, and the approval is waited for to day 127."""


def test_approval_places_the_case_for_a_term_and_then_it_ends(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 96 .. waits for notice period
        day 97 .. waits for approval of placement
        day 101 <- approves
        .. stage placed
        .. agency: north: accepted
        .. waits for agency north
        day 161 .. agency: north: recalled, term over, accepted
        == exhausted on day 161
    """)


def test_nobody_is_asked_before_the_notice_period_is_over(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 86 <- approves
        .. refused: nothing-to-approve
        day 96 .. waits for notice period
    """)


def test_declining_ends_the_case(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 101 <- declines
        .. approval: declined
        == exhausted on day 101
    """)


def test_no_answer_ends_the_case(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 126 .. waits for approval
        == exhausted on day 127
    """)


def test_whoever_works_the_case_cannot_approve_it(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 98 <- assigned to wang
        day 99 <- approves by wang
        .. refused: own-case
        day 100 <- approves by li
        .. stage placed
    """)


def test_a_promise_in_the_notice_period_stops_the_clock_of_the_law(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 86 <- promises 100.00 by day 91
        .. stage watch_promise
        day 90 <- pays 100.00
        .. stage legal
        day 97 .. waits for approval
    """)


def test_a_dispute_in_the_notice_period_delays_the_approval(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 90 <- hold dispute until day 110
        day 97 .. waits for notice period
        day 105 <- approves
        .. refused: nothing-to-approve
        day 110 at 11:00 <- approves
        .. refused: nothing-to-approve
        .. waits for approval
        day 111 <- approves
        .. stage placed
    """)


def test_a_hold_that_ends_within_the_notice_period_delays_nothing(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 84 <- hold dispute until day 96
        day 96 .. waits for notice period
        day 97 .. waits for approval
        == exhausted on day 127
    """)


def test_an_open_hold_keeps_the_notice_period_open_until_it_is_lifted(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 84 <- hold hardship
        day 129 .. waits for notice period
        day 130 <- lifts hold hardship
        .. waits for approval
        == exhausted on day 160
    """)


def test_a_hold_lifted_early_gives_the_notice_period_its_own_end_back(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 84 <- hold dispute until day 120
        day 90 <- lifts hold dispute
        day 96 .. waits for notice period
        day 97 .. waits for approval
    """)


def test_a_hold_heard_after_an_outage_still_comes_before_the_approval(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 94 <- outage until day 100
        day 95 <- hold dispute until day 110
        day 100 .. hold: dispute
        .. waits for notice period
        day 109 .. waits for notice period
        day 110 .. waits for approval
    """)


def test_a_demand_that_came_back_is_followed_by_nothing(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 83 <- bounces final_demand
        == exhausted on day 83
    """)


def test_a_payment_recalls_the_case_from_the_agency(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 101 <- approves
        day 106 <- pays 400.00
        .. agency: north: recalled, cured, accepted
        == cured on day 106
    """)


def test_closing_recalls_the_case_from_the_agency(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 101 <- approves
        day 106 <- closes
        .. agency: north: recalled, closed, accepted
        == closed on day 106
    """)


def test_a_plan_recalls_the_case_from_the_agency(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 101 <- approves
        day 106 <- agrees plan of 2 instalments from day 116 every 30 days
        .. agency: north: recalled, watch_plan, accepted
        .. stage watch_plan
        day 116 <- pays 200.00
        day 146 <- pays 200.00
        == cured on day 146
    """)


def test_a_broken_promise_is_told_before_the_same_agency_gets_the_case_again(story):
    case = story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, but placement.agencies = [a, b]
        {LATE}
        day 101 <- approves
        .. agency: a: accepted
        day 106 <- promises 100.00 by day 110
        .. agency: a: recalled, watch_promise, accepted
        .. stage watch_promise
        day 112 .. stage watch_promise
        day 113 at 10:00 -> email promise_broken
        .. agency: a: accepted
        .. waits for agency a
        day 173 .. agency: a: recalled, term over, accepted
        .. agency: b: accepted
        == exhausted on day 233
    """)
    assert (case.placements, case.agencies_done) == (3, 2)
    lines = [entry.detail for entry in case.timeline if entry.what in ("notice", "agency")]
    told = lines.index("promise_broken-1 by email: sent")
    assert [lines[told - 1], lines[told + 1]] == [
        "a: recalled, watch_promise, accepted",
        "a: accepted",
    ]


def test_a_broken_promise_is_told_after_a_hold_and_the_agency_waits_for_that(story):
    case = story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 101 <- approves
        day 106 <- promises 100.00 by day 110
        day 108 <- hold dispute until day 120
        day 113 .. promise: broken
        .. stage legal
        .. waits for promise_broken
        day 120 at 12:00 -> email promise_broken
        .. agency: north: accepted
    """)
    assert case.placement.key.endswith("/2")


def test_an_agency_gets_a_case_again_whose_promise_was_kept(story):
    case = story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 101 <- approves
        day 106 <- promises 100.00 by day 110
        day 109 <- pays 100.00
        .. promise: kept
        .. agency: north: accepted
        .. waits for agency north
        day 169 .. agency: north: recalled, term over
        == exhausted on day 169
    """)
    assert (case.placements, case.agencies_done) == (2, 1)


def test_an_agency_gets_a_case_again_whose_plan_was_not_paid(story):
    case = story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 101 <- approves
        day 106 <- agrees plan of 1 instalment from day 116
        .. agency: north: recalled, watch_plan, accepted
        day 120 at 10:00 -> email instalment_missed
        .. plan: defaulted
        .. stage placed
        .. agency: north: accepted
    """)
    assert case.placement.key.endswith("/2")


def test_an_agency_that_gave_up_does_not_get_the_case_again_after_a_promise(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, but placement.agencies = [a, b]
        {LATE}
        day 101 <- approves
        day 105 <- agency reports uncollectable
        .. agency: b: accepted
        day 106 <- promises 100.00 by day 110
        .. agency: b: recalled, watch_promise
        day 113 -> email promise_broken
        .. agency: b: accepted
        == exhausted on day 173
    """)


def test_the_agency_is_told_of_a_hold_and_of_its_end(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 101 <- approves
        day 106 <- hold dispute until day 136
        .. agency: north: hold-
        .. waits for agency north
        day 111 <- lifts hold dispute
        .. agency: accepted
    """)


def test_an_agency_that_does_not_listen_loses_the_case(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, but placement.agencies = [a, b]
        {LATE}
        day 101 <- approves
        day 106 <- agencies refuse
        day 107 <- hold dispute until day 136
        .. agency: a: recalled, hold not acknowledged
        .. waits for end of the hold
        day 116 <- agencies accept
        day 136 .. agency: b: accepted
    """)


def test_a_hold_keeps_an_approved_case_from_the_agency(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 98 <- hold dispute until day 116
        day 101 <- approves
        .. waits for end of the hold
        day 116 .. agency: north: accepted
    """)


def test_agencies_are_tried_in_order(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, but placement.agencies = [a, b]
        {LATE}
        day 101 <- approves
        day 106 <- agency reports contacted
        .. waits for agency a
        day 111 <- agency reports uncollectable
        .. agency: a: recalled, uncollectable
        .. agency: b: accepted
        == exhausted on day 171
    """)


def test_when_every_agency_refuses_the_case_ends(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, agencies refuse
        {LATE}
        day 101 <- approves
        .. agency: north: refused
        == exhausted on day 101
    """)


def test_without_agencies_the_approval_still_ends_the_case(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, but placement.agencies = []
        {LATE}
        day 101 <- approves
        == exhausted on day 101
    """)
