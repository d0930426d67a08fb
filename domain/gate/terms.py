"""The numbers of the rules that decide contacts, one class a kind."""

from dataclasses import dataclass, field
from datetime import date, time

from domain.gate.words import (
    Channel,
    ContactOutcome,
    Fact,
    Key,
    Party,
    Place,
    Profile,
    Purpose,
    Rank,
)
from domain.holds import HoldReason
from domain.rights import RightKind


@dataclass(frozen=True, slots=True)
class Hours:
    """Contacts are lawful from local time `earliest` up to, not including, `latest`.

    An agreed slot lifts the rule for its own interval. With `reply_once` one answer is lawful to
    a person who wrote or called inside the banned interval, by the same channel.
    """

    earliest: time
    latest: time
    reply_once: bool = False


@dataclass(frozen=True, slots=True)
class NamedHours:
    """Hours the person named inconvenient are kept; `reply_once` as in Hours."""

    reply_once: bool = False


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """No contact from the first to the last local date of each pair, both included."""

    dates: tuple[tuple[date, date], ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `max` contacts with a person in any `days` consecutive local dates.

    Counted, and limited, are contacts by `channels` (and, where given, at `places`); counted are
    those with one of `outcomes`, ours only unless `inbound`, separately by each of `per`. A
    call-back consent of at most `consent_days` lifts the limit (None: no consent does), and a
    contact made with it is not counted unless `consented_count`. `warn_from` warns that early
    (None: never). `profiles` use the limit, and those of `own` count the caller's own contacts
    only; the others sum over everybody's. It limits contacts of which all facts of `when` are
    known (none: all).
    """

    max: int
    days: int
    channels: frozenset[Channel]
    outcomes: frozenset[ContactOutcome]
    per: frozenset[Key] = frozenset()
    inbound: bool = False
    places: frozenset[Place] | None = None
    consent_days: int | None = None
    consented_count: bool = False
    warn_from: int | None = None
    profiles: frozenset[Profile] = frozenset(Profile)
    own: frozenset[Profile] = frozenset()
    when: frozenset[Fact] = frozenset()


@dataclass(frozen=True, slots=True)
class Caps:
    """The limits of one rule; each must hold."""

    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Flags of harassment below the caps, which warn and never deny.

    `unanswered` calls to one number within `within_minutes`, or `calls_in_day` on one local date,
    the proposed one included.
    """

    unanswered: int
    within_minutes: int
    calls_in_day: int


@dataclass(frozen=True, slots=True)
class ThirdParty:
    """When somebody other than the debtor may be contacted.

    Applies to `parties`. Only for `purposes`, without a word of the debt unless `may_disclose`,
    and after `failed_attempts` calls in a row that did not reach the borrower (0: at once) or one
    of the facts of `or_facts`. With `once`, one connected call a person, unless they asked us to
    call again.
    """

    parties: frozenset[Party]
    purposes: frozenset[Purpose]
    may_disclose: bool = False
    failed_attempts: int = 0
    or_facts: frozenset[Fact] = frozenset()
    once: bool = False


@dataclass(frozen=True, slots=True)
class Flagged:
    """A contact with one of `parties` is put before counsel; it warns and never denies."""

    parties: frozenset[Party]


@dataclass(frozen=True, slots=True)
class Visitors:
    """A visit is made by at least `min` collectors together; an unstated number is too few."""

    min: int


@dataclass(frozen=True, slots=True)
class Needs:
    """The contact needs the fact `needs`, where all facts of `when` are known (none: always)."""

    needs: Fact
    when: frozenset[Fact] = frozenset()


@dataclass(frozen=True, slots=True)
class Wording:
    """Texts may match none of `patterns` (regular expressions), where all of `when` are known."""

    patterns: tuple[str, ...]
    when: frozenset[Fact] = frozenset()


GateTerms = (
    Hours
    | NamedHours
    | ClosedDays
    | Caps
    | Pattern
    | ThirdParty
    | Flagged
    | Visitors
    | Needs
    | Wording
)


@dataclass(frozen=True, slots=True)
class HoldTerms:
    """What a hold that names the rule lets through.

    `allows` maps a purpose to the rule that permits it; `parties` are not bound by the hold. A
    reply must answer a contact by the same channel that nobody has answered when `reply_once`. A
    confirmation must leave within `confirm_minutes` of the hold's start. A hold on one person
    reaches the others who owe the same debt when `joint`. A hold that a case has for one of
    `reasons` is a hold under this rule, and a right of one of the kinds `rights` is kept under it.
    """

    rank: Rank
    allows: dict[Purpose, str] = field(default_factory=dict)
    parties: frozenset[Party] = frozenset()
    reply_once: bool = False
    confirm_minutes: int = 5
    joint: bool = False
    reasons: frozenset[HoldReason] = frozenset()
    rights: frozenset[RightKind] = frozenset()
