"""Everybody outside whom a message passes: text messages, pushes, calls by machine, paper."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import SecretStr

from demo.providers.kept import Arrival
from demo.providers.stand_in import ProvidersStandIn

ADDRESS = "1 Sample Street, Sampletown"

_ANSWERED = 3
"""One call in so many is answered by nobody."""


@dataclass(frozen=True, slots=True)
class Outside:
    """The providers and the print house's outbox, as one run of the demo has them."""

    providers: ProvidersStandIn
    outbox: Path

    def settings(self, folder: Path, secret: str, doors_port: int) -> dict[str, Any]:
        """What a worker must be told to reach them, and they us."""
        doors = f"http://127.0.0.1:{doors_port}"
        self.providers.report_to["webhook"] = f"{doors}/in/sms/webhook/reports"
        return {
            "doors_url": doors,
            "lender_address": ADDRESS,
            "sms_provider": "webhook",
            "sms_url": self.providers.url,
            "sms_webhook_secret": SecretStr(secret),
            "push_project": "demo",
            "push_account_file": _account(folder, f"{self.providers.url}/token"),
            "push_url": self.providers.url,
            "dialer_url": self.providers.url,
            "dialer_secret": SecretStr(secret),
            "letter_outbox": self.outbox,
        }

    def letters(self) -> list[dict[str, Any]]:
        """The manifests of what lies in the outbox."""
        return [json.loads(file.read_bytes()) for file in sorted(self.outbox.glob("*.json"))]


def what_becomes(arrival: Arrival) -> str:
    """What a provider reports at once: texts arrive, and most calls are answered."""
    if arrival.provider == "webhook":
        return "delivered"
    if arrival.provider == "dialer":
        return "conversation" if arrival.number % _ANSWERED else "no_answer"
    return ""


def _account(folder: Path, token_url: str) -> Path:
    """A service account of our own making."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    said = {
        "client_email": "push@demo.example",
        "token_uri": token_url,
        "private_key": pem.decode(),
    }
    file = folder / "push-account.json"
    file.write_text(json.dumps(said), encoding="utf-8")
    return file
