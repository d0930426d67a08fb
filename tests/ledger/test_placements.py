"""Placements with agencies, and what agencies are told."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.acknowledging import DATA
from domain.keys import agency_message_key, placement_key
from domain.orders import AgencyOrder, LeaveOrder, PlacementOrder
from domain.outcomes import ANEW, AgencyOutcome, Placed
from ledger.agency_news import data_gone, placement_for
from ledger.decisions import decisions_of, verify
from ledger.engine import reading, writing
from ledger.errors import KeyReused, LedgerError
from ledger.left_placements import leave_placement
from ledger.placements import (
    claim_agency_message,
    claim_placement,
    confirm_agency_message,
    confirm_placement,
    messages_of,
    placements_of,
)
from ledger.words import MessageStatus, PlacementStatus
from tests.ledger.book import EPISODE, MORNING, on_hold, open_book, paid

ORDER = PlacementOrder("L1", "B1", EPISODE, 1, "agency-a", date(2026, 6, 1), MORNING)
LEFT = LeaveOrder(ORDER, ANEW)
KEY = placement_key("L1", EPISODE, 1)
RECALL = AgencyOrder(KEY, "recall", "cured", MORNING + timedelta(days=9))
YES = AgencyOutcome(Placed.ACCEPTED, "A-77")


def placed(engine, order=ORDER, outcome=None):
    """Claim a placement and, with an outcome, confirm it."""
    with writing(engine) as session:
        claimed = claim_placement(session, order)
    if outcome:
        with writing(engine) as session:
            confirm_placement(session, KEY, outcome, MORNING)
    return claimed


def told(engine, order=RECALL, outcome=None):
    with writing(engine) as session:
        claimed = claim_agency_message(session, order)
    if outcome:
        with writing(engine) as session:
            key = agency_message_key(order.placement_key, order.what)
            confirm_agency_message(session, key, outcome, order.at)
    return claimed


def test_a_placement_is_for_all_that_is_still_to_be_paid(ledger):
    open_book(ledger)
    paid(ledger, "p1", 5_000)
    claimed = placed(ledger)
    assert (claimed.agency, claimed.amount_minor, claimed.currency) == ("agency-a", 75_000, "CNY")


def test_a_placement_that_was_never_confirmed_is_claimed_again_with_its_amount(ledger):
    open_book(ledger)
    first = placed(ledger)
    assert placed(ledger) == first


@pytest.mark.parametrize(
    ("amount_minor", "rule"), [(5_000, "money-since"), (80_000, "nothing-due")]
)
def test_a_placement_that_was_never_confirmed_is_not_asked_for_once_money_came(
    ledger, amount_minor, rule
):
    open_book(ledger)
    placed(ledger)
    paid(ledger, "p1", amount_minor)
    for _ in range(2):
        assert placed(ledger) == AgencyOutcome(Placed.UNCERTAIN, reason=rule)
    with reading(ledger) as session:
        assert placements_of(session, "L1")[0].status is PlacementStatus.CLAIMED


def test_a_hold_that_begins_between_two_attempts_keeps_the_second_from_the_agency(ledger):
    open_book(ledger)
    placed(ledger)
    on_hold(ledger, start=MORNING + timedelta(hours=30))
    assert placed(ledger) == AgencyOutcome(Placed.UNCERTAIN, reason="scrub-dispute")
    with reading(ledger) as session:
        said = [(one.verdict, one.rule) for one in decisions_of(session, "L1")]
    assert ("suppressed", "scrub-dispute") in said


def test_a_hand_off_that_is_left_says_whether_the_agency_was_asked(ledger):
    open_book(ledger)
    with writing(ledger) as session:
        assert leave_placement(session, LEFT).kind is Placed.DEFERRED
        assert placements_of(session, "L1") == []
    placed(ledger)
    with writing(ledger) as session:
        assert leave_placement(session, LEFT).kind is Placed.UNCERTAIN
    with writing(ledger) as session:
        confirm_placement(session, KEY, YES, MORNING)
        assert leave_placement(session, LEFT) == YES


def test_an_agency_that_never_said_it_has_the_case_is_told_to_stop_as_one_that_may(ledger):
    open_book(ledger)
    placed(ledger)
    assert not told(ledger).certain


def test_data_that_is_gone_before_it_is_asked_for_needs_no_second_answer(ledger):
    open_book(ledger)
    placed(ledger, outcome=YES)
    order = replace(RECALL, what=DATA)
    with writing(ledger) as session:
        data_gone(session, placement_for(session, KEY, "agency-a"), MORNING)
    told(ledger, order, AgencyOutcome(Placed.ACCEPTED, pending=True))
    with reading(ledger) as session:
        assert [row.status for row in messages_of(session, KEY)] == [MessageStatus.ACKNOWLEDGED]
        assert placements_of(session, "L1")[0].data_gone_at == MORNING


def test_a_confirmed_placement_answers_what_the_agency_said(ledger):
    open_book(ledger)
    placed(ledger, outcome=YES)
    assert placed(ledger, outcome=YES) == YES
    with reading(ledger) as session:
        row = placements_of(session, "L1")[0]
    assert (row.status, row.reference, row.placed_at) == (PlacementStatus.PLACED, "A-77", MORNING)


@pytest.mark.parametrize("kind", [Placed.REFUSED, Placed.UNREACHABLE])
def test_a_refusal_is_remembered_and_does_not_become_a_placement(ledger, kind):
    open_book(ledger)
    no = AgencyOutcome(kind, reason="no capacity")
    placed(ledger, outcome=no)
    assert placed(ledger) == no
    with pytest.raises(LedgerError, match="cannot become placed"), writing(ledger) as session:
        confirm_placement(session, KEY, YES, MORNING)


def test_a_borrower_who_has_paid_is_not_handed_over(ledger):
    open_book(ledger)
    paid(ledger, "p1", 40_000)
    for _ in range(2):
        assert placed(ledger) == AgencyOutcome(
            Placed.DEFERRED, reason="nothing-due", until=MORNING + timedelta(days=1)
        )


def test_the_same_placement_with_another_agency_is_refused(ledger):
    open_book(ledger)
    placed(ledger)
    with pytest.raises(KeyReused, match="another agency"):
        placed(ledger, replace(ORDER, agency="agency-b"))


def test_an_accepted_recall_ends_the_placement(ledger):
    open_book(ledger)
    placed(ledger, outcome=YES)
    claimed = told(ledger)
    assert (claimed.agency, claimed.reference, claimed.what) == ("agency-a", "A-77", "recall")
    assert told(ledger, outcome=YES) == claimed
    assert told(ledger, outcome=YES) == YES
    with reading(ledger) as session:
        row = placements_of(session, "L1")[0]
        assert (row.status, row.recalled_at) == (PlacementStatus.RECALLED, RECALL.at)
        said = [(d.what, d.verdict) for d in decisions_of(session, "L1")]
        assert verify(session) == []
    assert said == [
        ("placement", "allowed"),
        ("placement", "placed"),
        ("agency_message", "allowed"),
        ("agency_message", "acknowledged"),
    ]
    assert placed(ledger) == YES


def test_a_recall_that_nobody_answered_leaves_the_placement(ledger):
    open_book(ledger)
    placed(ledger, outcome=YES)
    told(ledger, outcome=AgencyOutcome(Placed.UNREACHABLE, reason="503"))
    with reading(ledger) as session:
        assert placements_of(session, "L1")[0].status is PlacementStatus.PLACED
        assert messages_of(session, KEY)[0].status is MessageStatus.FAILED


def test_a_hold_told_to_the_agency_leaves_the_placement(ledger):
    open_book(ledger)
    placed(ledger, outcome=YES)
    told(ledger, replace(RECALL, what="hold-H1", reason="dispute"), YES)
    with reading(ledger) as session:
        assert placements_of(session, "L1")[0].status is PlacementStatus.PLACED


def test_nobody_is_told_about_a_placement_that_is_not_there(ledger):
    open_book(ledger)
    with pytest.raises(LedgerError, match="no such placement"):
        told(ledger)
    with pytest.raises(LedgerError, match="no such message"), writing(ledger) as session:
        confirm_agency_message(session, f"{KEY}/recall", YES, MORNING)
