"""From wall clocks to instants: the only place that knows about clock changes.

A rule speaks of wall time: what the clock of a zone reads. Walking to the next reading is done at
the offset in force; where the clock is changed on the way, the walk stops at the change and the
rule is asked again. So a reading that the clock skips, or shows twice, is right without being
thought of.
"""

from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


def reading(at: datetime, zone: ZoneInfo) -> datetime:
    """What the clock of that zone reads at that instant, without its offset."""
    return at.astimezone(zone).replace(tzinfo=None)


def stepped(at: datetime, local: datetime, wall: datetime) -> tuple[datetime, datetime]:
    """When the clock reads `wall`, or is changed before that: the instant, and the same local.

    `at` is a UTC instant, `local` the same in the zone, and `wall` later than its reading.
    """
    reached = at + (wall - local.replace(tzinfo=None))
    there = reached.astimezone(local.tzinfo)
    if there.utcoffset() == local.utcoffset():
        return reached, there
    change = _first_change(at, reached, local.tzinfo)
    return change, change.astimezone(local.tzinfo)


def _first_change(at: datetime, until: datetime, zone: tzinfo | None) -> datetime:
    """The first instant after `at` with another offset than at `at`; there is one by `until`."""
    offset = at.astimezone(zone).utcoffset()
    start = at.replace(microsecond=0)
    same, other = 0, (until - start) // _SECOND + 1
    while other - same > 1:
        middle = (same + other) // 2
        if (start + middle * _SECOND).astimezone(zone).utcoffset() == offset:
            same = middle
        else:
            other = middle
    return start + other * _SECOND
