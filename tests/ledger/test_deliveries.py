"""What became of messages: told twice, in any order, before and after the confirmation."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from sqlmodel import select

from domain.deliveries import CallReport, DeliveryReport, DeliveryStatus
from domain.facts import BorrowerReached, ContactBounced, ContactFailed
from domain.gate.words import VOICE, Channel, ContactOutcome, Party
from domain.outcomes import Sent
from domain.rights import RightKind
from ledger.calls import dialled
from ledger.case_tables import EarlyReportRow
from ledger.contacts import confirm
from ledger.decisions import verify
from ledger.deliveries import catch_up, letter_key, take
from ledger.engine import reading, writing
from ledger.events import mark_spoken
from ledger.news import untold
from ledger.rights import rights_of
from ledger.values import ContactPoint
from ledger.words import ContactStatus, PointChannel
from tests.ledger.book import CASE, MORNING, a_loan, claim, open_book, order, row_of
from tests.ledger.sent import dead, decided, sent, tasks

HOUR = timedelta(hours=1)
DELIVERED, UNDELIVERED, UNKNOWN = DeliveryStatus
PHONE, MAIL = "+8613800000000", "wei@example.cn"


def report(key, status, code="", died=False, provider_id="P1"):
    return DeliveryReport(key, provider_id, status, code, MORNING + HOUR, died)


def hear(engine, said, channel=Channel.SMS):
    with writing(engine) as session:
        row = take(session, said, channel, MORNING + HOUR)
        return row and row.key


def facts(engine):
    with reading(engine) as session:
        return [(news.case_id, news.fact) for news in untold(session)]


def test_a_delivered_message_is_known_as_such_and_is_no_news_for_the_case(ledger):
    open_book(ledger)
    key = sent(ledger)
    assert hear(ledger, report(key, DELIVERED)) == key
    row = row_of(ledger, key)
    assert (row.status, row.delivery, row.outcome) == ("sent", "delivered", "delivered")
    assert (row.delivered_at, row.provider_id) == (MORNING + HOUR, "P1")
    assert decided(ledger, "delivery") == ["delivered"]
    assert facts(ledger) == []


def test_a_delivered_letter_counts_in_the_caps_and_an_undelivered_one_does_not(ledger):
    open_book(ledger)
    key = sent(ledger, "gentle", Channel.EMAIL)
    hear(ledger, report(key, UNKNOWN), Channel.EMAIL)
    assert claim(ledger, order(step="second")).rule.startswith("CN-")
    hear(ledger, report(key, UNDELIVERED), Channel.EMAIL)
    assert getattr(claim(ledger, order(step="second")), "key", "")


def test_who_told_the_provider_to_stop_gets_no_more_texts_and_letters_go_on(ledger):
    open_book(ledger)
    key = sent(ledger)
    stopped = replace(report(key, UNDELIVERED, "21610"), opt_out=True)
    assert [hear(ledger, said) for said in (stopped, stopped)] == [key, key]
    with reading(ledger) as session:
        (right,) = rights_of(session, "B1")
    assert (right.kind, right.channel, right.by) == (RightKind.OPT_OUT, Channel.SMS, "provider")
    assert getattr(claim(ledger, order(step="second")), "key", "")


def test_an_undelivered_message_is_told_and_its_number_stays_in_use(ledger):
    open_book(ledger)
    key = sent(ledger)
    hear(ledger, report(key, UNDELIVERED, "UNDELIV"))
    row = row_of(ledger, key)
    assert (row.status, row.delivery, row.outcome) == ("sent", "undelivered", "undelivered")
    ((case, fact),) = facts(ledger)
    assert case == CASE
    assert fact == ContactBounced(f"undelivered/{key}", "gentle", "sms", MORNING + HOUR)
    assert not dead(ledger)


def test_a_dead_number_is_marked_and_its_code_is_on_record(ledger):
    open_book(ledger)
    key = sent(ledger)
    hear(ledger, report(key, UNDELIVERED, "MK:0001", died=True))
    row = row_of(ledger, key)
    assert (row.status, row.delivery, row.reason) == ("bounced", "dead", "bounced, MK:0001")
    assert dead(ledger) == {PHONE}
    assert len(facts(ledger)) == 1


@pytest.mark.parametrize("word", ["13800000000", "no such number +8613800000000", "王伟"])
def test_a_word_that_may_name_somebody_stays_out_of_the_record(ledger, word):
    open_book(ledger)
    key = sent(ledger)
    hear(ledger, report(key, UNDELIVERED, word, died=True))
    assert row_of(ledger, key).reason == "bounced"


SAID = {
    "unknown": (UNKNOWN, False),
    "undelivered": (UNDELIVERED, False),
    "dead": (UNDELIVERED, True),
    "delivered": (DELIVERED, False),
}


@pytest.mark.parametrize("words", list(permutations(SAID)), ids="-".join)
def test_in_whatever_order_reports_come_a_phone_that_received_it_has_the_last_word(ledger, words):
    open_book(ledger)
    key = sent(ledger)
    for name in (*words, *words):
        status, died = SAID[name]
        hear(ledger, report(key, status, "x", died))
    row = row_of(ledger, key)
    assert (row.status, row.delivery, row.outcome) == ("sent", "delivered", "delivered")
    assert not dead(ledger)
    assert len(facts(ledger)) <= 1
    with reading(ledger) as session:
        assert verify(session) == []


@pytest.mark.parametrize("words", list(permutations(["unknown", "undelivered", "dead"])))
def test_a_death_is_kept_whatever_comes_before_or_after_it(ledger, words):
    open_book(ledger)
    key = sent(ledger)
    for name in (*words, *words):
        status, died = SAID[name]
        hear(ledger, report(key, status, "x", died))
    assert row_of(ledger, key).status is ContactStatus.BOUNCED
    assert dead(ledger) == {PHONE}
    assert len(facts(ledger)) == 1


def test_a_provider_that_only_knows_its_own_number_is_understood_unless_two_have_it(ledger):
    open_book(ledger)
    first = sent(ledger, "one", provider_id="T1")
    assert hear(ledger, report("", DELIVERED, provider_id="T1")) == first
    sent(ledger, "two", provider_id="T1")
    assert hear(ledger, report("", UNDELIVERED, provider_id="T1")) is None
    assert hear(ledger, report("", UNDELIVERED, provider_id="")) is None


def test_a_report_about_nothing_of_ours_changes_nothing(ledger):
    open_book(ledger)
    letter = sent(ledger, "letter", Channel.EMAIL)
    silence = sent(ledger, "silence", status=ContactStatus.SUPPRESSED)
    for key in ("notice/L9/2026-03-01/gentle", letter, silence):
        assert hear(ledger, report(key, UNDELIVERED, died=True, provider_id="")) is None
    assert facts(ledger) == []
    assert not dead(ledger)


def test_a_report_settles_a_contact_that_was_uncertain(ledger):
    open_book(ledger)
    arrived = sent(ledger, "one", status=ContactStatus.SENT_UNCERTAIN)
    lost = sent(ledger, "two", status=ContactStatus.SENT_UNCERTAIN)
    hear(ledger, report(arrived, DELIVERED))
    hear(ledger, report(lost, UNDELIVERED))
    assert row_of(ledger, arrived).status is ContactStatus.SENT
    assert (row_of(ledger, lost).status, row_of(ledger, lost).outcome) == ("sent", "undelivered")


def test_a_report_that_overtakes_our_own_confirmation_is_heard_after_it(ledger):
    open_book(ledger)
    key = sent(ledger, status=ContactStatus.CLAIMED)
    hear(ledger, report(key, UNDELIVERED, died=True))
    assert row_of(ledger, key).status is ContactStatus.CLAIMED
    assert facts(ledger) == []
    with writing(ledger) as session:
        confirm(session, key, Sent.SENT, MORNING, "Subject", "Body")
        catch_up(session, MORNING + HOUR)
    row = row_of(ledger, key)
    assert (row.status, row.body) == ("bounced", "Body")
    assert dead(ledger) == {PHONE}
    assert len(facts(ledger)) == 1


def test_a_report_by_a_number_that_we_do_not_know_yet_is_heard_once_we_do(ledger):
    open_book(ledger)
    key = claim(ledger, order(channel=Channel.SMS)).key
    gone = replace(report("", UNDELIVERED, "MK:0001", died=True), opt_out=True)
    assert hear(ledger, gone) is None
    assert hear(ledger, report("", UNKNOWN)) is None
    assert hear(ledger, report("", DELIVERED, provider_id="of another house")) is None
    _catch_up(ledger, MORNING + HOUR)
    assert row_of(ledger, key).delivery == ""
    with writing(ledger) as session:
        confirm(session, key, Sent.SENT, MORNING, provider_id="P1")
    for _ in range(2):
        _catch_up(ledger, MORNING + 2 * HOUR)
    row = row_of(ledger, key)
    assert (row.status, row.delivery, row.reason) == ("bounced", "dead", "bounced, MK:0001")
    assert decided(ledger, "delivery") == ["dead"]
    with reading(ledger) as session:
        assert [right.kind for right in rights_of(session, "B1")] == [RightKind.OPT_OUT]


def test_what_is_never_known_is_forgotten_after_a_day(ledger):
    open_book(ledger)
    hear(ledger, report("", DELIVERED))
    _catch_up(ledger, MORNING + timedelta(days=1))
    with reading(ledger) as session:
        assert len(session.exec(select(EarlyReportRow)).all()) == 1
    _catch_up(ledger, MORNING + timedelta(days=1, hours=2))
    with reading(ledger) as session:
        assert session.exec(select(EarlyReportRow)).all() == []


def _catch_up(engine, at):
    with writing(engine) as session:
        catch_up(session, at)


def test_what_was_told_to_the_case_is_not_told_again(ledger):
    open_book(ledger)
    key = sent(ledger)
    hear(ledger, report(key, UNDELIVERED))
    with writing(ledger) as session:
        mark_spoken(session, f"undelivered/{key}", MORNING + HOUR)
    hear(ledger, report(key, UNDELIVERED, died=True))
    assert facts(ledger) == []
    assert dead(ledger) == {PHONE}


def test_a_letter_is_found_by_its_message_id_and_its_recipient_only(ledger):
    open_book(ledger)
    key = sent(ledger, "letter", Channel.EMAIL)
    row = row_of(ledger, key)
    with reading(ledger) as session:
        assert letter_key(session, row.message_id, MAIL.upper()) == key
        assert letter_key(session, row.message_id, "ann@example.cn") == ""
        assert letter_key(session, "<x@forbear>", MAIL) == ""


def call(key, outcome, reached, *, died=False, opt_out=False):
    said = ContactOutcome(outcome)
    return CallReport(key, "D1", said, "x", MORNING + HOUR, 42, died, opt_out, reached)


def dial(engine, said):
    with writing(engine) as session:
        return dialled(session, said, MORNING + HOUR)


def test_a_dialled_call_that_was_answered_reaches_the_borrower(ledger):
    open_book(ledger)
    key = sent(ledger, "robot", Channel.AI_CALL)
    dial(ledger, call(key, "no_answer", False))
    dial(ledger, call(key, "conversation", True))
    dial(ledger, call(key, "no_answer", False))
    row = row_of(ledger, key)
    assert (row.outcome, row.claimed_at, row.provider_id) == ("conversation", MORNING, "D1")
    assert decided(ledger, "call") == ["no_answer", "conversation"]
    reached, failed = sorted((fact for _, fact in facts(ledger)), key=lambda fact: fact.kind)
    assert isinstance(failed, ContactFailed)
    assert reached == BorrowerReached(f"reached/{key}", "ai_call", MORNING + HOUR)


def test_a_dead_number_a_dialer_found_is_not_called_again(ledger):
    open_book(ledger)
    key = sent(ledger, "robot", Channel.AI_CALL)
    dial(ledger, call(key, "wrong_number", False, died=True))
    assert dead(ledger) == {PHONE}
    ((_, fact),) = facts(ledger)
    assert fact == ContactFailed(
        f"failed/{key}", "robot", "ai_call", "wrong_number", MORNING + HOUR
    )


def test_a_word_of_the_dialer_that_nobody_knows_is_no_news(ledger):
    open_book(ledger)
    key = sent(ledger, "robot", Channel.AI_CALL)
    dial(ledger, call(key, "connected", None))
    assert row_of(ledger, key).outcome is ContactOutcome.CONNECTED
    assert facts(ledger) == []


def test_who_asks_a_dialer_not_to_call_is_called_by_nobody(ledger):
    open_book(ledger)
    key = sent(ledger, "robot", Channel.AI_CALL)
    for _ in range(2):
        dial(ledger, call(key, "conversation", True, opt_out=True))
    with reading(ledger) as session:
        rights = rights_of(session, "B1")
    assert {right.channel for right in rights} == VOICE
    assert {right.kind for right in rights} == {RightKind.OPT_OUT}
    assert not tasks(ledger)


def test_a_third_person_who_answers_is_not_the_borrower_and_may_refuse_for_good(ledger):
    friend = ContactPoint(
        PointChannel.PHONE, "+8613900000000", party=Party.CONTACT_PERSON, person="a friend"
    )
    with writing(ledger) as session:
        a_loan(session, points=(friend,))
    key = sent(ledger, "locate", Channel.AI_CALL, party=Party.CONTACT_PERSON)
    dial(ledger, call(key, "conversation", True, opt_out=True))
    assert facts(ledger) == []
    with reading(ledger) as session:
        (right,) = rights_of(session, "B1")
    assert right.kind is RightKind.THIRD_PARTY_REFUSAL
    assert right.contact_point_id == row_of(ledger, key).contact_point_id


def test_the_same_report_at_once_is_written_once(ledger):
    open_book(ledger)
    key = sent(ledger)
    said = report(key, UNDELIVERED, died=True)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: hear(ledger, said), range(8))) == [key] * 8
    assert decided(ledger, "delivery") == ["dead"]
    assert len(facts(ledger)) == 1


def test_a_call_that_is_not_ours_is_nobodys(ledger):
    open_book(ledger)
    key = sent(ledger, "sms")
    assert dial(ledger, call(key, "conversation", True)) is None
