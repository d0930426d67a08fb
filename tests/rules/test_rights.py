"""People's rights before the gate: each kind, under the rule of the pack or under its own name."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.clock import local_instant
from domain.contacting import Planned, question
from domain.gate.answers import Allowed
from domain.gate.gate import may_contact
from domain.gate.question import Contact, Proposed, Question
from domain.gate.rulebook import book_of
from domain.gate.words import Channel, ContactOutcome, Fact, Party, Purpose
from domain.rights import BARS, Right, RightKind, kept
from domain.steps import MessageClass
from policies.packs import load_packs

PACKS = load_packs()
ZONES = {"CN": "Asia/Shanghai", "US": "America/New_York", "UK": "Europe/London"}
DAY = date(2026, 3, 10)  # a Tuesday


def at(hour: int, minute: int = 0, law: str = "US", day: date = DAY) -> datetime:
    return local_instant(day, time(hour, minute), ZONES[law])


EARLIER = at(9, day=DAY - timedelta(days=5))


def right(kind: RightKind, **more) -> Right:
    return Right("R1", "B1", kind, more.pop("start", EARLIER), "wang", **more)


def planned(when: datetime, channel=Channel.EMAIL, what=MessageClass.DUNNING, law="US", **more):
    return Planned(when, "B1", more.pop("loan", "L1"), ZONES[law], channel, what, **more)


def answer(plan: Planned, *rights: Right, law: str = "US", log=()) -> str:
    """`allowed`, `never under RULE`, or `RULE until` the local hour."""
    book = PACKS.book(law)
    found = may_contact(book, question(book, plan, log, [], rights))
    if isinstance(found, Allowed):
        return "allowed"
    if found.until is None:
        return f"never under {found.rule}"
    return f"{found.rule} until {found.until:%d %H:%M}"


NOON = at(12)

REFUSALS = [
    ("US", RightKind.OPT_OUT, "US-MED-01"),
    ("UK", RightKind.OPT_OUT, "UK-TIME-01"),
    ("CN", RightKind.OPT_OUT, "right-opt-out"),
    ("US", RightKind.CEASE, "US-CEASE-01"),
    ("UK", RightKind.CEASE, "right-cease"),
    ("US", RightKind.REPRESENTATION, "US-ATTY-01"),
    ("CN", RightKind.REPRESENTATION, "right-representation"),
]


@pytest.mark.parametrize(("law", "kind", "rule"), REFUSALS)
def test_a_right_that_bars_is_kept_under_its_rule_or_under_its_own_name(law, kind, rule):
    noon = planned(at(12, law=law), law=law)
    assert answer(noon, law=law) == "allowed"
    assert answer(noon, right(kind), law=law) == f"never under {rule}"


def test_an_opt_out_is_of_its_channel_and_its_purpose():
    texts = right(RightKind.OPT_OUT, channel=Channel.SMS)
    assert answer(planned(NOON, Channel.SMS), texts) == "never under US-MED-01"
    assert answer(planned(NOON), texts) == "allowed"
    dunning = right(RightKind.OPT_OUT, purpose=Purpose.COLLECTION)
    assert answer(planned(NOON), dunning) == "never under US-MED-01"
    assert answer(planned(NOON, what=MessageClass.SERVICE), dunning) == "allowed"
    whole = right(RightKind.OPT_OUT)
    assert answer(planned(NOON, what=MessageClass.SERVICE), whole) == "never under US-MED-01"
    assert answer(planned(NOON, what=MessageClass.STATUTORY), whole) == "allowed"


CLASSES = [MessageClass.DUNNING, MessageClass.SERVICE, MessageClass.RECEIPT, MessageClass.STATUTORY]
KINDS_OF_MESSAGE = {
    MessageClass.DUNNING: Purpose.COLLECTION,
    MessageClass.SERVICE: Purpose.SERVICE,
    MessageClass.RECEIPT: Purpose.SERVICE,
    MessageClass.STATUTORY: Purpose.STATUTORY_NOTICE,
}
HAS_A_RULE = {RightKind.OPT_OUT: ("US", "UK"), RightKind.CEASE: ("US",)}
"""Laws whose own rule lets nothing but legal notices pass; elsewhere receipts do too."""


@pytest.mark.parametrize("kind", [RightKind.OPT_OUT, RightKind.CEASE])
@pytest.mark.parametrize("law", ["CN", "US", "UK"])
def test_after_stop_only_what_the_law_wants_and_receipts_go_by_that_channel(law, kind):
    stop = right(kind, channel=Channel.SMS)
    noon = at(12, law=law)
    passing = [
        what
        for what in CLASSES
        if answer(planned(noon, Channel.SMS, what, law), stop, law=law) == "allowed"
    ]
    assert passing == CLASSES[3 if law in HAS_A_RULE[kind] else 2 :]
    for what in CLASSES:
        assert answer(planned(noon, Channel.EMAIL, what, law), stop, law=law) == "allowed"


@st.composite
def stops(draw):
    """A wish to be left alone, narrowed anyhow, told some hours before or after noon."""
    start = at(12, law="CN") + timedelta(hours=draw(st.integers(-30, 3)))
    end = draw(st.none() | st.integers(1, 40))
    return right(
        draw(st.sampled_from([RightKind.OPT_OUT, RightKind.CEASE])),
        start=start,
        channel=draw(st.sampled_from([None, Channel.SMS, Channel.EMAIL])),
        purpose=draw(st.sampled_from([None, Purpose.COLLECTION, Purpose.SERVICE])),
        loan_id=draw(st.sampled_from([None, "L1", "L2"])),
        contact_point_id=draw(st.sampled_from([None, None, 7, 8])),
        until=None if end is None else start + timedelta(hours=end),
    )


def left_alone(plan: Planned, stop: Right, law: str) -> bool:
    """Whether that wish bars that message, worked out field by field."""
    if plan.message_class is MessageClass.STATUTORY:
        return False
    if plan.message_class is MessageClass.RECEIPT and law not in HAS_A_RULE[stop.kind]:
        return False
    over = stop.until is not None and stop.until <= plan.at
    told = stop.start - plan.at <= timedelta(minutes=2)
    narrowed = {
        (stop.channel, plan.channel),
        (stop.purpose, KINDS_OF_MESSAGE[plan.message_class]),
        (stop.loan_id, plan.loan_id),
        (stop.contact_point_id, int(plan.number or 0)),
    }
    return told and not over and all(only in (None, ours) for only, ours in narrowed)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(stops(), min_size=1, max_size=3),
    st.sampled_from(CLASSES),
    st.sampled_from([Channel.SMS, Channel.EMAIL]),
    st.sampled_from(["CN", "UK"]),
)
def test_opt_outs_of_every_kind_agree_with_what_is_worked_out_by_hand(wishes, what, channel, law):
    plan = planned(at(12, law="CN"), channel, what, law, number="7")
    if law == "UK":
        plan = replace(plan, zone=ZONES["CN"])
    barred = any(left_alone(plan, stop, law) for stop in wishes)
    assert (answer(plan, *wishes, law=law) != "allowed") is barred


def test_who_wants_no_calls_wants_no_telephone_calls_of_any_kind():
    calls = right(RightKind.OPT_OUT, channel=Channel.CALL)
    for channel in (Channel.CALL, Channel.RVM):
        assert answer(planned(NOON, channel), calls).endswith("US-MED-01")
    assert answer(planned(NOON, Channel.SMS), calls) == "allowed"


def test_an_opt_out_of_one_address_leaves_the_others():
    one = right(RightKind.OPT_OUT, contact_point_id=7)
    assert answer(planned(NOON, number="7"), one) == "never under US-MED-01"
    assert answer(planned(NOON, number="8"), one) == "allowed"
    assert answer(planned(NOON), one) == "allowed", "where there is no address there is no contact"


def test_a_right_about_one_loan_leaves_the_others():
    one = right(RightKind.OPT_OUT, loan_id="L1")
    assert answer(planned(NOON), one) == "never under US-MED-01"
    assert answer(planned(NOON, loan="L2"), one) == "allowed"
    assert answer(planned(NOON, loan="L2", others=("L1",)), one) == "never under US-MED-01"


def test_after_a_cease_only_what_the_law_leaves_is_said():
    cease = right(RightKind.CEASE)
    assert answer(planned(NOON, what=MessageClass.STATUTORY), cease) == "allowed"
    assert answer(planned(NOON, what=MessageClass.SERVICE), cease) == "never under US-CEASE-01"
    assert answer(planned(NOON, Channel.LETTER), cease) == "never under US-CEASE-01"


@pytest.mark.parametrize("law", ["US", "CN"])
def test_where_there_is_a_lawyer_only_the_lawyer_is_contacted(law):
    book, says = PACKS.book(law), right(RightKind.REPRESENTATION)

    def asked(person: str, party: Party) -> bool:
        proposed = Proposed(
            at(12, law=law), Channel.EMAIL, person, ("L1",), party=party,
            about=None if person == "B1" else "B1",
        )  # fmt: skip
        holds = kept(book.right_rules, [says], proposed).holds
        return isinstance(may_contact(book, Question(proposed, (ZONES[law],), (), holds)), Allowed)

    assert not asked("B1", Party.BORROWER)
    assert not asked("B2", Party.CO_BORROWER), "nor is anybody else asked about them"
    assert asked("A1", Party.ATTORNEY)


@pytest.mark.parametrize(
    ("law", "rule"),
    [("CN", "CN-3P-02"), ("US", "US-3P-02"), ("UK", "right-third-party-refusal")],
)
def test_a_third_person_who_refused_is_never_asked_again_at_that_number(law, rule):
    no = right(RightKind.THIRD_PARTY_REFUSAL, contact_point_id=7, channel=Channel.SMS)
    years_later = at(12, law=law, day=date(2029, 3, 13))

    def locate(number: str, *rights: Right) -> str:
        plan = planned(
            years_later, Channel.CALL, MessageClass.LOCATE, law,
            number=number, party=Party.CONTACT_PERSON,
        )  # fmt: skip
        unreached = [
            Contact(years_later - timedelta(days=n), Channel.CALL, "B1", ContactOutcome.NO_ANSWER)
            for n in (9, 10, 11)
        ]
        return answer(plan, *rights, law=law, log=unreached)

    assert locate("7") == "allowed"
    assert locate("7", no) == f"never under {rule}"
    assert locate("8", no) == "allowed"
    assert answer(planned(at(12, law=law), law=law), no, law=law) == "allowed"


@pytest.mark.parametrize(
    ("law", "rule"),
    [("US", "US-TIME-02"), ("UK", "UK-TIME-01"), ("CN", "right-inconvenient-hours")],
)
def test_named_hours_put_a_contact_off_to_their_end(law, rule):
    mornings = right(
        RightKind.INCONVENIENT_HOURS, weekdays=frozenset({1}), earliest=time(9), latest=time(12)
    )
    late = f"{at(12, law=law):%d %H:%M}"
    assert answer(planned(at(10, law=law), law=law), mornings, law=law) == f"{rule} until {late}"
    assert answer(planned(at(8, law=law), law=law), mornings, law=law) == "allowed"
    assert answer(planned(at(12, law=law), law=law), mornings, law=law) == "allowed"
    wednesday = at(10, law=law, day=DAY + timedelta(days=1))
    assert answer(planned(wednesday, law=law), mornings, law=law) == "allowed"


def test_an_agreed_slot_lifts_the_hours_for_itself_and_no_longer():
    slot = right(RightKind.AGREED_SLOT, start=at(22), until=at(23))
    assert answer(planned(at(22, 30)), slot) == "allowed"
    assert answer(planned(at(21, 30)), slot) == f"US-TIME-01 until {at(22):%d %H:%M}"
    tomorrow = at(8, day=DAY + timedelta(days=1))
    assert answer(planned(at(23)), slot) == f"US-TIME-01 until {tomorrow:%d %H:%M}"


def test_a_call_back_lifts_the_rest_after_a_conversation_for_the_loan_it_is_about():
    talk = Contact(
        at(9, day=DAY - timedelta(days=2)), Channel.CALL, "B1",
        ContactOutcome.CONVERSATION, debts=("L1", "L2"),
    )  # fmt: skip
    again = right(RightKind.CALL_BACK, start=talk.at + timedelta(minutes=5), loan_id="L1")
    call = planned(NOON, Channel.CALL)
    assert answer(call, log=[talk]).startswith("US-FREQ-02 until")
    assert answer(call, again, log=[talk]) == "allowed"
    assert answer(planned(NOON, Channel.CALL, loan="L2"), again, log=[talk]) != "allowed"


def test_consent_makes_a_recorded_voice_lawful_and_only_from_when_it_was_given():
    robot = planned(NOON, Channel.AI_CALL)
    assert answer(robot) == "never under US-TCPA-01"
    yes = {"channel": Channel.AI_CALL, "reference": "form 12"}
    assert answer(robot, right(RightKind.CONSENT, **yes)) == "allowed"
    later = right(RightKind.CONSENT, start=NOON + timedelta(minutes=1), **yes)
    assert answer(robot, later) == "never under US-TCPA-01"
    other = right(RightKind.CONSENT, **yes | {"channel": Channel.SOCIAL})
    assert answer(robot, other) == "never under US-TCPA-01"


def test_what_the_borrower_agreed_to_lifts_nothing_for_somebody_else():
    slot = right(RightKind.AGREED_SLOT, start=at(22), until=at(23))
    other = planned(
        at(22, 30), Channel.CALL, MessageClass.LOCATE, number="7", party=Party.CONTACT_PERSON
    )
    assert answer(other, slot).startswith("US-TIME-01 until")


def test_a_right_ends_with_its_withdrawal_and_begins_when_it_is_told():
    assert answer(planned(NOON), right(RightKind.CEASE, withdrawn_at=NOON)) == "allowed"
    lifted = right(RightKind.CEASE, withdrawn_at=NOON + timedelta(hours=1))
    assert answer(planned(NOON), lifted) == f"US-CEASE-01 until {at(13):%d %H:%M}"
    ahead = right(RightKind.CEASE, start=NOON + timedelta(hours=1))
    assert answer(planned(NOON), ahead) == "allowed"
    just_told = right(RightKind.CEASE, start=NOON + timedelta(minutes=1))
    assert answer(planned(NOON), just_told) == "never under US-CEASE-01", "clocks differ a little"


def test_the_rules_of_a_region_come_before_those_of_its_country():
    books = PACKS.books()
    assert book_of(books, "US") is books["US"]
    ours = book_of(books, "US", "US-MA")
    assert ours is books["US-MA"]
    assert ours is not None
    assert len(ours.packs) == 2
    assert book_of(books, "US", "US-XX") is None
    assert book_of(books, "CN", "US-MA") is None
    assert book_of(books, "XX") is None


# Whatever somebody forbids: nothing that was unlawful becomes lawful by it.

HOUR = timedelta(hours=1)
hours = st.integers(0, 7 * 24).map(lambda n: datetime(2026, 3, 6, tzinfo=UTC) + n * HOUR)
bars = st.builds(
    lambda kind, start, length, channel, purpose, loan: Right(
        "R", "B1", kind, start, "wang",
        loan_id=loan, channel=channel, purpose=purpose,
        contact_point_id=7 if kind is RightKind.THIRD_PARTY_REFUSAL else None,
        weekdays=frozenset({length % 7, 2}), earliest=time(length % 24), latest=time(13),
        until=None if length > 60 or kind is RightKind.THIRD_PARTY_REFUSAL
        else start + length * HOUR,
    ),
    st.sampled_from(sorted(BARS | {RightKind.INCONVENIENT_HOURS})),
    hours,
    st.integers(1, 100),
    st.none() | st.sampled_from(Channel),
    st.none() | st.sampled_from(Purpose),
    st.none() | st.sampled_from(["L1", "L2"]),
)  # fmt: skip


@settings(deadline=None)
@given(
    hours,
    st.sampled_from(sorted(ZONES)),
    st.sampled_from(MessageClass),
    st.sampled_from(Channel),
    st.lists(bars, max_size=3),
    bars,
)
def test_one_more_bar_never_makes_an_earlier_contact_lawful(now, law, what, channel, said, more):
    book = PACKS.book(law)
    plan = planned(now, channel, what, law, number="7")
    before = may_contact(book, question(book, plan, [], [], said))
    after = may_contact(book, question(book, plan, [], [], [*said, more]))
    if isinstance(after, Allowed):
        assert isinstance(before, Allowed)
    elif not isinstance(before, Allowed) and after.until is not None:
        assert before.until is not None
        assert after.until >= before.until


def test_what_is_kept_of_no_rights_is_nothing():
    proposed = Proposed(NOON, Channel.EMAIL, "B1", ("L1",))
    assert kept({}, [], proposed) == kept({}, [right(RightKind.CEASE, until=EARLIER)], proposed)
    consented = kept({}, [right(RightKind.CONSENT, channel=Channel.EMAIL)], proposed)
    assert consented.facts == {Fact.EXPRESS_CONSENT}
