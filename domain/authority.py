"""Who may decide what: levels and limits as data, two keys, delegation with dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.refused import Refused


class Action(StrEnum):
    """What one person alone may not do, or not without limit.

    A discount above one's own authority, an agreement that care wants looked at twice, a write-off,
    a legal filing, giving a case to an agency, and reporting a debt to a credit bureau.
    """

    DISCOUNT = "discount"
    AGREEMENT = "agreement"
    WRITE_OFF = "write_off"
    LEGAL_FILING = "legal_filing"
    PLACEMENT = "placement"
    BUREAU_REPORT = "bureau_report"


class Answer(StrEnum):
    """What came of a question; over: nobody answered in time, and nothing is done."""

    GIVEN = "given"
    DECLINED = "declined"
    OVER = "over"


TWO_KEYS = frozenset(Action) - {Action.DISCOUNT}
"""What always waits for a second person, whoever asks."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of authority: what it may decide, each action up to a limit.

    `limits` are minor units by currency for each action; what has no limit in the currency that is
    asked about is not the level's to decide.
    """

    name: str
    limits: Mapping[Action, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Authority:
    """All levels, the lowest first, and who has which.

    Whoever is not among `people` has the lowest. A question is reminded of after `remind_days` and
    over after `answer_days`; authority is lent for `lend_days` at most.
    """

    levels: tuple[Level, ...]
    people: Mapping[str, str]
    remind_days: int
    answer_days: int
    lend_days: int

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the levels, the lowest first."""
        return tuple(level.name for level in self.levels)

    def rank(self, name: str) -> int:
        """How high a level stands, 0 for the lowest."""
        return self.names.index(name)

    def level_of(self, person: str) -> Level:
        """The person's own level."""
        return self.levels[self.rank(self.people.get(person, self.names[0]))]


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked of a second person, by whom and when.

    `amount_minor` of `currency` is what it is about; `level` the lowest level that may decide by
    the terms of an offer, empty for what is no offer. `until` is when it is over (None: when the
    authority's days of an answer are).
    """

    action: Action
    asked_by: str
    asked_at: datetime
    amount_minor: int
    currency: str
    level: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delegation:
    """`giver` lends their authority over `actions` to `taker`, from `start` up to `until`."""

    giver: str
    taker: str
    actions: frozenset[Action]
    start: datetime
    until: datetime
    withdrawn_at: datetime | None = None

    def holds(self, action: Action, at: datetime) -> bool:
        """Whether it covers that action at that instant."""
        over = self.withdrawn_at is not None and self.withdrawn_at <= at
        return action in self.actions and self.start <= at < self.until and not over


def reminded_at(question: Question, authority: Authority) -> datetime:
    """When a question that nobody answered is spoken of again."""
    return question.asked_at + timedelta(days=authority.remind_days)


def over_at(question: Question, authority: Authority) -> datetime:
    """When a question that nobody answered is over: nothing is done then."""
    return question.until or question.asked_at + timedelta(days=authority.answer_days)


def alone(authority: Authority, question: Question) -> bool:
    """Whether the one who asks may do it without a second person."""
    if question.action in TWO_KEYS:
        return False
    return _may(authority, authority.level_of(question.asked_by), question)


def refusal(
    authority: Authority,
    lent: Sequence[Delegation],
    question: Question,
    by: str,
    at: datetime,
) -> Refused | None:
    """Why this person may not answer the question now, or None if they may.

    Who asked cannot answer, neither in person nor by authority that they have lent. What is lent
    is not lent on.
    """
    if by == question.asked_by:
        return Refused("own-request", "Who asked cannot approve it; a second person must.")
    if at >= over_at(question, authority):
        over = over_at(question, authority)
        return Refused("approval-over", f"Nobody answered by {over:%Y-%m-%d %H:%M}; ask again.")
    if signer(authority, lent, question, by, at) is not None:
        return None
    needed = _lowest(authority, question)
    who = f"it takes a {needed}" if needed else "nobody has that authority"
    return Refused("above-authority", f"{by} may not decide on this {question.action}: {who}.")


def signer(
    authority: Authority, lent: Sequence[Delegation], question: Question, by: str, at: datetime
) -> str | None:
    """By whose authority the person decides: their own, a lender's, or nobody's (None)."""
    lenders = [
        d.giver
        for d in lent
        if d.taker == by and d.giver != question.asked_by and d.holds(question.action, at)
    ]
    able = (p for p in (by, *lenders) if _may(authority, authority.level_of(p), question))
    return next(able, None)


def lending_refusal(authority: Authority, lending: Delegation) -> Refused | None:
    """Why this authority cannot be lent, or None if it can."""
    if lending.giver == lending.taker:
        return Refused("lent-to-oneself", "Authority is lent to somebody else.")
    if lending.until <= lending.start:
        return Refused("lent-for-no-time", "It ends before it begins.")
    if lending.until - lending.start > timedelta(days=authority.lend_days):
        return Refused("lent-too-long", f"It is lent for {authority.lend_days} days at most.")
    level = authority.level_of(lending.giver)
    for action in sorted(lending.actions):
        if not _decides(level, action):
            return Refused("lent-not-owned", f"{lending.giver} has no authority over {action}.")
    return None


def _may(authority: Authority, level: Level, question: Question) -> bool:
    """Whether a level decides on that much."""
    if question.level and authority.rank(level.name) < authority.rank(question.level):
        return False
    limit = level.limits.get(question.action, {}).get(question.currency)
    return limit is not None and question.amount_minor <= limit


def _decides(level: Level, action: Action) -> bool:
    return any(level.limits.get(action, {}).values())


def _lowest(authority: Authority, question: Question) -> str:
    """The lowest level that may decide, empty when none may."""
    may = (level.name for level in authority.levels if _may(authority, level, question))
    return next(may, "")
