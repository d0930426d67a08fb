"""Every provider, whatever goes wrong: accepted, certainly not, refused, or nobody knows."""

from datetime import UTC, datetime, timedelta

import pytest

from channels.errors import Bounced, TryAgain, Unknown
from channels.message import TooLate
from channels.provider import Later, OptedOut, retry_after
from demo.providers.kept import DEAD_ENDING, Kind, Trouble
from tests.channels.world import DEAD, EVERYONE, KEY, KEYED, KEYLESS, NUMBER, a_message, sender_for

every_provider = pytest.mark.parametrize("name", EVERYONE)
every_sms = pytest.mark.parametrize("name", ["aliyun", "tencent", "twilio", "webhook"])


async def sent(name, providers, message=None, **more):
    sender = sender_for(name, providers.url, **more)
    try:
        return await sender.send(message or a_message())
    finally:
        await sender.close()


async def failure_of(kind, name, providers, message=None, **more):
    with pytest.raises(kind) as raised:
        await sent(name, providers, message, **more)
    said = message or a_message()
    for private in (said.to, said.text, "王"):
        assert private not in raised.value.reason
    return raised.value


@every_provider
async def test_a_message_is_accepted_and_the_receipt_says_by_which_id(providers, name):
    receipt = await sent(name, providers)
    (arrival,) = providers.arrivals(name)
    assert receipt.provider_id.endswith(arrival.provider_id)
    assert abs(receipt.accepted_at - datetime.now(UTC)) < timedelta(seconds=5)
    assert arrival.said.key == KEY
    assert arrival.said.to in (NUMBER, NUMBER.removeprefix("+86"))
    assert "¥1,200.00" in arrival.said.text


@every_provider
async def test_a_stranger_is_not_believed_and_nothing_is_lost(providers, name):
    await failure_of(TryAgain, name, providers, secret="guessed")
    assert not providers.arrivals()


@every_provider
@pytest.mark.parametrize(("status", "asked"), [(429, "7"), (503, "7"), (429, ""), (408, "")])
async def test_a_provider_that_cannot_now_says_when(providers, name, status, asked):
    providers.misbehave(name, Trouble(Kind.STATUS, status, asked))
    failure = await failure_of(Later, name, providers)
    assert failure.after_seconds == (7 if asked else None)
    assert not providers.arrivals()
    await sent(name, providers)
    assert len(providers.arrivals()) == 1


@pytest.mark.parametrize("name", KEYLESS)
@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_broken_provider_that_knows_no_keys_leaves_us_in_doubt(providers, name, status):
    providers.misbehave(name, Trouble(Kind.STATUS, status))
    await failure_of(Unknown, name, providers)


@pytest.mark.parametrize("name", KEYLESS)
async def test_silence_after_the_message_was_handed_over_is_nobodys_knowledge(providers, name):
    providers.misbehave(name, Trouble(Kind.LATE, seconds=1))
    await failure_of(Unknown, name, providers, timeout=0.3)
    assert len(providers.arrivals()) == 1


@pytest.mark.parametrize("name", KEYED)
@pytest.mark.parametrize("kind", [Kind.LATE, Kind.BROKEN])
async def test_a_provider_that_knows_keys_is_asked_again_at_once(providers, name, kind):
    providers.misbehave(name, Trouble(kind, seconds=1))
    receipt = await sent(name, providers, timeout=0.4)
    (arrival,) = providers.arrivals()
    assert (receipt.provider_id, arrival.times) == (arrival.provider_id, 2)


@pytest.mark.parametrize("name", KEYED)
@pytest.mark.parametrize("then", [429, 401, 500])
async def test_two_silences_leave_us_in_doubt_even_with_a_key(providers, name, then):
    providers.misbehave(name, Trouble(Kind.BROKEN), Trouble(Kind.STATUS, then))
    await failure_of(Unknown, name, providers)
    assert len(providers.arrivals()) == 1


@every_provider
async def test_a_provider_that_is_not_there_has_certainly_taken_nothing(providers, name):
    providers.stop()
    await failure_of(TryAgain, name, providers)


@every_provider
async def test_a_message_whose_time_has_passed_stays_here(providers, name):
    late = a_message(not_after=datetime.now(UTC) - timedelta(seconds=1))
    failure = await failure_of(TooLate, name, providers, late)
    assert failure.reason == "too late"
    assert not providers.arrivals()


@every_provider
async def test_its_time_is_looked_at_once_more_before_the_first_byte(providers, name):
    start = datetime.now(UTC)
    ticks = iter([timedelta(0)] * 2 + [timedelta(minutes=10)] * 99)
    message = a_message(not_after=start + timedelta(minutes=5))
    clock = [start]

    def now() -> datetime:
        clock.append(start + next(ticks))
        return clock[-1]

    await failure_of(TooLate, name, providers, message, now=now)
    assert not providers.arrivals()


@pytest.mark.parametrize("name", EVERYONE)
async def test_an_address_that_reaches_nobody_is_dead(providers, name):
    dead = f"token-{DEAD_ENDING}" if name == "fcm" else DEAD
    failure = await failure_of(Bounced, name, providers, a_message(to=dead))
    assert failure.address_dead
    assert not providers.arrivals()


@pytest.mark.parametrize(
    ("name", "code", "kind", "dead"),
    [
        ("aliyun", "isv.BUSINESS_LIMIT_CONTROL", Later, None),
        ("aliyun", "isv.DAY_LIMIT_CONTROL", Later, None),
        ("aliyun", "Throttling.User", Later, None),
        ("aliyun", "isp.SYSTEM_ERROR", Later, None),
        ("aliyun", "isv.AMOUNT_NOT_ENOUGH", TryAgain, None),
        ("aliyun", "isv.MOBILE_NUMBER_ILLEGAL", Bounced, True),
        ("aliyun", "isv.SMS_TEMPLATE_ILLEGAL", Bounced, False),
        ("aliyun", "isv.BLACK_KEY_CONTROL_LIMIT", Bounced, False),
        ("aliyun", "InternalError", Unknown, None),
        ("tencent", "LimitExceeded.PhoneNumberDailyLimit", Later, None),
        ("tencent", "RequestLimitExceeded", Later, None),
        ("tencent", "FailedOperation.InsufficientBalanceInSmsPackage", TryAgain, None),
        ("tencent", "UnauthorizedOperation.ServiceSuspendDueToArrears", TryAgain, None),
        ("tencent", "InternalError.RequestTimeException", TryAgain, None),
        ("tencent", "InternalError.SendAndRecvFail", Unknown, None),
        ("tencent", "InternalError.Timeout", Unknown, None),
        ("tencent", "FailedOperation.PhoneNumberInBlacklist", OptedOut, False),
        ("tencent", "InvalidParameterValue.IncorrectPhoneNumber", Bounced, True),
        ("tencent", "FailedOperation.TemplateIncorrectOrUnapproved", Bounced, False),
        ("twilio", "20429", Later, None),
        ("twilio", "20003", TryAgain, None),
        ("twilio", "21408", TryAgain, None),
        ("twilio", "21211", Bounced, True),
        ("twilio", "21614", Bounced, False),
        ("twilio", "21635", Bounced, False),
        ("twilio", "30006", Bounced, False),
        ("twilio", "21610", OptedOut, False),
        ("twilio", "21617", Bounced, False),
        ("webhook", "invalid-address", Bounced, True),
        ("webhook", "opted-out", OptedOut, False),
        ("webhook", "too-long", Bounced, False),
        ("fcm", "UNREGISTERED", Bounced, True),
        ("fcm", "INVALID_ARGUMENT", Bounced, False),
        ("fcm", "SENDER_ID_MISMATCH", TryAgain, None),
        ("fcm", "QUOTA_EXCEEDED", Later, None),
    ],
)
async def test_each_word_of_a_provider_has_its_meaning(providers, name, code, kind, dead):
    providers.misbehave(name, Trouble(Kind.CODE, code=code))
    failure = await failure_of(kind, name, providers)
    assert type(failure) is kind
    assert dead is None or failure.address_dead is dead
    assert not providers.arrivals()


@pytest.mark.parametrize("name", KEYLESS)
@pytest.mark.parametrize("status", [302, 401, 404])
async def test_an_answer_of_somebody_in_between_is_no_answer_of_the_provider(
    providers, name, status
):
    providers.misbehave(name, Trouble(Kind.STATUS, status))
    await failure_of(TryAgain, name, providers)


@pytest.mark.parametrize("name", KEYLESS)
async def test_a_yes_that_names_nothing_leaves_us_in_doubt(providers, name):
    providers.misbehave(name, Trouble(Kind.STATUS, 200))
    await failure_of(Unknown, name, providers)


async def test_aliyun_gets_a_new_nonce_each_time(providers):
    await sent("aliyun", providers)
    await sent("aliyun", providers)
    assert len(providers.arrivals("aliyun")) == 2


async def test_twilio_is_given_the_text_where_there_is_no_template(providers):
    message = a_message(provider_template_id="", to="+12025550123")
    await sent("twilio", providers, message)
    (arrival,) = providers.arrivals()
    assert (arrival.said.text, arrival.said.to) == (message.text, "+12025550123")
    assert (
        arrival.said.report_to == "http://us.example/twilio?key=notice%2FL1%2F2026-03-01%2Fgentle"
    )


async def test_a_social_message_without_a_consent_does_not_leave(providers):
    failure = await failure_of(Bounced, "social", providers, a_message(consent=" "))
    assert (failure.reason, failure.address_dead) == (
        "No consent to social messages is on record.",
        False,
    )
    assert not providers.arrivals()


@every_sms
async def test_a_short_message_can_be_sent_again_over_the_same_sender(providers, name):
    sender = sender_for(name, providers.url)
    for number in range(3):
        await sender.send(a_message(key=f"{KEY}/{number}"))
    await sender.close()
    assert [a.said.key for a in providers.arrivals(name)] == [f"{KEY}/{n}" for n in range(3)]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        ("99999999999999", 86_400),
        ("Thu, 02 Apr 2026 01:32:00 GMT", 120),
        ("Thu, 02 Apr 2026 01:00:00 GMT", 0),
        ("soon", None),
        ("", None),
        ("²", None),
    ],
)
def test_how_long_to_wait_is_said_in_seconds_or_as_a_date(value, seconds):
    now = datetime(2026, 4, 2, 1, 30, tzinfo=UTC)
    assert retry_after(value, now) == seconds
