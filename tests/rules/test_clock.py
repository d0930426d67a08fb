"""Local days, local times where clocks change, and the clock a case carries."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import PUNCTUAL, Clock, local_date, local_instant, zone

NEW_YORK = "America/New_York"
zones = st.sampled_from(
    [
        "Asia/Shanghai",
        NEW_YORK,
        "Europe/London",
        "Africa/Cairo",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
    ]
)
instants = st.integers(0, 15 * 365 * 86_400_000).map(
    lambda n: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(milliseconds=n)
)
waits = st.timedeltas(timedelta(), timedelta(days=400))
speeds = st.sampled_from([1, 60, 3600, 86400])


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.times(), zones)
def test_a_local_time_that_exists_is_found_exactly(day, at, where):
    local = local_instant(day, at, where).astimezone(ZoneInfo(where))
    exists = datetime.combine(day, at, tzinfo=ZoneInfo(where))
    if exists.astimezone(UTC).astimezone(ZoneInfo(where)).replace(tzinfo=None) == exists.replace(
        tzinfo=None
    ):
        assert (local.date(), local.time()) == (day, at)
    else:
        assert (
            timedelta()
            < local.replace(tzinfo=None) - datetime.combine(day, at)
            <= timedelta(hours=1)
        )


def test_a_time_the_clock_skips_is_read_with_the_offset_before():
    assert local_instant(date(2026, 3, 8), time(2, 30), NEW_YORK) == utc("2026-03-08 07:30")


def test_a_time_that_comes_twice_is_the_first():
    assert local_instant(date(2026, 11, 1), time(1, 30), NEW_YORK) == utc("2026-11-01 05:30")


def test_the_local_date_changes_at_local_midnight():
    before = local_instant(date(2026, 1, 9), time(0), "Asia/Shanghai")
    assert local_date(before, "Asia/Shanghai") == date(2026, 1, 9)
    assert local_date(before - timedelta(microseconds=1), "Asia/Shanghai") == date(2026, 1, 8)


def test_an_unknown_zone_is_refused():
    with pytest.raises(ZoneInfoNotFoundError):
        zone("Mars/Olympus")


@given(instants)
def test_the_clock_of_production_is_the_wall(wall):
    assert Clock().at(wall) == wall


@given(instants, instants, speeds, waits)
def test_a_wait_lasts_as_long_on_the_wall_as_the_clock_needs(anchor, started, speed, wait):
    clock = Clock(anchor, started, speed)
    assert abs(clock.at(started + clock.wall_wait(wait)) - (anchor + wait)) <= timedelta(
        microseconds=speed
    )


def test_a_wait_for_the_past_is_no_wait():
    assert Clock(speed=60).wall_wait(timedelta(days=-1)) == timedelta()


@given(instants, st.timedeltas(timedelta(), PUNCTUAL))
def test_while_punctual_the_cause_names_the_instant(cause, late):
    assert Clock().instant(cause, cause + late) == cause


@given(instants, st.timedeltas(PUNCTUAL + timedelta(microseconds=1), timedelta(days=9)))
def test_when_late_the_clock_names_it(cause, late):
    assert Clock().instant(cause, cause + late) == cause + late


@given(instants, speeds)
def test_a_fast_clock_is_punctual_by_wall_time(started, speed):
    clock = Clock(started, started, speed)
    cause = started + timedelta(days=3)
    wall = started + timedelta(days=3) / speed
    assert clock.instant(cause, wall + PUNCTUAL / 2) == cause
    assert clock.instant(cause, wall + PUNCTUAL * 2) > cause
