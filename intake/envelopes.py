"""Loan events as they arrive: one CloudEvents 1.0 envelope a line, and what each type tells."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import from_json

from domain.gate.words import Party
from domain.interest import DayCount
from domain.keys import event_key
from intake.addresses import looks_right
from intake.amounts import MOST_MINOR
from ledger.words import PointChannel

LONGEST_LINE = 65_536
"""Bytes; the largest real event is a hundredth of it."""

_M = TypeVar("_M", bound=BaseModel)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class EventRefused(Exception):
    """An event that cannot be taken: the field, what is wrong with it, and what to do."""

    def __init__(self, place: str, what: str, advice: str) -> None:
        super().__init__(f"{place + ': ' if place else ''}{what}; {advice}.")


def _day(value: object) -> object:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("must be a date such as 2026-01-31")
    return date.fromisoformat(value)


def _instant(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("must be a time such as 2026-01-31T09:30:00Z")
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError("must name its zone, such as 2026-01-31T09:30:00Z")
    return at


Id = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\s\x00-\x1f\x7f]+$")]
Day = Annotated[date, BeforeValidator(_day)]
Instant = Annotated[datetime, BeforeValidator(_instant)]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _OfLoan(_Data):
    loan_id: Id = Field(description="the loan's id here or as the subject of the event")


class Overdue(_OfLoan):
    """An instalment was not paid on its day."""

    due: Day | None = Field(default=None, description="the due date of the unpaid instalment")


class Upcoming(_OfLoan):
    """An instalment falls due soon."""

    due: Day | None = Field(default=None, description="the due date of the instalment")


class Paid(_OfLoan):
    """Money came in."""

    payment_id: Id = Field(description="the payment's own id")
    amount_minor: int = Field(
        strict=True,
        gt=0,
        le=MOST_MINOR,
        description="the amount in minor units, such as 20000 for 200.00 CNY",
    )
    currency: str = Field(pattern="^[A-Z]{3}$", description="the loan's currency, such as CNY")
    on: Day = Field(description="the date from which the money counts")


class Reversed(_OfLoan):
    """A payment was undone."""

    payment_id: Id = Field(description="the id of the payment that was undone")
    on: Day = Field(description="the date on which it was undone")


class Restructured(BaseModel):
    """The loan has a new schedule. Not taken yet, whatever it says."""


class Point(_Data):
    """One way to reach a borrower, or somebody who may know where they are."""

    channel: PointChannel = Field(description="email, phone, device, postal or social")
    address: str = Field(
        min_length=1,
        max_length=500,
        description="an e-mail address, a number such as +8613800000000, or what the channel knows",
    )
    party: Party = Field(default=Party.BORROWER, description="whose it is, such as contact_person")
    person: str = Field(default="", max_length=200, description="who that is, if not the borrower")

    @model_validator(mode="after")
    def _looks_right(self) -> Self:
        if not looks_right(self.channel, self.address):
            raise ValueError(f"has an address that is no {self.channel}")
        return self


class Parts(_Data):
    """What of one instalment is not principal."""

    interest_minor: int = Field(default=0, strict=True, ge=0, description="interest in minor units")
    fee_minor: int = Field(default=0, strict=True, ge=0, description="fees in minor units")


class TermsAgreed(_OfLoan):
    """What the contract says of late charges and of the order in which payments pay."""

    penalty_ppm: int = Field(
        default=0, strict=True, ge=0, description="penalty in millionths a year, 180000 is 18 %"
    )
    day_count: DayCount = Field(default=DayCount.ACT_365, description="ACT/365, ACT/360 or 30E/360")
    grace_days: int = Field(default=0, strict=True, ge=0, description="days before penalty runs")
    compound: bool = Field(default=False, description="whether penalty runs on late interest too")
    late_fee_minor: int = Field(
        default=0, strict=True, ge=0, le=MOST_MINOR, description="a late instalment's fee"
    )
    late_fee_after_days: int = Field(
        default=0, strict=True, ge=0, description="days late before the fee is charged"
    )
    order: list[str] = Field(default=[], description="the agreed order of components, if any")
    instalments: list[Parts] = Field(
        default=[], description="the parts of each instalment, in the order of due dates"
    )


class BorrowerUpdated(_Data):
    """There are new ways to reach a borrower, or it is known now where they live."""

    borrower_id: Id = Field(description="the borrower's id here or as the subject of the event")
    contact_points: list[Point] = Field(default=[], description="the new contact points")
    zone: str | None = Field(
        default=None, min_length=1, description="the time zone they live in, such as Asia/Shanghai"
    )
    region: str | None = Field(
        default=None,
        pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$",
        description="the state they live in, such as US-MA, where it has rules of its own",
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.contact_points and self.zone is None and self.region is None:
            raise ValueError("says neither contact_points nor a zone nor a region")
        return self


class Bounced(_OfLoan):
    """A notice came back: its contact point is dead."""

    step: Id = Field(description="the step that was sent, such as gentle")
    reason: str = Field(default="bounced", max_length=500, description="what the mail server said")


class AgencySaid(_OfLoan):
    """An agency reported on its placement."""

    placement_key: Id = Field(description="the key under which the case was placed")
    status: Literal["acknowledged", "contacted", "promised", "refused", "uncollectable"] = Field(
        description="acknowledged, contacted, promised, refused or uncollectable"
    )


TYPES: Mapping[str, type[BaseModel]] = {
    "loan.instalment.upcoming": Upcoming,
    "loan.instalment.overdue": Overdue,
    "loan.payment.received": Paid,
    "loan.payment.reversed": Reversed,
    "loan.restructured": Restructured,
    "loan.terms.agreed": TermsAgreed,
    "borrower.updated": BorrowerUpdated,
    "contact.bounced": Bounced,
    "agency.reported": AgencySaid,
}


class Envelope(BaseModel):
    """The attributes of CloudEvents 1.0 that matter here; extensions are let pass."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    specversion: Literal["1.0"] = Field(description='"1.0"')
    id: Id = Field(description="the event's id, unique at its source")
    source: Id = Field(description="who sends it, such as /core/loans")
    type: str = Field(description="one of the types we take")
    subject: Id | None = Field(default=None, description="the id of the loan or the borrower")
    time: Instant | None = Field(default=None, description="when it happened, with its zone")
    data: dict[str, Any] = Field(default={}, description="what happened, as a JSON object")

    def told(self, names: Collection[str]) -> dict[str, Any]:
        """The data, with the subject as the id of the loan or borrower that it is about."""
        name = "borrower_id" if "borrower_id" in names else "loan_id"
        inside = self.data.get(name)
        if self.subject is None or name not in names:
            return self.data
        if inside is not None and inside != self.subject:
            raise EventRefused(
                "subject", f"{self.subject!r} is not data.{name} {inside!r}", "name one of them"
            )
        return {**self.data, name: self.subject}


@dataclass(frozen=True, slots=True)
class Event:
    """A well-formed event; `content` tells a repeat from a conflict."""

    key: str
    type: str
    source: str
    time: datetime | None
    data: BaseModel
    content: str

    @property
    def loan_id(self) -> str:
        """The loan it is about; empty when it is about a person."""
        return getattr(self.data, "loan_id", "")


def read_event(line: bytes) -> Event:
    """The event on one line; raises EventRefused with the first thing that is wrong."""
    if len(line) > LONGEST_LINE:
        raise EventRefused("", f"the line has {len(line)} bytes", "send one event a line")
    try:
        tree = from_json(line, allow_inf_nan=False)
    except ValueError as error:
        raise EventRefused("", f"is not JSON ({error})", "send one JSON object a line") from None
    if not isinstance(tree, dict):
        raise EventRefused("", "is not a JSON object", "send one CloudEvents object a line")
    envelope = _checked(Envelope, tree, "")
    if (shape := TYPES.get(envelope.type)) is None:
        known = ", ".join(TYPES)
        raise EventRefused("type", f"{envelope.type!r} is not taken", f"the types are {known}")
    data = _checked(shape, envelope.told(shape.model_fields), "data.")
    key = event_key(envelope.source, envelope.id)
    content = data.model_dump_json()
    return Event(key, envelope.type, envelope.source, envelope.time, data, content)


def _checked(shape: type[_M], tree: dict[str, Any], prefix: str) -> _M:
    try:
        return shape.model_validate(tree)
    except ValidationError as error:
        found = error.errors()[0]
        raise EventRefused(*_told(shape, prefix, found)) from None


def _told(shape: type[BaseModel], prefix: str, found: Mapping[str, Any]) -> tuple[str, str, str]:
    """Where, what and what to do, without repeating what may be an address."""
    parts = found["loc"]
    place = (prefix + ".".join(str(part) for part in parts)).rstrip(".")
    if found["type"] == "extra_forbidden":
        known = ", ".join(shape.model_fields)
        return place, "is an unknown name", f"the names here are {known}"
    field = shape.model_fields.get(str(parts[0])) if parts else None
    advice = f"give {field.description}" if field and field.description else "see the manual"
    if found["type"] == "missing":
        return place, "is missing", advice
    if found["type"] == "value_error":
        return place, str(found["ctx"]["error"]), advice
    return place, found["msg"][0].lower() + found["msg"][1:], advice
