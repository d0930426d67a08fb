"""Mapping files: which column of a lender's tape says what, and how it writes dates and amounts."""

from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Literal, Self
from zoneinfo import ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from domain.clock import zone
from policies.files import PolicyError, PolicyFile, checked, read

FOLDER = Path(__file__).parents[1] / "policies" / "tapes"
"""The mapping files that come with the project."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Part):
    """Where a particular comes from: a `column`, a fixed `value`, or a `text` with {columns}."""

    column: str | None = None
    value: str | None = None
    text: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(said is not None for said in (self.column, self.value, self.text)) != 1:
            raise ValueError("say exactly one of column, value and text")
        try:
            named = all(name != "" for _, name, _, _ in Formatter().parse(self.text or ""))
        except ValueError:
            named = False
        if not named:
            raise ValueError("write each column of the text as {column}")
        return self

    def columns(self) -> Iterator[str]:
        """The columns it reads."""
        if self.column is not None:
            yield self.column
        for _, name, _, _ in Formatter().parse(self.text or ""):
            if name:
                yield name


class LoanMap(_Part):
    """The loan; `principal` is what was paid out, absent: what falls due in all.

    `strategy` is a name, or name@digest; absent or an empty cell: the default strategy.
    """

    id: Source
    principal: Source | None = None
    product: Source = Source(value="")
    portfolio: Source = Source(value="")
    disbursed_on: Source | None = None
    strategy: Source | None = None


class BorrowerMap(_Part):
    """The person; `zone` absent: the zone of the tape; an empty cell of it, and `email`,
    `phone`, `device` (a token of the app) and `postal` absent: not known."""

    id: Source
    name: Source
    jurisdiction: Source
    locale: Source
    zone: Source | None = None
    email: Source | None = None
    phone: Source | None = None
    device: Source | None = None
    postal: Source | None = None


class InstalmentMap(_Part):
    """One instalment: the columns of its due date and amount; a row without both has it not."""

    due: str
    amount: str


class PaymentMap(_Part):
    """One payment at the instant in column `at`; a row without that instant has it not.

    Its amount is a column, `percent` of all instalments, or the `rest`. `when_before` names a
    column with an instant: without being strictly before it there was no such payment.
    """

    at: str
    amount: str | None = None
    percent: int | None = Field(default=None, ge=1, le=100)
    rest: Literal[True] | None = None
    when_before: str | None = None

    @model_validator(mode="after")
    def _one_amount(self) -> Self:
        if sum(said is not None for said in (self.amount, self.percent, self.rest)) != 1:
            raise ValueError("say exactly one of amount, percent and rest")
        return self


class Mapping(_Part):
    """A whole mapping file.

    `zone` is that of times without one; formats are those of strptime; `amounts` says whether
    the tape writes 12.50 (major) or 1250 (minor).
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    zone: str
    date_format: str = "%Y-%m-%d"
    time_format: str = "%Y-%m-%d %H:%M:%S"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    amounts: Literal["major", "minor"] = "major"
    currency: Source
    loan: LoanMap
    borrower: BorrowerMap
    instalments: list[InstalmentMap] = Field(min_length=1)
    payments: list[PaymentMap] = []

    @field_validator("zone")
    @classmethod
    def _real_zone(cls, name: str) -> str:
        try:
            zone(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("is no time zone such as Africa/Lagos") from None
        return name

    def places(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Every column the mapping reads, with the place in the file that names it."""
        yield from _sources(("currency",), self.currency)
        for part in ("loan", "borrower"):
            model = getattr(self, part)
            for name in type(model).model_fields:
                yield from _sources((part, name), getattr(model, name))
        for number, instalment in enumerate(self.instalments):
            yield ("instalments", number, "due"), instalment.due
            yield ("instalments", number, "amount"), instalment.amount
        for number, payment in enumerate(self.payments):
            for name in ("at", "amount", "when_before"):
                if column := getattr(payment, name):
                    yield ("payments", number, name), column


class TapeMap:
    """A mapping together with its file, so that problems can name the line."""

    def __init__(self, file: PolicyFile, mapping: Mapping) -> None:
        self.file = file
        self.mapping = mapping

    def missing(self, header: list[str]) -> list[str]:
        """Each column that is named here and is not in the tape."""
        there = ", ".join(header)
        return [
            self.file.problem(place, f"the tape has no column {column!r}; it has: {there}.")
            for place, column in self.mapping.places()
            if column not in header
        ]


def named(source: Source | None) -> str:
    """The column that a particular comes from, as a rejection names it; empty for a constant."""
    return next(source.columns(), "") if source else ""


def load_mapping(path: Path) -> TapeMap:
    """The mapping in a file; raises PolicyError with every problem, each with file and line."""
    try:
        file = read(path)
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError([f"{path}: cannot be read as a mapping file: {error}."]) from None
    mapping, found = checked(file, Mapping)
    if mapping is None:
        raise PolicyError(found)
    return TapeMap(file, mapping)


def _sources(
    place: tuple[str, str] | tuple[str], source: Source | None
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for column in source.columns() if source else ():
        yield place, column
