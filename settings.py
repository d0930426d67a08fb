"""What a worker must be told: read from the environment, with defaults for the embedded server.

A variable that is set but empty counts as not set.
"""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.gate.words import Profile

_SMS_NEEDS = {
    "webhook": ("sms_url", "sms_webhook_secret"),
    "aliyun": ("sms_account", "sms_secret", "sms_sender", "sms_templates"),
    "tencent": ("sms_account", "sms_secret", "sms_sender", "sms_app", "sms_templates"),
    "twilio": ("sms_account", "twilio_auth_token", "sms_sender"),
}
"""What each provider of short messages must be given."""


class Settings(BaseSettings):
    """One field for each variable FORBEAR_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="FORBEAR_", env_ignore_empty=True, frozen=True)

    ledger_url: str = Field(
        default="sqlite:///.data/ledger.db",
        description="SQLAlchemy URL of the ledger. Absent: a SQLite file below the project.",
    )
    temporal_address: str = Field(
        default="127.0.0.1:7233",
        description="host:port of the Temporal frontend. Absent: the embedded server.",
    )
    temporal_namespace: str = Field(
        default="default",
        description="Temporal namespace that holds the cases. It must exist.",
    )
    task_queue: str = Field(
        default="cases",
        description="Task queue on which the worker serves cases.",
    )
    smtp_host: str = Field(
        default="127.0.0.1",
        description="Host of the mail server. Absent: the project's own mail catcher.",
    )
    smtp_port: int = Field(
        default=1025,
        ge=1,
        le=65535,
        description="TCP port of the mail server. Absent: the mail catcher's port.",
    )
    smtp_user: str | None = Field(
        default=None,
        description="Account at the mail server. Absent: mail is sent without logging in.",
    )
    smtp_password: SecretStr | None = Field(
        default=None,
        description="Password of that account. Needed when, and only when, there is an account.",
    )
    smtp_tls: Literal["none", "starttls", "tls"] = Field(
        default="none",
        description="none: in the clear; starttls: upgraded after connecting; tls: from the start.",
    )
    mail_from: str = Field(
        default="Forbear <collections@forbear.example>",
        description="Sender of every notice, as it stands in the From line.",
    )
    lender_name: str = Field(
        default="Forbear Bank",
        description="The lender in whose name letters are written.",
    )
    lender_email: str = Field(
        default="help@forbear.example",
        description="Where borrowers can write to the lender; stands in every letter.",
    )
    lender_phone: str = Field(
        default="",
        description="Where borrowers can call the lender. Absent: letters name no number.",
    )
    lender_address: str = Field(
        default="",
        description="The lender's postal address. Absent: notices that must name it are not sent.",
    )
    sms_provider: Literal["webhook", "aliyun", "tencent", "twilio"] | None = Field(
        default=None,
        description="Who sends short messages. Absent: none are sent.",
    )
    sms_url: str | None = Field(
        default=None,
        description="Base URL of that provider. Needed for webhook; absent: the provider's own.",
    )
    sms_account: str = Field(
        default="",
        description="Our id there: access key id (aliyun), secret id (tencent), account (twilio).",
    )
    sms_secret: SecretStr | None = Field(
        default=None,
        description="The key to it (aliyun, tencent); twilio and webhook have their own.",
    )
    sms_sender: str = Field(
        default="",
        description="Approved signature (aliyun, tencent), or number or service (twilio).",
    )
    sms_app: str = Field(
        default="",
        description="Application id at tencent. The others have none.",
    )
    sms_templates: Path | None = Field(
        default=None,
        description="YAML file of the texts the provider approved. Absent: texts are sent as such.",
    )
    push_project: str | None = Field(
        default=None,
        description="FCM project of the lender's app. Absent: nothing is pushed.",
    )
    push_account_file: Path | None = Field(
        default=None,
        description="Service account of that project (JSON). Needed when there is a project.",
    )
    push_url: str | None = Field(
        default=None,
        description="Base URL of FCM. Absent: Google's.",
    )
    letter_outbox: Path | None = Field(
        default=None,
        description="Folder from which the print house takes letters. Absent: none are printed.",
    )
    dialer_url: str | None = Field(
        default=None,
        description="Base URL of the dialer. Absent: no call is made by a machine.",
    )
    social_url: str | None = Field(
        default=None,
        description="Base URL of the gateway to social apps. Absent, as it should be: off.",
    )
    social_secret: SecretStr | None = Field(
        default=None,
        description="Secret shared with that gateway. Needed when there is a URL.",
    )
    agency_url: str | None = Field(
        default=None,
        description="Base URL of the collection agency. Absent: no case can be placed with one.",
    )
    agency_secret: SecretStr | None = Field(
        default=None,
        description="Secret that signs what we and the agency send. Needed when there is a URL.",
    )
    agency_panel: Path | None = Field(
        default=None,
        description="Folder of the agency panel. Absent: none is kept, any agency may be named.",
    )
    agency_secrets: dict[str, SecretStr] = Field(
        default={},
        description="JSON object: the secret shared with each agency of the panel, by its name.",
    )
    agency_folder: Path | None = Field(
        default=None,
        description="Folder of the agencies that work with files. Needed when one is on the panel.",
    )
    agency_key_file: Path | None = Field(
        default=None,
        description="X25519 private key (PEM) that opens their files. Absent: none are read.",
    )
    agency_sftp_key_file: Path | None = Field(
        default=None,
        description="SSH private key that opens their SFTP servers. Needed when one has a server.",
    )
    bureau_folder: Path = Field(
        default=Path(".data/bureau"),
        description="Folder in which files for credit bureaus are left.",
    )
    bureau_number: str = Field(
        default="FORBEAR",
        description="The number by which the credit bureaus know the lender.",
    )
    doors_url: str | None = Field(
        default=None,
        description="Public URL of the doors. Absent: as requests name it; providers may sign it.",
    )
    sms_webhook_secret: SecretStr | None = Field(
        default=None,
        description="Secret shared with the signed SMS gateway. Absent: it has no door.",
    )
    aliyun_inbox_token: SecretStr | None = Field(
        default=None,
        description="The ?token= of the address Aliyun posts to. Absent: it has no door.",
    )
    tencent_inbox_token: SecretStr | None = Field(
        default=None,
        description="The ?token= of the address Tencent Cloud posts to. Absent: it has no door.",
    )
    twilio_auth_token: SecretStr | None = Field(
        default=None,
        description="Auth token of the Twilio account; it signs what Twilio posts. Absent: none.",
    )
    dialer_secret: SecretStr | None = Field(
        default=None,
        description="Secret shared with the dialer. Absent: it has no door.",
    )
    bounces_secret: SecretStr | None = Field(
        default=None,
        description="Secret of the service that posts bounced mail. Absent: it has no door.",
    )
    imap_host: str | None = Field(
        default=None,
        description="IMAP server of the mailbox that bounces go to. Absent: no mailbox is read.",
    )
    imap_port: int = Field(
        default=993,
        ge=1,
        le=65535,
        description="TCP port of that server.",
    )
    imap_user: str | None = Field(
        default=None,
        description="Account at that server. Needed when there is a server.",
    )
    imap_password: SecretStr | None = Field(
        default=None,
        description="Password of that account. Needed when there is a server.",
    )
    imap_folder: str = Field(
        default="INBOX",
        description="Folder of that mailbox that is read.",
    )
    imap_tls: Literal["tls", "starttls"] = Field(
        default="tls",
        description="tls: encrypted from the start; starttls: upgraded after connecting.",
    )
    imap_seconds: int = Field(
        default=60,
        ge=1,
        description="How long after reading the mailbox it is read again, in seconds.",
    )
    evidence_key_file: Path | None = Field(
        default=None,
        description="Ed25519 private key (PEM) that signs evidence. Absent: one is made in .data/.",
    )
    authority_file: Path = Field(
        default=Path(__file__).parent / "policies" / "authority.yaml",
        description="YAML file of who may decide what. Absent: the levels as shipped, no people.",
    )
    profile: Profile = Field(
        default=Profile.PRUDENT,
        description="prudent: the law and our own policy bind; minimum: what the law demands.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO",
        description="Least severe line that is logged.",
    )

    @model_validator(mode="after")
    def _needed_together(self) -> Self:
        if (self.smtp_user is None) != (self.smtp_password is None):
            raise ValueError("Give both FORBEAR_SMTP_USER and FORBEAR_SMTP_PASSWORD, or neither.")
        if wrong := self._unfinished_channel():
            raise ValueError(wrong)
        if self.agency_url and self.agency_secret is None:
            raise ValueError("FORBEAR_AGENCY_URL needs FORBEAR_AGENCY_SECRET: messages are signed.")
        if self.imap_host and (self.imap_user is None or self.imap_password is None):
            raise ValueError("FORBEAR_IMAP_HOST needs FORBEAR_IMAP_USER and FORBEAR_IMAP_PASSWORD.")
        return self

    def _unfinished_channel(self) -> str:
        """The first channel that is set up by half, with what it needs; empty when none is."""
        needs: dict[str, tuple[object, tuple[str, ...]]] = {
            "sms_provider": (self.sms_provider, _SMS_NEEDS.get(self.sms_provider or "", ())),
            "push_project": (self.push_project, ("push_account_file",)),
            "letter_outbox": (self.letter_outbox, ("lender_address",)),
            "dialer_url": (self.dialer_url, ("dialer_secret",)),
            "social_url": (self.social_url, ("social_secret",)),
        }
        for name, (value, wanted) in needs.items():
            missing = [f"FORBEAR_{want.upper()}" for want in wanted if not getattr(self, want)]
            if value and missing:
                return f"FORBEAR_{name.upper()} needs {', '.join(missing)}."
        return ""
