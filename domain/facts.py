"""What happened. A fact cannot be refused; it carries its own id, so a repeat is ignored."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from domain.grievances import GrievanceKind, Verdict


@dataclass(frozen=True, slots=True)
class LetOff:
    """What counts for the instalments beside payments: `total_minor` in all.

    Forgiving counts; what payments covered of late charges is taken off, so that it may be below
    zero. Of two that are told, the one with the higher `version` is the newer.
    """

    total_minor: int
    version: int


@dataclass(frozen=True, slots=True)
class PaymentReceived:
    """Money came in: it counts from `on`, and was known to us at `at` (None: now).

    `let_off` is what it brought beside itself; None when the account knows of nothing.
    """

    fact_id: str
    payment_id: str
    amount_minor: int
    on: date
    at: datetime | None = None
    let_off: LetOff | None = None
    kind: Literal["payment_received"] = "payment_received"


@dataclass(frozen=True, slots=True)
class PaymentReversed:
    """A payment was undone on `on`: charged back, recalled or booked by mistake."""

    fact_id: str
    payment_id: str
    on: date
    at: datetime | None = None
    let_off: LetOff | None = None
    kind: Literal["payment_reversed"] = "payment_reversed"


MoneyFact = PaymentReceived | PaymentReversed


@dataclass(frozen=True, slots=True)
class DebtForgiven:
    """What counts for the instalments beside payments has changed, as by a waiver; see LetOff."""

    fact_id: str
    total_minor: int
    version: int
    at: datetime | None = None
    kind: Literal["debt_forgiven"] = "debt_forgiven"


@dataclass(frozen=True, slots=True)
class ContactBounced:
    """A message of `step` was sent and did not arrive, or came back."""

    fact_id: str
    step: str
    channel: str
    at: datetime | None = None
    kind: Literal["contact_bounced"] = "contact_bounced"


@dataclass(frozen=True, slots=True)
class AgencyReported:
    """The agency said something about a placement.

    `status` is one of acknowledged, contacted, promised, refused, uncollectable, data_gone; money
    it collected comes as PaymentReceived. `about` is what it acknowledges, empty for the case.
    """

    fact_id: str
    placement_key: str
    status: str
    at: datetime | None = None
    about: str = ""
    kind: Literal["agency_reported"] = "agency_reported"


@dataclass(frozen=True, slots=True)
class BorrowerReached:
    """The borrower wrote back, answered a call or a visit, or called us."""

    fact_id: str
    channel: str
    at: datetime | None = None
    kind: Literal["borrower_reached"] = "borrower_reached"


@dataclass(frozen=True, slots=True)
class ContactFailed:
    """A call or visit of `step` reached nobody; `outcome` says how, such as no_answer."""

    fact_id: str
    step: str
    channel: str
    outcome: str
    at: datetime | None = None
    kind: Literal["contact_failed"] = "contact_failed"


@dataclass(frozen=True, slots=True)
class ContactRepaired:
    """There is a new contact point of the borrower, or of somebody who may know where they are."""

    fact_id: str
    channel: str
    at: datetime | None = None
    kind: Literal["contact_repaired"] = "contact_repaired"


@dataclass(frozen=True, slots=True)
class GrievanceDecided:
    """A complaint or dispute (`about`) was answered, or we were too late to answer it."""

    fact_id: str
    grievance_id: str
    about: GrievanceKind
    verdict: Verdict
    at: datetime | None = None
    kind: Literal["grievance_decided"] = "grievance_decided"


@dataclass(frozen=True, slots=True)
class StandingChanged:
    """Something binds everybody who contacts this person, or binds them no longer.

    `what` names it, such as right-17; `reason` says what it is, in codes and numbers; it holds up
    to `until` (None: until it is said to be over, by the same with an `until`). `since` is when a
    hold for another loan of the person began; None for everything else.
    """

    fact_id: str
    what: str
    reason: str
    until: datetime | None = None
    at: datetime | None = None
    since: datetime | None = None
    kind: Literal["standing_changed"] = "standing_changed"


@dataclass(frozen=True, slots=True)
class CourtSaid:
    """Something happened at a court on `on`: `what` in one word, such as served or objected.

    `reference` is the court's number; empty `remedy` means the one in hand. `struck`: it never
    happened so, and the entry is struck from the legal file.
    """

    fact_id: str
    what: str
    on: date
    reference: str = ""
    remedy: str = ""
    at: datetime | None = None
    struck: bool = False
    kind: Literal["court_said"] = "court_said"


Fact = (
    PaymentReceived
    | PaymentReversed
    | DebtForgiven
    | ContactBounced
    | AgencyReported
    | BorrowerReached
    | ContactFailed
    | ContactRepaired
    | GrievanceDecided
    | StandingChanged
    | CourtSaid
)
FACTS = (
    PaymentReceived,
    PaymentReversed,
    DebtForgiven,
    ContactBounced,
    AgencyReported,
    BorrowerReached,
    ContactFailed,
    ContactRepaired,
    GrievanceDecided,
    StandingChanged,
    CourtSaid,
)
