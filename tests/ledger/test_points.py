"""Which contact point a contact uses: who has rested longest, and whom we may ask for news."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.gate.words import Channel, ContactOutcome, Party
from domain.outcomes import Sent
from domain.rights import Right, RightKind
from domain.steps import MessageClass
from ledger.case_tables import ContactRow
from ledger.claims import Claimed
from ledger.contacts import release
from ledger.engine import reading, writing
from ledger.loans import points_of
from ledger.rights import exercise
from ledger.tables import ContactPointRow
from ledger.values import ContactPoint
from ledger.words import PointChannel, PointStatus
from tests.ledger.book import MORNING, PHONE, a_day, a_loan, claim, confirm, key, order

HOME = ContactPoint(PointChannel.PHONE, "+8613800000001")
WORK = ContactPoint(PointChannel.PHONE, "+8613800000002")
SISTER = ContactPoint(
    PointChannel.PHONE, "+8613800000009", party=Party.CONTACT_PERSON, person="王芳"
)
DAY = timedelta(days=1)
OFTEN = a_day(9)


@pytest.fixture
def book(ledger):
    """A person with three numbers, and a sister who may know where they are."""
    with writing(ledger) as session:
        a_loan(session, points=(PHONE, HOME, WORK, SISTER))
        a_loan(session, "L2", points=())
    return ledger


def called(engine, step, at, loan_id="L1", days=3, **changes):
    """A call of a step that leaves each number in peace for so many days."""
    wanted = {"channel": Channel.CALL, "cooldown_days": days} | changes
    return claim(engine, order(loan_id, step, **wanted), at=at, rules=OFTEN)


def located(engine, step, at, **changes):
    """A call to ask where the borrower is."""
    return called(engine, step, at, message_class=MessageClass.LOCATE, **changes)


def end(engine, step, outcome, loan_id="L1"):
    """The call of that step was made, and came to that."""
    confirm(engine, key(loan_id, step), Sent.SENT)
    with writing(engine) as session:
        session.get_one(ContactRow, key(loan_id, step)).outcome = outcome


def numbers(engine) -> dict[str, int | None]:
    with reading(engine) as session:
        return {point.address: point.id for point in points_of(session, "B1")}


def test_without_a_cool_down_it_is_always_the_first_number_that_lives(book):
    for number in range(3):
        assert called(book, f"s{number}", MORNING + number * DAY, days=0).address == PHONE.address


def test_each_number_is_tried_in_turn_and_the_one_that_rested_longest_comes_again(book):
    tried = [called(book, f"s{n}", MORNING + n * DAY).address for n in range(5)]
    assert tried == [PHONE.address, HOME.address, WORK.address, PHONE.address, HOME.address]


def test_when_every_number_was_tried_a_short_while_ago_the_contact_waits(book):
    for number in range(3):
        assert isinstance(called(book, f"s{number}", MORNING + number * DAY, days=5), Claimed)
    waits = called(book, "s3", MORNING + 3 * DAY, days=5)
    assert (waits.kind, waits.rule, waits.until) == (
        Sent.DEFERRED,
        "point-resting",
        MORNING + 5 * DAY,
    )
    assert called(book, "s3", waits.until, days=5).address == PHONE.address


def test_a_try_for_another_loan_or_by_another_channel_disturbs_the_same_number(book):
    called(book, "text", MORNING, "L2", channel=Channel.SMS)
    assert called(book, "call", MORNING + timedelta(hours=1)).address == HOME.address


def test_a_try_that_was_given_back_did_not_disturb_anybody(book):
    called(book, "s0", MORNING)
    with writing(book) as session:
        release(session, key(step="s0"))
    assert called(book, "s1", MORNING + timedelta(hours=1)).address == PHONE.address


def test_a_dead_number_is_never_chosen_however_long_it_rested(book):
    with writing(book) as session:
        session.get_one(ContactPointRow, numbers(book)[PHONE.address]).status = PointStatus.DEAD
    tried = {called(book, f"s{n}", MORNING + n * DAY, days=1).address for n in range(4)}
    assert tried == {HOME.address, WORK.address}


def test_a_number_the_person_does_not_want_used_is_passed_over(book):
    stop = Right(
        "R1", "B1", RightKind.OPT_OUT, MORNING - DAY, "li",
        contact_point_id=numbers(book)[PHONE.address],
    )  # fmt: skip
    with writing(book) as session:
        exercise(session, stop, MORNING)
    assert called(book, "s0", MORNING).address == HOME.address


@pytest.mark.parametrize("kind", [kind for kind in MessageClass if kind is not MessageClass.LOCATE])
def test_a_third_person_is_never_contacted_about_the_debt(ledger, kind):
    with writing(ledger) as session:
        a_loan(session, points=(SISTER,))
    answer = called(ledger, "s0", MORNING, message_class=kind)
    assert (answer.kind, answer.rule) == (Sent.SUPPRESSED, "no-contact-point")


def test_a_third_person_is_asked_only_after_three_failed_calls_in_a_row(book):
    early = located(book, "where", MORNING, days=0)
    assert (early.kind, early.rule) == (Sent.SUPPRESSED, "CN-3P-01")
    for number in range(2):
        called(book, f"s{number}", MORNING + number * DAY)
        end(book, f"s{number}", ContactOutcome.NO_ANSWER)
    assert located(book, "where-1", MORNING + 2 * DAY).rule == "CN-3P-01"
    called(book, "s2", MORNING + 2 * DAY)
    end(book, "s2", ContactOutcome.NOT_CONNECTED)
    asked = located(book, "where-2", MORNING + 3 * DAY)
    assert isinstance(asked, Claimed)
    assert asked.address == SISTER.address


def test_a_talk_with_the_borrower_starts_the_count_of_failed_calls_again(book):
    ends = (ContactOutcome.NO_ANSWER, ContactOutcome.NO_ANSWER, ContactOutcome.CONVERSATION)
    for number, outcome in enumerate(ends):
        called(book, f"s{number}", MORNING + number * DAY, days=0)
        end(book, f"s{number}", outcome)
    assert located(book, "where", MORNING + 3 * DAY).rule == "CN-3P-01"


def test_a_third_person_who_refused_is_never_asked_again(book):
    for number in range(3):
        called(book, f"s{number}", MORNING + number * DAY)
        end(book, f"s{number}", ContactOutcome.NO_ANSWER)
    assert isinstance(located(book, "where", MORNING + 3 * DAY), Claimed)
    end(book, "where", ContactOutcome.CONVERSATION)
    refusal = Right(
        "R2", "B1", RightKind.THIRD_PARTY_REFUSAL, MORNING + 3 * DAY, "li",
        contact_point_id=numbers(book)[SISTER.address],
    )  # fmt: skip
    with writing(book) as session:
        exercise(session, refusal, MORNING + 3 * DAY)
    for days in (4, 30, 300):
        at = MORNING + days * DAY
        answer = located(book, f"where-{days}", at)
        assert (answer.kind, answer.rule) == (Sent.SUPPRESSED, "CN-3P-02")
    assert called(book, "after", MORNING + 4 * DAY).address == PHONE.address


def test_another_third_person_may_be_asked_when_one_refused(book):
    brother = replace(SISTER, address="+8613800000008", person="王刚")
    with writing(book) as session:
        a_loan(session, "L3", points=(brother,))
    for number in range(3):
        called(book, f"s{number}", MORNING + number * DAY)
        end(book, f"s{number}", ContactOutcome.NO_ANSWER)
    refusal = Right(
        "R2", "B1", RightKind.THIRD_PARTY_REFUSAL, MORNING, "li",
        contact_point_id=numbers(book)[SISTER.address],
    )  # fmt: skip
    with writing(book) as session:
        exercise(session, refusal, MORNING)
    assert located(book, "where", MORNING + 3 * DAY).address == brother.address
