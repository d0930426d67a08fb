"""The steps of our strategies before the gate: hours, holds and the house's one contact a day."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.clock import local_instant, zone
from domain.contacting import Planned, logged, question, refusal
from domain.gate.gate import may_contact
from domain.gate.words import Channel, ContactOutcome, Profile, Purpose
from domain.holds import Hold, HoldReason
from domain.outcomes import Sent
from domain.steps import MessageClass
from policies.packs import load_packs
from tests.rules.gate.asking import NEW_YORK, SHANGHAI, case, line, said

PACKS = load_packs()
ZONES = {
    "CN": SHANGHAI, "EU": "Europe/Berlin", "NG": "Africa/Lagos", "TW": "Asia/Taipei",
    "UG": "Africa/Kampala", "UK": "Europe/London", "US": NEW_YORK,
}  # fmt: skip
OPENS = {law: time(8) for law in ZONES}
SHUTS = {
    "CN": time(22), "EU": time(20), "NG": time(20), "TW": time(22), "UG": time(20),
    "UK": time(21), "US": time(21),
}  # fmt: skip
DAY = date(2026, 3, 7)
"""The day before clocks change in New York."""


def step(at, law="US", what=MessageClass.DUNNING, channel=Channel.EMAIL, loan="L1", **more):
    return Planned(at, "B1", loan, ZONES[law], channel, what, **more)


def at(law: str, hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return local_instant(day, time(hour, minute), ZONES[law])


def asked(planned: Planned, law="US", log=(), holds=(), profile=Profile.PRUDENT):
    """None when allowed, else the kind, the rule and until when."""
    refused = refusal(PACKS.book(law, None, profile), planned, list(log), list(holds))
    return refused and (refused.kind, refused.rule, refused.until)


def hold(reason: HoldReason, until: datetime | None = None) -> Hold:
    return Hold("H", reason, at("US", 0, day=date(2026, 3, 1)), until, "wang")


@pytest.mark.parametrize(
    ("law", "rule"),
    [
        ("CN", "CN-TIME-01"), ("EU", "EU-TIME"), ("NG", "NG-TIME"), ("TW", "TW-TIME"),
        ("UG", "UG-TIME"), ("UK", "UK-TIME-02"), ("US", "US-TIME-01"),
    ],
)  # fmt: skip
def test_the_day_opens_at_its_first_minute_and_shuts_at_its_last(law, rule):
    shuts = SHUTS[law].hour
    assert asked(step(at(law, 8), law), law) is None
    assert asked(step(at(law, shuts - 1, 59), law), law) is None
    assert asked(step(at(law, 7, 59), law), law) == (Sent.DEFERRED, rule, at(law, 8))
    tomorrow = at(law, 8, day=DAY + timedelta(days=1))
    assert asked(step(at(law, shuts), law), law) == (Sent.DEFERRED, rule, tomorrow)


@pytest.mark.parametrize(
    ("law", "rule"),
    [
        ("CN", "CN-DAY-01"), ("EU", "EU-DAY-01"), ("NG", "NG-DAY-01"), ("TW", "TW-DAY-01"),
        ("UG", "UG-DAY-01"), ("UK", "UK-DAY-01"), ("US", "US-DAY-01"),
    ],
)  # fmt: skip
def test_a_person_is_asked_to_pay_once_a_local_day_over_all_loans_and_channels(law, rule):
    log = [logged(step(at(law, 9), law, channel=Channel.CALL, loan="L2"), ContactOutcome.NO_ANSWER)]
    tomorrow = at(law, 8, day=DAY + timedelta(days=1))
    assert asked(step(at(law, 15), law), law, log) == (Sent.DEFERRED, rule, tomorrow)
    assert asked(step(tomorrow, law), law, log) is None
    assert asked(step(at(law, 15), law), law, log, profile=Profile.MINIMUM) is None


@pytest.mark.parametrize(
    "what", [MessageClass.STATUTORY, MessageClass.RECEIPT, MessageClass.SERVICE]
)
def test_only_dunning_is_counted_and_only_dunning_is_capped(what):
    assert asked(step(at("US", 15)), log=[logged(step(at("US", 9), what=what))]) is None
    assert asked(step(at("US", 15), what=what), log=[logged(step(at("US", 9)))]) is None


def test_a_contact_that_the_person_began_uses_nothing_up():
    theirs = logged(step(at("US", 9), channel=Channel.CALL), ContactOutcome.CONNECTED, inbound=True)
    assert asked(step(at("US", 15)), log=[theirs]) is None


def test_who_asks_the_rules_hears_of_the_house_rule_only_when_it_is_our_step():
    texted = [line("2026-03-02 09:00", "sent", SHANGHAI, channel="sms")]
    plain = case("CN", "2026-03-02 16:00", "email", history=texted)
    ours = case("CN", "2026-03-02 16:00", "email", history=texted, facts=["dunning"])
    assert said(plain) == "allow"
    assert said(ours) == "CN-DAY-01 until 2026-03-03T08:00+08:00"


def test_a_call_of_which_nothing_is_written_counts_as_each_that_it_may_have_been():
    calls = [logged(step(at("CN", 8 + n), "CN", channel=Channel.CALL)) for n in range(6)]
    noon = step(at("CN", 15), "CN", MessageClass.STATUTORY, Channel.CALL)
    assert [call.outcome for call in calls] == [None] * 6
    assert asked(noon, "CN", calls) is None
    reply = question(PACKS.book("CN"), step(at("CN", 15), "CN", channel=Channel.CALL), calls, [])
    refused = may_contact(PACKS.book("CN"), reply)
    assert getattr(refused, "rule", None) in ("CN-FREQ-01", "CN-FREQ-02", "CN-DAY-01")
    yesterday = logged(step(at("US", 9, day=date(2026, 3, 6)), channel=Channel.CALL))
    call = step(at("US", 15), channel=Channel.CALL)
    week = at("US", 8, day=date(2026, 3, 13))
    assert asked(call, log=[yesterday]) == (Sent.DEFERRED, "US-FREQ-02", week)


@pytest.mark.parametrize(
    ("law", "reason", "rule"),
    [
        ("CN", HoldReason.COMPLAINT, "CN-COMP-01"),
        ("CN", HoldReason.DEATH, "CN-PI-08"),
        ("CN", HoldReason.DISPUTE, "hold-dispute"),
        ("UK", HoldReason.MORATORIUM, "UK-BS-01"),
        ("US", HoldReason.BANKRUPTCY, "US-BK-01"),
        ("US", HoldReason.REPRESENTATION, "US-ATTY-01"),
        ("US", HoldReason.DEATH, "US-DEC-01"),
        ("US", HoldReason.DISPUTE, "US-VAL-03"),
        ("US", HoldReason.HARDSHIP, "hold-hardship"),
        ("NG", HoldReason.DEATH, "hold-death"),
    ],
)
def test_a_hold_stands_under_the_rule_of_its_reason_where_the_pack_has_one(law, reason, rule):
    noon = step(at(law, 15), law)
    assert asked(noon, law, holds=[hold(reason)]) == (Sent.SUPPRESSED, rule, None)
    until = at(law, 23)
    tomorrow = at(law, 8, day=DAY + timedelta(days=1))
    assert asked(noon, law, holds=[hold(reason, until)]) == (Sent.DEFERRED, rule, tomorrow)


def test_a_notice_the_law_demands_passes_a_dispute_and_not_a_death():
    notice = step(at("US", 15), what=MessageClass.STATUTORY)
    assert asked(notice, holds=[hold(HoldReason.DISPUTE)]) is None
    assert asked(notice, holds=[hold(HoldReason.DEATH)]) == (Sent.SUPPRESSED, "US-DEC-01", None)


def test_a_product_that_no_pack_knows_is_under_every_rule():
    night = at("US", 23)
    for product in ("15 days", "consumer_loan", None):
        assert asked(step(night, product=product)) is not None
    proposed = question(PACKS.book("US"), step(night, product="cash"), [], []).proposed
    assert (proposed.product, proposed.purpose) == (None, Purpose.COLLECTION)


# Random steps beside an oracle that looks at one half hour after the other.

HALF_HOUR = timedelta(minutes=30)
slots = st.integers(0, 5 * 48).map(lambda n: datetime(2026, 3, 6, tzinfo=UTC) + n * HALF_HOUR)
SAID = [kind for kind in MessageClass if kind is not MessageClass.LOCATE]
"""What is said to the borrower; asking others where they are has rules of its own."""

pasts = st.lists(st.tuples(slots, st.sampled_from(SAID)), max_size=6)
holds = st.lists(
    st.builds(
        lambda start, length: Hold(
            "H", HoldReason.HARDSHIP, start, length and start + length * HALF_HOUR, "wang"
        ),
        slots,
        st.none() | st.integers(1, 96),
    ),
    max_size=2,
)


@settings(deadline=None)
@given(slots, pasts, holds, st.sampled_from(sorted(ZONES)), st.sampled_from(SAID))
def test_a_step_is_put_off_to_the_first_instant_that_is_lawful(now, past, held, law, what):
    log = [logged(step(when, law, kind)) for when, kind in past]
    found = asked(step(now, law, what), law, log, held)
    span = (now + n * HALF_HOUR for n in range(12 * 48))
    first = next((t for t in span if lawful(t, past, held, law, what)), None)
    if first == now:
        assert found is None
    else:
        assert found is not None
        assert found[2] == first


def lawful(now, past, held, law, what) -> bool:
    local = now.astimezone(zone(ZONES[law]))
    dunned = [
        when for when, kind in past
        if kind is MessageClass.DUNNING
        and when.astimezone(zone(ZONES[law])).date() == local.date()
    ]  # fmt: skip
    dunning = what is MessageClass.DUNNING
    return (
        OPENS[law] <= local.time() < SHUTS[law]
        and not (dunning and dunned)
        and not (dunning and any(hold.bites(now) for hold in held))
    )
