"""Holds, third parties, visitors and flags: the worked cases that need state, by their id."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.gate.answers import Allowed, Permit, Refused
from domain.gate.gate import may_contact
from domain.gate.question import (
    CallBackConsent,
    Contact,
    InconvenientHours,
    LegalHold,
    Proposed,
    Question,
)
from domain.gate.words import (
    Actor,
    Channel,
    ContactOutcome,
    Fact,
    Party,
    Place,
    Profile,
    Purpose,
)
from policies.packs import load_packs
from tests.rules.gate.asking import HOME, case, line, said

PACKS = load_packs()
NOON = datetime(2026, 5, 6, 6, tzinfo=UTC)
"""14:00 in Shanghai on a Wednesday."""
US_NOON = datetime(2026, 5, 6, 16, tzinfo=UTC)


def ask(law: str, proposed: Proposed, **known) -> Permit:
    return may_contact(PACKS.book(law), Question(proposed, [HOME[law]], **known))


def propose(at=US_NOON, channel=Channel.CALL, person="P1", **more) -> Proposed:
    return Proposed(at, channel, person, ("D1",), "N1", **more)


def rules(permit: Permit) -> list[str]:
    return [caution.rule for caution in permit.warnings]


def failed(times: int) -> list[Contact]:
    return [
        Contact(NOON - timedelta(hours=n + 1), Channel.CALL, "P1", ContactOutcome.NO_ANSWER)
        for n in range(times)
    ]


def contact_person(purpose=Purpose.LOCATE, discloses_debt=False, **more) -> Proposed:
    return propose(
        NOON, person="C1", party=Party.CONTACT_PERSON, purpose=purpose, about="P1",
        discloses_debt=discloses_debt, **more,
    )  # fmt: skip


def test_st_01_one_failed_call_does_not_open_the_way_to_a_contact_person():
    permit = ask("CN", contact_person(), log=failed(1))
    assert isinstance(permit, Refused)
    assert (permit.rule, permit.until) == ("CN-3P-01", None)
    assert ask("CN", contact_person(), log=failed(2)) != Allowed()


def test_st_02_three_failed_calls_in_a_row_do():
    assert ask("CN", contact_person(), log=failed(3)) == Allowed()
    invalid = contact_person(facts=frozenset({Fact.NUMBER_INVALID}))
    assert ask("CN", invalid) == Allowed()


def test_three_failed_calls_with_a_sign_of_life_between_them_do_not():
    heard = Contact(NOON - timedelta(minutes=90), Channel.SMS, "P1", inbound=True)
    assert isinstance(ask("CN", contact_person(), log=[*failed(3), heard]), Refused)


def test_st_03_the_debt_is_never_disclosed_and_nothing_collected():
    for wrong in (contact_person(discloses_debt=True), contact_person(Purpose.COLLECTION)):
        permit = ask("CN", wrong, log=failed(3))
        assert isinstance(permit, Refused)
        assert permit.rule == "CN-3P-01"


def test_a_contact_person_who_refused_is_left_alone_for_good():
    refusal = LegalHold("CN-3P-02", NOON - timedelta(days=90), person="C1")
    permit = ask("CN", contact_person(), log=failed(3), holds=[refusal])
    assert isinstance(permit, Refused)
    assert (permit.rule, permit.until) == ("CN-3P-02", None)
    assert ask("CN", propose(NOON), holds=[refusal]) == Allowed()


def test_st_06_a_debt_related_person_is_put_before_counsel():
    wife = propose(NOON, person="W1", party=Party.DEBT_RELATED)
    permit = ask("CN", wife)
    assert isinstance(permit, Allowed)
    assert rules(permit) == ["CN-3P-03"]


def test_st_07_a_visit_by_one_collector_is_refused():
    for collectors in (1, None):
        permit = ask("CN", propose(NOON, Channel.VISIT, collectors=collectors))
        assert isinstance(permit, Refused)
        assert (permit.rule, permit.until) == ("CN-VISIT-01", None)
    assert ask("CN", propose(NOON, Channel.VISIT, collectors=2)) == Allowed()


def test_st_09_an_agency_does_not_use_a_private_account():
    private = frozenset({Fact.PRIVATE_ACCOUNT})
    asked = propose(NOON, Channel.SOCIAL, actor=Actor.AGENCY, facts=private)
    permit = ask("CN", asked)
    assert isinstance(permit, Refused)
    assert permit.rule == "CN-ID-02"


def test_st_16_one_reply_to_one_who_writes_at_an_hour_named_inconvenient():
    named = [
        InconvenientHours(
            "US-TIME-02",
            frozenset(range(5)),
            datetime(2026, 1, 1, 15).time(),  # noqa: DTZ001 - a local time
            datetime(2026, 1, 1, 17).time(),  # noqa: DTZ001 - a local time
        )
    ]
    wrote = Contact(US_NOON.replace(hour=19, minute=30), Channel.EMAIL, "P1", inbound=True)
    reply = propose(US_NOON.replace(hour=19, minute=40), Channel.EMAIL, purpose=Purpose.REPLY)
    permit = ask("US", reply, log=[wrote], inconvenient=named)
    assert isinstance(permit, Allowed)
    assert rules(permit) == ["US-TIME-02"]
    answered = Contact(reply.at, Channel.EMAIL, "P1")
    second = propose(US_NOON.replace(hour=20), Channel.EMAIL, purpose=Purpose.REPLY)
    refused = ask("US", second, log=[wrote, answered], inconvenient=named)
    assert isinstance(refused, Refused)
    assert (refused.rule, refused.until) == ("US-TIME-02", US_NOON.replace(hour=21))
    by_sms = propose(reply.at, Channel.SMS, purpose=Purpose.REPLY)
    assert isinstance(ask("US", by_sms, log=[wrote], inconvenient=named), Refused)


def test_st_17_with_an_attorney_on_file_only_the_consumers_own_call_is_answered():
    attorney = [LegalHold("US-ATTY-01", US_NOON - timedelta(days=3))]
    calling = Contact(US_NOON, Channel.CALL, "P1", ContactOutcome.CONNECTED, inbound=True)
    answer = propose(purpose=Purpose.REPLY)
    permit = ask("US", answer, log=[calling], holds=attorney)
    assert isinstance(permit, Allowed)
    assert rules(permit) == ["US-ATTY-01"]
    for unasked in (answer, propose()):
        refused = ask("US", unasked, holds=attorney)
        assert isinstance(refused, Refused)
        assert refused.rule == "US-ATTY-01"
    assert ask("US", propose(person="A1", party=Party.ATTORNEY), holds=attorney) == Allowed()


def test_st_18_no_call_at_work_after_a_word_about_it():
    at_work = [LegalHold("US-WORK-01", US_NOON, places=frozenset({Place.WORK}))]
    refused = ask("US", propose(place=Place.WORK), holds=at_work)
    assert isinstance(refused, Refused)
    assert (refused.rule, refused.until) == ("US-WORK-01", None)
    assert ask("US", propose(), holds=at_work) == Allowed()


def test_st_20_one_confirmation_of_an_opt_out_within_five_minutes():
    stopped = [LegalHold("US-MED-01", US_NOON, channels=frozenset({Channel.SMS}))]

    def confirm(minutes: int, **known) -> Permit:
        at = US_NOON + timedelta(minutes=minutes)
        text = propose(at, Channel.SMS, purpose=Purpose.CONFIRMATION)
        return ask("US", text, holds=stopped, **known)

    permit = confirm(5)
    assert isinstance(permit, Allowed)
    assert rules(permit) == ["US-MED-01"]
    assert isinstance(confirm(6), Refused)
    already = [Contact(US_NOON + timedelta(minutes=1), Channel.SMS, "P1")]
    assert isinstance(confirm(2, log=already), Refused)
    assert isinstance(ask("US", propose(channel=Channel.SMS), holds=stopped), Refused)
    assert ask("US", propose(), holds=stopped) == Allowed()


def test_st_22_two_unanswered_calls_within_minutes_are_flagged():
    log = [
        Contact(US_NOON - timedelta(minutes=m), Channel.CALL, "P1", ContactOutcome.NO_ANSWER,
                number="N1", debts=("D1",))
        for m in (40, 43)
    ]  # fmt: skip
    permit = ask("US", propose(), log=log)
    assert isinstance(permit, Allowed)
    assert rules(permit) == ["US-FREQ-07"]
    assert rules(ask("US", propose(at=US_NOON - timedelta(minutes=37)), log=log[:1])) == [
        "US-FREQ-07"
    ]
    assert ask("US", propose(), log=log[:1]) == Allowed()
    other = [log[0], Contact(log[1].at, Channel.CALL, "P1", log[1].outcome, number="N2")]
    assert ask("US", propose(), log=other) == Allowed()


def test_st_23_after_a_cease_notice_only_the_remedy_is_named():
    ceased = [LegalHold("US-CEASE-01", US_NOON - timedelta(days=1))]
    letter = propose(channel=Channel.LETTER, purpose=Purpose.REMEDY_NOTICE)
    assert rules(ask("US", letter, holds=ceased)) == ["US-CEASE-01"]
    for purpose in (Purpose.COLLECTION, Purpose.SERVICE, Purpose.REPLY):
        refused = ask("US", propose(channel=Channel.LETTER, purpose=purpose), holds=ceased)
        assert isinstance(refused, Refused)
        assert refused.rule == "US-CEASE-01"
    assert ask("US", propose(US_NOON - timedelta(days=2)), holds=ceased) == Allowed()


BREATHING = LegalHold("UK-BS-01", NOON - timedelta(days=10), NOON + timedelta(days=50))


def test_st_26_in_breathing_space_a_question_is_answered():
    asked_us = Contact(
        NOON - timedelta(minutes=5), Channel.CALL, "P1", ContactOutcome.CONVERSATION, inbound=True
    )
    at = NOON.replace(hour=12)
    permit = ask("UK", propose(at, purpose=Purpose.REPLY), log=[asked_us], holds=[BREATHING])
    assert isinstance(permit, Allowed)
    assert rules(permit) == ["UK-BS-02"]


def test_st_27_in_breathing_space_a_statutory_notice_goes_out():
    notice = propose(NOON, Channel.LETTER, purpose=Purpose.STATUTORY_NOTICE)
    assert rules(ask("UK", notice, holds=[BREATHING])) == ["UK-BS-02"]
    demand = ask("UK", propose(NOON, Channel.LETTER), holds=[BREATHING])
    assert isinstance(demand, Refused)
    assert (demand.rule, demand.until) == ("UK-BS-01", BREATHING.until)


def test_breathing_space_protects_those_who_owe_the_same_debt():
    shared = LegalHold(
        "UK-BS-01", NOON - timedelta(days=1), NOON + timedelta(days=50),
        debts=frozenset({"D1"}), person="P1",
    )  # fmt: skip
    joint = propose(NOON, person="P2", party=Party.CO_BORROWER)
    assert isinstance(ask("UK", joint, holds=[shared]), Refused)
    other = Proposed(US_NOON, Channel.CALL, "P2", ("D7",), party=Party.CO_BORROWER)
    assert ask("UK", other, holds=[shared]) == Allowed()


def test_st_31_a_purchased_debt_needs_its_notice_first():
    bought = frozenset({Fact.DEBT_PURCHASED})
    refused = ask("EU", propose(NOON, facts=bought))
    assert isinstance(refused, Refused)
    assert (refused.rule, refused.until) == ("EU-CS-02", None)
    told = bought | {Fact.TRANSFER_NOTICE_SENT}
    assert ask("EU", propose(NOON, facts=told)) == Allowed()


def test_a_recorded_voice_needs_express_consent_in_america():
    for channel in (Channel.AI_CALL, Channel.RVM):
        refused = ask("US", propose(channel=channel))
        assert isinstance(refused, Refused)
        assert refused.rule == "US-TCPA-01"
    consent = frozenset({Fact.EXPRESS_CONSENT})
    assert ask("US", propose(channel=Channel.AI_CALL, facts=consent)) == Allowed()


def test_a_location_call_is_made_once_a_person():
    before = Contact(US_NOON - timedelta(days=40), Channel.CALL, "C1", ContactOutcome.CONNECTED)
    again = propose(
        person="C1", party=Party.THIRD_PERSON, purpose=Purpose.LOCATE, discloses_debt=False
    )
    assert ask("US", again) == Allowed()
    refused = ask("US", again, log=[before])
    assert isinstance(refused, Refused)
    assert refused.rule == "US-3P-02"


def test_the_estate_is_spoken_to_and_not_the_dead():
    dead = [LegalHold("US-DEC-01", US_NOON)]
    assert isinstance(ask("US", propose(), holds=dead), Refused)
    executor = propose(person="E1", party=Party.EXECUTOR)
    assert ask("US", executor, holds=dead) == Allowed()


def test_holds_are_named_statutory_before_mandatory_before_policy():
    since = US_NOON - timedelta(days=1)
    holds = [LegalHold(rule, since) for rule in ("HOUSE-REST", "US-CEASE-01", "US-BK-01")]
    night = propose(US_NOON + timedelta(hours=12))
    for expected in ("US-BK-01", "US-CEASE-01", "HOUSE-REST"):
        refused = ask("US", night, holds=holds)
        assert isinstance(refused, Refused)
        assert refused.rule == expected
        holds = [hold for hold in holds if hold.rule != expected]


def test_a_hold_that_ends_in_the_night_is_over_in_the_morning():
    hold = {
        "rule": "UK-BS-01",
        "from": "2026-02-10T00:00:00+00:00",
        "until": "2026-04-11T00:00:00+01:00",
        "channels": None,
    }
    asked = case("UK", "2026-03-02 10:00", holds=[hold])
    assert said(asked) == "UK-BS-01 until 2026-04-11T08:00+01:00"
    chained = {**hold, "rule": "UK-FORB-03", "from": hold["until"], "until": None}
    assert said(asked | {"holds": [hold, chained]}) == "UK-BS-01 until None"
    seconds = {**hold, "until": "2026-04-11T10:00:30+01:00"}
    assert said(asked | {"holds": [seconds]}) == "UK-BS-01 until 2026-04-11T10:01+01:00"
    years = {**hold, "until": "2029-04-11T10:00:00+01:00"}
    assert said(asked | {"holds": [years]}) == "UK-BS-01 until 2029-04-11T10:00+01:00"
    ever = {**hold, "until": "9999-12-31T23:59:59+00:00"}
    assert said(asked | {"holds": [ever]}) == "UK-BS-01 until None"


def test_an_opt_out_bars_its_medium_and_its_number_only():
    stop = {"rule": "US-MED-01", "from": "2026-05-01T12:00:00-04:00", "channels": ["sms"]}
    assert said(case("US", "2026-05-04 10:00", "sms", holds=[stop])) == "US-MED-01 until None"
    assert said(case("US", "2026-05-04 10:00", "call", holds=[stop])) == "allow"
    assert said(case("US", "2026-05-01 11:00", "sms", holds=[stop])) == "allow"
    numbered = {**stop, "number": "N2"}
    assert said(case("US", "2026-05-04 10:00", "sms", holds=[numbered])) == "allow"


def test_a_plan_in_force_stops_collection_and_not_service():
    plan = {"rule": "CN-PLAN-02", "from": "2026-03-01T00:00:00+08:00", "until": None}
    found = case("CN", "2026-03-10 10:00", "sms", holds=[plan])
    assert said(found) == "CN-PLAN-02 until None"
    assert said(case("CN", "2026-03-10 10:00", "sms", holds=[plan], purpose="service")) == "allow"


def test_the_profile_changes_severity_and_never_the_law_behind_a_hold():
    book = PACKS.book("UK", profile=Profile.MINIMUM)
    hold = LegalHold("UK-FORB-03", NOON - timedelta(days=1), NOON + timedelta(days=29))
    permit = may_contact(book, Question(propose(NOON), [HOME["UK"]], holds=[hold]))
    assert isinstance(permit, Refused)


def test_a_third_person_is_told_from_the_borrower_by_the_history():
    history = [line(f"2026-05-06 0{n}:00", zone=HOME["CN"]) for n in (8, 9)]
    asked = case(
        "CN", "2026-05-06 14:00", person="C1", party="contact_person", purpose="locate",
        history=history,
    )  # fmt: skip
    assert said(asked) == "CN-3P-01 until None"
    asked["history"].append(line("2026-05-06 10:00", zone=HOME["CN"]))
    assert said(asked) == "allow"


def test_a_call_whose_outcome_is_not_known_may_have_reached_the_borrower():
    unknown = replace(failed(3)[0], outcome=None)
    permit = ask("CN", contact_person(), log=[unknown, *failed(3)[1:]])
    assert isinstance(permit, Refused)
    assert permit.rule == "CN-3P-01"


def test_a_call_whose_outcome_is_not_known_may_have_used_up_a_consent():
    weekly = [
        Contact(US_NOON - timedelta(days=n, hours=1), Channel.CALL, "P1", outcome)
        for n, outcome in enumerate([ContactOutcome.NO_ANSWER] * 7)
    ]
    consents = [CallBackConsent("D1", US_NOON - timedelta(days=2))]
    assert isinstance(ask("US", propose(), log=weekly, consents=consents), Allowed)
    used = [*weekly, Contact(US_NOON - timedelta(days=1), Channel.CALL, "P1", None)]
    assert isinstance(ask("US", propose(), log=used, consents=consents), Refused)
