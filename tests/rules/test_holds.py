"""Holds: when the borrower is left in peace, and from when no longer."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.delinquency import Pause
from domain.holds import Hold, HoldReason, free_from, held, lifted, pauses

START = datetime(2026, 1, 1, tzinfo=UTC)
hours = st.integers(0, 200).map(lambda n: START + timedelta(hours=n))


@st.composite
def some_holds(draw: st.DrawFn) -> list[Hold]:
    holds = []
    for number in range(draw(st.integers(0, 5))):
        start, length = draw(hours), draw(st.none() | st.integers(0, 60))
        until = None if length is None else start + timedelta(hours=length)
        holds.append(Hold(f"H{number}", draw(st.sampled_from(HoldReason)), start, until, "wang"))
    return holds


@given(some_holds(), hours)
def test_free_from_is_the_first_hour_no_hold_covers(holds, at):
    horizon = [at + timedelta(hours=n) for n in range(600)]
    first = next((h for h in horizon if not any(hold.bites(h) for hold in holds)), None)
    assert free_from(holds, at) == first


@given(some_holds(), hours)
def test_the_hold_named_is_one_in_force_that_lasts_longest(holds, at):
    hold = held(holds, at)
    biting = [h for h in holds if h.bites(at)]
    assert (hold is None) == (not biting)
    if hold is not None:
        assert hold in biting
        assert hold.until is None or all(
            h.until is not None and h.until <= hold.until for h in biting
        )


@given(some_holds(), hours)
def test_lifting_one_hold_ends_it_and_leaves_the_others(holds, at):
    after = lifted(holds, "H0", at)
    assert after[1:] == holds[1:]
    assert not any(hold.hold_id == "H0" and hold.bites(at) for hold in after)


def test_a_hold_bites_from_its_start_up_to_its_end():
    hold = Hold("H", HoldReason.DISPUTE, START, START + timedelta(hours=1), "wang")
    assert hold.bites(START)
    assert not hold.bites(START + timedelta(hours=1))
    assert not hold.bites(START - timedelta(microseconds=1))


def test_the_days_of_a_hold_are_the_borrowers_days():
    evening = datetime(2026, 1, 8, 18, tzinfo=UTC)
    hold = Hold("H", HoldReason.DISPUTE, evening, evening + timedelta(days=2), "wang")
    assert pauses([hold], "Asia/Shanghai") == [Pause(date(2026, 1, 9), date(2026, 1, 11))]
    assert pauses([hold], "America/New_York") == [Pause(date(2026, 1, 8), date(2026, 1, 10))]
