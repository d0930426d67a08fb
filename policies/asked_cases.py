"""A case as asked in JSON, read into the gate's question; every wrong field is named, and why.

Fields that are not known are left alone, so that a case may carry notes of its own.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from enum import StrEnum

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
from policies.given import (
    INSTANT,
    Given,
    a_clock,
    a_count,
    a_far_instant,
    a_truth,
    some_weekdays,
    with_offset,
)

_TAKEN_AS_KNOWN = (
    Fact.EXPRESS_CONSENT, Fact.ADDRESS_CONSENT, Fact.PRIVATE_ACCOUNT_CONSENT,
    Fact.TRANSFER_NOTICE_SENT,
)  # fmt: skip
_OTHERS = frozenset({Party.CONTACT_PERSON, Party.THIRD_PERSON, Party.SPOUSE})
_END_OF_DAY = time(23, 59, 59)


def question(case: Given) -> Question:
    """The question a case asks; no question before `case.check()` has found nothing wrong."""
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
        case.wrong("zones", "is missing; an empty list says that no zone is known.")
    names = case.texts("zones")
    for index, name in enumerate(names):
        try:
            zone(name)
        except (KeyError, ValueError, OSError):
            case.wrong(f"zones[{index}]", f"{name!r} is no time zone.")
    return names


def _proposed(given: Given, history: Sequence[Contact]) -> Proposed:
    """The contact asked about.

    Beyond the fields of every case it may say `party`, `purpose`, `actor`, `by`, `about` (the
    borrower, when the person is another), `place`, `product`, `collectors`, `discloses_debt` and
    `facts`.
    """
    party = given.word("party", Party, Party.BORROWER)
    purpose = given.word("purpose", Purpose, Purpose.COLLECTION)
    person = given.text("person")
    known = given.words("facts", Fact)
    return Proposed(
        at=given.value("at", with_offset, INSTANT),
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
        collectors=given.value("collectors", a_count, "a number") if given.has("collectors") else 2,
        discloses_debt=_discloses(given, purpose),
        facts=frozenset(_TAKEN_AS_KNOWN) if known is None else known,
    )


def _discloses(given: Given, purpose: Purpose) -> bool:
    if given.has("discloses_debt"):
        return given.value("discloses_debt", a_truth, "true or false")
    return purpose is Purpose.COLLECTION


def _only_other(person: str, party: Party, history: Sequence[Contact]) -> str | None:
    """Whom a third person is asked about: the one other person of the history."""
    others = sorted({line.person for line in history if line.person} - {person})
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
        until=given.value("until", a_far_instant, INSTANT) if given.has("until") else None,
        channels=given.words("channels", Channel),
        debts=frozenset(given.texts("debts")) if given.has("debts") else None,
        places=given.words("places", Place),
        number=given.text_or_none("number"),
        person=given.text_or_none("person"),
        purposes=given.words("purposes", Purpose),
        parties=given.words("parties", Party) or frozenset(),
        no_service=given.has("no_service") and given.value("no_service", a_truth, "true or false"),
    )
    if _over_before(hold.start, hold.until):
        given.wrong("until", "must be after `from`.")
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
    if _over_before(slot.start, slot.until):
        given.wrong("until", "must be after `from`.")
    return slot


def _inconvenient(given: Given) -> InconvenientHours:
    """Hours that end on the last second of the day end with the day."""
    until = given.value("until", a_clock, "a local time, as 17:00")
    weekdays = (
        given.value("weekdays", some_weekdays, "a list of weekdays, 0 (Monday) to 6")
        if given.has("weekdays")
        else frozenset(range(7))
    )
    return InconvenientHours(
        rule=given.text("rule"),
        weekdays=weekdays,
        start=given.value("from", a_clock, "a local time, as 15:00"),
        until=time() if until == _END_OF_DAY else until,
    )


def _over_before(start: object, end: object) -> bool:
    """Whether it ends when it begins or before; not where one of them could not be read."""
    return isinstance(start, datetime) and isinstance(end, datetime) and end <= start


class _Direction(StrEnum):
    IN = "in"
    OUT = "out"
