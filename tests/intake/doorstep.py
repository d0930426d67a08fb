"""Our doors on loopback over real HTTP, with a ledger behind them."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

from httpx2 import AsyncClient
from pydantic import SecretStr
from sqlalchemy import Engine

from channels.ai_calls import DialerHook
from channels.message import Message, Sender
from channels.signing import HEADER, signature
from channels.sms.twilio import TwilioAccount, TwilioSms
from demo.providers.kept import TWILIO_SID
from demo.providers.stand_in import ProvidersStandIn
from demo.serving import HOST, Background, bound, web
from intake.doors import Doorkeeper, doors
from intake.inboxes import inboxes
from intake.receipts import Receipts
from settings import Settings
from tests.channels.world import SECRET, a_message, sender_for

KNOWN = SecretStr(SECRET)
SETTINGS = Settings(
    sms_webhook_secret=KNOWN,
    aliyun_inbox_token=KNOWN,
    tencent_inbox_token=KNOWN,
    twilio_auth_token=KNOWN,
    dialer_secret=KNOWN,
    bounces_secret=KNOWN,
)
SMS = ("aliyun", "tencent", "twilio", "webhook")


class Doorstep:
    """The doors as they are served; they can be reached while this is started."""

    def __init__(self, engine: Engine, settings: Settings = SETTINGS) -> None:
        self.port = 0
        self.receipts = Receipts(engine)
        self._keeper = Doorkeeper(
            engine, inboxes(settings), self.receipts, asyncio.Event(), settings.doors_url or ""
        )
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
        listening = bound(0)
        self.port = listening.getsockname()[1]
        async with web(doors(self._keeper), listening):
            yield

    def sms(self, name: str, what: str, token: str = SECRET) -> str:
        """Where that provider posts; the Chinese ones are given a token."""
        known = "?token=" + token.replace(" ", "%20") if name in ("aliyun", "tencent") else ""
        return f"{self.url}/in/sms/{name}/{what}{known}"

    async def post(self, path: str, body: bytes = b"", secret: str = SECRET) -> tuple[int, str]:
        """Post something signed as our own gateways sign; the status and the words."""
        headers = {HEADER: signature(secret, int(time.time()), body)}
        async with AsyncClient() as client:
            answer = await client.post(f"{self.url}{path}", content=body, headers=headers)
        return answer.status_code, answer.text


async def accepted(
    providers: ProvidersStandIn, door: Doorstep, name: str, **message: object
) -> str:
    """Have that provider take a message and report to our door; the provider's own number."""
    said: Message = a_message(**message)
    if name == "twilio":
        to = door.sms(name, "reports")
        account = TwilioAccount(TWILIO_SID, SECRET, "+15005550006", to, providers.url)
        return await _sent(TwilioSms(account), said)
    if name == "dialer":
        return await _sent(DialerHook(providers.url, SECRET, f"{door.url}/in/dialer"), said)
    providers.report_to[name] = door.sms(name, "reports")
    return await _sent(sender_for(name, providers.url), said)


async def _sent(sender: Sender, message: Message) -> str:
    receipt = await sender.send(message)
    await sender.close()
    assert receipt is not None
    return receipt.provider_id
