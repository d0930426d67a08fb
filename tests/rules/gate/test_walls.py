"""From wall clocks to instants, where a clock is changed: hours skipped, hours shown twice."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from domain.gate.answers import Mark, Phase
from domain.gate.caps import CapBlock
from domain.gate.question import InconvenientHours
from domain.gate.terms import Limit
from domain.gate.windows import NamedBlock
from domain.gate.words import Channel, ContactOutcome

MARK = Mark("RULE", Phase.HOURS, 0)
NEW_YORK, LORD_HOWE, CAIRO = "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"
FAR = datetime(2030, 1, 1, tzinfo=UTC)


def free(zone, start, until, at):
    """When the daily hours from `start` to `until` are over, asked at the instant `at`."""
    hours = InconvenientHours("RULE", frozenset(range(7)), time(*start), time(*until))
    block = NamedBlock(MARK, ZoneInfo(zone), (), None, FAR, hours)
    found = block.free_from(datetime.fromisoformat(at).astimezone(UTC), FAR)
    return found and found.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


@pytest.mark.parametrize(
    ("zone", "start", "until", "at", "answer"),
    [
        # The end is skipped: the clock jumps from 02:00 to 03:00, and is past it.
        (NEW_YORK, (1, 30), (2, 30), "2026-03-08T01:45-05:00", "2026-03-08T03:00:00-04:00"),
        # The start is skipped: 03:00 is inside, 01:59 was not.
        (NEW_YORK, (2, 30), (4, 0), "2026-03-08T01:59-05:00", "2026-03-08T01:59:00-05:00"),
        (NEW_YORK, (2, 30), (4, 0), "2026-03-08T03:00-04:00", "2026-03-08T04:00:00-04:00"),
        # The end comes twice; after the first the hours begin again at the change.
        (NEW_YORK, (0, 30), (1, 40), "2026-11-01T00:50-04:00", "2026-11-01T01:40:00-04:00"),
        (NEW_YORK, (0, 30), (1, 40), "2026-11-01T01:50-04:00", "2026-11-01T01:50:00-04:00"),
        (NEW_YORK, (0, 30), (1, 40), "2026-11-01T01:10-05:00", "2026-11-01T01:40:00-05:00"),
        # The clock goes back out of the hours before they end.
        (NEW_YORK, (1, 30), (3, 0), "2026-11-01T01:45-04:00", "2026-11-01T01:00:00-05:00"),
        # Half an hour on Lord Howe; midnight itself is skipped in Cairo.
        (LORD_HOWE, (1, 0), (2, 15), "2026-10-04T01:30+10:30", "2026-10-04T02:30:00+11:00"),
        (CAIRO, (23, 0), (0, 30), "2026-04-23T23:30+02:00", "2026-04-24T01:00:00+03:00"),
        # A microsecond before the end is before it.
        ("UTC", (1, 0), (2, 0), "2026-01-01T01:59:59.999999+00:00", "2026-01-01T02:00:00+00:00"),
    ],
)  # fmt: skip
def test_hours_end_when_the_clock_leaves_them(zone, start, until, at, answer):
    assert free(zone, start, until, at) == answer


def test_a_date_begins_when_the_clock_first_shows_it():
    limit = Limit(1, 1, frozenset({Channel.CALL}), frozenset({ContactOutcome.CONVERSATION}))
    at = datetime(2026, 4, 23, 12, tzinfo=UTC)
    cairo = CapBlock(MARK, ZoneInfo("Africa/Cairo"), limit, [at.date()], ())
    assert cairo.free_from(at, FAR) == datetime(2026, 4, 23, 22, tzinfo=UTC)
