"""Complaints and disputes: what a borrower holds against us, and the clock by which we answer."""

from collections.abc import Callable, Container
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from domain.clock import Clock, local_date, local_instant
from domain.holds import HoldReason
from domain.periods import Period

REMIND_BEFORE = (5, 1)
"""So many days before the last date a person is reminded, at REMIND_AT where the borrower lives."""

REMIND_AT = time(9)

RestDays = Callable[[str | None], Container[date]]
"""The rest days of a calendar by its name; of None there are none."""


class GrievanceKind(StrEnum):
    """A complaint is about how we behave, a dispute about the debt, a record dispute about the
    entry at a credit bureau."""

    COMPLAINT = "complaint"
    DISPUTE = "dispute"
    RECORD_DISPUTE = "record_dispute"


class Verdict(StrEnum):
    """How it was answered: for the borrower, against them, or for them because we were too late.

    A complaint cannot be decided by silence: one that has lapsed is late and still unanswered.
    """

    UPHELD = "upheld"
    REJECTED = "rejected"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class AnswerTerm:
    """One time to answer, counted from the day it came.

    All but the first are later ones that can be agreed: where `because` is not empty, for that
    reason alone, and where `approved`, with the consent of a second person.
    """

    step: str
    period: Period
    because: str = ""
    approved: bool = False


@dataclass(frozen=True, slots=True)
class AnswerClock:
    """A rule that gives us time to answer grievances of some kinds; the first term starts alone."""

    rule: str
    starts: frozenset[GrievanceKind]
    terms: tuple[AnswerTerm, ...]


@dataclass(frozen=True, slots=True)
class Extension:
    """A later last date that the rule allows; `because` and `approved` as in AnswerTerm."""

    until: date
    because: str = ""
    approved: bool = False


@dataclass(slots=True)
class Grievance:
    """One complaint or dispute and all that has come of it.

    `about` is a code, never a person's words. `answer_by` is the last date of the answer under
    `rule` and `extended_to` a later one, by the calendar of `zone`, where the borrower lives.
    `episode` is that of the loan's case, or the day it came where there is none. `verdict` None:
    nothing was answered. `now` is the latest instant it has lived through.
    """

    grievance_id: str
    kind: GrievanceKind
    loan_id: str
    borrower_id: str
    episode: date
    about: str
    opened_at: datetime
    by: str
    zone: str
    rule: str
    answer_by: date
    now: datetime
    extensions: tuple[Extension, ...] = ()
    jurisdiction: str = ""
    portfolio: str = ""
    clock: Clock = field(default_factory=Clock)
    extended_to: date | None = None
    verdict: Verdict | None = None
    evidence: str = ""
    answered_at: datetime | None = None
    answered_by: str = ""
    reminded: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    @property
    def last_day(self) -> date:
        """The last date on which an answer is in time."""
        return self.extended_to or self.answer_by

    @property
    def lapses_at(self) -> datetime:
        """The first instant at which an answer is too late."""
        return local_instant(self.last_day + timedelta(days=1), time(), self.zone)

    @property
    def settled(self) -> bool:
        """Whether nothing more is to be answered."""
        return self.verdict is not None and not still_open(self.kind, self.verdict)


@dataclass(frozen=True, slots=True)
class Due:
    """What comes next by the clock, and when: a reminder, or the lapse where `days` is None."""

    at: datetime
    days: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """The dates of one grievance: the last one, and the later ones that can be agreed."""

    rule: str
    answer_by: date
    extensions: tuple[Extension, ...]


def terms_of(clock: AnswerClock, came_on: date, rest_days: RestDays) -> Terms:
    """The dates of a grievance that came on that local date; the day itself is not counted."""
    ends = [term.period.end(came_on, rest_days(term.period.calendar)) for term in clock.terms]
    later = zip(ends[1:], clock.terms[1:], strict=True)
    extensions = tuple(Extension(until, term.because, term.approved) for until, term in later)
    return Terms(clock.rule, ends[0], extensions)


def next_due(grievance: Grievance) -> Due | None:
    """The next reminder or the lapse; None when only an answer is waited for.

    A reminder whose instant had passed when it came or was extended is left out.
    """
    if grievance.verdict is not None:
        return None
    for days in REMIND_BEFORE:
        day = grievance.last_day - timedelta(days=days)
        due = Due(local_instant(day, REMIND_AT, grievance.zone), days, _reminder(grievance, days))
        if due.at > grievance.now and due.name not in grievance.reminded:
            return due
    return Due(grievance.lapses_at)


def in_time(grievance: Grievance, at: datetime) -> bool:
    """Whether an answer at that instant is in time, by the date where the borrower lives."""
    return local_date(at, grievance.zone) <= grievance.last_day


def hold_reason(kind: GrievanceKind) -> HoldReason | None:
    """Why cases rest until it is answered; an entry at a bureau stops no collection."""
    return _HOLDS.get(kind)


def reaches_all_cases(kind: GrievanceKind) -> bool:
    """Whether it rests every case of the person, or that of its own loan alone."""
    return kind is GrievanceKind.COMPLAINT


def still_open(kind: GrievanceKind, verdict: Verdict) -> bool:
    """Whether it must be answered all the same: nobody is right about a complaint by silence."""
    return kind is GrievanceKind.COMPLAINT and verdict is Verdict.LAPSED


def for_the_borrower(verdict: Verdict) -> bool:
    """Whether the borrower was right, or is, because we were too late."""
    return verdict in (Verdict.UPHELD, Verdict.LAPSED)


def ends_the_case(kind: GrievanceKind, verdict: Verdict) -> bool:
    """Whether the debt is not collected any more."""
    return kind is GrievanceKind.DISPUTE and for_the_borrower(verdict)


def must_correct(kind: GrievanceKind, verdict: Verdict) -> bool:
    """Whether a person must put right what we have written about the debt."""
    return kind is not GrievanceKind.COMPLAINT and for_the_borrower(verdict)


def _reminder(grievance: Grievance, days: int) -> str:
    """One name per reminder and last date: an extension reminds anew."""
    return f"remind-{days}-{grievance.last_day.isoformat()}"


_HOLDS = {
    GrievanceKind.COMPLAINT: HoldReason.COMPLAINT,
    GrievanceKind.DISPUTE: HoldReason.DISPUTE,
}
