"""The activities in memory: they meet the world that `simulation.world.LawfulWorld` simulates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from temporalio import activity

from activities import contracts
from domain.case import Case
from domain.clock import Clock, local_date
from domain.contacting import Planned
from domain.facts import MoneyFact
from domain.gate.question import Contact
from domain.gate.rulebook import Rulebook
from domain.gate.words import Channel
from domain.holds import Hold
from domain.orders import (
    AgencyOrder,
    CloseOrder,
    LeaveOrder,
    NoticeOrder,
    PlacementOrder,
    ReadOrder,
    RecordOrder,
    TaskOrder,
)
from domain.outcomes import AgencyOutcome, Placed, SendOutcome, Sent
from domain.records import HoldChanged, Record
from simulation.driver import Event
from simulation.world import LawfulWorld

Order = (
    NoticeOrder
    | ReadOrder
    | RecordOrder
    | CloseOrder
    | TaskOrder
    | PlacementOrder
    | LeaveOrder
    | AgencyOrder
)


@dataclass(slots=True)
class Loan:
    """What the office knows of a loan: whose law holds, its holds, and the money it has booked.

    Money is known from the day it was paid `on`, by the case's clock.
    """

    jurisdiction: str
    zone: str
    clock: Clock
    holds: dict[str, Hold] = field(default_factory=dict)
    money: list[MoneyFact] = field(default_factory=list)

    def known(self) -> tuple[MoneyFact, ...]:
        """The money facts that the ledger knows when the running activity was scheduled."""
        today = local_date(self.clock.at(activity.info().scheduled_time), self.zone)
        return tuple(fact for fact in self.money if fact.on <= today)


@dataclass(slots=True)
class Asked:
    """One attempt of an activity."""

    name: str
    activity_id: str
    order: Order


class Works(Protocol):
    """Whatever does the activities of the cases that it takes."""

    def takes(self, case: Case) -> object:
        """Learn of a loan."""
        ...

    def activities(self) -> list[Callable[..., Any]]:
        """What a worker registers."""
        ...


@dataclass
class Office:
    """Answers every activity by the rule packs.

    `trouble` is told of each attempt first, with its number from 1, and may raise.
    `contacts` is the contact log of each borrower, over all their loans. An office that
    `keeps_books` compares ledger versions before a contact, as the ledger does.
    """

    rules: Mapping[str, Rulebook]
    reachable: frozenset[Channel] = frozenset(Channel)
    contacts: dict[str, list[Contact]] = field(default_factory=dict)
    agencies_answer: Placed = Placed.ACCEPTED
    agencies_hesitate: bool = False
    keeps_books: bool = False
    trouble: Callable[[Asked, int], None] | None = None
    loans: dict[str, Loan] = field(default_factory=dict)
    attempts: list[Asked] = field(default_factory=list)
    written: list[Record] = field(default_factory=list)
    world: LawfulWorld = field(init=False)

    def __post_init__(self) -> None:
        self.world = LawfulWorld(self.rules, self.reachable, self.contacts)

    def takes(self, case: Case) -> Loan:
        """Learn of a loan."""
        return self.loans.setdefault(case.loan_id, Loan(case.jurisdiction, case.zone, case.clock))

    def done(self, name: str) -> list[Asked]:
        """The attempts of one activity, in their order."""
        return [asked for asked in self.attempts if asked.name == name]

    def activities(self) -> list[Callable[..., Any]]:
        """What a worker registers."""
        return [
            self.send_notice,
            self.leave_notice,
            self.read_ledger,
            self.record_agreed,
            self.close_case,
            self.ask_person,
            self.place_with_agency,
            self.leave_placement,
            self.tell_agency,
        ]

    @activity.defn(name=contracts.SEND_NOTICE)
    async def send_notice(self, order: NoticeOrder) -> SendOutcome:
        self._asked(order)
        loan = self.loans[order.loan_id]
        if self.keeps_books and order.ledger_version != len(loan.known()):
            return SendOutcome(Sent.STALE, facts=loan.known())
        planned = Planned(
            order.decided_at,
            order.borrower_id,
            order.loan_id,
            loan.zone,
            order.channel,
            order.message_class,
        )
        holds = list(loan.holds.values())
        return self.world.contact(self.rules[loan.jurisdiction], planned, order.step, holds)

    def hears(self, case: Case, event: Event) -> None:
        """Learn what came of a contact, as the doors do."""
        self.world.hear(case, event)

    @activity.defn(name=contracts.LEAVE_NOTICE)
    async def leave_notice(self, order: NoticeOrder) -> SendOutcome | None:
        self._asked(order)
        return None

    @activity.defn(name=contracts.READ_LEDGER)
    async def read_ledger(self, order: ReadOrder) -> tuple[MoneyFact, ...]:
        self._asked(order)
        facts = self.loans[order.loan_id].known()
        return facts if order.ledger_version != len(facts) else ()

    @activity.defn(name=contracts.RECORD_AGREED)
    async def record_agreed(self, order: RecordOrder) -> None:
        self._asked(order)
        self._write(order.loan_id, order.records)

    @activity.defn(name=contracts.CLOSE_CASE)
    async def close_case(self, order: CloseOrder) -> tuple[MoneyFact, ...]:
        self._asked(order)
        facts = self.loans[order.loan_id].known() if self.keeps_books else ()
        if order.ledger_version is not None and order.ledger_version < len(facts):
            return facts
        self._write(order.loan_id, order.records)
        return ()

    @activity.defn(name=contracts.ASK_PERSON)
    async def ask_person(self, order: TaskOrder) -> None:
        self._asked(order)

    @activity.defn(name=contracts.PLACE_WITH_AGENCY)
    async def place_with_agency(self, order: PlacementOrder) -> AgencyOutcome:
        self._asked(order)
        self.world.agencies_answer = self.agencies_answer
        return self.world.handed_off(order.decided_at)

    @activity.defn(name=contracts.LEAVE_PLACEMENT)
    async def leave_placement(self, order: LeaveOrder) -> AgencyOutcome:
        self._asked(order)
        until = order.placement.decided_at
        return AgencyOutcome(Placed.DEFERRED, reason=order.rule, until=until)

    @activity.defn(name=contracts.TELL_AGENCY)
    async def tell_agency(self, order: AgencyOrder) -> AgencyOutcome:
        self._asked(order)
        return AgencyOutcome(self.agencies_answer, pending=self.agencies_hesitate)

    def _asked(self, order: Order) -> None:
        info = activity.info()
        asked = Asked(info.activity_type, info.activity_id, order)
        self.attempts.append(asked)
        if self.trouble is not None:
            self.trouble(asked, info.attempt)

    def _write(self, loan_id: str, records: tuple[Record, ...]) -> None:
        self.written += records
        for record in records:
            if isinstance(record, HoldChanged):
                self.loans[loan_id].holds[record.hold.hold_id] = record.hold
