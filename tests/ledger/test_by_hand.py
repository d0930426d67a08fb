"""The list of those who call and visit: nobody is called about a case that is over."""

from datetime import timedelta

import pytest

from channels.calls import call_to_make
from channels.letters import Letter
from channels.visits import visit_to_make
from domain.gate.words import Channel, ContactOutcome
from domain.orders import CloseOrder, TaskOrder
from domain.outcomes import Sent
from domain.strategy import Outcome
from ledger import by_hand, tasks
from ledger.calls import Call, called
from ledger.cases import NewCase, close_case, ended, open_case
from ledger.claims import Claimed
from ledger.decisions import decisions_of, verify
from ledger.engine import reading, writing
from ledger.values import ContactPoint
from ledger.words import ContactStatus, PointChannel
from tests.ledger.book import (
    CASE,
    EPISODE,
    MAIL,
    MORNING,
    PHONE,
    RULES_OF,
    a_loan,
    claim,
    confirm,
    key,
    order,
    row_of,
)

HOME = ContactPoint(PointChannel.POSTAL, "1 Long Street")
DAY = timedelta(days=1)
GUIDE = Letter("Call about 400.00", "Say who you are.")
GOES = ("find-contact", "check-back-2", "no-contact-point/call")
"""Tasks of which nobody needs to do anything once the case is over."""

STAYS = (
    "uncertain/gentle",
    "evidence-payment_order-1",
    "failed-send",
    "reply-1",
    "withdraw-suit",
    "recall-1",
    "bureau-unanswered/1",
    "deadline/appeal/2026-04-01/3",
    "deadline/limitation/2029-04-01/90",
)
"""Tasks that outlive the case, here of a loan of which something is owed still."""


@pytest.fixture
def book(ledger):
    """Two loans of one person, the first with its case."""
    with writing(ledger) as session:
        for loan_id in ("L1", "L2"):
            a_loan(session, loan_id, points=(MAIL, PHONE, HOME))
    goes_on(ledger)
    return ledger


def goes_on(engine, at=MORNING):
    with writing(engine) as session:
        open_case(session, NewCase("L1", "B1", EPISODE, "standard@1"), at)


def listed(engine, step, at=MORNING, channel=Channel.CALL):
    """As the activity lists a call or visit: claimed, listed and confirmed."""
    asked = order(step=step, channel=channel)
    assert isinstance(claim(engine, asked, at=at, rules=RULES_OF["CN"]), Claimed)
    make = call_to_make if channel is Channel.CALL else visit_to_make
    with writing(engine) as session:
        by_hand.put_on(session, make(asked, GUIDE, at), channel)
    confirm(engine, key(step=step), Sent.SENT)


def ask(engine, what, loan_id="L1"):
    with writing(engine) as session:
        tasks.ask(session, TaskOrder(loan_id, EPISODE, what, "why", MORNING))


def ends(engine, outcome=Outcome.CURED, at=MORNING + DAY):
    with writing(engine) as session:
        close_case(session, CloseOrder("L1", "B1", EPISODE, outcome, "", at))


def still_open(engine):
    with reading(engine) as session:
        return sorted(row.what for row in tasks.open_tasks(session))


def settled_by(engine, what):
    with reading(engine) as session:
        return next(row.done_by for row in tasks.tasks_of(session, "L1") if row.what == what)


@pytest.mark.parametrize("outcome", Outcome)
def test_nobody_is_called_visited_or_looked_for_once_the_case_is_over(book, outcome):
    listed(book, "call")
    listed(book, "visit", at=MORNING + 8 * DAY, channel=Channel.VISIT)
    for what in (*GOES, *STAYS):
        ask(book, what)
    ask(book, "find-contact", "L2")
    ends(book, outcome)
    assert still_open(book) == sorted([*STAYS, "find-contact"]), "the other loan's stays"
    for what in ("call/call", "visit/visit", *GOES):
        assert settled_by(book, what) == f"the end of the case ({outcome})"


def test_a_call_that_nobody_made_is_no_contact_and_stands_on_record(book):
    listed(book, "call")
    ends(book)
    row = row_of(book, key(step="call"))
    assert (row.status, row.rule) == (ContactStatus.SUPPRESSED, by_hand.NOT_MADE)
    with reading(book) as session:
        last = [d for d in decisions_of(session, "L1") if d.key == row.key][-1]
        assert not verify(session, CASE)
    assert (last.verdict, last.rule) == ("suppressed", by_hand.NOT_MADE)


def test_a_letter_stays_sent_whatever_its_step_is_called_and_whatever_comes_off(book):
    assert isinstance(claim(book, order(step="email")), Claimed)
    confirm(book, key(step="email"), Sent.SENT)
    ask(book, "no-contact-point/email")
    ends(book)
    assert settled_by(book, "no-contact-point/email") == "the end of the case (cured)"
    assert row_of(book, key(step="email")).status is ContactStatus.SENT


@pytest.mark.parametrize(("said_later", "answer"), [(False, "claimed"), (True, "US-FREQ-02")])
def test_a_call_that_came_off_counts_in_no_cap_until_somebody_says_that_it_was_made(
    book, said_later, answer
):
    def another():
        asked = order(step="another", channel=Channel.CALL)
        found = claim(book, asked, at=MORNING + 2 * DAY, rules=RULES_OF["US"])
        return "claimed" if isinstance(found, Claimed) else found.rule

    listed(book, "call")
    assert another() == "US-FREQ-02"
    ends(book)
    if said_later:
        said = Call("R1", "L1", EPISODE, ContactOutcome.CONVERSATION, MORNING, "ann")
        with writing(book) as session:
            called(session, said)
    assert another() == answer


def test_a_call_that_was_made_stays_what_it_was(book):
    listed(book, "call")
    with writing(book) as session:
        called(session, Call("R1", "L1", EPISODE, ContactOutcome.NO_ANSWER, MORNING, "ann"))
    ends(book)
    row = row_of(book, key(step="call"))
    assert (row.status, row.outcome) == (ContactStatus.SENT, ContactOutcome.NO_ANSWER)
    assert settled_by(book, "call/call") == "ann"


def test_a_call_that_a_person_marked_as_done_may_have_been_made_and_counts(book):
    listed(book, "call")
    with writing(book) as session:
        tasks.finish(session, "task/L1/2026-03-01/call/call", "ann", MORNING)
    ends(book)
    assert row_of(book, key(step="call")).status is ContactStatus.SENT


def test_a_later_call_takes_the_earlier_one_off_and_leaves_the_visit(book):
    listed(book, "call")
    listed(book, "visit", at=MORNING + 8 * DAY, channel=Channel.VISIT)
    listed(book, "second_call", at=MORNING + 16 * DAY)
    assert still_open(book) == ["call/second_call", "visit/visit"]
    assert settled_by(book, "call/call") == "a later call"
    assert row_of(book, key(step="call")).rule == by_hand.NOT_MADE
    assert row_of(book, key(step="second_call")).status is ContactStatus.SENT


def test_a_call_that_was_not_made_is_listed_anew_when_the_case_goes_on(book):
    listed(book, "call")
    ends(book)
    goes_on(book, MORNING + 2 * DAY)
    listed(book, "call", at=MORNING + 3 * DAY)
    assert still_open(book) == ["call/call"]
    row = row_of(book, key(step="call"))
    assert (row.status, row.rule, row.claimed_at) == (ContactStatus.SENT, "", MORNING + 3 * DAY)
    again = claim(book, order(step="call", channel=Channel.CALL), rules=RULES_OF["CN"])
    assert again.kind is Sent.ALREADY_SENT


@pytest.mark.parametrize(("after", "open_again"), [(DAY, True), (-DAY, False)])
def test_a_missing_address_is_asked_for_again_in_the_case_that_goes_on_and_in_no_other(
    book, after, open_again
):
    ask(book, "no-contact-point/call")
    ends(book)
    goes_on(book, MORNING + 2 * DAY)
    order_ = TaskOrder("L1", EPISODE, "no-contact-point/call", "no number", MORNING + DAY + after)
    with writing(book) as session:
        assert tasks.ask(session, order_) is open_again
    assert still_open(book) == (["no-contact-point/call"] if open_again else [])


def test_what_a_person_has_done_is_not_asked_again_in_the_case_that_goes_on(book):
    ask(book, "no-contact-point/call")
    with writing(book) as session:
        tasks.finish(session, "task/L1/2026-03-01/no-contact-point/call", "ann", MORNING)
    ends(book)
    goes_on(book, MORNING + 2 * DAY)
    ask(book, "no-contact-point/call")
    assert still_open(book) == []


def test_the_list_says_how_the_case_of_a_task_ended(book):
    ask(book, "uncertain/gentle")
    ask(book, "uncertain/gentle", "L2")
    with reading(book) as session:
        assert tasks.ended_under(session) == {}
    ends(book)
    mine = {"task/L1/2026-03-01/uncertain/gentle": Outcome.CURED}
    with reading(book) as session:
        assert tasks.ended_under(session) == tasks.ended_under(session, "L1") == mine
        assert tasks.ended_under(session, "L2") == {}


def test_cases_are_found_by_how_they_ended_the_newest_first(book):
    with reading(book) as session:
        assert not ended(session, Outcome.CURED, 10)
    ends(book)
    with writing(book) as session:
        open_case(session, NewCase("L2", "B1", EPISODE, "standard@1"), MORNING)
        close_case(session, CloseOrder("L2", "B1", EPISODE, Outcome.CURED, "", MORNING + 2 * DAY))
    with reading(book) as session:
        assert [row.loan_id for row in ended(session, Outcome.CURED, 10)] == ["L2", "L1"]
        assert [row.loan_id for row in ended(session, Outcome.CURED, 1)] == ["L2"]
        assert not ended(session, Outcome.CLOSED, 10)
