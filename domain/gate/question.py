"""What is asked of the gate: a contact, and everything its answer depends on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from domain.gate.words import Actor, Channel, ContactOutcome, Fact, Party, Place, Purpose


@dataclass(frozen=True, slots=True)
class Contact:
    """One line of the contact log, over all loans, channels and agencies.

    `number` is the contact point (None: not known, so it counts for each). `debts` are those
    spoken of, or the one an unanswered call is booked to (empty: not known, so it counts for
    each). `zone` is where the person was (None: their home zone). An `outcome` that is not known
    yet (None) counts as each.
    """

    at: datetime
    channel: Channel
    person: str
    outcome: ContactOutcome | None = ContactOutcome.SENT
    inbound: bool = False
    number: str | None = None
    debts: tuple[str, ...] = ()
    by: str = "lender"
    purpose: Purpose = Purpose.COLLECTION
    place: Place = Place.PERSONAL
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """The contact asked about, at an aware instant `at`.

    `about` is the borrower when the person is somebody else. Defaults are the careful ones: what
    is not stated (`collectors`, `facts`) is not known, and a contact is taken to disclose the debt.
    """

    at: datetime
    channel: Channel
    person: str
    debts: tuple[str, ...]
    number: str | None = None
    party: Party = Party.BORROWER
    purpose: Purpose = Purpose.COLLECTION
    actor: Actor = Actor.LENDER
    by: str = "lender"
    about: str | None = None
    place: Place = Place.PERSONAL
    product: str | None = None
    collectors: int | None = None
    discloses_debt: bool = True
    facts: frozenset[Fact] = frozenset()


@dataclass(frozen=True, slots=True)
class LegalHold:
    """A hold under a rule, from `start` up to `until` (None: until it is lifted).

    It bars `channels`, `debts`, `places`, `purposes` and the contact point `number`, each None for
    all. `person` is whose hold it is (None: the person asked about). `parties` are not bound by
    it, nor are those that its rule leaves free. With `no_service` it bars messages of service as
    well, whatever its rule lets through, but for the receipt of what the person has just done.
    """

    rule: str
    start: datetime
    until: datetime | None = None
    channels: frozenset[Channel] | None = None
    debts: frozenset[str] | None = None
    places: frozenset[Place] | None = None
    number: str | None = None
    person: str | None = None
    purposes: frozenset[Purpose] | None = None
    parties: frozenset[Party] = frozenset()
    no_service: bool = False


@dataclass(frozen=True, slots=True)
class CallBackConsent:
    """The person asked to be called back about a debt (None: about any).

    It runs from `given_at` and ends with the next conversation about that debt, before the local
    date `valid_before` (None: none agreed), and after as many days as the rule grants.
    """

    debt: str | None
    given_at: datetime
    valid_before: date | None = None


@dataclass(frozen=True, slots=True)
class AgreedSlot:
    """An interval the person agreed to on record, from `start` up to `until`."""

    start: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class InconvenientHours:
    """Local hours the person named inconvenient, on `weekdays` (0 is Monday).

    From `start` up to `until`; an `until` not after `start` is on the next day, so midnight ends
    the day.
    """

    rule: str
    weekdays: frozenset[int]
    start: time
    until: time


@dataclass(frozen=True, slots=True)
class Question:
    """May this contact be made?

    `log` holds the contacts with the person and, for a third person, those with the borrower, in
    any order. `zones` are all zones where the person may be, home first (empty: not known).
    """

    proposed: Proposed
    zones: Sequence[str]
    log: Sequence[Contact] = ()
    holds: Sequence[LegalHold] = ()
    consents: Sequence[CallBackConsent] = ()
    slots: Sequence[AgreedSlot] = ()
    inconvenient: Sequence[InconvenientHours] = ()
