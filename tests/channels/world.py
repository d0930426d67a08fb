"""Messages to send, senders to send them with, and a door at which callbacks come in."""

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import FastAPI, Request, Response

from channels.ai_calls import DialerHook
from channels.message import Message, Sender
from channels.push import FcmPush
from channels.receipts import NotBelieved, Posted
from channels.sms.aliyun import AliyunAccount, AliyunSms
from channels.sms.tencent import TencentAccount, TencentSms
from channels.sms.twilio import TwilioAccount, TwilioSms
from channels.sms.webhook import WebhookSms
from channels.social import SocialMessages
from demo.providers.kept import ALIYUN_ID, DEAD_ENDING, TENCENT_ID, TWILIO_SID
from demo.serving import HOST, Background, bound, web

SECRET = "known to both sides"
KEY = "notice/L1/2026-03-01/gentle"
DAY = datetime(2026, 4, 2, 1, 30, tzinfo=UTC)
NUMBER = "+8613800000001"
DEAD = f"+861380000{DEAD_ENDING}"
TEXT = "王伟，您好：您有一笔借款 ¥1,200.00 应于 3月1日 还款。回T退订 & ok?"

KEYED = ("webhook", "dialer", "social")
"""Providers that know a repeated key again."""
KEYLESS = ("aliyun", "tencent", "twilio", "fcm")
EVERYONE = KEYLESS + KEYED


def a_message(**changes) -> Message:
    said: dict[str, Any] = {
        "key": KEY,
        "to": NUMBER,
        "text": TEXT,
        "locale": "zh_CN",
        "at": DAY,
        "not_after": datetime.now(UTC) + timedelta(minutes=5),
        "subject": "还款提醒",
        "provider_template_id": "SMS_1",
        "params": (("name", "王 伟"), ("amount", "¥1,200.00 +&=*~'\"")),
        "consent": "C-17",
    }
    return Message(**said | changes)


def sender_for(name: str, url: str, secret: str = SECRET, timeout: float = 5, **more) -> Sender:
    """A sender of that provider's kind, that knocks at that address."""

    async def bearer() -> str:
        return secret

    aliyun = AliyunAccount(ALIYUN_ID, secret, "和缓金融", url)
    tencent = TencentAccount(TENCENT_ID, secret, "1400000000", "和缓金融", url=url)
    twilio = TwilioAccount(TWILIO_SID, secret, "+15005550006", "http://us.example/twilio", url)
    build: dict[str, Callable[[], Sender]] = {
        "aliyun": lambda: AliyunSms(aliyun, timeout, **more),
        "tencent": lambda: TencentSms(tencent, timeout, **more),
        "twilio": lambda: TwilioSms(twilio, timeout, **more),
        "webhook": lambda: WebhookSms(url, secret, timeout, **more),
        "fcm": lambda: FcmPush("demo", bearer, url, timeout, **more),
        "dialer": lambda: DialerHook(url, secret, "http://us.example/calls", timeout, **more),
        "social": lambda: SocialMessages(url, secret, timeout, **more),
    }
    return build[name]()


class Door:
    """Our own door, over real HTTP: `hear` reads a request; what it read is in `heard`.

    `hear` stays unset until a test knows which inbox it needs.
    """

    def __init__(self) -> None:
        self.heard: list[Any] = []
        self.hear: Callable[[Posted, datetime], tuple[Any, ...]] = lambda posted, now: ()
        self.port = 0
        self._background = Background(self._world)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        self._background.start()

    def stop(self) -> None:
        self._background.stop()

    @contextlib.asynccontextmanager
    async def _world(self) -> AsyncIterator[None]:
        app = FastAPI()

        @app.post("/{path:path}")
        async def take(request: Request) -> Response:
            posted = Posted(str(request.url), dict(request.headers), await request.body())
            try:
                self.heard += self.hear(posted, datetime.now(UTC))
            except NotBelieved as doubt:
                return Response(doubt.rule, 401 if doubt.rule == "bad-signature" else 400)
            return Response("thanks")

        listening = bound(0)
        self.port = listening.getsockname()[1]
        async with web(app, listening):
            yield
