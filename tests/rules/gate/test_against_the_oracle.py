"""The gate beside the oracle: random histories, zones and clock changes, the same answers."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.asking import answer
from tests.rules.gate.oracle import DAYS, Oracle, moment

LAWS = ["CN", "US", "US-MA", "UK"]
ZONES = {
    "CN": [["Asia/Shanghai"], ["Asia/Urumqi"], ["Asia/Shanghai", "Europe/London"]],
    "US": [
        ["America/New_York"], ["Pacific/Honolulu"], ["America/New_York", "America/Phoenix"],
        ["America/Los_Angeles", "America/New_York"], ["Australia/Lord_Howe"], ["Africa/Cairo"],
    ],
    "UK": [["Europe/London"], ["Europe/London", "America/New_York"], ["Africa/Cairo"]],
}  # fmt: skip
DATES = [
    "2026-03-08", "2026-03-29", "2026-04-05", "2026-04-24", "2026-06-10", "2026-10-04",
    "2026-10-25", "2026-10-30", "2026-11-01",
]  # fmt: skip
"""Clock changes of the zones above, and days without."""
STATED = ["express_consent"]
"""What is known of every contact: a recorded voice needs it."""
CHANNELS = ["call", "call", "call", "ai_call", "sms", "email", "visit", "letter"]
OUTCOMES = ["connected", "conversation", "no_answer", "voicemail", "not_connected", "wrong_number"]


def stamps(near: datetime, before: int, after: int) -> st.SearchStrategy[str]:
    """Instants on whole minutes around a local midnight."""
    return st.integers(-before * 1440, after * 1440).map(
        lambda minutes: (near + timedelta(minutes=minutes)).isoformat(timespec="minutes")
    )


@st.composite
def lines(draw, near):
    return {
        "at": draw(stamps(near, 8, 0)),
        "channel": draw(st.sampled_from(["call", "call", "ai_call", "rvm", "sms", "visit"])),
        "outcome": draw(st.sampled_from(OUTCOMES)),
        "direction": draw(st.sampled_from(["out", "out", "out", "in"])),
        "person": draw(st.sampled_from(["P1", "P1", "P1", "P2"])),
        "number": draw(st.sampled_from(["N1", "N2"])),
        "debts": draw(st.sampled_from([["D1"], ["D2"], ["D1", "D2"]])),
        "by": draw(st.sampled_from(["lender", "agencyA"])),
    }


@st.composite
def holds(draw, near):
    start = draw(stamps(near, 3, 3))
    until = draw(st.none() | stamps(near, 2, 5))
    if until is not None and moment(until) <= moment(start):
        start, until = until, start
    if until == start:
        until = None
    channels = draw(st.none() | st.just(["sms", "email"]) | st.just(["call", "ai_call"]))
    hold = {"rule": "HOUSE-HOLD", "from": start, "until": until, "channels": channels}
    if draw(st.booleans()):
        hold["no_service"] = draw(st.booleans())
    if draw(st.integers(0, 3)) == 0:
        hold["purposes"] = draw(st.sampled_from([["collection"], ["service"]]))
    return hold


@st.composite
def named_hours(draw):
    quarters = draw(st.lists(st.integers(0, 95), min_size=2, max_size=2, unique=True))
    start, until = (f"{q // 4:02}:{q % 4 * 15:02}" for q in sorted(quarters))
    days = sorted(draw(st.sets(st.integers(0, 6), min_size=1)))
    return {"rule": "NAMED", "weekdays": days, "from": start, "until": until}


@st.composite
def cases(draw):
    law = draw(st.sampled_from(LAWS))
    zones = draw(st.sampled_from(ZONES[law[:2]]))
    day = datetime.fromisoformat(draw(st.sampled_from(DATES)))
    near = day.replace(tzinfo=ZoneInfo(zones[0])).astimezone(ZoneInfo("UTC"))
    case = {
        "jurisdiction": law[:2],
        "zones": zones,
        "proposed": {
            "at": draw(stamps(near, 1, 1)),
            "channel": draw(st.sampled_from(CHANNELS)),
            "person": "P1",
            "number": "N1",
            "debt": "D1",
            "purpose": draw(st.sampled_from(["collection", "collection", "service"])),
            "facts": [*STATED, *draw(st.sampled_from([[], ["receipt"]]))],
        },
        "history": draw(st.lists(lines(near), max_size=13)),
        "holds": draw(st.lists(holds(near), max_size=2)),
        "inconvenient": draw(st.lists(named_hours(), max_size=2)),
        "consents": draw(st.lists(consents(near), max_size=2)),
    }
    if draw(st.integers(0, 3)) == 0:
        start = draw(stamps(near, 0, 1))
        until = (moment(start) + timedelta(minutes=draw(st.integers(1, 90)))).isoformat()
        case["agreed_slot"] = {"from": start, "until": until}
    return case | ({"region": law} if len(law) > 2 else {})


@st.composite
def consents(draw, near):
    before = draw(st.none() | st.integers(0, 4))
    last = None if before is None else (near + timedelta(days=before)).date().isoformat()
    return {
        "debt": draw(st.sampled_from(["D1", "D1", "D2"])),
        "given_at": draw(stamps(near, 8, 0)),
        "valid_before": last,
    }


def agree(case):
    oracle, found = Oracle(case), answer(case)
    at = moment(case["proposed"]["at"])
    denying = oracle.denying(at)
    assert found["decision"] == ("deny" if denying else "allow"), (denying, found)
    if not denying:
        return
    assert found["rule"] in denying
    earliest = oracle.earliest(at)
    if found["earliest"] is None:
        assert earliest is None, (earliest, found)
    elif earliest is None:
        assert moment(found["earliest"]) - at >= timedelta(days=DAYS), found
    else:
        assert moment(found["earliest"]) == earliest, (denying, earliest.isoformat(), found)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_the_gate_and_the_oracle_agree(case):
    agree(case)


@pytest.mark.slow
@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_the_gate_and_the_oracle_agree_for_long(case):
    agree(case)
