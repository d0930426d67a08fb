"""Caps, cooling-off and consents: what counts, for whom, on which local date."""

import pytest

from tests.rules.gate.asking import HONOLULU, LONDON, SHANGHAI, calls, case, line, said

TALK = "conversation"


def cn(at, outcome="connected", **more):
    return line(at, outcome, SHANGHAI, **more)


def uk(at, outcome="no_answer", **more):
    return line(at, outcome, LONDON, **more)


THREE = [cn(f"2026-03-02 {hour}:00") for hour in ("09", "10", "11")]
SIX = [cn(f"2026-03-02 {hour}:00", "no_answer") for hour in ("09", 10, 11, 12, 13, 14)]
NEXT_DAY = "until 2026-03-03T08:00+08:00"


@pytest.mark.parametrize(
    ("history", "answer"),
    [
        (THREE, f"CN-FREQ-01 {NEXT_DAY}"),
        (THREE[:2], "allow"),
        ([*THREE[:2], cn("2026-03-02 11:00", "no_answer")], "allow"),
        ([*THREE[:2], cn("2026-03-02 11:00", direction="in")], "allow"),
        ([*THREE[:2], cn("2026-03-02 11:00", "wrong_number")], "allow"),
        ([*THREE[:2], cn("2026-03-02 11:00", person="P9")], "allow"),
        ([*THREE[:2], cn("2026-03-02 11:00", channel="sms")], "allow"),
        ([*THREE[:2], cn("2026-03-02 11:00", by="agencyB", number="N2")], f"CN-FREQ-01 {NEXT_DAY}"),
        ([*THREE[:2], cn("2026-03-02 00:10", channel="rvm")], f"CN-FREQ-01 {NEXT_DAY}"),
        # Midnight in Shanghai, and not in Greenwich, ends the day.
        ([*THREE[:2], cn("2026-03-01 23:59:59")], "allow"),
        (SIX, f"CN-FREQ-02 {NEXT_DAY}"),
        (SIX[:5], "allow"),
        ([*SIX[:5], cn("2026-03-02 14:00", "not_connected")], f"CN-FREQ-02 {NEXT_DAY}"),
        ([*SIX[:5], cn("2026-03-02 14:00", "no_answer", number="N2")], "allow"),
        ([*SIX[:5], cn("2026-03-02 14:00", "no_answer", number=None)], f"CN-FREQ-02 {NEXT_DAY}"),
        ([*SIX[:5], *THREE[:2]], "allow"),
        ([*SIX, *THREE], f"CN-FREQ-01 {NEXT_DAY}"),
    ],
)
def test_calls_a_day_in_china(history, answer):
    assert said(case("CN", "2026-03-02 16:00", history=history)) == answer


def test_what_binds_calls_leaves_messages_alone():
    for channel in ("sms", "email", "letter"):
        assert said(case("CN", "2026-03-02 16:00", channel, history=[*SIX, *THREE])) == "allow"
    assert said(case("CN", "2026-03-02 16:00", number="N2", history=SIX)) == "allow"


def test_should_not_is_a_warning_in_the_profile_minimum_and_must_not_is_not():
    assert said(case("CN", "2026-03-02 16:00", history=SIX, profile="minimum")) == "allow"
    refused = said(case("CN", "2026-03-02 16:00", history=THREE, profile="minimum"))
    assert refused == f"CN-FREQ-01 {NEXT_DAY}"


def test_a_cap_that_is_reached_at_night_ends_with_the_lawful_hours():
    late = said(case("CN", "2026-03-02 22:30", history=THREE))
    assert late == f"CN-FREQ-01 {NEXT_DAY}"


@pytest.mark.parametrize(
    ("at", "debt", "answer"),
    [
        ("2026-03-02 16:00", "D1", "CN-FREQ-03 until 2026-03-09T08:00+08:00"),
        ("2026-03-02 16:00", "D2", "CN-VISIT-02 until 2026-03-03T08:00+08:00"),
        ("2026-03-08 16:00", "D1", "CN-FREQ-03 until 2026-03-09T08:00+08:00"),
        ("2026-03-09 08:00", "D1", "allow"),
        ("2026-03-03 09:00", "D2", "allow"),
    ],
)
def test_visits_keep_their_day_and_their_week(at, debt, answer):
    visit = cn("2026-03-02 10:00", "no_answer", channel="visit")
    assert said(case("CN", at, "visit", debt=debt, history=[visit])) == answer


WEEK = calls("2026-04-01 10:00", 7)


@pytest.mark.parametrize(
    ("at", "history", "answer"),
    [
        ("2026-04-07 15:00", WEEK, "US-FREQ-01 until 2026-04-08T08:00-04:00"),
        ("2026-04-07 15:00", WEEK[1:], "allow"),
        # Less than 168 hours after the first call, and yet seven dates later.
        ("2026-04-08 08:05", WEEK, "allow"),
        ("2026-04-07 15:00", [*WEEK[1:], line("2026-04-01 10:00", "not_connected")], "allow"),
        ("2026-04-07 15:00", [*WEEK[1:], line("2026-04-01 10:00", "wrong_number")], "allow"),
        ("2026-04-07 15:00", [*WEEK[1:], line("2026-04-01 10:00", person="P9")], "allow"),
        ("2026-04-07 15:00", [*WEEK[1:], line("2026-04-01 10:00", direction="in")], "allow"),
        ("2026-04-07 15:00", [*WEEK[1:], line("2026-04-01 10:00", debts=["D2"])], "allow"),
        ("2026-04-07 15:00", [*WEEK[1:], line("2026-04-01 10:00", channel="sms")], "allow"),
        ("2026-04-07 15:00", [*WEEK[1:], line("2026-04-01 10:00", debts=["D2", "D1"])],
         "US-FREQ-01 until 2026-04-08T08:00-04:00"),
        ("2026-04-07 15:00", [*WEEK[1:], line("2026-04-01 10:00", debts=[])],
         "US-FREQ-01 until 2026-04-08T08:00-04:00"),
        ("2026-04-07 15:00", [*WEEK[1:], line("2026-04-01 10:00", number="N2", by="agencyA")],
         "US-FREQ-01 until 2026-04-08T08:00-04:00"),
        # Ten calls on one date leave the window all at once.
        ("2026-04-07 15:00", [line(f"2026-04-05 {h}:00") for h in range(10, 20)],
         "US-FREQ-01 until 2026-04-12T08:00-04:00"),
        # Across the change of clocks a week is still seven dates.
        ("2026-03-11 10:00", calls("2026-03-05 20:30", 7, zone="America/New_York"),
         "US-FREQ-01 until 2026-03-12T08:00-04:00"),
    ],
)  # fmt: skip
def test_seven_calls_in_seven_dates(at, history, answer):
    assert said(case("US", at, history=history)) == answer


def test_dates_are_those_of_the_borrower_and_not_of_greenwich():
    week = calls("2026-04-01 20:30", 7, zone=HONOLULU)
    early = case("US", "2026-04-08 08:05", zones=[HONOLULU], history=week)
    assert said(early) == "allow"
    same_day = case("US", "2026-04-07 20:45", zones=[HONOLULU], history=week)
    assert said(same_day) == "US-FREQ-01 until 2026-04-08T08:00-10:00"


@pytest.mark.parametrize(
    ("at", "talk", "answer"),
    [
        ("2026-08-14 16:00", line("2026-08-14 10:00", TALK), "2026-08-21T08:00-04:00"),
        ("2026-08-20 20:59", line("2026-08-14 20:59", TALK), "2026-08-21T08:00-04:00"),
        ("2026-08-21 08:00", line("2026-08-14 20:59", TALK), None),
        ("2026-08-19 10:00", line("2026-08-14 10:00", TALK, direction="in"),
         "2026-08-21T08:00-04:00"),
        ("2026-08-19 10:00", line("2026-08-14 10:00", TALK, channel="ai_call"),
         "2026-08-21T08:00-04:00"),
        ("2026-08-19 10:00", line("2026-08-14 10:00", TALK, debts=["D2", "D1"]),
         "2026-08-21T08:00-04:00"),
        ("2026-08-19 10:00", line("2026-08-14 10:00", TALK, debts=["D2"]), None),
        ("2026-08-19 10:00", line("2026-08-14 10:00", TALK, person="P2"), None),
        ("2026-08-19 10:00", line("2026-08-14 10:00", "connected"), None),
        # Talked to on the Sunday of the change: its date is still the first of seven.
        ("2026-11-07 20:00", line("2026-11-01 20:00", TALK), "2026-11-08T08:00-05:00"),
    ],
)  # fmt: skip
def test_a_conversation_is_followed_by_seven_quiet_dates(at, talk, answer):
    expected = "allow" if answer is None else f"US-FREQ-02 until {answer}"
    assert said(case("US", at, history=[talk])) == expected


def consent(given, before=None, debt="D1"):
    return {"debt": debt, "given_at": line(given)["at"], "valid_before": before}


TALKED = [line("2026-04-03 10:00", TALK)]


@pytest.mark.parametrize(
    ("at", "consents", "history", "answer"),
    [
        ("2026-04-06 10:00", [consent("2026-04-03 10:05", "2026-04-07")], TALKED, "allow"),
        ("2026-04-07 08:00", [consent("2026-04-03 10:05", "2026-04-07")], TALKED,
         "US-FREQ-02 until 2026-04-10T08:00-04:00"),
        ("2026-04-09 20:59", [consent("2026-04-03 10:05")], TALKED, "allow"),
        ("2026-04-06 10:00", [consent("2026-04-03 10:05", debt="D2")], TALKED,
         "US-FREQ-02 until 2026-04-10T08:00-04:00"),
        # The call that was asked for was answered: it used the consent up, and the week is new.
        ("2026-04-06 15:00", [consent("2026-04-03 10:05", "2026-04-07")],
         [*TALKED, line("2026-04-06 10:00", TALK)], "US-FREQ-02 until 2026-04-13T08:00-04:00"),
        # Consent does not lift the hours, nor a no to the medium.
        ("2026-04-06 21:30", [consent("2026-04-03 10:05")], TALKED,
         "US-TIME-01 until 2026-04-07T08:00-04:00"),
        # Consent ends before the night does.
        ("2026-04-06 21:30", [consent("2026-04-03 10:05", "2026-04-07")], TALKED,
         "US-TIME-01 until 2026-04-10T08:00-04:00"),
        # What was placed with consent is not counted once it has ended.
        ("2026-06-11 10:00", [consent("2026-06-04 09:00", "2026-06-11")],
         calls("2026-06-04 10:00", 7) + calls("2026-06-04 15:00", 7), "allow"),
        ("2026-06-08 10:00", [], calls("2026-06-04 10:00", 4) + calls("2026-06-04 15:00", 4),
         "US-FREQ-01 until 2026-06-11T08:00-04:00"),
    ],
)  # fmt: skip
def test_consent_to_be_called_back(at, consents, history, answer):
    assert said(case("US", at, consents=consents, history=history)) == answer


def test_massachusetts_counts_texts_and_places():
    two = [line("2026-04-01 10:00"), line("2026-04-06 10:00", "sent", channel="sms")]
    until = "US-MA-01 until 2026-04-08T08:00-04:00"
    assert said(case("US-MA", "2026-04-07 10:00", history=two)) == until
    assert said(case("US-MA", "2026-04-07 10:00", "sms", history=two)) == until
    assert said(case("US-MA", "2026-04-07 10:00", "email", history=two)) == "allow"
    assert said(case("US-MA", "2026-04-07 10:00", debt="D2", history=two)) == "allow"
    assert said(case("US-MA", "2026-04-08 08:00", history=two)) == "allow"
    assert said(case("US", "2026-04-07 10:00", history=two)) == "allow"
    work = [line("2026-04-01 10:00", place="work"), line("2026-04-06 10:00", place="work")]
    at_work = case("US-MA", "2026-04-20 10:00", place="work", history=work)
    assert said(at_work) == "US-MA-01 until 2026-05-01T08:00-04:00"
    assert said(case("US-MA", "2026-04-20 10:00", history=work)) == "allow"


def test_the_longest_refusal_of_a_kind_is_named():
    talk_and_calls = [line("2026-04-01 10:00"), line("2026-04-06 10:00", TALK)]
    found = said(case("US-MA", "2026-04-07 10:00", history=talk_and_calls))
    assert found == "US-FREQ-02 until 2026-04-13T08:00-04:00"


def test_the_budget_over_all_media_is_ours():
    texts = [
        line(f"2026-04-0{day} {hour}:00", "delivered", channel="sms")
        for day in range(1, 8)
        for hour in (10, 15)
    ]
    assert said(case("US", "2026-04-07 16:00", "email", history=texts[:13])) == "allow"
    found = said(case("US", "2026-04-07 16:00", "email", debt="D9", history=texts))
    assert found == "US-HAR-01 until 2026-04-08T08:00-04:00"
    assert said(case("US", "2026-04-07 16:00", "letter", history=texts)) == "allow"


@pytest.mark.parametrize(
    ("history", "answer"),
    [
        ([uk(f"2026-03-0{n} 10:00") for n in (2, 3, 4)], "UK-FREQ-01 until 2026-03-09T08:00+00:00"),
        ([uk(f"2026-03-0{n} 10:00") for n in (2, 3)], "allow"),
        ([uk("2026-03-03 10:00", TALK)], "UK-FREQ-01 until 2026-03-10T08:00+00:00"),
        ([uk("2026-03-03 10:00", TALK, direction="in")], "allow"),
    ],
)
def test_our_own_caps_in_the_united_kingdom(history, answer):
    assert said(case("UK", "2026-03-06 12:00", history=history)) == answer
    assert said(case("UK", "2026-03-06 12:00", history=history, profile="minimum")) == "allow"


def test_regulation_f_binds_agencies_and_the_prudent_lender():
    own = case("US", "2026-04-07 15:00", history=WEEK, profile="minimum")
    assert said(own) == "allow"
    own["proposed"] |= {"actor": "agency", "by": "agencyA"}
    assert said(own) == "allow"
    own["history"] = [stamp | {"by": "agencyA"} for stamp in WEEK]
    assert said(own) == "US-FREQ-01 until 2026-04-08T08:00-04:00"
