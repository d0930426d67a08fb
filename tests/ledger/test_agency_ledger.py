"""Placements by the panel, what agencies report of them, and what they earn."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.agencies import Agency, Band, CommissionTerms
from domain.gate.words import Channel, ContactOutcome
from domain.holds import HoldReason
from domain.keys import GRIEVANCE
from domain.orders import AgencyOrder, PlacementOrder
from domain.outcomes import AgencyOutcome, Placed
from domain.plans import Plan
from domain.records import PlanChanged
from ledger import agency_news, commissions, gate
from ledger.agency_news import AgencyContact
from ledger.case_tables import PlacementRow
from ledger.cases import write_records
from ledger.decisions import decisions_of
from ledger.engine import reading, writing
from ledger.errors import LedgerError
from ledger.placements import (
    PlacementClaim,
    claim_agency_message,
    claim_placement,
    confirm_agency_message,
    confirm_placement,
    messages_of,
)
from ledger.tasks import open_tasks
from ledger.words import MessageStatus, PlacementStatus
from tests.ledger.book import DUES, EPISODE, MORNING, on_hold, open_book, paid, undone

ORDER = PlacementOrder("L1", "B1", EPISODE, 1, "north", date(2026, 5, 9), MORNING, by_lot=True)
KEY = "placement/L1/2026-03-01/1"
DAY = timedelta(days=1)
NORTH = Agency(
    "north",
    "North",
    ("CN",),
    (),
    1,
    "N-1",
    date(2027, 1, 1),
    date(2027, 1, 1),
    date(2026, 1, 15),
    CommissionTerms((Band(0, 1000), Band(31, 2000)), conduct_percent=20),
)
PANEL = {"north": NORTH}


@pytest.fixture
def book(ledger):
    open_book(ledger)
    return ledger


def asked(engine, order=ORDER, panel=PANEL):
    with writing(engine) as session:
        return claim_placement(session, order, panel)


def place(engine, order=ORDER, panel=PANEL, at=MORNING):
    claimed = asked(engine, order, panel)
    assert isinstance(claimed, PlacementClaim)
    with writing(engine) as session:
        confirm_placement(session, claimed.key, AgencyOutcome(Placed.ACCEPTED, "A-1"), at)
    return claimed.key


def tell(engine, what, outcome, at=MORNING + DAY):
    with writing(engine) as session:
        claimed = claim_agency_message(session, AgencyOrder(KEY, what, "because", at))
        if not isinstance(claimed, AgencyOutcome):
            confirm_agency_message(session, claimed.key, outcome, at)
        return claimed


def row(engine, key=KEY) -> PlacementRow:
    with reading(engine) as session:
        return session.get_one(PlacementRow, key)


def refused(engine, panel=PANEL, **changes) -> str:
    outcome = asked(engine, replace(ORDER, **changes), panel)
    assert isinstance(outcome, AgencyOutcome)
    assert outcome.kind is Placed.REFUSED
    with reading(engine) as session:
        assert decisions_of(session, "L1")[-1].rule == outcome.reason
    return outcome.reason


def put_off(engine, panel=PANEL, **changes):
    """By which rule the case is put off, and until when; no placement is left behind."""
    outcome = asked(engine, replace(ORDER, **changes), panel)
    assert isinstance(outcome, AgencyOutcome)
    assert outcome.kind is Placed.DEFERRED
    with reading(engine) as session:
        last = decisions_of(session, "L1")[-1]
        assert (last.verdict, last.rule) == ("deferred", outcome.reason)
        assert session.get(PlacementRow, KEY) is None
    return outcome.reason, outcome.until


def test_a_placement_keeps_the_terms_and_the_age_of_its_day(book):
    place(book)
    placed = row(book)
    assert (placed.days_past_due, placed.by_lot) == (9, True)
    assert placed.terms == {"bands": [[0, 1000], [31, 2000]], "conduct_percent": 20}


@pytest.mark.parametrize(
    ("reason", "rule"),
    [
        (HoldReason.DEATH, "CN-PI-08"),
        (HoldReason.BANKRUPTCY, "scrub-bankruptcy"),
        (HoldReason.DISPUTE, "scrub-dispute"),
        (HoldReason.MORATORIUM, "scrub-moratorium"),
    ],
)
def test_a_person_on_hold_is_placed_with_nobody(book, reason, rule):
    on_hold(book, reason=reason, start=MORNING - 3 * DAY)
    assert put_off(book, panel=None) == (rule, MORNING + 3 * DAY)


def test_a_case_that_is_put_off_is_asked_for_again_when_the_holds_are_over(book):
    on_hold(book, start=MORNING - DAY, until=MORNING + 4 * DAY)
    on_hold(book, "H2", start=MORNING + 2 * DAY, until=MORNING + 6 * DAY)
    _, until = put_off(book)
    assert until == MORNING + 6 * DAY
    place(book, replace(ORDER, decided_at=until))


@pytest.mark.parametrize(
    ("stood", "waits"),
    [(timedelta(), timedelta(hours=1)), (9 * DAY, 9 * DAY), (400 * DAY, 30 * DAY)],
)
def test_an_open_hold_is_asked_about_ever_more_seldom(book, stood, waits):
    on_hold(book, start=MORNING - stood)
    assert put_off(book) == ("scrub-dispute", MORNING + waits)


def test_a_dispute_of_another_debt_keeps_this_one_from_nobody(ledger):
    open_book(ledger, "L1", "L2")
    on_hold(ledger, f"{GRIEVANCE}1", loan_id="L2")
    place(ledger)


def test_what_never_passes_is_refused_whatever_else_stands_in_the_way(book):
    on_hold(book)
    late = MORNING.replace(year=2029, month=4, day=3)
    assert refused(book, panel=None, decided_at=late, until=date(2029, 6, 1)) == "scrub-time-barred"


def test_a_hold_that_is_over_keeps_nobody_from_an_agency(book):
    on_hold(book, start=MORNING - 5 * DAY, until=MORNING)
    place(book)


def test_a_plan_that_performs_is_not_placed(book):
    plan = Plan("P1", date(2026, 3, 9), DUES)
    with writing(book) as session:
        write_records(session, "L1", "B1", EPISODE, [PlanChanged(plan, MORNING)])
    rule, until = put_off(book)
    assert rule == "CN-PLAN-02"
    assert until == MORNING + timedelta(hours=26), "it has stood for as long"


def test_a_debt_past_its_limitation_is_not_placed(book):
    late = MORNING.replace(year=2029, month=4, day=3)
    assert refused(book, panel=None, decided_at=late, until=date(2029, 6, 1)) == "scrub-time-barred"


def test_an_agency_takes_no_more_than_its_capacity(ledger):
    open_book(ledger, "L1", "L2")
    place(ledger)
    second = asked(ledger, replace(ORDER, loan_id="L2"))
    assert isinstance(second, AgencyOutcome)
    assert second.reason == "agency-full"
    tell(ledger, "recall", AgencyOutcome(Placed.ACCEPTED))
    third = asked(ledger, replace(ORDER, loan_id="L2", number=2))
    assert isinstance(third, PlacementClaim)


def test_an_agency_that_nobody_reviewed_or_that_is_not_on_the_panel_gets_nothing(book):
    stale = {"north": replace(NORTH, reviewed_on=date(2025, 3, 1))}
    assert refused(book, panel=stale) == "CN-AGY-01"
    assert refused(book, panel={}, number=2) == "agency-unknown"


# What the agency reports.


def test_a_message_waits_for_its_acknowledgement(book):
    place(book)
    pending = AgencyOutcome(Placed.ACCEPTED, pending=True)
    tell(book, "recall", pending)
    again = tell(book, "recall", pending)
    assert again == pending
    assert row(book).status is PlacementStatus.PLACED
    for _ in range(2):
        with writing(book) as session:
            placement = agency_news.placement_for(session, KEY, "north")
            agency_news.message_acknowledged(session, placement, "recall", MORNING + 2 * DAY)
    with reading(book) as session:
        (message,) = messages_of(session, KEY)
    assert message.status is MessageStatus.ACKNOWLEDGED
    assert row(book).status is PlacementStatus.RECALLED
    assert row(book).recalled_at == MORNING + 2 * DAY
    with writing(book) as session:  # an answer on the way that comes after its acknowledgement
        confirm_agency_message(session, f"{KEY}/recall", pending, MORNING + 3 * DAY)


def test_only_what_was_told_can_be_acknowledged_and_only_by_whom_it_was_told(book):
    place(book)
    with writing(book) as session:
        placement = agency_news.placement_for(session, KEY, "north")
        with pytest.raises(LedgerError, match="never told"):
            agency_news.message_acknowledged(session, placement, "recall", MORNING)
        for agency, key in (("south", KEY), ("north", "placement/none")):
            with pytest.raises(LedgerError, match="no placement"):
                agency_news.placement_for(session, key, agency)


def test_what_the_agency_says_of_the_case_and_the_data_is_dated_once(book):
    place(book)
    for at in (MORNING + DAY, MORNING + 2 * DAY):
        with writing(book) as session:
            placement = agency_news.placement_for(session, KEY, "north")
            agency_news.acknowledged(session, placement, at)
            agency_news.data_gone(session, placement, at)
    assert row(book).acknowledged_at == row(book).data_gone_at == MORNING + DAY


def contact(engine, number="u1", at=MORNING + DAY, **changes):
    said = AgencyContact(number, Channel.CALL, ContactOutcome.CONVERSATION, at, **changes)
    with writing(engine) as session:
        placement = agency_news.placement_for(session, KEY, "north")
        return agency_news.contacted(session, placement, said)


def tasks(engine):
    with reading(engine) as session:
        return [task.what for task in open_tasks(session)]


def test_a_contact_of_the_agency_counts_in_the_log_of_the_person_once(book):
    place(book)
    for _ in range(2):
        contact(book)
    with reading(book) as session:
        (line,) = gate.log_of(session, "B1", MORNING)
    assert (line.by, line.outcome, line.debts) == ("north", ContactOutcome.CONVERSATION, ("L1",))
    assert not tasks(book)


def test_a_contact_after_the_recall_counts_and_is_asked_of_a_person(book):
    place(book)
    tell(book, "recall", AgencyOutcome(Placed.ACCEPTED))
    contact(book, at=MORNING + 2 * DAY)
    contact(book, "u2", at=MORNING + 2 * DAY, inbound=True)
    assert tasks(book) == ["agency-breach/u1"]


def test_a_contact_during_a_hold_is_asked_of_a_person(book):
    place(book)
    on_hold(book, start=MORNING + DAY)
    contact(book, at=MORNING + 2 * DAY)
    contact(book, "u0", at=MORNING + DAY / 2)
    assert tasks(book) == ["agency-breach/u1"]
    with reading(book) as session:
        assert [d.rule for d in decisions_of(session, "L1") if d.what == "agency_contact"] == [
            "contact-during-hold",
            "",
        ]


# What it earns.


def lines(engine, at=MORNING + 10 * DAY):
    with writing(engine) as session:
        commissions.settle(session, agency_news.placement_for(session, KEY, "north"), at)
        found = commissions.lines_of(session, "north")
        return [(one.recovered_minor, one.payable_minor, one.withheld_minor) for one in found]


def test_money_that_came_while_the_agency_had_the_case_earns_its_commission_once(book):
    paid(book, "before", 5_000, known_at=MORNING - DAY)
    place(book)
    paid(book, "old", 5_000, known_at=MORNING + DAY)  # it counts from the day before the placement
    paid(book, "while", 10_000, on=date(2026, 3, 12), known_at=MORNING + 2 * DAY)
    tell(book, "recall", AgencyOutcome(Placed.ACCEPTED), at=MORNING + 3 * DAY)
    paid(book, "after", 10_000, on=date(2026, 3, 14), known_at=MORNING + 4 * DAY)
    assert lines(book) == lines(book) == [(10_000, 800, 200)]


def test_money_undone_later_takes_its_commission_back(book):
    place(book)
    paid(book, "while", 10_000, on=date(2026, 3, 12), known_at=MORNING + 2 * DAY)
    assert lines(book) == [(10_000, 800, 200)]
    undone(book, "while", on=date(2026, 3, 20), known_at=MORNING + 9 * DAY)
    with writing(book) as session:
        assert commissions.settle_all(session, MORNING + 10 * DAY) == 1
        assert commissions.settle_all(session, MORNING + 11 * DAY) == 0
    assert sorted(lines(book)) == [(-10_000, -800, -200), (10_000, 800, 200)]


def test_without_terms_nothing_is_earned(book):
    place(book, panel=None)
    paid(book, "while", 10_000, on=date(2026, 3, 12), known_at=MORNING + 2 * DAY)
    assert lines(book) == []


def test_what_waits_for_the_review_of_conduct_is_released_by_somebody(book):
    place(book)
    paid(book, "while", 10_000, on=date(2026, 3, 12), known_at=MORNING + 2 * DAY)
    lines(book)
    with writing(book) as session:
        with pytest.raises(LedgerError):
            commissions.release(session, "north", "", MORNING)
        assert commissions.release(session, "north", "lin", MORNING + 20 * DAY) == 1
        assert commissions.release(session, "north", "lin", MORNING + 20 * DAY) == 0


def test_a_lot_knows_what_came_of_it(book):
    place(book)
    paid(book, "kept", 10_000, on=date(2026, 3, 12), known_at=MORNING + 2 * DAY)
    paid(book, "undone", 7_000, on=date(2026, 3, 12), known_at=MORNING + 2 * DAY)
    undone(book, "undone", on=date(2026, 3, 13), known_at=MORNING + 3 * DAY)
    lines(book)
    with reading(book) as session:
        (lot,) = commissions.lots(session, MORNING + 10 * DAY)
    assert (lot.agency, lot.placed_minor, lot.collected_minor) == ("north", 80_000, 10_000)
    assert lot.commission_minor == 1_000


def test_a_case_that_nobody_drew_is_no_lot(book):
    place(book, replace(ORDER, by_lot=False))
    with reading(book) as session:
        assert commissions.lots(session, MORNING + DAY) == []


def test_the_same_money_under_another_number_is_noticed(book):
    place(book)
    paid(book, "agency/north/R1", 10_000, on=date(2026, 3, 12), known_at=MORNING + DAY)
    with reading(book) as session:
        placement = session.get_one(PlacementRow, KEY)
        same = (10_000, date(2026, 3, 12))
        assert not agency_news.same_recovery(session, placement, "agency/north/R1", *same)
        assert agency_news.same_recovery(session, placement, "agency/north/R2", *same)
        assert not agency_news.same_recovery(
            session, placement, "agency/north/R2", 10_001, date(2026, 3, 12)
        )
