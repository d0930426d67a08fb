"""What happened. A fact cannot be refused; it carries its own id, so a repeat is ignored."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class PaymentReceived:
    """Money came in: it counts from `on`, and was known to us at `at` (None: now)."""

    fact_id: str
    payment_id: str
    amount_minor: int
    on: date
    at: datetime | None = None
    kind: Literal["payment_received"] = "payment_received"


@dataclass(frozen=True, slots=True)
class PaymentReversed:
    """A payment was undone on `on`: charged back, recalled or booked by mistake."""

    fact_id: str
    payment_id: str
    on: date
    at: datetime | None = None
    kind: Literal["payment_reversed"] = "payment_reversed"


MoneyFact = PaymentReceived | PaymentReversed


@dataclass(frozen=True, slots=True)
class ContactBounced:
    """A message of `step` came back after it was sent; the contact point is dead."""

    fact_id: str
    step: str
    channel: str
    at: datetime | None = None
    kind: Literal["contact_bounced"] = "contact_bounced"


@dataclass(frozen=True, slots=True)
class AgencyReported:
    """The agency said something about a placement.

    `status` is one of acknowledged, contacted, promised, refused, uncollectable; money it
    collected comes as PaymentReceived.
    """

    fact_id: str
    placement_key: str
    status: str
    at: datetime | None = None
    kind: Literal["agency_reported"] = "agency_reported"


Fact = PaymentReceived | PaymentReversed | ContactBounced | AgencyReported
FACTS = (PaymentReceived, PaymentReversed, ContactBounced, AgencyReported)
