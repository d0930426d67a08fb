"""What providers post to us: believed only when it is theirs; it comes twice and in any order."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from channels.ai_calls import OUTCOMES, DialerHook, DialerInbox
from channels.message import Sender
from channels.receipts import Inbox, NotBelieved, Posted
from channels.sms.aliyun import AliyunInbox
from channels.sms.tencent import TencentInbox
from channels.sms.twilio import TwilioAccount, TwilioInbox, TwilioSms
from channels.sms.webhook import WebhookInbox
from demo.providers.kept import TWILIO_SID
from domain.deliveries import DeliveryReport, DeliveryStatus, news
from domain.gate.words import ContactOutcome
from tests.channels.world import DAY, KEY, NUMBER, SECRET, a_message, sender_for

DELIVERED, UNDELIVERED, UNKNOWN = DeliveryStatus
INBOXES: dict[str, Inbox] = {
    "aliyun": AliyunInbox(SECRET),
    "tencent": TencentInbox(SECRET),
    "twilio": TwilioInbox(SECRET),
    "webhook": WebhookInbox(SECRET),
}
every_inbox = pytest.mark.parametrize("name", INBOXES)


def end_of(door, name, token=SECRET):
    """Where that provider is told to report; the Chinese ones are given a token."""
    known = "?token=" + token.replace(" ", "%20") if name in ("aliyun", "tencent") else ""
    return f"{door.url}/{name}{known}"


async def accepted(name, providers, door):
    """A message the provider took, with reports on their way to our door."""
    providers.report_to[name] = end_of(door, name)
    door.hear = INBOXES[name].reports
    if name == "twilio":
        account = TwilioAccount(TWILIO_SID, SECRET, "+15005550006", f"{door.url}/t", providers.url)
        sender: Sender = TwilioSms(account)
    else:
        sender = sender_for(name, providers.url)
    receipt = await sender.send(a_message())
    await sender.close()
    assert receipt is not None
    return receipt


@every_inbox
async def test_a_report_names_the_message_and_what_became_of_it(providers, door, name):
    receipt = await accepted(name, providers, door)
    assert await providers.report(1, "delivered", "delivered", "undelivered") == [200] * 3
    first, second, third = door.heard
    assert first.provider_id == second.provider_id == receipt.provider_id
    assert first.key == ("" if name == "tencent" else KEY)
    assert [r.status for r in door.heard] == [DELIVERED, DELIVERED, UNDELIVERED]
    assert not third.dead
    assert abs(first.at - datetime.now(UTC)) < timedelta(seconds=5)
    assert news(None, first) == first
    assert [news(first, later) for later in (second, third)] == [None, None]
    assert news(third, first) == first


@pytest.mark.parametrize(
    ("name", "code", "dead"),
    [
        ("aliyun", "MK:0001", True),
        ("aliyun", "MOBILE_NOT_ON_SERVICE", False),
        ("tencent", "MN:0001", True),
        ("tencent", "UNDELIV", False),
        ("twilio", "30005", True),
        ("twilio", "30003", False),
        ("twilio", "30006", False),
        ("webhook", "invalid-address", True),
        ("webhook", "phone-off", False),
    ],
)
async def test_only_a_number_that_nobody_has_is_dead(providers, door, name, code, dead):
    await accepted(name, providers, door)
    await providers.report(1, "undelivered", code=code)
    (report,) = door.heard
    assert (report.status, report.code, report.dead) == (UNDELIVERED, code, dead)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("aliyun", "MOBILE_IN_BLACK"),
        ("tencent", "FailedOperation.PhoneNumberInBlacklist"),
        ("twilio", "21610"),
        ("webhook", "opted-out"),
    ],
)
async def test_who_told_the_provider_to_stop_shows_in_a_report_too(providers, door, name, code):
    await accepted(name, providers, door)
    await providers.report(1, "undelivered", code=code)
    await providers.report(1, "undelivered", code="else")
    assert [(r.dead, r.opt_out) for r in door.heard] == [(False, True), (False, False)]


@pytest.mark.parametrize("status", ["queued", "sent", "sending"])
async def test_twilio_tells_on_the_way_and_that_is_no_end(providers, door, status):
    await accepted("twilio", providers, door)
    await providers.report(1, status, "delivered", status)
    assert [r.status for r in door.heard] == [UNKNOWN, DELIVERED, UNKNOWN]
    assert news(door.heard[1], door.heard[2]) is None


@every_inbox
async def test_a_forged_report_is_turned_away(providers, door, name):
    await accepted(name, providers, door)
    strangers: dict[str, Inbox] = {
        "aliyun": AliyunInbox("another"),
        "tencent": TencentInbox("another"),
        "twilio": TwilioInbox("another"),
        "webhook": WebhookInbox("another"),
    }
    door.hear = strangers[name].reports
    assert await providers.report(1, "delivered") == [401]
    assert not door.heard


@every_inbox
async def test_a_reply_reaches_us_and_stop_is_understood(providers, door, name):
    providers.report_to[name] = end_of(door, name)
    door.hear = INBOXES[name].replies
    for text in ("我下周一还", "退订", "pls dont text me"):
        assert await providers.reply(name, NUMBER, text) == 200
    assert [r.sender for r in door.heard] == [NUMBER] * 3
    assert [r.text for r in door.heard] == ["我下周一还", "退订", "pls dont text me"]
    assert [r.opt_out for r in door.heard] == [False, True, True]
    assert all(abs(r.at - datetime.now(UTC)) < timedelta(seconds=5) for r in door.heard)


@pytest.mark.parametrize("name", ["aliyun", "tencent"])
@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"x"', b"\xff"])
def test_nonsense_is_unreadable(name, body):
    posted = Posted("http://us.example/x?token=known%20to%20both%20sides", {}, body)
    with pytest.raises(NotBelieved, match="unreadable"):
        INBOXES[name].reports(posted, DAY)


@pytest.mark.parametrize("name", ["aliyun", "tencent"])
@pytest.mark.parametrize("query", ["", "?token=", "?token=x", "?other=1", "?token=é"])
def test_without_the_token_nothing_is_read(name, query):
    with pytest.raises(NotBelieved, match="bad-signature"):
        INBOXES[name].reports(Posted(f"http://us.example/{query}", {}, b"[]"), DAY)
    no_token: dict[str, Inbox] = {"aliyun": AliyunInbox(""), "tencent": TencentInbox("")}
    with pytest.raises(NotBelieved, match="bad-signature"):
        no_token[name].reports(Posted("http://us.example/?token=", {}, b"[]"), DAY)


def test_a_list_of_reports_by_aliyun_is_read_whole_and_in_beijing_time():
    body = """[
      {"phone_number": "13800000001", "send_time": "2026-04-02 09:00:00",
       "report_time": "2026-04-02 09:30:00", "success": true, "err_code": "DELIVERED",
       "err_msg": "", "sms_size": "1", "biz_id": "B1", "out_id": "K1"},
      {"phone_number": "13800000002", "report_time": "2026-04-02 09:31:00", "success": false,
       "err_code": "MK:0001", "biz_id": "B2", "out_id": null}]"""
    posted = Posted("http://us.example/?token=t", {}, body.encode())
    minute = timedelta(minutes=1)
    assert AliyunInbox("t").reports(posted, DAY + timedelta(days=1)) == (
        DeliveryReport("K1", "B1", DELIVERED, "DELIVERED", DAY, False),
        DeliveryReport("", "B2", UNDELIVERED, "MK:0001", DAY + minute, True),
    )


def test_a_reply_by_tencent_carries_its_country():
    body = b'{"nationcode": "852", "mobile": "51234567", "text": "TD", "time": 1775093400}'
    (reply,) = TencentInbox("t").replies(Posted("http://us.example/?token=t", {}, body), DAY)
    assert (reply.sender, reply.opt_out) == ("+85251234567", True)
    assert reply.at == datetime.fromtimestamp(1_775_093_400, ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("said", "outcome", "dead"),
    [
        ("conversation", ContactOutcome.CONVERSATION, False),
        ("answered", ContactOutcome.CONNECTED, False),
        ("no_answer", ContactOutcome.NO_ANSWER, False),
        ("voicemail", ContactOutcome.VOICEMAIL, False),
        ("busy", ContactOutcome.NOT_CONNECTED, False),
        ("not_in_service", ContactOutcome.NOT_CONNECTED, True),
        ("wrong_number", ContactOutcome.WRONG_NUMBER, True),
        ("something-new", ContactOutcome.CONNECTED, False),
    ],
)
async def test_what_came_of_a_call_comes_back(providers, door, said, outcome, dead):
    dialer = DialerHook(providers.url, SECRET, f"{door.url}/calls")
    receipt = await dialer.send(a_message())
    await dialer.close()
    door.hear = DialerInbox(SECRET).outcomes
    assert await providers.report(1, said) == [200]
    (call,) = door.heard
    assert (call.key, call.provider_id) == (KEY, receipt.provider_id)
    assert (call.outcome, call.code, call.dead, call.seconds) == (outcome, said, dead, 42)


def test_every_word_of_a_dialer_is_one_of_ours():
    assert set(OUTCOMES.values()) == {
        ContactOutcome.CONVERSATION,
        ContactOutcome.CONNECTED,
        ContactOutcome.NO_ANSWER,
        ContactOutcome.VOICEMAIL,
        ContactOutcome.NOT_CONNECTED,
        ContactOutcome.WRONG_NUMBER,
    }


def test_a_stranger_cannot_tell_of_calls():
    with pytest.raises(NotBelieved, match="bad-signature"):
        DialerInbox(SECRET).outcomes(Posted("http://us.example/", {}, b'{"calls": []}'), DAY)


def test_a_death_is_news_even_after_a_failure():
    failed = DeliveryReport("", "B", UNDELIVERED, "x", DAY)
    died = DeliveryReport("", "B", UNDELIVERED, "MK:0001", DAY, True)
    assert news(failed, died) is died
    assert news(died, failed) is None
