"""Fixed-width records: each field has its place, its length and its way of filling what is left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


class LayoutBroken(ValueError):
    """A value that does not fit its field, or a record of another length; never quotes a name."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field from the 1-based position `at`; a number is filled with zeros, a text with blanks."""

    name: str
    at: int
    length: int
    number: bool = False


def layout(*fields: tuple[str, int] | tuple[str, int, bool]) -> tuple[Field, ...]:
    """The fields one after the other from position 1: name, length, and True for a number."""
    found, at = [], 1
    for name, length, *number in fields:
        found.append(Field(name, at, length, bool(number and number[0])))
        at += length
    return tuple(found)


def record(fields: Sequence[Field], said: Mapping[str, str]) -> str:
    """The record; a field that is not said is blank, a number that is not said is zeros.

    Raises LayoutBroken for a value too long, not printable ASCII, or no number where one belongs,
    and for a name that the layout does not have.
    """
    unknown = said.keys() - {field.name for field in fields}
    if unknown:
        raise LayoutBroken(f"The layout has no field {', '.join(sorted(unknown))}.")
    return "".join(_filled(field, said.get(field.name, "")) for field in fields)


def read(fields: Sequence[Field], line: str) -> dict[str, str]:
    """The fields of a record, each without its filling; raises LayoutBroken for another length."""
    length = fields[-1].at + fields[-1].length - 1
    if len(line) != length:
        raise LayoutBroken(f"The record has {len(line)} characters; it has {length}.")
    return {f.name: line[f.at - 1 : f.at - 1 + f.length].rstrip() for f in fields}


def day(value: date | None) -> str:
    """MMDDYYYY, and zeros for no date."""
    return "0" * 8 if value is None else f"{value:%m%d%Y}"


def read_day(text: str) -> date | None:
    """The date of MMDDYYYY, None for zeros; raises LayoutBroken for another."""
    if not text.strip("0 "):
        return None
    try:
        return date(int(text[4:]), int(text[:2]), int(text[2:4]))
    except ValueError:
        raise LayoutBroken(f"{text!r} is no date as MMDDYYYY.") from None


def _filled(field: Field, value: str) -> str:
    if not value.isascii() or not (value.isprintable() or not value):
        raise LayoutBroken(f"{field.name}: holds a sign that is not printable ASCII.")
    if len(value) > field.length:
        raise LayoutBroken(
            f"{field.name}: has {len(value)} signs, there is room for {field.length}."
        )
    if not field.number:
        return value.ljust(field.length)
    if value and not value.isdigit():
        raise LayoutBroken(f"{field.name}: must be a number.")
    return value.rjust(field.length, "0")
