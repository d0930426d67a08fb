"""What people write back: kept once, before a person, and nothing about whom is guessed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.facts import BorrowerReached
from domain.gate.words import Channel, Party
from domain.keys import case_id
from domain.rights import RightKind
from ledger.cases import NewCase, open_case
from ledger.decisions import decisions_of, verify
from ledger.engine import reading, writing
from ledger.news import untold
from ledger.replies import Written, replies_of, take
from ledger.rights import rights_of
from ledger.values import Borrower, ContactPoint
from ledger.words import PointChannel
from tests.ledger.book import CASE, EPISODE, MAIL, MORNING, PHONE, a_loan, open_book, row_of
from tests.ledger.sent import sent, tasks

HOUR = timedelta(hours=1)
LI = Borrower("B2", "李娜", "zh_CN", "Asia/Shanghai", "CN")
SAID = Written(Channel.SMS, PHONE.address, "我下周一还", False, MORNING + HOUR, "N1")


def hear(engine, said=SAID):
    with writing(engine) as session:
        return take(session, said)


def kept(engine, loan_id="L1"):
    with reading(engine) as session:
        return list(replies_of(session, loan_id))


def told(engine):
    with reading(engine) as session:
        return [(news.case_id, news.fact) for news in untold(session)]


def rights(engine, borrower_id="B1"):
    with reading(engine) as session:
        return [(r.kind, r.channel, r.contact_point_id) for r in rights_of(session, borrower_id)]


def test_a_reply_is_kept_once_with_the_message_it_answers(ledger):
    open_book(ledger)
    sent(ledger, "first", claimed_at=MORNING - HOUR)
    newest = sent(ledger, "second")
    sent(ledger, "later", claimed_at=MORNING + 2 * HOUR)
    sent(ledger, "letter", Channel.EMAIL)
    assert [hear(ledger), hear(ledger)] == [1, 1]
    (reply,) = kept(ledger)
    assert (reply.contact_key, reply.loan_id, reply.text) == (newest, "L1", "我下周一还")
    row = row_of(ledger, reply.reply_id)
    assert (row.inbound, row.channel, row.status, row.body) == (True, "sms", "sent", "")
    assert told(ledger) == [
        (CASE, BorrowerReached(f"reached/{reply.reply_id}", "sms", MORNING + HOUR))
    ]
    with reading(ledger) as session:
        assert verify(session) == []


def test_a_person_is_asked_to_read_it_and_the_task_does_not_quote_it(ledger):
    open_book(ledger)
    sent(ledger)
    hear(ledger)
    ((loan, what, reason),) = tasks(ledger)
    (reply,) = kept(ledger)
    assert (loan, what, reason) == ("L1", reply.reply_id, "A reply by sms.")
    with reading(ledger) as session:
        said = str([row.model_dump() for row in decisions_of(session, "L1")])
    assert "下周" not in said
    assert PHONE.address not in said + what


def test_the_same_words_again_are_another_reply(ledger):
    open_book(ledger)
    hear(ledger)
    hear(ledger, replace(SAID, number="N2", at=MORNING + 2 * HOUR))
    assert len(kept(ledger)) == len(tasks(ledger)) == 2


def test_a_reply_to_nothing_is_about_the_oldest_loan_and_still_reaches_a_person(ledger):
    open_book(ledger)
    hear(ledger)
    (reply,) = kept(ledger)
    assert (reply.contact_key, reply.loan_id) == (None, None)
    assert row_of(ledger, reply.reply_id).episode == EPISODE
    assert [task[0] for task in tasks(ledger)] == ["L1"]


def test_stop_is_kept_as_a_right_against_the_channel(ledger):
    open_book(ledger)
    sent(ledger)
    for _ in range(2):
        hear(ledger, replace(SAID, text="退订", opt_out=True))
    assert rights(ledger) == [(RightKind.OPT_OUT, Channel.SMS, None)]
    assert [task[2] for task in tasks(ledger)] == ["A reply by sms that asks us to stop."]


def test_a_number_of_two_people_is_put_before_a_person_under_both(ledger):
    open_book(ledger)
    with writing(ledger) as session:
        a_loan(session, "L2", LI, (PHONE,))
    sent(ledger)
    assert hear(ledger, replace(SAID, opt_out=True)) == 2
    assert [task[0] for task in tasks(ledger)] == ["L1", "L2"]
    assert all("find out who wrote" in task[2] for task in tasks(ledger))
    for loan_id, borrower_id in (("L1", "B1"), ("L2", "B2")):
        (reply,) = kept(ledger, loan_id)
        assert (reply.contact_key, reply.loan_id) == (None, None)
        assert row_of(ledger, reply.reply_id) is None
        ((kind, channel, point),) = rights(ledger, borrower_id)
        assert (kind, channel, point) == (RightKind.OPT_OUT, Channel.SMS, reply.contact_point_id)
    assert told(ledger) == []


def test_what_a_third_person_writes_is_not_taken_for_the_borrower(ledger):
    friend = ContactPoint(
        PointChannel.PHONE, "+8613900000000", party=Party.CONTACT_PERSON, person="a friend"
    )
    with writing(ledger) as session:
        a_loan(session, points=(MAIL, PHONE, friend))
    hear(ledger, replace(SAID, sender=friend.address, opt_out=True))
    (reply,) = kept(ledger)
    assert rights(ledger) == [(RightKind.THIRD_PARTY_REFUSAL, Channel.SMS, reply.contact_point_id)]
    assert told(ledger) == []
    ((_, _, reason),) = tasks(ledger)
    assert reason == (
        "A reply by sms that asks us to stop, from a contact person, not the borrower."
    )


def test_a_letter_that_names_ours_answers_it_and_addresses_have_no_case(ledger):
    open_book(ledger)
    old = sent(ledger, "old", Channel.EMAIL, claimed_at=MORNING - HOUR)
    sent(ledger, "new", Channel.EMAIL)
    said = replace(SAID, channel=Channel.EMAIL, sender="Wei@Example.CN")
    hear(ledger, replace(said, answers=row_of(ledger, old).message_id))
    hear(ledger, replace(said, answers="<another@example.org>", number="N2"))
    assert {reply.contact_key for reply in kept(ledger)} == {
        old, row_of(ledger, old).key.replace("old", "new")
    }  # fmt: skip


@pytest.mark.parametrize("sender", ["+8613811111111", "", MAIL.address])
def test_a_stranger_is_nobody(ledger, sender):
    open_book(ledger)
    assert hear(ledger, replace(SAID, sender=sender)) == 0
    assert not kept(ledger)
    assert not tasks(ledger)


def test_an_answer_to_one_letter_about_several_loans_reaches_the_case_of_each(ledger):
    open_book(ledger, "L1", "L2", "L3")
    with writing(ledger) as session:
        for loan_id in ("L1", "L2"):
            open_case(session, NewCase(loan_id, "B1", EPISODE, "standard@0f3a"), MORNING)
    sent(ledger, covers=["L2", "L3"])
    for _ in range(2):
        hear(ledger)
    assert sorted(case for case, _ in told(ledger)) == [CASE, case_id("L2", EPISODE)]
    assert all(isinstance(fact, BorrowerReached) for _, fact in told(ledger))
