"""The clock a case carries: in production the wall clock, in a time-lapse a faster one."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

PUNCTUAL = timedelta(minutes=1)
"""What happens within a minute of wall time of its cause is said to happen when its cause did."""

_ORIGIN = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Maps wall instants to the case's own instants.

    At the wall instant `started` the case's clock showed `anchor`; since then it has run `speed`
    case seconds a wall second. The default is the wall clock itself.
    """

    anchor: datetime = _ORIGIN
    started: datetime = _ORIGIN
    speed: int = 1

    def at(self, wall: datetime) -> datetime:
        """What the case's clock shows at a wall instant."""
        return self.anchor + (wall - self.started) * self.speed

    def wall_wait(self, case_time: timedelta) -> timedelta:
        """How long that much case time lasts on the wall; never negative."""
        return max(timedelta(), case_time / self.speed)

    def instant(self, cause: datetime, wall: datetime) -> datetime:
        """The instant to name for work caused by `cause` and done at `wall`.

        A timer or a fact names its own instant while we are punctual; otherwise the clock does.
        """
        shown = self.at(wall)
        return shown if shown - cause > PUNCTUAL * self.speed else cause


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name; raises ZoneInfoNotFoundError for an unknown one."""
    return ZoneInfo(name)


def local_date(instant: datetime, zone_name: str) -> date:
    """The calendar date in that zone at that instant."""
    return instant.astimezone(zone(zone_name)).date()


@lru_cache(maxsize=65536)
def local_instant(day: date, at: time, zone_name: str) -> datetime:
    """The UTC instant of a local wall time.

    A time that the clock skips in spring is read with the offset before the change; one that
    comes twice in autumn is the first.
    """
    return datetime.combine(day, at, tzinfo=zone(zone_name)).astimezone(UTC)
