"""The limitation clock: what restarts it, what holds it, and what comes too late."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.legal.limitation import (
    Claim,
    Guarantor,
    Interruption,
    Restart,
    Suspension,
    guarantee_ends,
    limitation,
    wakes,
)
from domain.periods import months_after
from tests.rules.legal.law import CN

DUE = date(2023, 6, 30)


def clock(*events, due=DUE, law="CN", suspensions=(), card=False):
    found = limitation(Claim(law, due, events, suspensions, card), CN)
    assert found is not None
    return found


def event(kind, on, until=None, evidence="E1"):
    ended = date.fromisoformat(until) if until else None
    return Interruption(kind, date.fromisoformat(on), evidence, ended)


def test_dc_06_three_years_from_the_last_instalment():
    found = clock()
    assert (found.ends, found.rule) == (date(2026, 6, 30), "CN-LIM-02")
    assert not found.barred(date(2026, 6, 30))
    assert found.barred(date(2026, 7, 1))


def test_dc_06_a_message_to_the_reserved_number_of_a_card_restarts_it():
    found = clock(event(Restart.RESERVED, "2026-06-29"), card=True)
    assert (found.ends, found.rule, found.evidence) == (date(2029, 6, 29), "CN-LIM-05", "E1")


def test_sending_is_enough_for_a_card_alone():
    found = clock(event(Restart.RESERVED, "2026-06-29"))
    assert found.ends == date(2026, 6, 30)
    assert "prove that it arrived" in found.ignored[0]


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        (Restart.DEMAND, "CN-LIM-04"),
        (Restart.PAYMENT, "CN-LIM-06"),
        (Restart.AGREEMENT, "CN-LIM-06"),
        (Restart.SIGNED, "CN-LIM-10"),
    ],
)
def test_each_event_restarts_three_years_under_its_own_rule(kind, rule):
    found = clock(event(kind, "2025-03-03"))
    assert (found.ends, found.rule, found.since) == (date(2028, 3, 3), rule, date(2025, 3, 3))


def test_what_nothing_proves_restarts_nothing():
    found = clock(event(Restart.DEMAND, "2026-06-01", evidence=""))
    assert found.ends == date(2026, 6, 30)
    assert found.ignored == ("demand of 2026-06-01: nothing proves it",)


def test_a_demand_after_the_end_restarts_nothing_and_a_signed_reminder_is_a_waiver():
    late = event(Restart.DEMAND, "2026-07-01")
    assert clock(late).ends == date(2026, 6, 30)
    assert clock(late, event(Restart.SIGNED, "2026-07-06")).ends == date(2029, 7, 6)


def test_a_demand_before_the_last_instalment_does_not_bring_the_end_forward():
    assert clock(event(Restart.DEMAND, "2022-01-05")).ends == date(2026, 6, 30)


def test_a_running_suit_holds_the_clock_and_its_end_restarts_it():
    running = event(Restart.PROCEDURE, "2026-05-04")
    assert clock(running).ends is None
    assert clock(running, event(Restart.PAYMENT, "2026-05-11")).ends is None
    assert clock(event(Restart.PROCEDURE, "2026-05-04", "2026-11-16")).ends == date(2029, 11, 16)


def test_a_suspension_counts_only_in_the_last_six_months():
    early = Suspension(date(2024, 1, 5), date(2025, 6, 2), "S1")
    late = Suspension(date(2026, 2, 2), date(2026, 4, 7), "S1")
    lasting = Suspension(date(2025, 2, 3), None, "S1")
    assert clock(suspensions=[early]).ends == date(2026, 6, 30)
    assert clock(suspensions=[late]).ends == date(2026, 10, 8), "7 October is a holiday"
    assert clock(suspensions=[lasting]).ends is None


def test_twenty_years_are_the_longest_whatever_restarts():
    yearly = [event(Restart.DEMAND, f"{year}-06-01") for year in range(2012, 2032)]
    found = clock(*yearly, due=date(2011, 6, 1))
    assert (found.ends, found.rule) == (date(2031, 6, 2), "CN-LIM-01")


def test_in_england_a_part_payment_restarts_six_years_and_nothing_revives_them():
    due = date(2019, 5, 1)
    assert clock(due=due, law="UK").ends == date(2025, 5, 1)
    assert clock(event(Restart.PAYMENT, "2024-02-01"), due=due, law="UK").ends == date(2030, 2, 1)
    after = event(Restart.SIGNED, "2025-05-02")
    assert clock(after, due=due, law="UK").ends == date(2025, 5, 1)
    assert clock(event(Restart.DEMAND, "2024-02-01"), due=due, law="UK").ends == date(2025, 5, 1)


def test_where_the_law_is_not_ours_to_count_there_is_no_clock():
    assert limitation(Claim("US", DUE), CN) is None


def test_dc_08_a_joint_guarantor_is_asked_within_six_months():
    due = date(2026, 1, 31)
    assert guarantee_ends(Guarantor.JOINT, due, None, CN) == date(2026, 7, 31)
    assert guarantee_ends(Guarantor.GENERAL, due, date(2027, 1, 31), CN) == date(2027, 1, 31)


def test_people_are_woken_90_30_and_7_days_before():
    assert wakes(date(2026, 6, 30)) == [date(2026, 4, 1), date(2026, 5, 31), date(2026, 6, 23)]


EVENTS = st.lists(
    st.builds(
        Interruption,
        st.sampled_from([Restart.DEMAND, Restart.PAYMENT, Restart.AGREEMENT]),
        st.dates(date(2023, 7, 1), date(2026, 6, 29)),
        st.sampled_from(["", "E1", "E2"]),
    ),
    max_size=6,
)


@given(EVENTS)
def test_the_end_is_three_years_after_the_last_proven_event_in_whatever_order_they_are_told(events):
    proven = [e.on for e in events if e.evidence]
    found = clock(*events)
    assert found == clock(*reversed(events)), "the order of telling does not matter"
    assert found.since == max(proven, default=DUE)
    assert found.ends is not None
    moved = found.ends - months_after(found.since, 36)
    assert timedelta(0) <= moved <= timedelta(days=9), "at most over a holiday week"
    assert found.ends not in CN


@given(EVENTS, st.dates(date(2023, 7, 1), date(2026, 6, 29)))
def test_one_more_proven_event_never_ends_a_claim_earlier(events, on):
    more = clock(*events, Interruption(Restart.DEMAND, on, "E9")).ends
    before = clock(*events).ends
    assert more is not None
    assert before is not None
    assert more >= before
