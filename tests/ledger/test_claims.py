"""What the contact log answers when a contact is asked for."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.delinquency import Instalment
from domain.facts import PaymentReceived
from domain.gate.words import Channel
from domain.keys import message_id
from domain.outcomes import SendOutcome, Sent
from domain.plans import Plan
from domain.promises import Promise, PromiseStatus
from domain.records import PlanChanged, PromiseChanged
from domain.steps import MessageClass
from ledger.cases import write_records
from ledger.claims import Claimed
from ledger.contacts import contacts_of, mark_bounced, release
from ledger.decisions import decisions_of
from ledger.engine import reading, writing
from ledger.errors import KeyReused, LedgerError
from ledger.snapshots import Snapshot
from ledger.tasks import open_tasks
from ledger.words import ContactStatus, PointStatus
from tests.ledger.book import (
    EPISODE,
    MAIL,
    MORNING,
    RULES,
    WEI,
    a_loan,
    claim,
    confirm,
    key,
    on_hold,
    open_book,
    order,
    paid,
    row_of,
    seen,
)


def test_a_lawful_contact_is_ours_with_the_numbers_of_its_letter(ledger):
    open_book(ledger)
    claimed = claim(ledger)
    assert isinstance(claimed, Claimed)
    assert (claimed.name, claimed.locale, claimed.address) == ("王伟", "zh_CN", "wei@example.cn")
    assert claimed.message_id == message_id(key())
    late = Snapshot("L1", "CNY", date(2026, 3, 10), 40_000, 80_000, 9, EPISODE)
    assert claimed.snapshot == replace(late, next_minor=40_000, next_due=EPISODE)
    assert row_of(ledger, key()).status is ContactStatus.CLAIMED


def test_the_snapshot_knows_the_open_promise_and_the_next_part_of_the_plan(ledger):
    open_book(ledger)
    promise = Promise("P1", 20_000, date(2026, 3, 12), date(2026, 3, 5))
    parts = (Instalment(date(2026, 3, 8), 500), Instalment(date(2026, 3, 20), 600))
    plan = Plan("A1", date(2026, 3, 5), parts, judged=1)
    with writing(ledger) as session:
        agreed = (PromiseChanged(promise, MORNING), PlanChanged(plan, MORNING))
        write_records(session, "L1", "B1", EPISODE, agreed)
    snapshot = claim(ledger).snapshot
    assert (snapshot.promised_minor, snapshot.promised_by) == (20_000, date(2026, 3, 12))
    assert (snapshot.plan_minor, snapshot.plan_due) == (600, date(2026, 3, 20))


def test_a_part_of_the_plan_that_is_paid_is_not_asked_for_again(ledger):
    open_book(ledger)
    parts = (Instalment(date(2026, 3, 15), 500), Instalment(date(2026, 3, 20), 600))
    with writing(ledger) as session:
        agreed = [PlanChanged(Plan("A1", date(2026, 3, 5), parts), MORNING)]
        write_records(session, "L1", "B1", EPISODE, agreed)
    paid(ledger, "p1", 550)
    assert claim(ledger, order(ledger_version=1)).snapshot.plan_due == date(2026, 3, 20)


def test_a_judged_promise_and_an_ended_plan_are_not_in_the_letter(ledger):
    open_book(ledger)
    broken = Promise("P1", 9, date(2026, 3, 6), date(2026, 3, 5), PromiseStatus.BROKEN)
    plan = Plan("A1", date(2026, 3, 5), (Instalment(date(2026, 3, 20), 9),), ended="defaulted")
    with writing(ledger) as session:
        ended = (PromiseChanged(broken, MORNING), PlanChanged(plan, MORNING))
        write_records(session, "L1", "B1", EPISODE, ended)
    snapshot = claim(ledger).snapshot
    assert (snapshot.promised_minor, snapshot.plan_minor) == (None, None)


def test_a_sent_contact_asked_for_again_was_already_sent(ledger):
    open_book(ledger)
    claim(ledger)
    confirm(ledger, key(), Sent.SENT)
    assert claim(ledger, at=MORNING + timedelta(hours=1)) == SendOutcome(Sent.ALREADY_SENT)
    row = row_of(ledger, key())
    assert (row.subject, row.body, row.confirmed_wall) == ("Subject", "Body", MORNING)


def test_the_same_key_with_another_content_is_refused(ledger):
    open_book(ledger)
    claim(ledger)
    with pytest.raises(KeyReused, match="another content"):
        claim(ledger, order(template="firm"))


def test_when_it_was_decided_and_on_which_version_does_not_make_another_contact(ledger):
    open_book(ledger)
    claim(ledger)
    confirm(ledger, key(), Sent.SENT)
    later = order(decided_at=MORNING + timedelta(days=1), ledger_version=7)
    assert claim(ledger, later).kind is Sent.ALREADY_SENT


def test_money_that_moved_since_the_decision_makes_it_stale(ledger):
    open_book(ledger)
    paid(ledger, "p1", 1_000)
    stale = claim(ledger)
    fact = PaymentReceived("fact-p1", "p1", 1_000, date(2026, 3, 9), MORNING)
    assert (stale.kind, stale.facts) == (Sent.STALE, (fact,))
    assert row_of(ledger, key()) is None
    assert isinstance(claim(ledger, order(ledger_version=1)), Claimed)


def test_a_payment_that_only_the_case_has_heard_of_makes_the_contact_wait(ledger):
    open_book(ledger)
    waits = claim(ledger, order(ledger_version=1))
    assert (waits.kind, waits.rule) == (Sent.DEFERRED, "ledger-behind")
    assert waits.until == MORNING + timedelta(minutes=15)


def test_a_borrower_who_owes_nothing_late_gets_no_letter_even_after_a_restart(ledger):
    open_book(ledger)
    paid(ledger, "p1", 40_000)
    for _ in range(2):
        answer = claim(ledger, order(ledger_version=1))
        assert (answer.kind, answer.rule) == (Sent.SUPPRESSED, "nothing-due")


def test_a_receipt_is_sent_although_nothing_is_late(ledger):
    open_book(ledger)
    paid(ledger, "p1", 40_000)
    receipt = order(step="thanks", message_class=MessageClass.RECEIPT, ledger_version=1)
    assert isinstance(claim(ledger, receipt), Claimed)


def test_a_contact_in_the_night_waits_for_the_morning(ledger):
    open_book(ledger)
    night = datetime(2026, 3, 10, 14, 30, tzinfo=UTC)
    answer = claim(ledger, at=night)
    assert (answer.kind, answer.rule) == (Sent.DEFERRED, "CN-TIME-01")
    assert answer.until == datetime(2026, 3, 11, 0, 0, tzinfo=UTC)
    assert row_of(ledger, key()) is None


def test_the_day_of_the_letter_is_the_day_of_the_borrower(ledger):
    open_book(ledger)
    assert claim(ledger, at=datetime(2026, 3, 11, 0, 30, tzinfo=UTC)).snapshot.days_past_due == 10


def test_a_second_dunning_contact_of_the_day_waits_whatever_became_of_the_first(ledger):
    open_book(ledger, "L1", "L2")
    claim(ledger)
    answer = claim(ledger, order("L2"))
    assert (answer.kind, answer.rule) == (Sent.DEFERRED, "CN-DAY-01")
    confirm(ledger, key(), Sent.UNCERTAIN)
    assert claim(ledger, order("L2")).rule == "CN-DAY-01"


def test_a_bounced_contact_does_not_count_in_the_cap(ledger):
    open_book(ledger, "L1", "L2")
    claim(ledger)
    confirm(ledger, key(), Sent.BOUNCED)
    call = order("L2", channel=Channel.CALL)
    assert isinstance(claim(ledger, call), Claimed)


def test_a_hold_on_one_loan_protects_the_person_on_all_of_them(ledger):
    open_book(ledger, "L1", "L2")
    on_hold(ledger, until=MORNING + timedelta(days=3))
    answer = claim(ledger, order("L2"))
    assert (answer.kind, answer.rule) == (Sent.DEFERRED, "hold-dispute")
    assert answer.until == MORNING + timedelta(days=3)


def test_an_open_hold_suppresses_the_contact(ledger):
    open_book(ledger)
    on_hold(ledger)
    answer = claim(ledger)
    assert (answer.kind, answer.rule) == (Sent.SUPPRESSED, "hold-dispute")
    assert row_of(ledger, key()).status is ContactStatus.SUPPRESSED


def test_without_a_living_address_a_person_is_asked(ledger):
    with writing(ledger) as session:
        a_loan(session, points=(MAIL,))
    answer = claim(ledger, order(step="call", channel=Channel.CALL))
    assert (answer.kind, answer.rule) == (Sent.SUPPRESSED, "no-contact-point")
    with reading(ledger) as session:
        assert [task.what for task in open_tasks(session)] == ["no-contact-point/call"]


def test_a_call_goes_to_the_telephone(ledger):
    open_book(ledger)
    assert claim(ledger, order(channel=Channel.CALL)).address == "+8613800000000"


def test_a_bounce_kills_the_contact_point_for_the_next_letter(ledger):
    open_book(ledger)
    claim(ledger)
    confirm(ledger, key(), Sent.SENT)
    for new in (True, False):
        with writing(ledger) as session:
            assert mark_bounced(session, key(), "550 no such user") is new
    with reading(ledger) as session:
        dead = seen(session).contact_points[0]
    assert (dead.status, dead.dead_reason) == (PointStatus.DEAD, "550 no such user")
    answer = claim(ledger, order(step="firm"), at=MORNING + timedelta(days=1))
    assert answer.rule == "no-contact-point"


def test_a_released_claim_can_be_claimed_anew_and_counts_no_more(ledger):
    open_book(ledger, "L1", "L2")
    claim(ledger)
    for _ in range(2):
        with writing(ledger) as session:
            release(session, key(), "connection refused")
    assert isinstance(claim(ledger, order("L2")), Claimed)
    assert claim(ledger).rule == "CN-DAY-01"


def test_a_sent_contact_is_not_released(ledger):
    open_book(ledger)
    claim(ledger)
    confirm(ledger, key(), Sent.SENT)
    with pytest.raises(LedgerError, match="is sent"), writing(ledger) as session:
        release(session, key())


def test_a_failed_contact_stays_failed_and_cannot_become_sent(ledger):
    open_book(ledger)
    claim(ledger)
    confirm(ledger, key(), Sent.FAILED, "mailbox full")
    assert claim(ledger) == SendOutcome(Sent.FAILED, reason="mailbox full")
    with pytest.raises(LedgerError, match="cannot become sent"):
        confirm(ledger, key(), Sent.SENT)


def test_what_was_never_claimed_cannot_be_confirmed(ledger):
    open_book(ledger)
    with pytest.raises(LedgerError, match="no such contact"):
        confirm(ledger, key(), Sent.SENT)


def test_an_unknown_loan_and_a_wrong_borrower_are_named(ledger):
    open_book(ledger)
    with pytest.raises(LedgerError, match="'L9' is not in the ledger"):
        claim(ledger, order("L9"))
    with pytest.raises(LedgerError, match="'L1' is not of borrower 'B2'"):
        claim(ledger, order(borrower_id="B2"))


def test_every_answer_is_on_record_without_a_name_or_an_address(ledger):
    open_book(ledger, "L1", "L2")
    claim(ledger)
    claim(ledger, order("L1", "firm"))
    claim(ledger, order("L1", "stale", ledger_version=-1))
    claim(ledger, order("L1", "night"), at=MORNING + timedelta(hours=12))
    claim(ledger)
    with reading(ledger) as session:
        rows = decisions_of(session, "L1")
        assert len(contacts_of(session, "L1")) == 1
    told = [(row.verdict, row.rule) for row in rows]
    assert told == [
        ("allowed", ""),
        ("deferred", "CN-DAY-01"),
        ("stale", "balance-fence"),
        ("deferred", "CN-DAY-01"),
        ("sent_uncertain", "at-most-once"),
    ]
    assert rows[1].inputs["dunning_before"] == 1
    assert rows[0].inputs["arrears_minor"] == 40_000
    written = str([row.inputs for row in rows])
    assert WEI.name not in written
    assert MAIL.address not in written


def test_the_record_names_the_packs_the_profile_the_rule_and_its_reason(ledger):
    open_book(ledger, "L1", "L2")
    claim(ledger)
    claim(ledger, order("L2"))
    with reading(ledger) as session:
        (allowed,), (refused,) = (decisions_of(session, loan) for loan in ("L1", "L2"))
    assert allowed.inputs["packs"] == list(RULES.packs)
    assert allowed.inputs["packs"][0].startswith("cn-consumer-loan@")
    assert (allowed.inputs["profile"], allowed.inputs["purpose"]) == ("prudent", "collection")
    assert refused.rule == "CN-DAY-01"
    assert refused.inputs["reason"] == "1 contact counted today; the limit is 1."
    assert refused.inputs["until"] == "2026-03-11 00:00:00+00:00"


def test_contacts_older_than_every_window_are_not_read(ledger):
    open_book(ledger)
    claim(ledger)
    later = MORNING + timedelta(days=RULES.look_back_days + 3)
    claim(ledger, order(step="firm"), at=later - timedelta(days=1))
    claim(ledger, order(step="last"), at=later)
    with reading(ledger) as session:
        counted = [row.inputs["contacts_before"] for row in decisions_of(session, "L1")]
    assert counted == [0, 1, 1]
