"""Every channel: once only, in the contact log word for word, and honest about what went wrong."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.exceptions import ApplicationError

from channels.errors import Unknown
from channels.letters import Letters
from channels.texts import Texts
from demo.providers.kept import DEAD_ENDING, Kind, Trouble
from domain.clock import Clock
from domain.gate.words import Channel
from domain.outcomes import Sent
from domain.rights import RightKind
from domain.steps import MessageClass
from ledger.decisions import decisions_of
from ledger.engine import reading, writing
from ledger.loans import points_of
from ledger.rights import exercise, rights_of, withdraw
from ledger.tables import ContactPointRow
from ledger.tasks import open_tasks
from ledger.words import ContactStatus, PointChannel, PointStatus
from tests.activities.ways import (
    CHANNELS,
    LISTS,
    POINTS,
    PROVIDERS,
    agreed,
    by_way,
    letters_in,
    open_people,
    order_by,
    sender_of,
)
from tests.activities.world import LENDER, NAME, asked_of_people, everything_said, log_of, run
from tests.ledger.book import EPISODE, MORNING, key, open_book

KEY = key("L1", "first")


@pytest.fixture
def people(ledger):
    open_people(ledger)
    return ledger


@pytest.fixture
def outbox(tmp_path):
    return tmp_path / "outbox"


async def sent_by(engine, way, place, **changes):
    """Run the activity once, with a sender of its own."""
    sender = sender_of(way, place)
    try:
        return await run(by_way(engine, way, sender).send_notice, order_by(way, **changes))
    finally:
        await sender.close()


async def failure_of(engine, way, place, **changes) -> ApplicationError:
    with pytest.raises(ApplicationError) as raised:
        await sent_by(engine, way, place, **changes)
    said = everything_said(raised.value)
    assert NAME not in said
    assert not any(form.format(n=1) in said for form in POINTS.values())
    return raised.value


def point(engine, kind) -> PointStatus:
    with reading(engine) as session:
        return next(p.status for p in points_of(session, "B1") if p.channel is kind)


def verdicts(engine) -> list[str]:
    with reading(engine) as session:
        found = decisions_of(session, "L1")
        assert NAME not in str([decision.inputs for decision in found])
        return [decision.verdict for decision in found if decision.what == "contact"]


@pytest.mark.parametrize("way", PROVIDERS)
async def test_a_contact_leaves_once_and_is_logged_word_for_word(people, providers, way):
    first = await sent_by(people, way, providers.url)
    (row,) = log_of(people)
    again = await sent_by(people, way, providers.url)
    assert (first.kind, again.kind) == (Sent.SENT, Sent.ALREADY_SENT)
    (arrival,) = providers.arrivals(way)
    assert (arrival.said.key, arrival.times) == (KEY, 1)
    assert (row.status, row.channel) == (ContactStatus.SENT, CHANNELS[way])
    assert row.provider_id.endswith(arrival.provider_id)
    assert row.claimed_at == MORNING
    if way in ("aliyun", "tencent"):
        assert arrival.said.template == "SMS_1"
        assert "400.00" in arrival.said.text
    else:
        assert arrival.said.text in (row.body, f"{row.subject}\n{row.body}")
    assert LENDER.name in row.body
    assert log_of(people) == [row]


async def test_a_letter_is_posted_once_with_its_number_and_its_words(people, outbox):
    first = await sent_by(people, "paper", str(outbox))
    (row,) = log_of(people)
    again = await sent_by(people, "paper", str(outbox))
    assert (first.kind, again.kind) == (Sent.SENT, Sent.ALREADY_SENT)
    (posted,) = letters_in(outbox)
    assert (posted["key"], posted["number"]) == (KEY, row.provider_id)
    assert posted["to"] == [NAME, "北京市和平路1号"]
    assert posted["dated"] == "2026-03-10"
    assert "400.00" in row.body
    assert row.status is ContactStatus.SENT


@pytest.mark.parametrize("way", LISTS)
async def test_what_people_do_stands_once_on_their_list_with_its_guide(people, way):
    sending = by_way(people, way, None)
    first, again = [await run(sending.send_notice, order_by(way)) for _ in range(2)]
    assert (first.kind, again.kind) == (Sent.SENT, Sent.ALREADY_SENT)
    assert asked_of_people(people) == [f"{way}/first"]
    (row,) = log_of(people)
    assert (row.status, row.channel) == (ContactStatus.SENT, CHANNELS[way])
    assert NAME in row.body


async def test_a_social_message_names_the_consent_it_rests_on(people, providers):
    await sent_by(people, "social", providers.url)
    assert providers.arrivals("social")[0].said.to == "wechat-1"


async def test_without_a_consent_nobody_is_written_to_in_a_social_app(ledger, providers):
    open_people(ledger, consent=False)
    outcome = await sent_by(ledger, "social", providers.url)
    assert (outcome.kind, outcome.rule) == (Sent.SUPPRESSED, "no-consent")
    assert not providers.arrivals()
    assert not asked_of_people(ledger)


async def test_a_consent_that_was_withdrawn_is_none(people, providers):
    with writing(people) as session:
        withdraw(session, agreed().right_id, "li", MORNING)
    assert (await sent_by(people, "social", providers.url)).rule == "no-consent"
    assert not providers.arrivals()


async def test_a_consent_given_for_later_is_none_yet(ledger, providers):
    open_people(ledger, consent=False)
    with writing(ledger) as session:
        later = MORNING.replace(day=11)
        exercise(session, replace(agreed(), start=later), MORNING)
    assert (await sent_by(ledger, "social", providers.url)).rule == "no-consent"


@pytest.mark.parametrize("way", PROVIDERS)
@pytest.mark.parametrize("status", [429, 503])
async def test_a_provider_that_cannot_now_is_asked_later_and_nothing_is_lost(
    people, providers, way, status
):
    providers.misbehave(way, Trouble(Kind.STATUS, status, "1"))
    failure = await failure_of(people, way, providers.url)
    assert (str(failure.type).endswith("Unavailable"), failure.non_retryable) == (True, False)
    assert not log_of(people)
    assert not providers.arrivals()
    assert (await sent_by(people, way, providers.url)).kind is Sent.SENT
    assert len(providers.arrivals(way)) == 1
    assert verdicts(people) == ["allowed", "released", "allowed", "sent"]


@pytest.mark.parametrize("way", PROVIDERS)
async def test_a_provider_that_is_away_is_asked_later(people, providers, way):
    providers.stop()
    failure = await failure_of(people, way, providers.url)
    assert str(failure.type).endswith("Unavailable")
    assert not log_of(people)
    assert point(people, PointChannel.PHONE) is PointStatus.ACTIVE


async def test_an_outbox_that_cannot_be_written_is_tried_later(people, outbox):
    outbox.write_text("a file where the folder should be")
    failure = await failure_of(people, "paper", str(outbox))
    assert failure.type == "PostUnavailable"
    outbox.unlink()
    assert (await sent_by(people, "paper", str(outbox))).kind is Sent.SENT


def silent(providers, way):
    """The provider takes the message and then says nothing, as often as the sender asks at once."""
    providers.misbehave(way, *[Trouble(Kind.BROKEN)] * 2)


@pytest.mark.parametrize("way", PROVIDERS)
async def test_a_dunning_contact_without_an_answer_is_uncertain_and_stays_so(
    people, providers, way
):
    silent(providers, way)
    outcome = await sent_by(people, way, providers.url)
    assert (outcome.kind, outcome.rule) == (Sent.UNCERTAIN, "at-most-once")
    providers.kept.troubles.clear()
    again = await sent_by(people, way, providers.url)
    assert (again.kind, again.rule) == (Sent.UNCERTAIN, "at-most-once")
    assert len(providers.arrivals(way)) == 1
    assert asked_of_people(people) == ["uncertain/first"]
    (row,) = log_of(people)
    assert (row.status, LENDER.name in row.body) == (ContactStatus.SENT_UNCERTAIN, True)


@pytest.mark.parametrize("way", PROVIDERS)
async def test_a_statutory_contact_without_an_answer_goes_out_again_under_its_key(
    people, providers, way
):
    silent(providers, way)
    statutory = {"message_class": MessageClass.STATUTORY}
    failure = await failure_of(people, way, providers.url, **statutory)
    assert (str(failure.type).endswith("Unanswered"), failure.non_retryable) == (True, False)
    providers.kept.troubles.clear()
    assert (await sent_by(people, way, providers.url, **statutory)).kind is Sent.SENT
    arrivals = providers.arrivals(way)
    assert {(a.said.key, a.said.to, a.said.text) for a in arrivals} == {
        (KEY, arrivals[0].said.to, arrivals[0].said.text)
    }
    assert sum(a.times for a in arrivals) >= 2
    assert verdicts(people) == ["allowed", "unanswered", "allowed", "sent"]


@pytest.mark.parametrize("way", ["aliyun", "tencent", "twilio", "webhook", "dialer", "fcm"])
async def test_an_address_that_reaches_nobody_is_marked_dead(people, providers, way):
    kind = PointChannel.DEVICE if way == "fcm" else PointChannel.PHONE
    address = f"token-{DEAD_ENDING}" if way == "fcm" else f"+861380000{DEAD_ENDING}"
    with writing(people) as session:
        old = next(p for p in points_of(session, "B1") if p.channel is kind)
        session.get_one(ContactPointRow, old.id).address = address
    outcome = await sent_by(people, way, providers.url)
    again = await sent_by(people, way, providers.url)
    assert (outcome.kind, outcome.rule) == (Sent.BOUNCED, "address-refused")
    assert (again.kind, again.rule, again.reason) == (outcome.kind, outcome.rule, outcome.reason)
    assert point(people, kind) is PointStatus.DEAD
    next_one = await sent_by(people, way, providers.url, step="second")
    assert (next_one.kind, next_one.rule) == (Sent.SUPPRESSED, "no-contact-point")
    assert not providers.arrivals()


STOPPED = [
    ("aliyun", "isv.MOBILE_IN_BLACK"),
    ("tencent", "FailedOperation.PhoneNumberInBlacklist"),
    ("twilio", "21610"),
    ("webhook", "opted-out"),
    ("social", "opted-out"),
]


@pytest.mark.parametrize(("way", "word"), STOPPED)
async def test_who_told_the_provider_to_stop_has_told_us_and_can_still_be_called(
    people, providers, way, word
):
    providers.misbehave(way, Trouble(Kind.CODE, code=word))
    outcome = await sent_by(people, way, providers.url)
    again = await sent_by(people, way, providers.url)
    assert (outcome.kind, outcome.rule) == (Sent.FAILED, "opted-out")
    assert (again.kind, again.rule) == (Sent.FAILED, "opted-out")
    with reading(people) as session:
        (right,) = [r for r in rights_of(session, "B1") if r.kind is RightKind.OPT_OUT]
    assert (right.channel, right.by, right.reference) == (CHANNELS[way], "provider", KEY)
    assert point(people, PointChannel.PHONE) is PointStatus.ACTIVE
    later = await sent_by(people, way, providers.url, step="second")
    assert (later.kind, later.rule) == (Sent.SUPPRESSED, "right-opt-out")
    called = await run(by_way(people, "call", None).send_notice, order_by("call", step="third"))
    assert called.kind is Sent.SENT
    assert not providers.arrivals()
    assert asked_of_people(people) == ["call/third"]


async def test_who_told_the_dialer_to_stop_is_not_called_by_anybody(people, providers):
    providers.misbehave("dialer", Trouble(Kind.CODE, code="opted-out"))
    await sent_by(people, "dialer", providers.url)
    called = await run(by_way(people, "call", None).send_notice, order_by("call", step="second"))
    assert (called.kind, called.rule) == (Sent.SUPPRESSED, "right-opt-out")
    assert (await sent_by(people, "webhook", providers.url, step="third")).kind is Sent.SENT


async def test_a_number_of_several_people_bars_itself_when_one_of_them_says_stop(ledger, providers):
    open_people(ledger, 2)
    with writing(ledger) as session:
        points = {n: points_of(session, f"B{n}") for n in (1, 2)}
        mine, theirs = (
            next(p for p in points[n] if p.channel is PointChannel.PHONE) for n in (1, 2)
        )
        session.get_one(ContactPointRow, theirs.id).address = mine.address
    providers.misbehave("webhook", Trouble(Kind.CODE, code="opted-out"))
    await sent_by(ledger, "webhook", providers.url)
    with reading(ledger) as session:
        stops = [r for r in rights_of(session, "B1") if r.kind is RightKind.OPT_OUT]
        assert [stop.contact_point_id for stop in stops] == [mine.id]
        assert not [r for r in rights_of(session, "B2") if r.kind is RightKind.OPT_OUT]


@pytest.mark.parametrize("code", ["30006", "21614", "21635"])
async def test_a_landline_takes_no_messages_and_can_be_called(people, providers, code):
    providers.misbehave("twilio", Trouble(Kind.CODE, code=code))
    outcome = await sent_by(people, "twilio", providers.url)
    assert (outcome.kind, outcome.rule) == (Sent.FAILED, "message-refused")
    assert point(people, PointChannel.PHONE) is PointStatus.ACTIVE
    called = await run(by_way(people, "call", None).send_notice, order_by("call", step="second"))
    assert called.kind is Sent.SENT
    assert asked_of_people(people) == ["call/second", "message-refused/first"]


REFUSED = [
    ("aliyun", "isv.SMS_TEMPLATE_ILLEGAL"),
    ("tencent", "FailedOperation.TemplateIncorrectOrUnapproved"),
    ("twilio", "21617"),
    ("webhook", "too-long"),
    ("fcm", "INVALID_ARGUMENT"),
    ("dialer", "no-such-voice"),
    ("social", "too-long"),
]


@pytest.mark.parametrize(("way", "word"), REFUSED)
async def test_a_text_that_is_refused_is_a_task_and_no_fault_of_the_address(
    people, providers, way, word
):
    providers.misbehave(way, Trouble(Kind.CODE, code=word))
    outcome = await sent_by(people, way, providers.url)
    assert (outcome.kind, outcome.rule) == (Sent.FAILED, "message-refused")
    assert asked_of_people(people) == ["message-refused/first"]
    with reading(people) as session:
        assert all(p.status is PointStatus.ACTIVE for p in points_of(session, "B1"))


@pytest.mark.parametrize("way", [way for way in CHANNELS if way not in LISTS])
async def test_a_channel_that_is_not_set_up_is_suppressed_by_name(people, way):
    outcome = await run(by_way(people, way, None).send_notice, order_by(way))
    assert (outcome.kind, outcome.rule) == (Sent.SUPPRESSED, "channel-off")
    assert not asked_of_people(people)


@pytest.mark.parametrize("way", CHANNELS)
async def test_a_channel_without_a_page_is_a_task_and_claims_nothing(
    people, providers, way, tmp_path
):
    sender = None if way in LISTS else sender_of("webhook", providers.url)
    texts = Texts(Letters(LENDER, tmp_path))
    outcome = await run(by_way(people, way, sender, texts=texts).send_notice, order_by(way))
    assert (outcome.kind, outcome.rule) == (Sent.FAILED, "template-missing")
    assert not log_of(people)
    with reading(people) as session:
        (task,) = open_tasks(session)
    assert task.what == "template-missing/first"
    assert not providers.arrivals()


@pytest.mark.parametrize("way", PROVIDERS)
async def test_at_night_no_channel_speaks(people, providers, way):
    night = MORNING + timedelta(hours=12)
    when = {"decided_at": night, "clock": Clock(night, datetime.now(UTC))}
    outcome = await sent_by(people, way, providers.url, **when)
    assert (outcome.kind, outcome.rule) == (Sent.DEFERRED, "CN-TIME-01")
    assert not providers.arrivals()


async def test_one_letter_speaks_of_every_late_loan_of_the_person(ledger, outbox):
    open_people(ledger)
    open_book(ledger, *[f"L{n}" for n in range(2, 6)])
    sender = sender_of("paper", str(outbox))
    sending = by_way(ledger, "paper", sender)
    first = await run(sending.send_notice, order_by("paper", merge_days=7))
    assert first.kind is Sent.SENT
    (row,) = log_of(ledger)
    assert row.covers == ["L2", "L3", "L4", "L5"]
    assert all(f"L{n}" in row.body for n in range(1, 6))
    assert len(letters_in(outbox)) == 1
    assert Channel.LETTER is row.channel
    assert row.episode == EPISODE


class Unheard:
    """Posts letters and hears no answer."""

    def __init__(self, real):
        self._real = real

    async def send(self, message):
        await self._real.send(message)
        raise Unknown("No answer.")

    async def close(self):
        await self._real.close()


async def test_a_statutory_letter_that_was_posted_is_the_same_letter_the_next_day(people, outbox):
    post = sender_of("paper", str(outbox))
    statutory = order_by("paper", message_class=MessageClass.STATUTORY)
    with pytest.raises(ApplicationError):
        await run(by_way(people, "paper", Unheard(post)).send_notice, statutory)
    tomorrow = MORNING + timedelta(days=1)
    late = replace(statutory, decided_at=tomorrow, clock=Clock(tomorrow, datetime.now(UTC)))
    outcome = await run(by_way(people, "paper", post).send_notice, late)
    assert outcome.kind is Sent.SENT
    (posted,) = letters_in(outbox)
    assert posted["dated"] == "2026-03-10"
