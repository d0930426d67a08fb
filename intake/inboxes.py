"""The inboxes that are set up: each believes one provider, by the secret it shares with us."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from channels.ai_calls import DialerInbox
from channels.bounces import BounceInbox
from channels.mailboxes import ImapBox, ImapServer
from channels.receipts import Inbox
from channels.sms.aliyun import AliyunInbox
from channels.sms.tencent import TencentInbox
from channels.sms.twilio import TwilioInbox
from channels.sms.webhook import WebhookInbox
from settings import Settings


@dataclass(frozen=True, slots=True)
class Inboxes:
    """Who is believed; a provider without a secret has no door."""

    sms: Mapping[str, Inbox]
    dialer: DialerInbox | None = None
    bounces: BounceInbox | None = None


def inboxes(settings: Settings) -> Inboxes:
    """The inboxes as set."""
    sms: dict[str, Inbox] = {}
    if secret := _said(settings.sms_webhook_secret):
        sms["webhook"] = WebhookInbox(secret)
    if token := _said(settings.aliyun_inbox_token):
        sms["aliyun"] = AliyunInbox(token)
    if token := _said(settings.tencent_inbox_token):
        sms["tencent"] = TencentInbox(token)
    if token := _said(settings.twilio_auth_token):
        sms["twilio"] = TwilioInbox(token)
    dialer, bounces = _said(settings.dialer_secret), _said(settings.bounces_secret)
    return Inboxes(
        sms,
        DialerInbox(dialer) if dialer else None,
        BounceInbox(bounces) if bounces else None,
    )


def mailbox(settings: Settings) -> ImapBox | None:
    """The mailbox that bounces go to, or None when none is set."""
    user, password = settings.imap_user, _said(settings.imap_password)
    if settings.imap_host is None or user is None:
        return None
    server = ImapServer(
        settings.imap_host,
        user,
        password,
        settings.imap_port,
        settings.imap_folder,
        settings.imap_tls,
    )
    return ImapBox(server)


def _said(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
