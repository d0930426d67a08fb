"""Our own deadlines: what is lost unless people act, and the days on which they are woken."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from domain.legal.file import Calendars, CourtEvent, last_day
from domain.legal.limitation import (
    LAWS,
    WAKE_DAYS,
    Claim,
    Guarantor,
    Interruption,
    Limitation,
    Restart,
    guarantee_ends,
    limitation,
    wakes,
)


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A guarantor's promise: the agreed last day, if any, and whether they were held to it in time.

    `called` is when a joint guarantor was asked, or a general one sued; None: not yet.
    """

    kind: Guarantor
    reference: str
    agreed: date | None = None
    called: date | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Everything our deadlines on one loan depend on; `owed_minor` 0 means nothing is to be lost.

    `reference` of a freeze's renewal names the freeze.
    """

    claim: Claim
    owed_minor: int
    court: Sequence[CourtEvent] = ()
    guarantees: Sequence[Guarantee] = field(default=())


@dataclass(frozen=True, slots=True)
class Alarm:
    """One deadline of ours: its last day, and how many days before people are woken.

    `why` is what is lost after it.
    """

    name: str
    rule: str
    ends: date
    why: str
    days_before: tuple[int, ...] = WAKE_DAYS

    def wakes(self) -> list[date]:
        """The days on which people are woken, in order."""
        return wakes(self.ends, self.days_before)


@dataclass(frozen=True, slots=True)
class Duty:
    """A deadline that an event of the court starts for us, until another event has met it."""

    name: str
    rule: str
    step: str
    starts: str
    met_by: tuple[str, ...]
    days_before: tuple[int, ...]
    why: str


FREEZES = {
    "frozen_deposit": "deposit",
    "frozen_movables": "movables",
    "frozen_real_estate": "real_estate",
}
"""What a court freezes, and the step of CN-PRES-03 that says for how long."""

DUTIES = (
    Duty("decline-suit", "CN-PO-06", "decline_suit", "terminated", ("declined_suit", "judgment"),
         (5, 2), "the payment order becomes a suit"),
    Duty("appeal", "CN-SUIT-01", "appeal", "judgment", ("appealed", "final"),
         (7, 3), "the judgment is final"),
    Duty("enforcement", "CN-ENF-01", "enforcement", "performance_due", ("enforcement_filed",),
         WAKE_DAYS, "the judgment can no longer be enforced"),
)  # fmt: skip
"""What the court starts for us in China; suing after a freeze and renewing one are beside them."""

SUE_DAYS = (10, 3)
"""Day 20 of the thirty in which a suit must follow a pre-suit preservation, and once more."""

RENEWAL_DAYS = (30, 14, 8)
"""Before a freeze ends; seven days before, it can no longer be renewed (CN-PRES-03)."""


DEBT = "the debt"
"""What a deadline is of that ends with the debt, and with no procedure."""


def procedure_of(name: str, court: Sequence[CourtEvent]) -> str:
    """The remedy that a deadline of that name is of, by the latest word that started it.

    DEBT for the limitation, a guarantor, and the time to enforce a title, in which no court waits
    for us. Empty when the word names no remedy, or is on file no more.
    """
    if name == "sue":
        return "preservation"
    if name.startswith("freeze-"):
        mine = [e for e in court if f"freeze-{FREEZES.get(e.what)}-{e.reference}" == name]
    else:
        duty = next((d for d in DUTIES if d.name == name and d.name != "enforcement"), None)
        if duty is None:
            return DEBT
        mine = [event for event in court if event.what == duty.starts]
    latest = max(mine, key=_by_date, default=None)
    return latest.remedy if latest is not None else ""


def clock(position: Position, calendars: Calendars) -> Limitation | None:
    """The limitation clock of the loan, or None where its law is not ours to count."""
    return limitation(position.claim, calendars.get(position.claim.jurisdiction, ()))


def alarms(position: Position, calendars: Calendars) -> list[Alarm]:
    """Every deadline of ours that is still open, the earliest first; none when nothing is owed."""
    if position.owed_minor <= 0:
        return []
    found = [
        *_limitation(position, calendars),
        *_guarantees(position, calendars),
        *_freezes(position, calendars),
        *_duties(position, calendars),
    ]
    return sorted(found, key=lambda alarm: (alarm.ends, alarm.name))


def ringing(open_alarms: Sequence[Alarm], today: date) -> list[tuple[Alarm, date]]:
    """The alarms that have woken people by `today`, each with the latest day it did.

    An alarm whose last day is over rings once more, on the day after.
    """
    rung = []
    for alarm in open_alarms:
        days = [*alarm.wakes(), alarm.ends + timedelta(days=1)]
        past = [day for day in days if day <= today]
        if past:
            rung.append((alarm, past[-1]))
    return rung


def next_wake(open_alarms: Sequence[Alarm], today: date) -> date | None:
    """The next day on which somebody is to be woken, or None when nothing is left to lose."""
    days = [
        day
        for alarm in open_alarms
        for day in [*alarm.wakes(), alarm.ends + timedelta(days=1)]
        if day > today
    ]
    return min(days, default=None)


def _limitation(position: Position, calendars: Calendars) -> list[Alarm]:
    found = clock(position, calendars)
    if found is None or found.ends is None or _latest(position, "performance_due"):
        return []
    return [Alarm("limitation", found.rule, found.ends, "the claim is barred")]


def _guarantees(position: Position, calendars: Calendars) -> list[Alarm]:
    if position.claim.jurisdiction != "CN":
        return []
    rest_days = calendars.get("CN", ())
    due = position.claim.last_due
    return [
        Alarm(
            f"{guarantee.kind}-{guarantee.reference}",
            "CN-LIM-11",
            guarantee_ends(guarantee.kind, due, guarantee.agreed, rest_days),
            "the guarantor is free",
        )
        for guarantee in position.guarantees
        if guarantee.called is None
    ]


def _freezes(position: Position, calendars: Calendars) -> list[Alarm]:
    found = []
    over = {event.reference for event in position.court if event.what == "unfrozen"}
    latest = {e.reference: e for e in sorted(position.court, key=_by_date) if e.what in FREEZES}
    for event in latest.values():
        if event.reference in over:
            continue
        step = FREEZES[event.what]
        ends = last_day("CN-PRES-03", step, event.on, calendars)
        name = f"freeze-{step}-{event.reference}"
        found.append(Alarm(name, "CN-PRES-03", ends, "the freeze ends", RENEWAL_DAYS))
        if event.remedy == "preservation" and not _sued(position, event.on):
            by = last_day("CN-PRES-01", "sue", event.on, calendars)
            found.append(Alarm("sue", "CN-PRES-01", by, "the preservation is lifted", SUE_DAYS))
    return found


def _duties(position: Position, calendars: Calendars) -> list[Alarm]:
    found = []
    for duty in DUTIES:
        start = _latest(position, duty.starts)
        if start is None or any(
            event.what in duty.met_by or f"{event.remedy}_{event.what}" in duty.met_by
            for event in position.court
            if event.on >= start.on and event is not start
        ):
            continue
        since = _restarted(position, start.on) if duty.rule == "CN-ENF-01" else start.on
        ends = last_day(duty.rule, duty.step, since, calendars)
        found.append(Alarm(duty.name, duty.rule, ends, duty.why, duty.days_before))
    return found


def _restarted(position: Position, since: date) -> date:
    """What interrupts the limitation interrupts the two years of enforcement too (CN-ENF-01)."""
    law = LAWS["CN"]
    proven: list[Interruption] = [
        event
        for event in position.claim.interruptions
        if event.evidence and event.kind in law.restarts and event.kind is not Restart.PROCEDURE
    ]
    return max([since, *(event.on for event in proven)])


def _latest(position: Position, what: str) -> CourtEvent | None:
    """The latest event of that kind, or None."""
    mine = [event for event in position.court if event.what == what]
    return max(mine, key=_by_date, default=None)


def _sued(position: Position, since: date) -> bool:
    return any(
        event.what == "filed" and event.remedy in ("suit", "secured_suit") and event.on >= since
        for event in position.court
    )


def _by_date(event: CourtEvent) -> tuple[date, str]:
    return (event.on, event.what)
