"""What binds everybody who contacts a person reaches the agency, or the case comes back."""

from tests.stories.test_legal_and_agencies import LATE

OPENED = f"""
        owed 400.00 CNY, strategy standard, opened on day 60, but placement.agencies = [a, b]
        {LATE}
"""


def told(case) -> list[str]:
    """What the agencies were told, in order, but for the hand-offs and recalls."""
    lines = [entry.detail for entry in case.timeline if entry.what == "agency"]
    return [line for line in lines if "-until-" in line]


def test_a_right_told_while_an_agency_has_the_case_is_told_to_it_once(story):
    case = story(f"""
        {OPENED}
        day 101 <- approves
        day 106 <- right cease told elsewhere
        .. standing: right-cease: cease
        .. agency: a: right-cease-until-open, accepted
        .. waits for agency a
        day 107 <- right cease told elsewhere
        .. waits for agency a
        day 161 .. agency: a: recalled, term over
        .. agency: b: right-cease-until-open, accepted
    """)
    assert told(case) == [
        "a: right-cease-until-open, accepted",
        "b: right-cease-until-open, accepted",
    ]


def test_an_agency_that_does_not_acknowledge_a_right_loses_the_case(story):
    story(f"""
        {OPENED}
        day 101 <- approves
        day 106 <- agencies refuse
        day 107 <- right cease told elsewhere
        .. agency: a: recalled, right not acknowledged
        == exhausted on day 107
    """)


def test_an_agency_that_cannot_be_told_of_another_loans_hold_loses_the_case(story):
    story(f"""
        {OPENED}
        day 101 <- approves
        day 106 <- agencies unreachable
        day 107 <- hold dispute placed elsewhere
        .. agency: a: recalled, hold not acknowledged
        == exhausted on day 107
    """)


def test_a_right_from_before_is_told_right_after_the_hand_off(story):
    case = story(f"""
        {OPENED}
        day 90 <- right cease told elsewhere
        day 91 <- hold dispute placed elsewhere until day 95
        day 92 <- right optout told elsewhere
        day 95 <- right optout told elsewhere and over
        day 101 <- approves
        .. agency: a: accepted
        .. waits for agency a
    """)
    assert told(case) == ["a: right-cease-until-open, accepted"]


def test_the_agency_hears_that_a_right_was_withdrawn_and_a_new_one_hears_nothing(story):
    case = story(f"""
        {OPENED}
        day 101 <- approves
        day 106 <- right cease told elsewhere
        day 120 <- right cease told elsewhere and over
        .. standing: right-cease: cease, over
        .. agency: a: right-cease-until-2026-05-09T04:00, accepted
        day 162 .. waits for agency b
    """)
    assert len(told(case)) == 2


def test_a_hold_of_another_loan_does_not_stop_this_case(story):
    story(f"""
        {OPENED}
        day 101 <- approves
        day 106 <- hold dispute placed elsewhere until day 120
        .. agency: a: hold-dispute-until-2026-05-09T04:00, accepted
        day 160 .. waits for agency a
    """)
