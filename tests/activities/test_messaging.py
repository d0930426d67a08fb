"""A contact is made once, whatever happens; and what happened is in the contact log."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.messaging import PATIENCE
from channels.letters import Letters
from domain.clock import Clock
from domain.facts import PaymentReceived
from domain.gate.words import Channel
from domain.outcomes import SendOutcome, Sent
from domain.promises import Promise, PromiseStatus
from domain.records import PromiseChanged
from domain.steps import MessageClass
from ledger.cases import write_records
from ledger.contacts import mark_bounced
from ledger.decisions import decisions_of
from ledger.engine import reading, writing
from ledger.loans import points_of
from ledger.whereabouts import lives_in
from ledger.words import ContactStatus, PointStatus
from tests.activities.rude_smtp import CUT, rude_server
from tests.activities.world import (
    ADDRESS,
    LENDER,
    NAME,
    asked_of_people,
    email,
    everything_said,
    log_of,
    messaging,
    notice,
    run,
)
from tests.ledger.book import EPISODE, MORNING, RULES_OF, WEI, a_loan, key, paid


async def failure_of(activity, asked) -> ApplicationError:
    with pytest.raises(ApplicationError) as raised:
        await run(activity, asked)
    said = everything_said(raised.value)
    assert NAME not in said
    assert ADDRESS not in said
    return raised.value


async def test_a_letter_asked_for_twice_is_sent_once(book, mail):
    sending = messaging(book, mail.smtp_port)
    first = await run(sending.send_notice, notice())
    again = await run(sending.send_notice, notice())
    assert (first.kind, again.kind) == (Sent.SENT, Sent.ALREADY_SENT)
    assert len(mail.letters()) == 1


async def test_what_was_sent_is_in_the_contact_log_word_for_word(book, mail):
    await run(messaging(book, mail.smtp_port).send_notice, notice())
    (letter,), (row,) = mail.letters(), log_of(book)
    assert (row.status, row.subject, row.body) == (
        ContactStatus.SENT,
        letter.subject,
        letter.body,
    )
    assert row.message_id == letter.message_id
    assert letter.recipient == ADDRESS
    assert NAME in letter.body
    assert "400.00" in letter.body
    assert datetime.fromisoformat(letter.date) == row.claimed_at == MORNING


async def test_a_case_that_wakes_late_sends_at_its_own_late_instant(book, mail):
    late = Clock(MORNING + timedelta(hours=3), datetime.now(UTC))
    await run(messaging(book, mail.smtp_port).send_notice, notice(clock=late))
    sent_at = datetime.fromisoformat(mail.letters()[0].date)
    assert timedelta(hours=3) <= sent_at - MORNING < timedelta(hours=3, minutes=1)


async def test_a_contact_outside_hours_is_deferred_and_nothing_leaves(book, mail):
    night = MORNING + timedelta(hours=12)
    asked = notice(decided_at=night, clock=Clock(night, datetime.now(UTC)))
    outcome = await run(messaging(book, mail.smtp_port).send_notice, asked)
    assert (outcome.kind, outcome.rule) == (Sent.DEFERRED, "CN-TIME-01")
    assert not mail.letters()


async def test_money_that_moved_makes_the_order_stale_and_comes_with_the_answer(book, mail):
    paid(book, "p1", 10_000)
    outcome = await run(messaging(book, mail.smtp_port).send_notice, notice())
    assert outcome.kind is Sent.STALE
    assert [type(fact) for fact in outcome.facts] == [PaymentReceived]
    assert not mail.letters()


async def test_a_key_that_was_used_for_another_content_is_refused_loudly(book, mail):
    sending = messaging(book, mail.smtp_port)
    await run(sending.send_notice, notice())
    failure = await failure_of(sending.send_notice, notice(template="reminder"))
    assert (failure.type, failure.non_retryable) == ("KeyReused", True)
    assert len(mail.letters()) == 1


async def test_a_mail_server_that_is_down_leaves_nothing_behind(book, mail):
    sending = messaging(book, mail.smtp_port)
    mail.stop()
    failure = await failure_of(sending.send_notice, notice())
    assert (failure.type, failure.non_retryable) == ("SmtpUnavailable", False)
    assert not log_of(book)
    mail.start()
    assert (await run(sending.send_notice, notice())).kind is Sent.SENT
    assert len(mail.letters()) == 1


async def test_a_letter_that_was_put_off_is_sent_when_the_server_takes_it(book, mail):
    sending = messaging(book, mail.smtp_port)
    mail.answers = ["450 4.2.0 greylisted"]
    assert (await failure_of(sending.send_notice, notice())).type == "SmtpUnavailable"
    assert not log_of(book)
    assert (await run(sending.send_notice, notice())).kind is Sent.SENT


async def test_a_refused_address_is_dead(book, mail):
    sending = messaging(book, mail.smtp_port)
    mail.answers = [f"550 5.1.1 <{ADDRESS}> {NAME}: unknown"]
    outcome = await run(sending.send_notice, notice())
    again = await run(sending.send_notice, notice())
    assert (outcome.kind, outcome.rule) == (Sent.BOUNCED, "address-refused")
    assert (again.kind, again.reason) == (Sent.BOUNCED, outcome.reason)
    assert outcome.reason == "The mail server answered 550 5.1.1."
    with reading(book) as session:
        assert points_of(session, "B1")[0].status is PointStatus.DEAD
        recorded = str([decision.inputs for decision in decisions_of(session, "L1")])
    assert NAME not in recorded
    assert ADDRESS not in recorded
    later = await run(sending.send_notice, notice("reminder"))
    assert (later.kind, later.rule) == (Sent.SUPPRESSED, "no-contact-point")
    assert not mail.letters()


async def test_a_refused_text_leaves_the_address_alive_and_asks_a_person(book):
    async with rude_server(TEXT="554 5.7.1 looks like spam") as rude:
        outcome = await run(messaging(book, rude.port).send_notice, notice())
    assert (outcome.kind, outcome.rule) == (Sent.FAILED, "message-refused")
    assert asked_of_people(book) == ["message-refused/gentle"]
    with reading(book) as session:
        assert points_of(session, "B1")[0].status is PointStatus.ACTIVE


async def test_a_dunning_letter_without_an_answer_is_uncertain_and_stays_so(book):
    async with rude_server(TEXT=CUT) as rude:
        sending = messaging(book, rude.port)
        outcome = await run(sending.send_notice, notice())
        assert (outcome.kind, outcome.rule) == (Sent.UNCERTAIN, "at-most-once")
        rude.behaviour = {}
        assert (await run(sending.send_notice, notice())).kind is Sent.UNCERTAIN
        assert len(rude.texts) == 1
    assert asked_of_people(book) == ["uncertain/gentle"]
    (row,) = log_of(book)
    assert (row.status, bool(row.body)) == (ContactStatus.SENT_UNCERTAIN, True)


@pytest.mark.parametrize(
    "kind", [MessageClass.STATUTORY, MessageClass.RECEIPT, MessageClass.SERVICE]
)
async def test_any_other_letter_without_an_answer_goes_out_again_as_the_same_letter(book, kind):
    async with rude_server(TEXT=CUT) as rude:
        sending = messaging(book, rude.port)
        failure = await failure_of(sending.send_notice, notice(message_class=kind))
        assert (failure.type, failure.non_retryable) == ("SmtpUnanswered", False)
        rude.behaviour = {}
        assert (await run(sending.send_notice, notice(message_class=kind))).kind is Sent.SENT
    ids = {line for text in rude.texts for line in text.splitlines() if b"Message-ID" in line}
    assert (len(rude.texts), len(ids)) == (2, 1)
    with reading(book) as session:
        verdicts = [decision.verdict for decision in decisions_of(session, "L1")]
    assert verdicts == ["allowed", "unanswered", "allowed", "sent"]


class _ComesBackFirst:
    """A way out whose message is known to have come back before its sender has confirmed it."""

    def __init__(self, engine, way_out):
        self._engine, self._way_out = engine, way_out

    async def send(self, message):
        receipt = await self._way_out.send(message)
        with writing(self._engine) as session:
            assert mark_bounced(session, message.key, "bounced, 5.1.1", MORNING)
        return receipt

    async def close(self):
        await self._way_out.close()


async def test_a_letter_that_came_back_before_it_was_confirmed_has_bounced(book, mail):
    sending = messaging(book, _ComesBackFirst(book, email(mail.smtp_port)))
    first = await run(sending.send_notice, notice())
    again = await run(sending.send_notice, notice())
    assert first == again == SendOutcome(Sent.BOUNCED, "", "bounced, 5.1.1")
    (letter,), (row,) = mail.letters(), log_of(book)
    assert (row.status, row.body) == (ContactStatus.BOUNCED, letter.body)
    with reading(book) as session:
        verdicts = [said.verdict for said in decisions_of(session, "L1")]
        assert verdicts == ["allowed", "bounced", "sent"]
        assert points_of(session, WEI.borrower_id)[0].status is PointStatus.DEAD
    assert asked_of_people(book) == []


async def test_a_missing_template_is_named_to_a_person_and_nothing_is_claimed(book, mail):
    sending = messaging(book, mail.smtp_port)
    for _ in range(2):
        outcome = await run(sending.send_notice, notice(template="nowhere"))
        assert (outcome.kind, outcome.rule, outcome.reason) == (
            Sent.FAILED,
            "template-missing",
            "templates/zh_CN/nowhere/email.txt",
        )
    assert not log_of(book)
    assert asked_of_people(book) == ["template-missing/gentle"]
    with reading(book) as session:
        assert [d.verdict for d in decisions_of(session, "L1")] == ["failed"]


async def test_without_rules_for_the_jurisdiction_the_case_shows_it_once_and_then_waits(book, mail):
    sending = messaging(book, mail.smtp_port, rules={})
    outcome = await run(sending.send_notice, notice())
    assert (outcome.kind, outcome.rule, outcome.our_fault) == (
        Sent.DEFERRED,
        "rules-missing",
        "rules-missing",
    )
    assert outcome.until == MORNING
    failure = await failure_of(sending.send_notice, notice(blocked="rules-missing"))
    assert (failure.type, failure.non_retryable) == ("rules-missing", False)
    other = await run(sending.send_notice, notice(blocked="zone-unknown"))
    assert other.rule == "rules-missing", "what a case shows is what keeps it waiting now"
    assert not mail.letters()
    assert not log_of(book)


async def test_money_that_moves_while_a_case_waits_for_us_ends_its_wait(book, mail):
    paid(book, "p1", 40_000)
    sending = messaging(book, mail.smtp_port, rules={})
    outcome = await run(sending.send_notice, notice(blocked="rules-missing"))
    assert outcome.kind is Sent.STALE
    assert len(outcome.facts) == 1


async def test_nobody_is_contacted_where_nobody_knows_what_time_it_is_for_them(ledger, mail):
    with writing(ledger) as session:
        a_loan(session, borrower=replace(WEI, zone=""))
    sending = messaging(ledger, mail.smtp_port)
    outcome = await run(sending.send_notice, notice())
    assert (outcome.kind, outcome.rule) == (Sent.DEFERRED, "zone-unknown")
    waits = notice(blocked="zone-unknown")
    assert (await failure_of(sending.send_notice, waits)).type == "zone-unknown"
    assert not mail.letters()
    with writing(ledger) as session:
        lives_in(session, "B1", "Asia/Shanghai")
    assert (await run(sending.send_notice, waits)).kind is Sent.SENT
    assert len(mail.letters()) == 1


EVERYWHERE = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
"""Eight in the morning in Hawaii, two in the afternoon in New York (summer time)."""


@pytest.mark.parametrize(
    ("at", "kind", "until"),
    [
        (EVERYWHERE, Sent.SENT, None),
        (EVERYWHERE - timedelta(minutes=1), Sent.DEFERRED, EVERYWHERE),
        (EVERYWHERE + timedelta(hours=7), Sent.DEFERRED, EVERYWHERE + timedelta(days=1)),
    ],
)
async def test_in_america_stand_ins_say_when_it_is_lawful_everywhere(ledger, mail, at, kind, until):
    someone = replace(WEI, zone="", jurisdiction="US", locale="en")
    with writing(ledger) as session:
        a_loan(session, borrower=someone)
    sending = messaging(ledger, mail.smtp_port, rules=RULES_OF)
    asked = notice(decided_at=at, clock=Clock(at, datetime.now(UTC)))
    outcome = await run(sending.send_notice, asked)
    assert (outcome.kind, outcome.until) == (kind, until)
    assert outcome.rule == ("" if kind is Sent.SENT else "US-TIME-01")
    assert len(mail.letters()) == (kind is Sent.SENT)


async def test_a_ledger_that_stays_away_is_shown_after_some_patience(mail, tmp_path):
    sending = messaging(create_engine(f"sqlite:///{tmp_path}"), mail.smtp_port)
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, attempt=PATIENCE)
    outcome = await environment.run(sending.send_notice, notice())
    assert (outcome.kind, outcome.rule) == (Sent.DEFERRED, "ledger-away")
    with pytest.raises(ApplicationError) as raised:
        await environment.run(sending.send_notice, notice(blocked="ledger-away"))
    assert (raised.value.type, raised.value.non_retryable) == ("LedgerUnavailable", False)


async def test_a_call_is_put_on_the_call_list_once_with_its_guide(book):
    sending = messaging(book, 1)
    asked = notice("call", channel=Channel.CALL)
    first, again = [await run(sending.send_notice, asked) for _ in range(2)]
    assert (first.kind, again.kind) == (Sent.SENT, Sent.ALREADY_SENT)
    assert asked_of_people(book) == ["call/call"]
    (row,) = log_of(book)
    assert NAME in row.body
    assert row.status is ContactStatus.SENT


async def test_a_call_without_a_guide_is_not_made(book, tmp_path):
    sending = messaging(book, 1, letters=Letters(LENDER, tmp_path))
    outcome = await run(sending.send_notice, notice("call", channel=Channel.CALL))
    assert (outcome.kind, outcome.rule) == (Sent.FAILED, "template-missing")
    assert asked_of_people(book) == ["template-missing/call"]


async def test_a_broken_promise_is_named_in_its_letter(book, mail):
    made, kept_by = MORNING - timedelta(days=5), MORNING.date() - timedelta(days=1)
    replaced = Promise("r1", 5_000, kept_by, made.date(), PromiseStatus.SUPERSEDED)
    broken = Promise("r0", 12_345, kept_by, made.date(), PromiseStatus.BROKEN)
    with writing(book) as session:
        said = [PromiseChanged(promise, made) for promise in (replaced, broken)]
        write_records(session, "L1", "B1", EPISODE, said)
    asked = notice("promise_broken-1", template="promise_broken")
    await run(messaging(book, mail.smtp_port).send_notice, asked)
    assert "123.45" in mail.letters()[0].body


async def test_the_database_keeps_its_secrets_when_it_fails(mail, tmp_path):
    nothing = create_engine(f"sqlite:///{tmp_path}/empty.db")
    failure = await failure_of(messaging(nothing, mail.smtp_port).send_notice, notice())
    assert (failure.type, failure.non_retryable) == ("LedgerUnavailable", False)
    assert "SELECT" not in everything_said(failure)


async def test_a_wrong_borrower_is_our_mistake_and_not_tried_again(book, mail):
    asked = replace(notice(), borrower_id="B2")
    failure = await failure_of(messaging(book, mail.smtp_port).send_notice, asked)
    assert (failure.type, failure.non_retryable) == ("LedgerError", True)
    assert key() not in [row.key for row in log_of(book)]
