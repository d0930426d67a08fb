"""Reading JSON with patience: each field is checked as it is read, and every wrong one is named.

A field that cannot be read is noted and read as None, whatever its type says, so that the reading
goes on to the next; nothing that was read may be used before `check` has passed.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from enum import StrEnum
from typing import Any, TypeVar, cast

_T = TypeVar("_T")
_W = TypeVar("_W", bound=StrEnum)

_YEARS = (1900, 9000)
INSTANT = "an instant with its offset, as 2026-03-02T08:00+08:00"


class Given:
    """One JSON object with the path that leads to it; what is wrong within it, at any depth, is
    gathered in `faults`, one sentence each.
    """

    def __init__(self, fields: object, path: str = "", faults: list[str] | None = None) -> None:
        self.path = path
        self.faults: list[str] = [] if faults is None else faults
        if not isinstance(fields, Mapping):
            place = path.rstrip(".") or "the case"
            self.faults.append(f"{place}: must be an object, not {fields!r}.")
            self.faults, fields = [], {}  # of what is in it nothing can be said
        self.fields = fields

    def check(self) -> None:
        """Raise ValueError when anything was wrong; its message names every field and why."""
        if self.faults:
            raise ValueError(" ".join(self.faults))

    def wrong(self, name: str, message: str) -> None:
        """Note what is wrong with a field; it is read as None."""
        self.faults.append(f"{self.path}{name}: {message}")

    def value(self, name: str, read: Callable[[Any], _T], wanted: str) -> _T:
        """The field as `read` makes it; noted when it is missing or cannot be read."""
        given = self.fields.get(name)
        if given is None:
            self.wrong(name, f"is missing; it is {wanted}.")
            return cast("_T", None)
        try:
            return read(given)
        except (TypeError, ValueError, KeyError, OverflowError) as error:
            said = f" ({error})" if isinstance(error, _Said) else ""
            self.wrong(name, f"must be {wanted}, not {given!r}{said}.")
            return cast("_T", None)

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self.fields.get(name) is not None

    def text(self, name: str) -> str:
        """A non-empty string."""
        return self.value(name, a_text, "a text")

    def text_or_none(self, name: str) -> str | None:
        """A non-empty string, or None for a field left out."""
        return self.text(name) if self.has(name) else None

    def instant(self, name: str) -> datetime:
        """An instant with its offset."""
        return self.value(name, an_instant, INSTANT)

    def word(self, name: str, words: type[_W], otherwise: _W | None = None) -> _W:
        """One of the words, or `otherwise` for a field left out."""
        if otherwise is not None and not self.has(name):
            return otherwise
        return self.value(name, words, "one of " + ", ".join(words))

    def words(self, name: str, words: type[_W]) -> frozenset[_W] | None:
        """A list of words, or None for a field left out."""
        if not self.has(name):
            return None
        return self.value(
            name,
            lambda given: frozenset(map(words, a_list(given))),
            "a list of " + ", ".join(words),
        )

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of strings; empty for a field left out."""
        if not self.has(name):
            return ()
        found = self.value(name, lambda given: tuple(map(a_text, a_list(given))), "a list of texts")
        return found or ()

    def each(self, name: str) -> "list[Given]":
        """The objects of a list; empty for a field left out."""
        listed = self.value(name, a_list, "a list") if self.has(name) else []
        return [
            Given(given, f"{self.path}{name}[{i}].", self.faults)
            for i, given in enumerate(listed or ())
        ]

    def inner(self, name: str) -> "Given":
        """The object in a field."""
        if not self.has(name):
            self.wrong(name, "is missing; it is an object.")
            return Given({})
        return Given(self.fields[name], f"{self.path}{name}.", self.faults)


class _Said(ValueError):
    """A reading error whose words help."""


def a_text(given: Any) -> str:
    if not isinstance(given, str) or not given.strip():
        raise TypeError
    return given


def a_list(given: Any) -> list[Any]:
    if not isinstance(given, list | tuple):
        raise TypeError
    return list(given)


def a_truth(given: Any) -> bool:
    if not isinstance(given, bool):
        raise TypeError
    return given


def a_count(given: Any) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or given < 0:
        raise TypeError
    return given


def some_weekdays(given: Any) -> frozenset[int]:
    days = [a_count(day) for day in a_list(given)]
    if any(day > 6 for day in days):
        raise ValueError
    return frozenset(days)


def a_clock(given: Any) -> time:
    if given in ("24:00", "24:00:00"):
        return time()
    clock = time.fromisoformat(a_text(given))
    if clock.tzinfo is not None:
        raise _Said("local times carry no offset")
    return clock


def with_offset(given: Any) -> datetime:
    at = datetime.fromisoformat(a_text(given))
    if at.tzinfo is None:
        raise _Said("it says no offset")
    if at.year < _YEARS[0] or at.year > _YEARS[1]:
        raise _Said("the year is out of reach")
    return at


def an_instant(given: Any) -> datetime:
    return with_offset(given).astimezone(UTC)


def a_far_instant(given: Any) -> datetime | None:
    """The end of a hold; one beyond all reach, as 9999-12-31, is no end."""
    at = datetime.fromisoformat(a_text(given))
    return None if at.year > _YEARS[1] else an_instant(given)
