"""A case as asked in JSON, read into the gate's question; a wrong field is named, with the reason.

Fields that are not known are left alone, so that a case may carry notes of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar

from domain.clock import zone
from domain.gate.question import (
    AgreedSlot,
    CallBackConsent,
    Contact,
    InconvenientHours,
    LegalHold,
    Proposed,
    Question,
)
from domain.gate.words import (
    VOICE,
    Actor,
    Channel,
    ContactOutcome,
    Fact,
    Party,
    Place,
    Purpose,
)

_T = TypeVar("_T")
_W = TypeVar("_W", bound=StrEnum)

_TAKEN_AS_KNOWN = (
    Fact.EXPRESS_CONSENT, Fact.ADDRESS_CONSENT, Fact.PRIVATE_ACCOUNT_CONSENT,
    Fact.TRANSFER_NOTICE_SENT,
)  # fmt: skip
_OTHERS = frozenset({Party.CONTACT_PERSON, Party.THIRD_PERSON, Party.SPOUSE})
_END_OF_DAY = time(23, 59, 59)
_YEARS = (1900, 9000)
_INSTANT = "an instant with its offset, as 2026-03-02T08:00+08:00"


class Given:
    """One JSON object, with the path that leads to it; every reading checks and may raise."""

    def __init__(self, fields: object, path: str = "") -> None:
        self.path = path
        if not isinstance(fields, Mapping):
            raise ValueError(f"{path or 'the case'}: must be an object, not {fields!r}.")
        self.fields = fields

    def wrong(self, name: str, message: str) -> ValueError:
        """The error of one field."""
        return ValueError(f"{self.path}{name}: {message}")

    def value(self, name: str, read: Callable[[Any], _T], wanted: str) -> _T:
        """The field as `read` makes it; ValueError when it is missing or cannot be read."""
        given = self.fields.get(name)
        if given is None:
            raise self.wrong(name, f"is missing; it is {wanted}.")
        try:
            return read(given)
        except (TypeError, ValueError, KeyError, OverflowError) as error:
            said = f" ({error})" if isinstance(error, _Said) else ""
            raise self.wrong(name, f"must be {wanted}, not {given!r}{said}.") from None

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self.fields.get(name) is not None

    def text(self, name: str) -> str:
        """A non-empty string."""
        return self.value(name, _text, "a text")

    def text_or_none(self, name: str) -> str | None:
        """A non-empty string, or None for a field left out."""
        return self.text(name) if self.has(name) else None

    def instant(self, name: str) -> datetime:
        """An instant with its offset."""
        return self.value(name, _instant, _INSTANT)

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
            name, lambda given: frozenset(map(words, _list(given))), "a list of " + ", ".join(words)
        )

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of strings; empty for a field left out."""
        if not self.has(name):
            return ()
        return self.value(name, lambda given: tuple(map(_text, _list(given))), "a list of texts")

    def each(self, name: str) -> "list[Given]":
        """The objects of a list; empty for a field left out."""
        listed = self.value(name, _list, "a list") if self.has(name) else []
        return [Given(given, f"{self.path}{name}[{i}].") for i, given in enumerate(listed)]

    def inner(self, name: str) -> "Given":
        """The object in a field."""
        return Given(self.value(name, lambda given: given, "an object"), f"{self.path}{name}.")


def question(fields: Mapping[str, Any]) -> Question:
    """The question a case asks; ValueError names the first field that cannot be read."""
    case = Given(fields)
    history = [_contact(line) for line in case.each("history")]
    return Question(
        proposed=_proposed(case.inner("proposed"), history),
        zones=_zones(case),
        log=history,
        holds=[_hold(hold) for hold in case.each("holds")],
        consents=[_consent(consent) for consent in case.each("consents")],
        slots=[_slot(case.inner("agreed_slot"))] if case.has("agreed_slot") else [],
        inconvenient=[_inconvenient(hours) for hours in case.each("inconvenient")],
    )


def _zones(case: Given) -> Sequence[str]:
    if "zones" not in case.fields:
        raise case.wrong("zones", "is missing; an empty list says that no zone is known.")
    names = case.texts("zones")
    for index, name in enumerate(names):
        try:
            zone(name)
        except (KeyError, ValueError, OSError):
            raise case.wrong(f"zones[{index}]", f"{name!r} is no time zone.") from None
    return names


def _proposed(given: Given, history: Sequence[Contact]) -> Proposed:
    party = given.word("party", Party, Party.BORROWER)
    purpose = given.word("purpose", Purpose, Purpose.COLLECTION)
    person = given.text("person")
    known = given.words("facts", Fact)
    return Proposed(
        at=given.value("at", _with_offset, _INSTANT),
        channel=given.word("channel", Channel),
        person=person,
        debts=(given.text("debt"),),
        number=given.text_or_none("number"),
        party=party,
        purpose=purpose,
        actor=given.word("actor", Actor, Actor.LENDER),
        by=given.text_or_none("by") or "lender",
        about=given.text_or_none("about") or _only_other(person, party, history),
        place=given.word("place", Place, Place.PERSONAL),
        product=given.text_or_none("product"),
        collectors=given.value("collectors", _count, "a number") if given.has("collectors") else 2,
        discloses_debt=_discloses(given, purpose),
        facts=frozenset(_TAKEN_AS_KNOWN) if known is None else known,
    )


def _discloses(given: Given, purpose: Purpose) -> bool:
    if given.has("discloses_debt"):
        return given.value("discloses_debt", _truth, "true or false")
    return purpose is Purpose.COLLECTION


def _only_other(person: str, party: Party, history: Sequence[Contact]) -> str | None:
    """Whom a third person is asked about: the one other person of the history."""
    others = sorted({line.person for line in history} - {person})
    return others[0] if party in _OTHERS and len(others) == 1 else None


def _contact(given: Given) -> Contact:
    channel = given.word("channel", Channel)
    otherwise = None if channel in VOICE else ContactOutcome.SENT
    return Contact(
        at=given.instant("at"),
        channel=channel,
        person=given.text("person"),
        outcome=given.word("outcome", ContactOutcome, otherwise),
        inbound=given.word("direction", _Direction, _Direction.OUT) is _Direction.IN,
        number=given.text_or_none("number"),
        debts=given.texts("debts"),
        by=given.text_or_none("by") or "lender",
        purpose=given.word("purpose", Purpose, Purpose.COLLECTION),
        place=given.word("place", Place, Place.PERSONAL),
    )


def _hold(given: Given) -> LegalHold:
    hold = LegalHold(
        rule=given.text("rule"),
        start=given.instant("from"),
        until=given.value("until", _far, _INSTANT) if given.has("until") else None,
        channels=given.words("channels", Channel),
        debts=frozenset(given.texts("debts")) if given.has("debts") else None,
        places=given.words("places", Place),
        number=given.text_or_none("number"),
        person=given.text_or_none("person"),
    )
    if hold.until is not None and hold.until <= hold.start:
        raise given.wrong("until", "must be after `from`.")
    return hold


def _consent(given: Given) -> CallBackConsent:
    return CallBackConsent(
        debt=given.text_or_none("debt"),
        given_at=given.instant("given_at"),
        valid_before=(
            given.value("valid_before", date.fromisoformat, "a date, as 2026-04-07")
            if given.has("valid_before")
            else None
        ),
    )


def _slot(given: Given) -> AgreedSlot:
    slot = AgreedSlot(given.instant("from"), given.instant("until"))
    if slot.until <= slot.start:
        raise given.wrong("until", "must be after `from`.")
    return slot


def _inconvenient(given: Given) -> InconvenientHours:
    """Hours that end on the last second of the day end with the day."""
    until = given.value("until", _clock, "a local time, as 17:00")
    weekdays = (
        given.value("weekdays", _weekdays, "a list of weekdays, 0 (Monday) to 6")
        if given.has("weekdays")
        else frozenset(range(7))
    )
    return InconvenientHours(
        rule=given.text("rule"),
        weekdays=weekdays,
        start=given.value("from", _clock, "a local time, as 15:00"),
        until=time() if until == _END_OF_DAY else until,
    )


class _Direction(StrEnum):
    IN = "in"
    OUT = "out"


class _Said(ValueError):
    """A reading error whose words help."""


def _text(given: Any) -> str:
    if not isinstance(given, str) or not given.strip():
        raise TypeError
    return given


def _list(given: Any) -> list[Any]:
    if not isinstance(given, list | tuple):
        raise TypeError
    return list(given)


def _truth(given: Any) -> bool:
    if not isinstance(given, bool):
        raise TypeError
    return given


def _count(given: Any) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or given < 0:
        raise TypeError
    return given


def _weekdays(given: Any) -> frozenset[int]:
    days = [_count(day) for day in _list(given)]
    if any(day > 6 for day in days):
        raise ValueError
    return frozenset(days)


def _clock(given: Any) -> time:
    if given in ("24:00", "24:00:00"):
        return time()
    clock = time.fromisoformat(_text(given))
    if clock.tzinfo is not None:
        raise _Said("local times carry no offset")
    return clock


def _with_offset(given: Any) -> datetime:
    at = datetime.fromisoformat(_text(given))
    if at.tzinfo is None:
        raise _Said("it says no offset")
    if at.year < _YEARS[0] or at.year > _YEARS[1]:
        raise _Said("the year is out of reach")
    return at


def _instant(given: Any) -> datetime:
    return _with_offset(given).astimezone(UTC)


def _far(given: Any) -> datetime | None:
    """The end of a hold; one beyond all reach, as 9999-12-31, is no end."""
    at = datetime.fromisoformat(_text(given))
    return None if at.year > _YEARS[1] else _instant(given)
