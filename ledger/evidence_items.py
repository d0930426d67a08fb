"""One thing on record as evidence says it: a row in JSON's own words."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlmodel import SQLModel


class Item(NamedTuple):
    """One thing on record, in JSON's own words; `at` None: it is a term and has no instant."""

    at: str | None
    kind: str
    id: str
    says: dict[str, Any]


def said(row: SQLModel, *left_out: str) -> dict[str, Any]:
    """The row's columns in JSON's own words."""
    return {name: plain(value) for name, value in row.model_dump(exclude=set(left_out)).items()}


def plain(value: Any) -> Any:
    """Instants in UTC and dates as ISO text, words as their values; JSON stays as it is."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value
