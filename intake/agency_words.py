"""What agencies tell us, as they write it: one object an update, by webhook or as a line of CSV."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from domain.gate.words import Channel, ContactOutcome
from intake.amounts import MOST_MINOR
from intake.envelopes import Day, Id, Instant

Minor = Annotated[int, Field(gt=0, le=MOST_MINOR)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Id
    placement_key: Id
    at: Instant


class Acknowledged(_Said):
    """The agency heeds the placement, or what it was told `about` (as recall, or hold-...)."""

    kind: Literal["acknowledged"]
    about: Annotated[str, Field(max_length=300)] = ""


class Contacted(_Said):
    """The agency contacted the person, or was contacted by them; it counts in every cap."""

    kind: Literal["contacted"]
    channel: Channel
    outcome: ContactOutcome
    inbound: bool = False


class Recovered(_Said):
    """Money came to the agency; `payment_id` is its number of it, the same at every telling."""

    kind: Literal["recovered"]
    payment_id: Id
    amount_minor: Minor
    currency: Currency
    on: Day


class Undone(_Said):
    """Money that the agency told of was undone."""

    kind: Literal["undone"]
    payment_id: Id
    on: Day


class Promised(_Said):
    """The person promised the agency an amount by a date."""

    kind: Literal["promised"]
    amount_minor: Minor
    pay_by: Day


class GivenBack(_Said):
    """The agency gives the case back: it refuses it, or nothing can be collected."""

    kind: Literal["refused", "uncollectable"]


class DataGone(_Said):
    """The agency has returned or deleted what it knew of the person (CN-PI-03)."""

    kind: Literal["data_gone"]


Update = Acknowledged | Contacted | Recovered | Undone | Promised | GivenBack | DataGone

_UPDATE: TypeAdapter[Update] = TypeAdapter(Annotated[Update, Field(discriminator="kind")])


class UpdateRefused(Exception):
    """An update that cannot be taken: the field and what is wrong, never what was in it."""


def read_update(said: Mapping[str, Any]) -> Update:
    """The update; raises UpdateRefused with the first thing that is wrong."""
    try:
        return _UPDATE.validate_python(dict(said))
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in found["loc"][-1:]) or "kind"
        raise UpdateRefused(f"{place}: {_what(found['type'], found['msg'])}") from None


def _what(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "is an unknown name"
    if kind == "missing":
        return "is missing"
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return "is not one of the kinds that are taken"
    return message.removeprefix("Value error, ").partition(", input")[0]
