"""The words that the ledger's columns hold, and how they are stored: as their values."""

from enum import StrEnum
from typing import Any

from sqlalchemy import Enum

from domain import books

Account = books.Account
"""The accounts of the journal, under the name by which the ledger knows them."""


class PointChannel(StrEnum):
    """What kind of contact point an address is; a device is one with our app on it."""

    EMAIL = "email"
    PHONE = "phone"
    DEVICE = "device"
    POSTAL = "postal"
    SOCIAL = "social"


class PointStatus(StrEnum):
    """Whether a contact point can still be used."""

    ACTIVE = "active"
    DEAD = "dead"


class ContactStatus(StrEnum):
    """Where a contact stands between the claim and its confirmation."""

    CLAIMED = "claimed"
    SENT = "sent"
    SENT_UNCERTAIN = "sent_uncertain"
    SUPPRESSED = "suppressed"
    BOUNCED = "bounced"
    FAILED = "failed"


AWAY = (ContactStatus.SENT, ContactStatus.SENT_UNCERTAIN)
"""Contacts that have left the house, or may have."""


class PlacementStatus(StrEnum):
    """Where a placement stands."""

    CLAIMED = "claimed"
    PLACED = "placed"
    REFUSED = "refused"
    FAILED = "failed"
    RECALLED = "recalled"


class MessageStatus(StrEnum):
    """Where a message to an agency stands; `told` waits for the agency's acknowledgement."""

    CLAIMED = "claimed"
    TOLD = "told"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    FAILED = "failed"


class ReportStatus(StrEnum):
    """Where a report to a credit bureau stands.

    `held`: the law keeps it back. `withdrawn`: it was never sent, and must not be any more.
    """

    ORDERED = "ordered"
    HELD = "held"
    WITHDRAWN = "withdrawn"
    BATCHED = "batched"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class MoneyKind(StrEnum):
    """What is written about the money of a loan, beside payments and their reversals.

    Interest is that of a plan; a pause stops late charges; a void takes back another of these.
    """

    FEE = "fee"
    WAIVER = "waiver"
    QUOTE = "quote"
    SETTLEMENT = "settlement"
    REFUND = "refund"
    CHARGE_OFF = "charge_off"
    INTEREST = "interest"
    PAUSE = "pause"
    VOID = "void"


NO_POINT = "no-contact-point"
"""The rule of a contact that has nowhere to go, and the first word of the task that says so."""


def word(words: type[StrEnum]) -> Any:
    """A column that stores the value of a word ("sent"), not its name, and reads the word back."""
    return Enum(words, native_enum=False, length=32, values_callable=_values)


def _values(words: type[StrEnum]) -> list[str]:
    return [word.value for word in words]
