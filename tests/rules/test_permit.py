"""May we contact this person now? Hours, caps and holds, beside a minute-by-minute oracle."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.clock import local_date, local_instant, zone
from domain.holds import Hold, HoldReason
from domain.permit import Allowed, ContactRules, Denied, PastContact, Permit, may_contact
from domain.strategy import MessageClass

NEW_YORK = "America/New_York"
DAY = date(2026, 3, 7)
"""The day before clocks change in New York."""
STEP = timedelta(minutes=30)


def rules(earliest: time = time(8), latest: time = time(21), cap: int = 1) -> ContactRules:
    return ContactRules("US", earliest, latest, cap, "HOURS", "CAP", "test")


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return local_instant(day, time(hour, minute), NEW_YORK)


def asked(
    now: datetime,
    history: list[PastContact] | None = None,
    holds: list[Hold] | None = None,
    what: MessageClass = MessageClass.DUNNING,
) -> Permit:
    return may_contact(rules(), history or [], holds or [], NEW_YORK, what, now)


def dunned(now: datetime) -> PastContact:
    return PastContact(now, MessageClass.DUNNING)


def hold(start: datetime, until: datetime | None) -> Hold:
    return Hold("H", HoldReason.DISPUTE, start, until, "wang")


def test_the_window_opens_at_its_first_minute_and_shuts_at_its_last():
    assert asked(at(8)) == Allowed()
    assert asked(at(20, 59)) == Allowed()
    assert asked(at(7, 59)) == Denied("HOURS", at(8))
    assert asked(at(21)) == Denied("HOURS", at(8, day=date(2026, 3, 8)))


def test_the_morning_after_the_clocks_change_is_local():
    denied = asked(at(22))
    assert isinstance(denied, Denied)
    assert denied.until == datetime(2026, 3, 8, 12, tzinfo=UTC)


def test_hours_bind_statutory_letters_too():
    assert asked(at(6), what=MessageClass.STATUTORY) == Denied("HOURS", at(8))


def test_one_dunning_contact_a_local_day():
    assert asked(at(15), [dunned(at(9))]) == Denied("CAP", at(8, day=date(2026, 3, 8)))
    assert asked(at(8), [dunned(at(20, day=date(2026, 3, 6)))]) == Allowed()


def test_only_dunning_is_counted_and_only_dunning_is_capped():
    assert asked(at(15), [PastContact(at(9), MessageClass.STATUTORY)]) == Allowed()
    assert asked(at(15), [dunned(at(9))], what=MessageClass.STATUTORY) == Allowed()


def test_a_hold_outranks_hours_and_cap():
    held = [hold(at(6), at(23))]
    assert asked(at(22), [dunned(at(9))], held) == Denied(
        "hold-dispute", at(8, day=date(2026, 3, 8))
    )


def test_when_a_hold_ends_on_a_day_that_is_used_up_the_next_day_is_named():
    denied = asked(at(12), [dunned(at(9))], [hold(at(10), at(15))])
    assert denied == Denied("hold-dispute", at(8, day=date(2026, 3, 8)))


def test_an_open_hold_has_no_first_lawful_instant():
    assert asked(at(12), holds=[hold(at(10), None)]) == Denied("hold-dispute", None)


def test_a_hold_does_not_stop_a_statutory_letter():
    assert asked(at(12), holds=[hold(at(10), None)], what=MessageClass.STATUTORY) == Allowed()


slots = st.integers(0, 5 * 48).map(lambda n: datetime(2026, 3, 6, tzinfo=UTC) + n * STEP)
pasts = st.lists(st.builds(PastContact, slots, st.sampled_from(MessageClass)), max_size=6)
holds = st.lists(
    st.builds(
        lambda start, length: hold(start, length and start + length * STEP),
        slots,
        st.none() | st.integers(1, 96),
    ),
    max_size=2,
)
laws = st.builds(
    rules,
    st.sampled_from([time(5), time(8), time(8, 30)]),
    st.sampled_from([time(20), time(21), time(23, 30)]),
    st.integers(1, 2),
)
zones = st.sampled_from(
    [NEW_YORK, "Asia/Shanghai", "Europe/London", "Asia/Kolkata", "Africa/Cairo"]
)


@settings(deadline=None)
@given(slots, pasts, holds, laws, zones, st.sampled_from(MessageClass))
def test_until_is_the_first_instant_that_is_lawful(now, history, held, law, where, what):
    permit = may_contact(law, history, held, where, what, now)
    horizon = [now + n * STEP for n in range(20 * 48)]
    first = next((t for t in horizon if lawful(law, history, held, where, what, t)), None)
    if first == now:
        assert permit == Allowed()
    else:
        assert isinstance(permit, Denied)
        assert permit.until == first


def lawful(
    law: ContactRules, history: list[PastContact], held: list[Hold], where: str, what: MessageClass,
    now: datetime,
) -> bool:  # fmt: skip
    """The rules again, read off the words."""
    local = now.astimezone(zone(where))
    if not law.earliest <= local.time() < law.latest:
        return False
    if what is not MessageClass.STATUTORY and any(h.bites(now) for h in held):
        return False
    if what is not MessageClass.DUNNING:
        return True
    dunning = (p.at for p in history if p.message_class is MessageClass.DUNNING)
    return sum(local_date(p, where) == local.date() for p in dunning) < law.dunning_per_day


@pytest.mark.parametrize("where", ["Africa/Cairo", "America/Havana", "Asia/Beirut"])
def test_a_day_that_begins_with_a_change_of_clocks_is_one_day(where):
    for month in range(1, 13):
        for day in range(1, 28):
            noon = local_instant(date(2025, month, day), time(12), where)
            late = noon + timedelta(hours=11, minutes=30)
            denied = may_contact(rules(), [dunned(noon)], [], where, MessageClass.DUNNING, noon)
            assert isinstance(denied, Denied)
            next_day = local_date(late, where) > local_date(noon, where)
            full = may_contact(
                rules(time(0), time(23, 59)), [dunned(noon)], [], where, MessageClass.DUNNING, late
            )
            assert isinstance(full, Allowed) == next_day
