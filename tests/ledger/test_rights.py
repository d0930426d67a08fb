"""People's rights in the ledger: taken down once, asked by every claim, heard by every agency."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from domain.delinquency import Instalment
from domain.facts import StandingChanged
from domain.gate.words import Channel, ContactOutcome, Party, Purpose
from domain.holds import Hold, HoldReason
from domain.keys import case_id, mass_hold_key
from domain.orders import CloseOrder, PlacementOrder
from domain.outcomes import AgencyOutcome, Placed, SendOutcome
from domain.plans import Plan
from domain.records import HoldChanged, PlanChanged
from domain.rights import Right, RightKind
from domain.steps import MessageClass
from domain.strategy import Outcome
from ledger import standing
from ledger.calls import Call, called
from ledger.cases import NewCase, close_case, open_case, write_records
from ledger.claims import Claimed
from ledger.decisions import decisions_of, verify
from ledger.engine import reading, writing
from ledger.errors import KeyReused, LedgerError
from ledger.events import mark_spoken
from ledger.loans import add_borrower, points_of
from ledger.placements import claim_placement, confirm_placement
from ledger.rights import exercise, right_of, rights_of, withdraw
from ledger.values import Borrower, ContactPoint
from ledger.words import PointChannel
from tests.ledger.book import (
    CASE,
    EPISODE,
    MAIL,
    MORNING,
    PHONE,
    RULES_OF,
    WEI,
    a_loan,
    claim,
    on_hold,
    open_book,
    order,
)

ANN = Borrower("B1", "Ann", "en", "America/New_York", "US")
AUNT = ContactPoint(PointChannel.PHONE, "+12025550199", party=Party.CONTACT_PERSON, person="Aunt")
NOON = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)  # noon in New York, a Tuesday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
US = RULES_OF["US"]
CASE_2 = case_id("L2", EPISODE)


@pytest.fixture
def book(ledger):
    """Ann owes L1 and L2, both with an open case; her aunt is a contact person."""
    with writing(ledger) as session:
        for loan in ("L1", "L2"):
            a_loan(session, loan, ANN, (MAIL, PHONE, AUNT))
            open_case(session, NewCase(loan, "B1", EPISODE, "standard@0f3a"), MORNING)
    return ledger


def right(kind: RightKind, **more) -> Right:
    return Right(
        more.pop("right_id", "R1"), "B1", kind, more.pop("start", NOON - DAY), "li", **more
    )


def told(engine, said: Right, at: datetime = NOON) -> bool:
    with writing(engine) as session:
        return exercise(session, said, at)


def asked(engine, loan="L1", at=NOON, step="gentle", rules=US, **changes) -> str:
    """`claimed`, or the kind, the rule and until when in UTC."""
    answer = claim(engine, order(loan, step, decided_at=at, **changes), at, rules)
    if isinstance(answer, Claimed):
        return "claimed"
    assert isinstance(answer, SendOutcome)
    until = f" until {answer.until:%d %H:%M}" if answer.until else ""
    return f"{answer.kind} by {answer.rule}{until}"


def aunt_id(engine) -> int:
    with reading(engine) as session:
        found = next(p.id for p in points_of(session, "B1") if p.party is not Party.BORROWER)
    assert found is not None, "a point of the ledger has a number"
    return found


NAMED = {"weekdays": frozenset({1}), "earliest": time(11), "latest": time(13)}

ANSWERS = [
    (RightKind.OPT_OUT, {"channel": Channel.EMAIL}, "suppressed by US-MED-01"),
    (RightKind.OPT_OUT, {"purpose": Purpose.COLLECTION}, "suppressed by US-MED-01"),
    (RightKind.OPT_OUT, {"channel": Channel.SMS}, "claimed"),
    (RightKind.OPT_OUT, {"purpose": Purpose.SERVICE}, "claimed"),
    (RightKind.CEASE, {}, "suppressed by US-CEASE-01"),
    (RightKind.REPRESENTATION, {}, "suppressed by US-ATTY-01"),
    (RightKind.INCONVENIENT_HOURS, NAMED, "deferred by US-TIME-02 until 10 17:00"),
    (RightKind.CEASE, {"until": NOON + 2 * HOUR}, "deferred by US-CEASE-01 until 10 18:00"),
]


@pytest.mark.parametrize(("kind", "more", "said"), ANSWERS)
@pytest.mark.parametrize("loan", ["L1", "L2"])
def test_a_claim_for_any_loan_of_the_person_asks_what_they_told_us(book, kind, more, said, loan):
    told(book, right(kind, **more))
    assert asked(book, loan) == said
    with reading(book) as session:
        decision = next(d for d in decisions_of(session, loan) if d.what == "contact")
    assert decision.inputs["right_ids"] == ["R1"]


def test_an_agreed_slot_allows_a_contact_at_night(book):
    late = datetime(2026, 3, 11, 3, 0, tzinfo=UTC)  # eleven at night in New York
    assert asked(book, at=late).startswith("deferred by US-TIME-01")
    slot = {"start": late - HOUR, "until": late + HOUR}
    told(book, right(RightKind.AGREED_SLOT, **slot))
    assert asked(book, at=late, step="reminder") == "claimed"


def test_a_call_back_consent_allows_a_call_within_the_week_of_rest(book):
    with writing(book) as session:
        talk = ContactOutcome.CONVERSATION
        called(session, Call("c1", "L1", EPISODE, talk, NOON - 2 * DAY, "li", inbound=True))
    call = {"channel": Channel.CALL}
    assert asked(book, **call).startswith("deferred by US-FREQ-02")
    told(book, right(RightKind.CALL_BACK, loan_id="L1"))
    assert asked(book, step="reminder", **call) == "claimed"


def test_a_refusal_of_a_third_person_bars_their_number_for_ever(book):
    locate = {"channel": Channel.CALL, "message_class": MessageClass.LOCATE}
    refused = {"contact_point_id": aunt_id(book)}
    told(book, right(RightKind.THIRD_PARTY_REFUSAL, **refused))
    for at in (NOON, NOON + 1000 * DAY):
        step = f"locate-{at:%Y}"
        assert asked(book, at=at, step=step, **locate) == "suppressed by US-3P-02"
    assert asked(book) == "claimed"


def test_another_contact_person_is_asked_instead_of_one_who_refused(book):
    uncle = replace(AUNT, address="+12025550100", person="Uncle")
    told(book, right(RightKind.THIRD_PARTY_REFUSAL, contact_point_id=aunt_id(book)))
    with writing(book) as session:
        add_borrower(session, ANN, [uncle])
    assert (
        asked(book, channel=Channel.CALL, message_class=MessageClass.LOCATE, step="locate")
        == "claimed"
    )


def test_a_right_binds_from_its_commit_on_also_an_order_decided_just_before(book):
    told(book, right(RightKind.CEASE, start=NOON + timedelta(seconds=30)))
    assert asked(book) == "suppressed by US-CEASE-01"


def test_a_withdrawn_right_binds_no_longer_and_stays_on_record(book):
    told(book, right(RightKind.CEASE))
    with writing(book) as session:
        assert withdraw(session, "R1", "wang", NOON)
    assert asked(book, at=NOON + HOUR) == "claimed"
    with writing(book) as session:
        assert not withdraw(session, "R1", "wang", NOON + HOUR)
        found = right_of(session, "R1")
        assert found is not None
        assert (found.withdrawn_at, found.withdrawn_by) == (NOON, "wang")
        with pytest.raises(LedgerError, match="no right 'R9'"):
            withdraw(session, "R9", "wang", NOON)


def test_the_region_is_stricter_than_its_country(book):
    texts = {"channel": Channel.CALL, "message_class": MessageClass.SERVICE}
    dunned = {"channel": Channel.CALL}
    with writing(book) as session:
        for n in (3, 4):
            call = Call(f"c{n}", "L1", EPISODE, ContactOutcome.NO_ANSWER, NOON - n * DAY, "li")
            called(session, call)
    assert asked(book, step="a", rules=RULES_OF["US-MA"], **dunned).startswith(
        "deferred by US-MA-01"
    )
    assert asked(book, step="b", **dunned) == "claimed"
    assert asked(book, step="c", rules=RULES_OF["US-MA"], **texts) == "claimed"


def test_two_zones_must_both_be_within_hours(ledger):
    moved = replace(ANN, other_zones=("America/Los_Angeles",))
    with writing(ledger) as session:
        a_loan(session, "L1", moved)
    nine = NOON - 3 * HOUR  # nine in New York, six in Los Angeles
    assert asked(ledger, at=nine) == "deferred by US-TIME-01 until 10 15:00"
    assert asked(ledger, at=NOON) == "claimed"
    with reading(ledger) as session:
        decision = decisions_of(session, "L1")[-1]
    assert decision.inputs["zones"] == ["America/New_York", "America/Los_Angeles"]


def test_the_same_right_again_changes_nothing_and_another_under_its_id_is_refused(book):
    said = right(RightKind.OPT_OUT, channel=Channel.SMS)
    assert told(book, said)
    assert not told(book, replace(said, start=NOON, by="wang"))
    with pytest.raises(KeyReused, match="other content"):
        told(book, replace(said, channel=Channel.EMAIL))
    with reading(book) as session:
        assert rights_of(session, "B1") == [said]
        assert verify(session) == []


def test_it_is_on_record_in_the_chain_of_every_loan_of_the_person(book):
    with writing(book) as session:
        a_loan(session, "L3", ANN)
    told(book, right(RightKind.CEASE))
    with writing(book) as session:
        withdraw(session, "R1", "wang", NOON + HOUR)
    with reading(book) as session:
        for loan, chain in (("L1", CASE), ("L2", CASE_2), ("L3", "case/L3/none")):
            found = [d for d in decisions_of(session, loan) if d.what == "right"]
            assert [(d.case_id, d.key, d.verdict, d.rule) for d in found] == [
                (chain, "R1", "exercised", "right-cease"),
                (chain, "R1", "withdrawn", "right-cease"),
            ]


WRONG = [
    (right(RightKind.CEASE, loan_id="L9"), "loan 'L9' is not this person's"),
    (replace(right(RightKind.CEASE), borrower_id="B9"), "Borrower 'B9' is not in the ledger"),
    (right(RightKind.OPT_OUT, contact_point_id=999_999), "contact point 999999 is not of this"),
    (right(RightKind.THIRD_PARTY_REFUSAL), "names the contact point of a third person"),
    (right(RightKind.INCONVENIENT_HOURS), "have weekdays"),
    (
        right(
            RightKind.INCONVENIENT_HOURS,
            weekdays=frozenset(range(7)),
            earliest=time(),
            latest=time(),
        ),
        "all the time",
    ),
    (
        right(
            RightKind.INCONVENIENT_HOURS,
            weekdays=frozenset({7}),
            earliest=time(9),
            latest=time(10),
        ),
        "count from 0",
    ),
    (right(RightKind.AGREED_SLOT), "has an end"),
    (right(RightKind.AGREED_SLOT, until=NOON - 2 * DAY), "ends before it begins"),
    (right(RightKind.CONSENT, channel=Channel.SOCIAL), "where it is on record"),
]


@pytest.mark.parametrize(("said", "why"), WRONG)
def test_what_cannot_be_taken_down_is_refused_with_its_reason(book, said, why):
    with pytest.raises(LedgerError, match=why):
        told(book, said)
    with reading(book) as session:
        assert not rights_of(session, "B1")


def test_the_borrowers_own_number_cannot_be_refused_by_a_third_person(book):
    with reading(book) as session:
        own = next(p.id for p in points_of(session, "B1") if p.party is Party.BORROWER)
    with pytest.raises(LedgerError, match="third person"):
        told(book, right(RightKind.THIRD_PARTY_REFUSAL, contact_point_id=own))


def test_every_particular_comes_back_as_it_was_told(book):
    said = right(
        RightKind.INCONVENIENT_HOURS,
        weekdays=frozenset({0, 6}),
        earliest=time(20, 30),
        latest=time(),
        valid_before=date(2026, 4, 1),
        until=NOON + 9 * DAY,
        reference="call 7",
        loan_id="L2",
        channel=Channel.CALL,
        purpose=Purpose.COLLECTION,
    )
    told(book, said)
    with reading(book) as session:
        assert rights_of(session, "B1") == [said]
    assert said.said() == (
        "inconvenient_hours call collection days-0,6 20:30-00:00 before-2026-04-01"
    )


# Agencies.


def placed(engine, loan="L2"):
    """An agency has the loan."""
    placement = PlacementOrder(loan, "B1", EPISODE, 1, "north", date(2026, 6, 1), MORNING)
    with writing(engine) as session:
        claimed = claim_placement(session, placement)
        assert not isinstance(claimed, AgencyOutcome)
        confirm_placement(session, claimed.key, AgencyOutcome(Placed.ACCEPTED), MORNING)


def hold(hold_id="H1", until=None) -> HoldChanged:
    return HoldChanged(Hold(hold_id, HoldReason.DISPUTE, MORNING, until, "li"), MORNING)


def heard(engine, *records: HoldChanged | PlanChanged):
    with reading(engine) as session:
        found = standing.siblings_to_tell(session, "L1", "B1", records)
    return [(case, fact.what, fact.reason, fact.until) for case, fact in found]


def untold(engine):
    with reading(engine) as session:
        return [
            (one.event_id, one.case_id, one.fact.what, one.fact.reason, one.fact.until)
            for one in standing.untold(session)
            if isinstance(one.fact, StandingChanged)
        ]


def test_a_right_goes_to_every_open_case_of_the_person(book):
    told(book, right(RightKind.OPT_OUT, channel=Channel.SMS))
    first = untold(book)
    assert [(case, what, reason) for _, case, what, reason, _ in first] == [
        (CASE, "right-R1", "opt_out sms"),
        (CASE_2, "right-R1", "opt_out sms"),
    ]
    told(book, right(RightKind.OPT_OUT, channel=Channel.SMS))
    assert untold(book) == first
    with writing(book) as session:
        for event_id, *_ in first:
            mark_spoken(session, event_id, NOON)
    assert untold(book) == []
    with writing(book) as session:
        withdraw(session, "R1", "wang", NOON)
    assert [(case, until) for _, case, _, _, until in untold(book)] == [
        (CASE, NOON),
        (CASE_2, NOON),
    ]


def test_a_case_that_is_over_hears_of_no_right(book):
    told(book, right(RightKind.CEASE))
    with writing(book) as session:
        close_case(session, CloseOrder("L1", "B1", EPISODE, Outcome.CLOSED, "", NOON))
    assert [case for _, case, *_ in untold(book)] == [CASE_2]


def test_a_hold_of_one_loan_is_heard_where_an_agency_has_another(book):
    assert heard(book, hold()) == []
    placed(book)
    assert heard(book, hold()) == [(CASE_2, "hold-H1", "dispute", None)]
    assert heard(book, hold(until=NOON)) == [(CASE_2, "hold-H1", "dispute", NOON)]
    assert heard(book, hold(mass_hold_key("flood", CASE))) == [], "each case has its own"


def costly(loan="L2", **changes) -> PlanChanged:
    """A plan of the loan that bears interest."""
    parts = (Instalment(date(2026, 4, 1), 100), Instalment(date(2026, 5, 1), 101))
    plan = Plan(f"P-{loan}", MORNING.date(), parts, interest=(Instalment(date(2026, 5, 1), 1),))
    return PlanChanged(replace(plan, **changes), MORNING)


def plan_of(engine, record, loan="L2"):
    with writing(engine) as session:
        write_records(session, loan, "B1", EPISODE, [record])


def test_a_hold_of_one_loan_is_heard_where_a_plan_of_another_bears_interest(book):
    """UK-BS-01: the interest of that plan rests too, from the day on which the hold began."""
    plan_of(book, costly(interest=()))
    assert heard(book, hold()) == []
    plan_of(book, costly(plan_id="P3"))
    assert heard(book, hold()) == [(CASE_2, "hold-H1", "dispute", None)]
    with reading(book) as session:
        ((_, fact),) = standing.siblings_to_tell(session, "L1", "B1", [hold(until=NOON)])
    assert (fact.since, fact.until) == (MORNING, NOON)
    plan_of(book, costly(plan_id="P3", ended="cured"))
    assert heard(book, hold()) == []


def test_a_plan_that_begins_hears_of_the_holds_that_are_in_force_for_other_loans(book):
    """UK-BS-01."""
    on_hold(book, "H1", loan_id="L2")
    on_hold(book, "H2", loan_id="L2", until=MORNING - HOUR)
    on_hold(book, "H3", loan_id="L1")
    assert heard(book, costly("L1")) == [(CASE, "hold-H1", "dispute", None)]
    assert heard(book, costly("L1", interest=())) == []
    assert heard(book, costly("L1", ended="cured")) == []


def test_an_agency_that_gets_a_case_hears_of_all_that_is_in_force(book):
    told(book, right(RightKind.CEASE))
    told(book, right(RightKind.OPT_OUT, right_id="R2"))
    with writing(book) as session:
        withdraw(session, "R2", "wang", NOON - HOUR)
    on_hold(book, "H1", loan_id="L1")
    on_hold(book, "H2", loan_id="L1", until=MORNING + HOUR)
    on_hold(book, "H3", loan_id="L2")
    on_hold(book, mass_hold_key("flood", CASE), loan_id="L1")
    with reading(book) as session:
        found = standing.in_force(session, "L2", "B1", CASE_2, NOON)
    assert [fact.what for fact in found] == ["right-R1", "hold-H1"]


def test_the_rights_of_one_person_are_not_anothers(ledger):
    open_book(ledger)
    with writing(ledger) as session:
        a_loan(session, "L9", replace(WEI, borrower_id="B9"))
        exercise(session, replace(right(RightKind.CEASE), borrower_id="B9"), MORNING)
    assert isinstance(claim(ledger), Claimed)
