"""Which due dates a daily watch looks at: each once it is over, and none is lost."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as some

from domain.clock import local_date
from domain.watching import (
    FIRST_LOOK_DAYS,
    Look,
    Opened,
    Read,
    Swept,
    Watched,
    Window,
    looks,
    next_first,
    window,
)

SIX_IN_SHANGHAI = datetime(2026, 3, 9, 22, tzinfo=UTC)
ZONES = ("Pacific/Kiritimati", "Asia/Shanghai", "UTC", "America/Los_Angeles", "Etc/GMT+12")


def watched(at, days):
    return Watched(at, days, next_first(at), Opened(), Swept(), Read())


def test_the_first_watch_looks_a_month_back_and_the_next_goes_on_from_it():
    first = window(None, SIX_IN_SHANGHAI)
    assert (first.first, first.last) == (date(2026, 2, 6), date(2026, 3, 9))
    assert (first.last - first.first).days == FIRST_LOOK_DAYS
    second = window(watched(SIX_IN_SHANGHAI, first), SIX_IN_SHANGHAI + timedelta(days=1))
    assert (second.first, second.last) == (date(2026, 3, 9), date(2026, 3, 10))
    assert second.opened_before == SIX_IN_SHANGHAI


def test_after_an_outage_of_days_the_window_is_as_wide():
    first = window(None, SIX_IN_SHANGHAI)
    later = window(watched(SIX_IN_SHANGHAI, first), SIX_IN_SHANGHAI + timedelta(days=6))
    assert (later.first, later.last) == (date(2026, 3, 9), date(2026, 3, 15))


@given(
    some.lists(some.integers(1, 200), min_size=1, max_size=12),
    some.sampled_from(ZONES),
    some.integers(0, 365 * 24),
)
def test_every_due_date_is_looked_at_once_it_is_over_whatever_the_gaps_and_the_zone(
    hours, zone, start
):
    at, last, seen = SIX_IN_SHANGHAI + timedelta(hours=start), None, set()
    begun = local_date(at, zone)
    for gap in hours:
        days = window(last, at)
        for look in looks(days, ()):
            if look.due < local_date(at, zone):
                seen.add(look.due)
        last, at = watched(at, days), at + timedelta(hours=gap)
    assert last is not None
    over = local_date(last.at, zone)
    wanted = {begun + timedelta(days=n) for n in range((over - begun).days)}
    assert wanted <= seen


def test_loans_are_looked_at_ahead_on_the_days_on_which_strategies_first_speak():
    days = Window(date(2026, 3, 8), date(2026, 3, 9), SIX_IN_SHANGHAI)
    assert looks(days, (5, 8)) == [
        Look(date(2026, 3, 8), late=True),
        Look(date(2026, 3, 9), late=True),
        Look(date(2026, 3, 14), late=False),
        Look(date(2026, 3, 15), late=False),
        Look(date(2026, 3, 17), late=False),
        Look(date(2026, 3, 18), late=False),
    ]


def test_after_an_outage_nobody_is_looked_at_ahead_of_what_is_past():
    days = Window(date(2026, 3, 1), date(2026, 3, 9), SIX_IN_SHANGHAI)
    ahead = [look.due for look in looks(days, (3,)) if not look.late]
    assert ahead == [date(2026, 3, 10) + timedelta(days=n) for n in range(4)]


def test_looks_are_named_in_the_order_in_which_they_are_done():
    names = [look.name for look in looks(window(None, SIX_IN_SHANGHAI), (1, 9))]
    assert names == sorted(names)
    assert len(names) == len(set(names))


def test_a_window_that_a_clock_turned_back_leaves_empty_is_no_trouble():
    later = watched(SIX_IN_SHANGHAI + timedelta(days=9), window(None, SIX_IN_SHANGHAI))
    assert looks(window(later, SIX_IN_SHANGHAI), (5,)) == []
    assert next_first(datetime.combine(date(2026, 3, 9), time(11), UTC)) == date(2026, 3, 8)
