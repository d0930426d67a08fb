"""Every way out of the house, as the settings say: a channel that is not set up is not there."""

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from channels.access import ServiceAccount
from channels.ai_calls import DialerHook
from channels.email import SmtpChannel, SmtpServer
from channels.http import SignedHttp
from channels.message import Sender
from channels.paper import LetterHead, PaperPost
from channels.push import URL as FCM
from channels.push import FcmPush
from channels.sms import aliyun, tencent, twilio
from channels.sms.webhook import WebhookSms
from channels.social import SocialMessages
from domain.gate.words import Channel
from intake.panel import Agencies, open_agencies
from settings import Settings

OUTSIDE_SECONDS = 8
"""How long an outside party may take to answer; an attempt of an activity lasts 20 seconds."""


@dataclass(frozen=True, slots=True)
class Gates:
    """The connections to the outside; `agency` is None where no single agency is set up.

    `agencies` are those of the panel.
    """

    channels: dict[Channel, Sender]
    agency: SignedHttp | None
    agencies: Agencies = field(default_factory=Agencies)

    async def close(self) -> None:
        """Hang up."""
        for channel in self.channels.values():
            await channel.close()
        if self.agency is not None:
            await self.agency.close()
        await self.agencies.close()


def open_gates(settings: Settings) -> Gates:
    """The gates as set; connections are opened when first needed.

    Raises ValueError or OSError for a service account that cannot be read, and PolicyError for a
    panel with problems or an agency that is set up by half.
    """
    found: dict[Channel, Sender | None] = {
        Channel.EMAIL: _email(settings),
        Channel.SMS: _sms(settings),
        Channel.PUSH: _push(settings),
        Channel.LETTER: _letters(settings),
        Channel.AI_CALL: _dialer(settings),
        Channel.SOCIAL: _social(settings),
    }
    channels = {channel: way for channel, way in found.items() if way is not None}
    agency = None
    if settings.agency_url and settings.agency_secret:
        secret = _open(settings.agency_secret)
        agency = SignedHttp(settings.agency_url, secret, timeout=OUTSIDE_SECONDS)
    return Gates(channels, agency, open_agencies(settings, OUTSIDE_SECONDS))


def _email(settings: Settings) -> Sender:
    password = settings.smtp_password
    server = SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.mail_from,
        user=settings.smtp_user,
        password=_open(password) if password else None,
        tls=settings.smtp_tls,
        timeout=OUTSIDE_SECONDS,
    )
    return SmtpChannel(server)


def _sms(settings: Settings) -> Sender | None:
    account, secret, sender = settings.sms_account, _open(settings.sms_secret), settings.sms_sender
    match settings.sms_provider:
        case "webhook":
            shared = _open(settings.sms_webhook_secret)
            return WebhookSms(settings.sms_url or "", shared, OUTSIDE_SECONDS)
        case "aliyun":
            url = settings.sms_url or aliyun.URL
            return aliyun.AliyunSms(
                aliyun.AliyunAccount(account, secret, sender, url), OUTSIDE_SECONDS
            )
        case "tencent":
            url = settings.sms_url or tencent.URL
            who = tencent.TencentAccount(account, secret, settings.sms_app, sender, url=url)
            return tencent.TencentSms(who, OUTSIDE_SECONDS)
        case "twilio":
            token, url = _open(settings.twilio_auth_token), settings.sms_url or twilio.URL
            report_to = _door(settings, "in/sms/twilio/reports")
            return twilio.TwilioSms(
                twilio.TwilioAccount(account, token, sender, report_to, url), OUTSIDE_SECONDS
            )
        case None:
            return None


def _push(settings: Settings) -> Sender | None:
    if not settings.push_project or settings.push_account_file is None:
        return None
    account = ServiceAccount(settings.push_account_file)
    url = settings.push_url or FCM
    return FcmPush(settings.push_project, account.token, url, OUTSIDE_SECONDS)


def _letters(settings: Settings) -> Sender | None:
    if settings.letter_outbox is None:
        return None
    lines = (settings.lender_address, settings.lender_phone, settings.lender_email)
    head = LetterHead(settings.lender_name, tuple(line for line in lines if line))
    return PaperPost(Path(settings.letter_outbox), head)


def _dialer(settings: Settings) -> Sender | None:
    if not settings.dialer_url:
        return None
    report_to = _door(settings, "in/dialer")
    return DialerHook(
        settings.dialer_url, _open(settings.dialer_secret), report_to, OUTSIDE_SECONDS
    )


def _social(settings: Settings) -> Sender | None:
    if not settings.social_url:
        return None
    return SocialMessages(settings.social_url, _open(settings.social_secret), OUTSIDE_SECONDS)


def _door(settings: Settings, path: str) -> str:
    """Where the provider reports to; empty when it cannot reach us."""
    return f"{settings.doors_url.rstrip('/')}/{path}" if settings.doors_url else ""


def _open(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
