"""What a worker must be told: read from the environment, with defaults for the embedded server.

A variable that is set but empty counts as not set.
"""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.gate.words import Profile


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
    agency_url: str | None = Field(
        default=None,
        description="Base URL of the collection agency. Absent: no case can be placed with one.",
    )
    agency_secret: SecretStr | None = Field(
        default=None,
        description="Secret that signs what we and the agency send. Needed when there is a URL.",
    )
    evidence_key_file: Path | None = Field(
        default=None,
        description="Ed25519 private key (PEM) that signs evidence. Absent: one is made in .data/.",
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
        if self.agency_url and self.agency_secret is None:
            raise ValueError("FORBEAR_AGENCY_URL needs FORBEAR_AGENCY_SECRET: messages are signed.")
        return self
