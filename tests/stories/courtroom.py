"""Cases that go to court, in virtual time: days counted as days past due, as in every story."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from domain.case import Case
from domain.clock import local_instant
from domain.delinquency import Instalment
from domain.facts import CourtSaid, PaymentReceived
from domain.holds import HoldReason
from domain.known import know_law
from domain.legal.asking import FileEvidence
from domain.opening import open_case
from domain.requests import AgreePlan, Approve, LiftHold, PlaceHold
from domain.strategy import Strategy
from policies.calendars import COUNTRIES, rest_days
from policies.remedy_files import load_remedies
from simulation.driver import Event, Life, VirtualDesk
from simulation.world import LawfulWorld
from tests.strategies import rulebooks, strategy_with

know_law({country: rest_days(country) for country in COUNTRIES}, load_remedies())

DUE = date(2026, 1, 9)
"""Day 0: a Friday."""

OVER = 97
"""A case opened on day 60 demands on day 82; on day 97 the notice period is over."""

HANDED_IN = 100
"""The day on which `filed` has the first papers in court."""

ORDERED = ("payment_order", "suit", "enforcement")

ZONES = {"CN": "Asia/Shanghai", "UK": "Europe/London", "US": "America/New_York"}


def treatment(*remedies: str) -> Strategy:
    return strategy_with(("legal.remedies", list(remedies)))


class Court:
    """One case at court, lived day by day."""

    def __init__(
        self,
        *remedies: str,
        lacking: Iterable[str] = (),
        law: str = "CN",
        due: date = DUE,
        opened_on: int = 60,
        strategy: Strategy | None = None,
    ) -> None:
        self.strategy, self.zone, self.due = strategy or treatment(*remedies), ZONES[law], due
        opened = open_case(
            loan_id="L1",
            borrower_id="B1",
            currency="CNY",
            jurisdiction=law,
            zone=self.zone,
            strategy=self.strategy,
            at=self.at(opened_on, time(1)),
            instalments=[Instalment(due, 5_000_000)],
            payments=[],
        )
        assert opened is not None, "nothing was paid, so the loan is late"
        self.case: Case = opened
        self.world = LawfulWorld(rulebooks(), lacking=frozenset(lacking))
        self.life = Life(opened, self.strategy, VirtualDesk(opened, self.strategy, self.world))
        self._told = 0

    def at(self, day: int, clock: time = time(12)) -> datetime:
        return local_instant(self.due + timedelta(days=day), clock, self.zone)

    def on(self, day: int) -> date:
        return self.due + timedelta(days=day)

    def to(self, day: int) -> "Court":
        """Live to noon of that day."""
        self.life.ring_before(self.at(day))
        self.case.now = max(self.case.now, self.at(day))
        return self

    def tell(self, day: int, event: Event) -> "Court":
        self.to(day)
        self.life.tell(event, self.at(day))
        return self

    def says(self, day: int, what: str, on: int | None = None, remedy: str = "") -> "Court":
        """The court says something on that day, of that day or of day `on`."""
        said = self.on(day if on is None else on)
        return self.tell(day, CourtSaid(self._id(), what, said, "2026-1", remedy))

    def approves(self, day: int, what: str, yes: bool = True) -> "Court":
        return self.tell(day, Approve(self._id(), "boss", what, yes))

    def pays(self, day: int, amount: int) -> "Court":
        an_id = self._id()
        return self.tell(day, PaymentReceived(an_id, f"P-{an_id}", amount, self.on(day)))

    def brings(self, day: int, item: str) -> "Court":
        return self.tell(day, FileEvidence(self._id(), "ann", item, self.on(day), f"DMS-{item}"))

    def holds(self, day: int, reason: HoldReason, until: int | None = None) -> "Court":
        end = self.at(until) if until is not None else None
        return self.tell(day, PlaceHold(f"hold-{reason}", "ann", reason, end))

    def lifts(self, day: int, reason: HoldReason) -> "Court":
        return self.tell(day, LiftHold(self._id(), "ann", f"hold-{reason}"))

    def agrees(self, day: int, first: int, count: int = 2) -> "Court":
        part = self.case.outstanding() // count
        parts = tuple(Instalment(self.on(first + 30 * n), part) for n in range(count))
        return self.tell(day, AgreePlan(self._id(), "ann", "CNY", parts))

    def cut(self) -> "Court":
        """Drop the stage and pick the case up from its state alone."""
        self.life.resume_afresh()
        return self

    @property
    def stage(self) -> str:
        return self.case.stage

    @property
    def waits(self) -> str:
        return self.life.waiting.why if self.life.waiting else "nothing"

    @property
    def until(self) -> date | None:
        waiting = self.life.waiting
        if waiting is None or waiting.at is None:
            return None
        return waiting.at.astimezone(self.at(0).tzinfo).date()

    def lines(self, *kinds: str) -> list[str]:
        """What happened of these kinds, one line each, with its day."""
        first = self.at(0, time())
        return [
            f"{(entry.at - first).days} {entry.what}: {entry.detail}"
            for entry in self.case.timeline
            if entry.what in kinds
        ]

    def _id(self) -> str:
        self._told += 1
        return f"T{self._told}"


def filed(*remedies: str, law: str = "CN") -> Court:
    """A case whose first remedy was approved the day after its turn, drawn up and handed in."""
    court = Court(*remedies, law=law)
    court.approves(OVER + 1, f"file-{remedies[0]}")
    return court.says(HANDED_IN, "filed")


def served(*remedies: str) -> Court:
    """A payment order that reached the borrower on day 115, 4 May 2026."""
    court = filed(*(remedies or ORDERED))
    return court.says(102, "accepted").says(110, "issued").says(115, "served")
