"""The limitation clock (诉讼时效): when a claim can no longer be brought, and what restarts it."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from domain.deadlines import deadline
from domain.periods import months_after

WAKE_DAYS = (90, 30, 7)
"""How many days before the end of a clock of ours people are woken."""

SUSPENSION_MONTHS = 6
"""A cause suspends only within the last six months, and leaves six months after it (CN-LIM-09)."""


class Restart(StrEnum):
    """What starts a limitation period again.

    Demand: ours, with proof that it arrived. Reserved: sent to the contact point the borrower
    reserved, which is enough for a card. Payment: a part of the debt was paid, or debited.
    Agreement: a promise, a plan, a request for time, new security. Signed: a paper on which the
    borrower acknowledges the debt; in China it counts even after the end, as a waiver.
    Procedure: a court or a mediator was asked.
    """

    DEMAND = "demand"
    RESERVED = "reserved"
    PAYMENT = "payment"
    AGREEMENT = "agreement"
    SIGNED = "signed"
    PROCEDURE = "procedure"


@dataclass(frozen=True, slots=True)
class Interruption:
    """Something that restarts the clock on a date; without `evidence` it restarts nothing.

    A procedure restarts it again when it has ended on `until`; None: it still runs.
    """

    kind: Restart
    on: date
    evidence: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Suspension:
    """A cause that keeps us from suing: from `start` to `until` (None: it lasts)."""

    start: date
    until: date | None
    evidence: str


@dataclass(frozen=True, slots=True)
class LimitationLaw:
    """How one jurisdiction counts: rule and step of the period, and the rule of each restart.

    A restart that is not named restarts nothing. `absolute` is the step of a longest period, and
    `suspends` whether a cause in the last six months suspends.
    """

    rule: str
    step: str
    restarts: Mapping[Restart, str]
    absolute: str = ""
    suspends: bool = False


CHINA = LimitationLaw(
    "CN-LIM-02",
    "limitation",
    {
        Restart.DEMAND: "CN-LIM-04",
        Restart.RESERVED: "CN-LIM-05",
        Restart.PAYMENT: "CN-LIM-06",
        Restart.AGREEMENT: "CN-LIM-06",
        Restart.SIGNED: "CN-LIM-10",
        Restart.PROCEDURE: "CN-LIM-08",
    },
    absolute="CN-LIM-01",
    suspends=True,
)
ENGLAND = LimitationLaw(
    "UK-LIM-01",
    "limitation",
    {Restart.PAYMENT: "UK-LIM-01", Restart.SIGNED: "UK-LIM-01"},
)
"""Limitation Act 1980 ss 5, 29: a signed acknowledgment or a part payment, never after the end."""

LAWS: Mapping[str, LimitationLaw] = {"CN": CHINA, "UK": ENGLAND}
"""Where we can count. Elsewhere (US states, EU members) a lawyer's opinion must be on file."""

AFTER_THE_END: Mapping[str, frozenset[Restart]] = {"CN": frozenset({Restart.SIGNED})}
"""What revives a claim that is barred already (诉讼时效规定 art. 19)."""


@dataclass(frozen=True, slots=True)
class Limitation:
    """Where the clock stands.

    `ends` is the last day to sue; None while a procedure or a cause of suspension holds it.
    `rule` is what it now counts under, `since` the date it counts from, `evidence` what proves
    that date. `ignored` are events that restarted nothing, each with why.
    """

    ends: date | None
    rule: str
    since: date
    evidence: str
    ignored: tuple[str, ...] = ()

    def barred(self, today: date) -> bool:
        """Whether the last day to sue is over: no suit then, and none threatened."""
        return self.ends is not None and today > self.ends


@dataclass(frozen=True, slots=True)
class Claim:
    """What the clock depends on: the law's country, the last due date, and all that happened.

    `card` says that the debt is a credit card's: then a demand to a reserved contact point counts.
    """

    jurisdiction: str
    last_due: date
    interruptions: Sequence[Interruption] = ()
    suspensions: Sequence[Suspension] = ()
    card: bool = False


def limitation(claim: Claim, rest_days: Container[date]) -> Limitation | None:
    """Where the clock of a claim stands, or None where its law is not ours to count.

    One debt in instalments counts from its last due date (CN-LIM-02), however early the first was
    missed. 民法典 arts 188-195; 诉讼时效规定 arts 8-19.
    """
    law = LAWS.get(claim.jurisdiction)
    if law is None:
        return None
    clock = _Counting(claim, law, rest_days)
    for event in sorted(claim.interruptions, key=_in_order):
        clock.hear(event)
    return clock.stands()


def _in_order(event: Interruption) -> tuple[date, str, str]:
    return (event.on, event.evidence, event.kind)


@dataclass(slots=True)
class _Counting:
    """A clock while its events are gone through in the order of their dates."""

    claim: Claim
    law: LimitationLaw
    rest_days: Container[date]
    found: Limitation = field(init=False)

    def __post_init__(self) -> None:
        due = self.claim.last_due
        ends = self._held(deadline(self.law.rule, self.law.step, due, self.rest_days))
        self.found = Limitation(ends, self.law.rule, due, "the last due date")

    def hear(self, event: Interruption) -> None:
        """Restart the clock, or say why not."""
        if why := self._void(event):
            said = f"{event.kind} of {event.on.isoformat()}: {why}"
            self.found = replace(self.found, ignored=(*self.found.ignored, said))
            return
        rule = self.law.restarts[event.kind]
        if event.kind is Restart.PROCEDURE and event.until is None:
            self.found = replace(
                self.found, ends=None, rule=rule, since=event.on, evidence=event.evidence
            )
            return
        since = max(event.until or event.on, self.claim.last_due, self.found.since)
        ends = self._held(deadline(self.law.rule, self.law.step, since, self.rest_days))
        if self.found.ends is None and self._running(event):
            return
        self.found = replace(self.found, ends=ends, rule=rule, since=since, evidence=event.evidence)

    def stands(self) -> Limitation:
        """The clock, with the longest period over it."""
        if not self.law.absolute or self.found.ends is None:
            return self.found
        due = self.claim.last_due
        latest = deadline(self.law.absolute, "absolute", due, self.rest_days)
        if self.found.ends <= latest:
            return self.found
        return replace(self.found, ends=latest, rule=self.law.absolute)

    def _void(self, event: Interruption) -> str:
        if event.kind not in self.law.restarts:
            return "the law does not know it"
        if not event.evidence:
            return "nothing proves it"
        if event.kind is Restart.RESERVED and not self.claim.card:
            return "only for a card is sending enough; prove that it arrived"
        after = AFTER_THE_END.get(self.claim.jurisdiction, frozenset())
        if self.found.barred(event.on) and event.kind not in after:
            return "the period had ended"
        return ""

    def _running(self, event: Interruption) -> bool:
        """Whether a procedure or a suspension that has not ended still holds the clock."""
        return any(
            other.kind is Restart.PROCEDURE
            and other.until is None
            and other.on <= event.on
            and other.evidence
            for other in self.claim.interruptions
        )

    def _held(self, ends: date) -> date | None:
        """The end, after every cause that suspended it in its last six months (CN-LIM-09)."""
        if not self.law.suspends:
            return ends
        for cause in sorted(self.claim.suspensions, key=lambda cause: cause.start):
            late = months_after(ends, -SUSPENSION_MONTHS)
            if cause.start > ends or (cause.until is not None and cause.until < late):
                continue
            if cause.until is None:
                return None
            ends = max(ends, deadline("CN-LIM-09", "limitation", cause.until, self.rest_days))
        return ends


class Guarantor(StrEnum):
    """How a guarantor is bound: a joint one must be asked in time, a general one sued."""

    JOINT = "joint_guarantor"
    GENERAL = "general_guarantor"


def guarantee_ends(
    kind: Guarantor, main_due: date, agreed: date | None, rest_days: Container[date]
) -> date:
    """The last day to hold a guarantor to it: the agreed one, or six months after the main debt.

    Nothing suspends, interrupts or extends it (CN-LIM-11; 民法典 arts 692-693).
    """
    return agreed or deadline("CN-LIM-11", kind, main_due, rest_days)


def wakes(ends: date, days_before: Iterable[int] = WAKE_DAYS) -> list[date]:
    """The dates on which people are woken before a clock ends, in order."""
    return sorted(ends - timedelta(days=days) for days in days_before)
