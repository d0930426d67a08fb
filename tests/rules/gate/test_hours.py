"""Lawful hours: boundaries, zones, clock changes, agreed slots and inconvenient hours."""

import pytest

from tests.rules.gate.asking import (
    HONOLULU,
    LONDON,
    LOS_ANGELES,
    NEW_YORK,
    PHOENIX,
    SHANGHAI,
    case,
    local,
    said,
)

REAL_TIME = ["call", "ai_call", "rvm", "sms", "email", "push", "social", "visit"]


@pytest.mark.parametrize(
    ("law", "at", "answer"),
    [
        ("CN", "2026-03-02 07:59:59", "CN-TIME-01 until 2026-03-02T08:00+08:00"),
        ("CN", "2026-03-02 08:00:00", "allow"),
        ("CN", "2026-03-02 21:59:59", "allow"),
        ("CN", "2026-03-02 22:00:00", "CN-TIME-01 until 2026-03-03T08:00+08:00"),
        ("CN", "2026-03-02 22:03:00", "CN-TIME-01 until 2026-03-03T08:00+08:00"),
        ("CN", "2026-03-03 00:00:00", "CN-TIME-01 until 2026-03-03T08:00+08:00"),
        ("US", "2026-04-06 07:59:59", "US-TIME-01 until 2026-04-06T08:00-04:00"),
        ("US", "2026-04-06 08:00:00", "allow"),
        ("US", "2026-04-06 20:59:59", "allow"),
        ("US", "2026-04-06 21:00:00", "US-TIME-01 until 2026-04-07T08:00-04:00"),
        ("US", "2026-04-06 21:03:00", "US-TIME-01 until 2026-04-07T08:00-04:00"),
        ("UK", "2026-03-02 20:59:59", "allow"),
        ("UK", "2026-03-02 21:00:00", "UK-TIME-02 until 2026-03-03T08:00+00:00"),
        ("EU", "2026-03-02 20:00:00", "EU-TIME until 2026-03-03T08:00+01:00"),
    ],
)
def test_hours_are_half_open(law, at, answer):
    assert said(case(law, at)) == answer


@pytest.mark.parametrize(
    ("law", "at", "answer"),
    [
        # The eve of a change, and a retry 24 hours later that lands in the banned hour.
        ("US", "2026-03-07 20:30", "allow"),
        ("US", "2026-03-08 21:30", "US-TIME-01 until 2026-03-09T08:00-04:00"),
        ("US", "2026-03-07 21:30", "US-TIME-01 until 2026-03-08T08:00-04:00"),
        ("US", "2026-10-31 22:00", "US-TIME-01 until 2026-11-01T08:00-05:00"),
        ("US", "2026-11-01 07:30", "US-TIME-01 until 2026-11-01T08:00-05:00"),
        ("UK", "2026-03-28 20:30", "allow"),
        ("UK", "2026-03-29 21:30", "UK-TIME-02 until 2026-03-30T08:00+01:00"),
        ("UK", "2026-03-28 23:00", "UK-TIME-02 until 2026-03-29T08:00+01:00"),
        ("UK", "2026-10-25 00:30", "UK-TIME-02 until 2026-10-25T08:00+00:00"),
    ],
)
def test_clock_changes_move_the_instant_and_not_the_hour(law, at, answer):
    assert said(case(law, at)) == answer


@pytest.mark.parametrize(
    ("zones", "at", "answer"),
    [
        ([NEW_YORK, LOS_ANGELES], "2026-04-06 11:00", "allow"),
        ([NEW_YORK, LOS_ANGELES], "2026-04-06 20:59", "allow"),
        ([NEW_YORK, LOS_ANGELES], "2026-04-06 21:00", "US-TIME-01 until 2026-04-07T11:00-04:00"),
        ([LOS_ANGELES, NEW_YORK], "2026-04-06 18:30", "US-TIME-01 until 2026-04-07T08:00-07:00"),
        ([NEW_YORK, HONOLULU], "2026-07-06 13:00", "US-TIME-01 until 2026-07-06T14:00-04:00"),
        ([NEW_YORK, HONOLULU], "2026-01-06 13:00", "allow"),
        ([NEW_YORK, PHOENIX], "2026-07-15 10:15", "US-TIME-01 until 2026-07-15T11:00-04:00"),
        ([NEW_YORK, PHOENIX], "2026-01-15 10:15", "allow"),
        # The change of New York's clock widens the hours it shares with Phoenix.
        ([NEW_YORK, PHOENIX], "2026-10-31 22:00", "US-TIME-01 until 2026-11-01T10:00-05:00"),
        # No hour is lawful in all three, on any day.
        ([NEW_YORK, "Europe/Berlin", "Asia/Tokyo", HONOLULU], "2026-04-06 12:00",
         "US-TIME-01 until None"),
    ],
)  # fmt: skip
def test_all_known_zones_must_agree(zones, at, answer):
    assert said(case("US", at, zones=zones)) == answer


def test_the_legal_clock_of_china_counts_wherever_the_borrower_is():
    urumqi = case("CN", "2026-03-02 21:00", zones=["Asia/Urumqi"])
    assert said(urumqi) == "CN-TIME-01 until 2026-03-03T08:00+06:00"
    early = case("CN", "2026-03-02 06:30", zones=["Asia/Urumqi"])
    assert said(early) == "CN-TIME-01 until 2026-03-02T08:00+06:00"
    abroad = case("CN", "2026-03-02 12:00", zones=[NEW_YORK])
    assert said(abroad) == "CN-TIME-01 until 2026-03-02T19:00-05:00"
    assert said(case("CN", "2026-03-02 16:00", zones=[SHANGHAI, LONDON])) == "allow"


def test_an_unknown_zone_is_refused_and_in_america_the_whole_country_stands_in():
    for law in ("CN", "UK", "EU"):
        assert said(case(law, "2026-03-02T12:00+00:00", zones=[])).endswith("until None")
    early = said(case("US", "2026-04-06T12:00-04:00", zones=[]))
    assert early == "US-TIME-01 until 2026-04-06T14:00-04:00"
    assert said(case("US", "2026-04-06T20:59-04:00", zones=[])) == "allow"
    late = said(case("US", "2026-04-06T21:00-04:00", zones=[]))
    assert late == "US-TIME-01 until 2026-04-07T14:00-04:00"


@pytest.mark.parametrize("channel", REAL_TIME)
@pytest.mark.parametrize("law", ["CN", "US", "UK", "EU"])
def test_every_channel_but_a_letter_keeps_the_hours(law, channel):
    assert "TIME" in said(case(law, "2026-03-02 23:30", channel))
    assert said(case(law, "2026-03-02 23:30", "letter")) == "allow"
    assert said(case(law, "2026-03-02T12:00+00:00", "letter", zones=[])) == "allow"


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        ("2026-03-02 22:00", "CN-TIME-01 until 2026-03-02T22:15+08:00"),
        ("2026-03-02 22:15", "allow"),
        ("2026-03-02 22:44:59", "allow"),
        ("2026-03-02 22:45", "CN-TIME-01 until 2026-03-03T08:00+08:00"),
        ("2026-03-03 22:30", "CN-TIME-01 until 2026-03-04T08:00+08:00"),
    ],
)
def test_an_agreed_slot_lifts_its_own_interval_only(at, answer):
    slot = {
        "from": local("2026-03-02 22:15", SHANGHAI),
        "until": local("2026-03-02 22:45", SHANGHAI),
    }
    assert said(case("CN", at, agreed_slot=slot)) == answer


WORKING_WEEK = [
    {"rule": "US-TIME-02", "weekdays": [0, 1, 2, 3, 4], "from": "15:00", "until": "17:00"},
    {"rule": "US-TIME-02", "weekdays": [5, 6], "from": "00:00", "until": "23:59:59"},
]


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        ("2026-05-08 14:59:59", "allow"),
        ("2026-05-08 15:00", "US-TIME-02 until 2026-05-08T17:00-04:00"),
        ("2026-05-08 17:00", "allow"),
        ("2026-05-08 21:30", "US-TIME-01 until 2026-05-11T08:00-04:00"),
        ("2026-05-09 10:00", "US-TIME-02 until 2026-05-11T08:00-04:00"),
        ("2026-05-10 23:59:59", "US-TIME-01 until 2026-05-11T08:00-04:00"),
        ("2026-05-11 08:00", "allow"),
    ],
)
def test_hours_named_inconvenient_are_kept(at, answer):
    assert said(case("US", at, "email", inconvenient=WORKING_WEEK)) == answer


def test_named_hours_may_cross_midnight_or_cover_everything():
    night = [{"rule": "UK-TIME-01", "weekdays": [4], "from": "18:00", "until": "12:00"}]
    friday = case("UK", "2026-03-06 19:00", inconvenient=night)
    assert said(friday) == "UK-TIME-01 until 2026-03-07T12:00+00:00"
    assert said(case("UK", "2026-03-07 11:00", inconvenient=night)).startswith("UK-TIME-01")
    assert said(case("UK", "2026-03-06 11:00", inconvenient=night)) == "allow"
    always = [{"rule": "UK-TIME-01", "from": "00:00", "until": "24:00"}]
    assert said(case("UK", "2026-03-06 11:00", inconvenient=always)) == "UK-TIME-01 until None"
    assert said(case("UK", "2026-03-06 11:00", "letter", inconvenient=always)) == "allow"


def test_nobody_is_called_at_chinese_new_year_and_the_profile_minimum_may():
    feast = case("CN", "2026-02-17 10:00")
    assert said(feast) == "CN-HOL-01 until 2026-02-20T08:00+08:00"
    assert said(feast | {"profile": "minimum"}) == "allow"
    assert said(case("CN", "2026-02-17 10:00", "sms")) == "allow"
    assert said(case("CN", "2026-10-01 10:00")) == "allow"
