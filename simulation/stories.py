"""Borrower stories: what happens to somebody under a bank's strategy, and how it has to end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from domain.case import Case
from domain.clock import Clock, local_instant
from domain.delinquency import Instalment
from domain.facts import StandingChanged
from domain.gate.rulebook import Rulebook
from domain.gate.words import Channel
from domain.opening import open_case
from domain.rights import Right, RightKind
from domain.strategy import Outcome, Strategy
from simulation.driver import Event
from simulation.world import LawfulWorld

DUE = date(2026, 3, 6)
"""Day 0 of every story: a Friday. All of them are Chinese, as the five banks are."""

ZONE = "Asia/Shanghai"
OWED = 600_000
"""6,000.00 CNY, due at once on day 0."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that is said on a day past due, at that time of the borrower's clock."""

    day: int
    at: time
    event: Event


@dataclass(frozen=True, slots=True)
class BorrowerStory:
    """What happens to one borrower, under which strategies, and how it has to end.

    `tells` is the story by language. `turns` are beginnings of lines that its calendar must have,
    in that order, and `never` of lines that it must not have. `reachable` are the channels that
    reach the borrower, `lacking` what is not on the legal file, and `opt_outs` the channels by
    which the borrower wants no contact, from noon of that day. It is lived for `days` days at most.
    """

    name: str
    strategies: tuple[str, ...]
    tells: Mapping[str, str]
    happenings: tuple[Happening, ...]
    outcome: Outcome
    turns: tuple[str, ...]
    never: tuple[str, ...] = ()
    reachable: frozenset[Channel] = field(default=frozenset(Channel) - {Channel.SOCIAL})
    lacking: frozenset[str] = frozenset()
    opt_outs: Mapping[Channel, int] = field(default_factory=dict)
    days: int = 365

    @property
    def loan_id(self) -> str:
        """The loan of the story; its borrower has the same id."""
        return f"story-{self.name}"

    def case(self, strategy: Strategy, clock: Clock | None = None) -> Case:
        """The case on the first morning after the due date that is late under the strategy."""
        for day in range(1, 2 + strategy.terms.grace_days):
            case = open_case(
                loan_id=self.loan_id,
                borrower_id=self.loan_id,
                currency="CNY",
                jurisdiction="CN",
                zone=ZONE,
                strategy=strategy,
                at=instant(day, time()),
                instalments=[Instalment(DUE, OWED)],
                payments=[],
                clock=clock,
            )
            if case is not None:
                return case
        raise AssertionError("an unpaid loan is late once the days of grace are over")

    def world(self, rules: Mapping[str, Rulebook]) -> LawfulWorld:
        """The world of the story: who is reachable, what is on file, what the borrower wants."""
        rights = {self.loan_id: self._rights()}
        return LawfulWorld(rules, self.reachable, lacking=self.lacking, rights=rights)

    def events(self) -> list[tuple[datetime, Event]]:
        """Everything that is said, in order, each with its instant."""
        told = [(instant(h.day, h.at), h.event) for h in self.happenings]
        for right in self._rights():
            fact = StandingChanged(right.right_id, right.right_id, right.said())
            told.append((right.start, fact))
        return sorted(told, key=lambda said: said[0])

    @property
    def ends(self) -> datetime:
        """When the story is over, whatever has become of the case."""
        return instant(self.days)

    def _rights(self) -> list[Right]:
        who, kind = self.loan_id, RightKind.OPT_OUT
        return [
            Right(f"right-{channel}", who, kind, instant(day), "collector", channel=channel)
            for channel, day in self.opt_outs.items()
        ]


def instant(day: int, at: time = time(12)) -> datetime:
    """That time of the borrower's clock, so many days past due."""
    return local_instant(DUE + timedelta(days=day), at, ZONE)


def otherwise(
    story: BorrowerStory, outcome: Outcome | None, lines: Iterable[str], refused: Sequence[str]
) -> list[str]:
    """In what a life differs from the story; empty when it went as told.

    `lines` are those of the calendar, and `refused` the requests that were.
    """
    found = [f"a request was refused: {line}" for line in refused]
    if outcome is not story.outcome:
        found.append(f"the story ends {story.outcome}, but it was {outcome or 'not over'}")
    lived = list(lines)
    left = iter(lived)
    for turn in story.turns:
        if not any(line.startswith(turn) for line in left):
            found.append(f"it never came to {turn!r} where the story has it")
            break
    found += [
        f"it came to {line!r}, which the story rules out"
        for line in lived
        if line.startswith(story.never)
    ]
    return found
