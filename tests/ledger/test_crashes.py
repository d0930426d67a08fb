"""We die between the claim and its confirmation: what each message class does then."""

from datetime import timedelta

import pytest

from domain.holds import HoldReason
from domain.outcomes import SendOutcome, Sent
from domain.steps import MessageClass
from ledger.claims import Claimed
from ledger.contacts import leave, leave_all, settle, uncertain
from ledger.engine import reading, writing
from ledger.errors import LedgerError
from ledger.tasks import open_tasks
from ledger.words import ContactStatus
from tests.ledger.book import (
    EPISODE,
    MORNING,
    claim,
    confirm,
    key,
    on_hold,
    open_book,
    order,
    paid,
    row_of,
)

LATER = MORNING + timedelta(hours=2)
REPEATABLE = [MessageClass.STATUTORY, MessageClass.RECEIPT, MessageClass.SERVICE]


def died(engine, kind):
    """Claimed, and never confirmed; then asked for again."""
    open_book(engine, "L1", "L2")
    first = claim(engine, order(message_class=kind))
    return first, claim(engine, order(message_class=kind), at=LATER)


def test_a_dunning_letter_becomes_uncertain_and_is_never_sent_again(ledger):
    _, second = died(ledger, MessageClass.DUNNING)
    assert (second.kind, second.rule) == (Sent.UNCERTAIN, "at-most-once")
    assert claim(ledger, at=LATER + timedelta(days=3)) == second
    with reading(ledger) as session:
        assert [row.key for row in uncertain(session)] == [key()]
        assert [task.what for task in open_tasks(session)] == ["uncertain/gentle"]


def test_a_letter_that_is_given_up_after_its_claim_is_uncertain_and_named(ledger):
    open_book(ledger)
    with writing(ledger) as session:
        assert leave(session, order()) is None, "nothing was claimed, so nothing can have been sent"
    claim(ledger)
    for _ in range(2):
        with writing(ledger) as session:
            left = leave(session, order())
        assert left is not None
        assert (left.kind, left.rule) == (Sent.UNCERTAIN, "at-most-once")
    with reading(ledger) as session:
        assert [task.what for task in open_tasks(session)] == ["uncertain/gentle"]


def test_a_letter_that_was_sent_before_it_was_given_up_is_known_as_sent(ledger):
    open_book(ledger)
    claim(ledger)
    confirm(ledger, key(), Sent.SENT)
    with writing(ledger) as session:
        left = leave(session, order())
    assert left is not None
    assert left.kind is Sent.ALREADY_SENT


@pytest.mark.parametrize("kind", REPEATABLE)
def test_another_letter_that_is_given_up_may_be_asked_for_again_until_the_case_is_over(
    ledger, kind
):
    open_book(ledger)
    claim(ledger, order(message_class=kind))
    with writing(ledger) as session:
        assert leave(session, order(message_class=kind)) is None
        leave_all(session, "L1", EPISODE, LATER)
    row = row_of(ledger, key())
    assert (row.status, row.rule) == (ContactStatus.SENT_UNCERTAIN, "case-over")


def test_an_uncertain_letter_counts_in_the_cap(ledger):
    died(ledger, MessageClass.DUNNING)
    assert claim(ledger, order("L2")).rule == "CN-DAY-01"


@pytest.mark.parametrize("kind", REPEATABLE)
def test_another_letter_is_sent_again_as_the_same_letter(ledger, kind):
    first, second = died(ledger, kind)
    assert isinstance(second, Claimed)
    assert second == first


@pytest.mark.parametrize("kind", REPEATABLE)
def test_it_is_sent_again_with_the_numbers_of_its_claim_whatever_was_paid_since(ledger, kind):
    open_book(ledger)
    first = claim(ledger, order(message_class=kind))
    paid(ledger, "p1", 40_000)
    assert claim(ledger, order(message_class=kind), at=LATER) == first


def test_the_same_letter_again_keeps_to_lawful_hours_and_holds(ledger):
    service = order(message_class=MessageClass.SERVICE)
    open_book(ledger)
    claim(ledger, service)
    night = claim(ledger, service, at=MORNING + timedelta(hours=12))
    assert (night.kind, night.rule) == (Sent.DEFERRED, "CN-TIME-01")
    on_hold(ledger, start=LATER, until=LATER + timedelta(days=2), reason=HoldReason.DEATH)
    assert claim(ledger, service, at=LATER).rule == "CN-PI-08"
    assert isinstance(claim(ledger, service, at=LATER + timedelta(days=2)), Claimed)


def test_the_same_letter_is_not_sent_again_into_an_open_hold(ledger):
    service = order(message_class=MessageClass.SERVICE)
    open_book(ledger)
    claim(ledger, service)
    on_hold(ledger, start=LATER, reason=HoldReason.DEATH)
    barred = claim(ledger, service, at=LATER)
    assert (barred.kind, barred.rule) == (Sent.UNCERTAIN, "CN-PI-08")
    assert claim(ledger, service, at=LATER) == barred


def test_a_late_confirmation_settles_an_uncertain_letter(ledger):
    died(ledger, MessageClass.DUNNING)
    confirm(ledger, key(), Sent.SENT)
    assert row_of(ledger, key()).status is ContactStatus.SENT
    with reading(ledger) as session:
        assert not uncertain(session)
        assert not open_tasks(session)


@pytest.mark.parametrize(
    ("arrived", "status"), [(True, ContactStatus.SENT), (False, ContactStatus.FAILED)]
)
def test_a_person_settles_an_uncertain_letter(ledger, arrived, status):
    died(ledger, MessageClass.DUNNING)
    with writing(ledger) as session:
        settle(session, key(), arrived, "li", LATER)
    assert row_of(ledger, key()).status is status
    with reading(ledger) as session:
        assert not open_tasks(session)
    with pytest.raises(LedgerError, match="not uncertain"), writing(ledger) as session:
        settle(session, key(), arrived, "li", LATER)


def test_an_uncertain_outcome_reported_by_the_sender_is_the_same(ledger):
    open_book(ledger)
    claim(ledger)
    confirm(ledger, key(), Sent.UNCERTAIN, "No answer.")
    assert claim(ledger) == SendOutcome(Sent.UNCERTAIN, "at-most-once", "No answer.")


def test_a_confirmation_that_comes_twice_changes_nothing(ledger):
    open_book(ledger)
    claim(ledger)
    confirm(ledger, key(), Sent.SENT)
    before = row_of(ledger, key())
    confirm(ledger, key(), Sent.SENT)
    assert row_of(ledger, key()) == before
