"""The final demand, a second person's approval, and the agency."""

LATE = """
        day 60 -> email gentle
        day 61 -> email reminder
        day 62 -> email offer_help
        day 63 -> call
        day 64 -> email options
        day 65 -> call second_call
        day 66 -> email final_demand
"""
"""How a case goes that is opened on day 60: one contact a day, and the demand on day 66."""


def test_approval_places_the_case_for_a_term_and_then_it_ends(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 80 .. waits for notice period
        day 81 .. waits for approval of placement
        day 85 <- approves
        .. stage placed
        .. agency: north: accepted
        .. waits for agency north
        day 145 .. agency: north: recalled, term over, accepted
        == exhausted on day 145
    """)


def test_nobody_is_asked_before_the_notice_period_is_over(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 70 <- approves
        .. refused: nothing-to-approve
        day 80 .. waits for notice period
    """)


def test_declining_ends_the_case(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 85 <- declines
        .. approval: declined
        == exhausted on day 85
    """)


def test_no_answer_ends_the_case(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 110 .. waits for approval
        == exhausted on day 111
    """)


def test_whoever_works_the_case_cannot_approve_it(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 82 <- assigned to wang
        day 83 <- approves by wang
        .. refused: own-case
        day 84 <- approves by li
        .. stage placed
    """)


def test_a_promise_in_the_notice_period_stops_the_clock_of_the_law(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 70 <- promises 100.00 by day 75
        .. stage watch_promise
        day 74 <- pays 100.00
        .. stage legal
        day 81 .. waits for approval
    """)


def test_a_demand_that_came_back_is_followed_by_nothing(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 67 <- bounces final_demand
        == exhausted on day 81
    """)


def test_a_payment_recalls_the_case_from_the_agency(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 85 <- approves
        day 90 <- pays 400.00
        .. agency: north: recalled, cured, accepted
        == cured on day 90
    """)


def test_closing_recalls_the_case_from_the_agency(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 85 <- approves
        day 90 <- closes
        .. agency: north: recalled, closed, accepted
        == closed on day 90
    """)


def test_a_plan_recalls_the_case_from_the_agency(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 85 <- approves
        day 90 <- agrees plan of 2 instalments from day 100 every 30 days
        .. agency: north: recalled, watch_plan, accepted
        .. stage watch_plan
        day 100 <- pays 200.00
        day 130 <- pays 200.00
        == cured on day 130
    """)


def test_the_agency_is_told_of_a_hold_and_of_its_end(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 85 <- approves
        day 90 <- hold dispute until day 120
        .. agency: north: hold-
        .. waits for agency north
        day 95 <- lifts hold dispute
        .. agency: accepted
    """)


def test_an_agency_that_does_not_listen_loses_the_case(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, but placement.agencies = [a, b]
        {LATE}
        day 85 <- approves
        day 90 <- agencies refuse
        day 91 <- hold dispute until day 120
        .. agency: a: recalled, hold not acknowledged
        .. waits for end of the hold
        day 100 <- agencies accept
        day 120 .. agency: b: accepted
    """)


def test_a_hold_keeps_an_approved_case_from_the_agency(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60
        {LATE}
        day 82 <- hold dispute until day 100
        day 85 <- approves
        .. waits for end of the hold
        day 100 .. agency: north: accepted
    """)


def test_agencies_are_tried_in_order(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, but placement.agencies = [a, b]
        {LATE}
        day 85 <- approves
        day 90 <- agency reports contacted
        .. waits for agency a
        day 95 <- agency reports uncollectable
        .. agency: a: recalled, uncollectable
        .. agency: b: accepted
        == exhausted on day 155
    """)


def test_when_every_agency_refuses_the_case_ends(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, agencies refuse
        {LATE}
        day 85 <- approves
        .. agency: north: refused
        == exhausted on day 85
    """)


def test_without_agencies_the_approval_still_ends_the_case(story):
    story(f"""
        owed 400.00 CNY, strategy standard, opened on day 60, but placement.agencies = []
        {LATE}
        day 85 <- approves
        == exhausted on day 85
    """)
