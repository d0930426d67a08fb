"""A case: everything one delinquent loan's life has come to, as plain data."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from domain.clock import Clock, local_date
from domain.delinquency import Instalment, Payment, arrears_of
from domain.facts import StandingChanged
from domain.holds import Hold
from domain.legal.file import LegalFile
from domain.outcomes import SILENT, AgencyOutcome, Placed, SendOutcome, Sent
from domain.placement import SILENCE, UNANSWERED, Placement
from domain.plan_interest import due_by, with_interest
from domain.plans import Plan
from domain.promises import Promise, PromiseStatus
from domain.records import Record
from domain.steps import MessageClass, Step
from domain.strategy import Next, Outcome, Stage, Strategy

REMEMBERED = 500
"""Ids of facts and requests a case remembers, to ignore repeats. Facts repeat within days."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a case's life: `what` kind of thing happened at `at`, and its particulars."""

    at: datetime
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class Owed:
    """A contact that an event made due, beside the ladder, from the instant `since`."""

    step: Step
    since: datetime


@dataclass(frozen=True, slots=True)
class Approval:
    """What a second person was asked, and the answer (None while open).

    `number` counts from 1 how often the case has asked it.
    """

    what: str
    asked_at: datetime
    until: datetime
    answer: bool | None = None
    by: str = ""
    number: int = 1


@dataclass(slots=True)
class Case:
    """One loan in one delinquency. Progress lives here and nowhere else.

    Amounts are minor units of `currency`; `zone` is the borrower's; `now` is the latest instant
    the case has lived through; `anchor` is the due date of the oldest material unpaid instalment;
    `standing` is what binds everybody who contacts the person, by what it is. `put_off` says why a
    contact or a placement waits until its `not_before`, by the same name. `early` says that it
    opened before its due date was over, and `in_time`, once it is cured, that it was paid by then.
    `plan_interest` is what plans that are over have cost, by the day it was owed. `forgiven_minor`
    was forgiven of the instalments by plans, and `waived_minor` counts for them otherwise (below
    zero: payments went to late charges), as of `waivers_heard`.
    """

    loan_id: str
    borrower_id: str
    episode: date
    currency: str
    jurisdiction: str
    zone: str
    strategy_id: str
    opened_at: datetime
    instalments: list[Instalment]
    payments: list[Payment]
    now: datetime
    anchor: date
    stage_since: datetime
    region: str = ""
    portfolio: str = ""
    collector: str = ""
    clock: Clock = field(default_factory=Clock)
    stage: Stage = Stage.REMIND
    came_from: Stage = Stage.REMIND
    cured: bool = False
    closing_reason: str = ""
    outcome: Outcome | None = None
    done: dict[str, str] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    not_before: dict[str, datetime] = field(default_factory=dict)
    put_off: dict[str, str] = field(default_factory=dict)
    last_contact: date | None = None
    demanded: date | None = None
    last_payment: date | None = None
    owed: list[Owed] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    promise: Promise | None = None
    promises_broken: int = 0
    plan: Plan | None = None
    instalments_missed: int = 0
    approval: Approval | None = None
    placement: Placement | None = None
    reported: bool = False
    report_asked: bool = False
    placements: int = 0
    agencies_done: int = 0
    unreached: int = 0
    lost: bool = False
    traced: bool = False
    repair_asked: datetime | None = None
    blocked: str = ""
    promises_kept: int = 0
    promises_rolled: int = 0
    plans_agreed: int = 0
    reminders: int = 0
    check_backs: int = 0
    forgiven_minor: int = 0
    waived_minor: int = 0
    waivers_heard: int = 0
    plan_interest: list[Instalment] = field(default_factory=list)
    legal: LegalFile | None = None
    early: bool = False
    in_time: bool = False
    early_reversals: dict[str, date] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    standing: dict[str, StandingChanged] = field(default_factory=dict)
    unwritten: list[Record] = field(default_factory=list)
    timeline: list[Entry] = field(default_factory=list)

    def today(self) -> date:
        """The borrower's calendar date."""
        return local_date(self.now, self.zone)

    def arrears(self, strategy: Strategy, today: date) -> int:
        """What is unpaid and late, in minor units."""
        return arrears_of(self.schedule(), self.paid(), strategy.terms, today)[0]

    def outstanding(self) -> int:
        """Everything still unpaid, late or not, in minor units; interest not due is not owed."""
        owed = sum(i.amount_minor for i in self.instalments)
        return max(0, owed + due_by(self.interest(), self.today()) - self.paid())

    def schedule(self) -> Sequence[Instalment]:
        """What falls due and when: the loan's instalments, and the interest of its plans."""
        return with_interest(self.instalments, self.interest())

    def interest(self) -> Sequence[Instalment]:
        """The interest of the case's plans by the days on which it is owed."""
        plan = self.plan
        running = plan.earned if plan is not None and plan.performing else ()
        return (*self.plan_interest, *running)

    def paid(self) -> int:
        """Everything paid or forgiven, whatever date it counts from, in minor units."""
        paid = sum(p.amount_minor for p in self.payments if p.reversed_on is None)
        return self.let_off() + paid

    def let_off(self) -> int:
        """What counts for the instalments beside payments, in minor units; see LetOff."""
        return self.forgiven_minor + self.waived_minor

    def credits(self) -> Sequence[Payment]:
        """The payments, and what counts beside them as if it had been paid from the first day."""
        if not self.let_off():
            return self.payments
        return (*self.payments, Payment("forgiven", self.instalments[0].due, self.let_off()))

    @property
    def ledger_version(self) -> int:
        """How many money facts the case has heard: the ledger compares it before a contact."""
        return len(self.payments) + sum(p.reversed_on is not None for p in self.payments)

    @property
    def open_promise(self) -> Promise | None:
        """The promise being watched, or None."""
        promise = self.promise
        return promise if promise is not None and promise.status is PromiseStatus.OPEN else None

    def log(self, what: str, detail: str) -> None:
        """Add a line to the case's life at the current instant."""
        self.timeline.append(Entry(self.now, what, detail))

    def record(self, step: Step, outcome: SendOutcome) -> None:
        """Take down what came of a contact; a stale answer only brings its facts."""
        self.blocked = outcome.our_fault
        if outcome.kind is Sent.STALE:
            return
        if outcome.kind is Sent.DEFERRED and outcome.until is not None:
            self.not_before[step.name] = outcome.until
            self.put_off[step.name] = _because(outcome.rule, outcome.reason)
        else:
            self._finish(step, outcome.kind)
        why = f" ({outcome.rule})" if outcome.rule else ""
        self.log("notice", f"{step.name} by {step.channel}: {outcome.kind}{why}")

    def decide_anew(self) -> None:
        """Ask again now for every contact that was put off; placements wait as they did."""
        for name, until in self.not_before.items():
            if "/" not in name:
                self.not_before[name] = min(until, self.now)

    def pass_over(self, step: Step, how: str) -> None:
        """Take down that a step came too late and was not made."""
        self._finish(step, how)
        self.log("notice", f"{step.name} by {step.channel}: {how}")

    def _finish(self, step: Step, how: str) -> None:
        self.done[step.name] = how
        self.put_off.pop(step.name, None)
        self.owed = [owed for owed in self.owed if owed.step.name != step.name]
        if how in (Sent.SENT, Sent.ALREADY_SENT, Sent.UNCERTAIN):
            self.last_contact = self.today()
            if step.message_class is MessageClass.STATUTORY:
                self.demanded = self.last_contact

    def handed_off(self, placement: Placement, outcome: AgencyOutcome) -> None:
        """Take down an agency's answer to a hand-off; a deferred one is asked for again.

        Where it is uncertain what the agency has, it is taken to have the case, and is recalled.
        """
        if outcome.kind is Placed.DEFERRED and outcome.until is not None:
            self.not_before[placement.key] = outcome.until
            self.put_off[placement.key] = outcome.reason
            self.log("agency", f"{placement.agency}: {outcome.kind} ({outcome.reason})")
            return
        self.not_before.pop(placement.key, None)
        self.put_off.pop(placement.key, None)
        self.placements += 1
        if outcome.kind in (Placed.ACCEPTED, Placed.UNCERTAIN):
            self.placement = placement
            if outcome.kind is Placed.UNCERTAIN:
                placement.returned = SILENCE if outcome.reason == SILENT else UNANSWERED
            self.standing |= {fact.what: fact for fact in outcome.standing}
        else:
            self.agencies_done += 1
        self.log("agency", f"{placement.agency}: {outcome.kind}")

    def told(self, what: str, outcome: AgencyOutcome) -> None:
        """Take down what the agency was told; if it does not listen, it loses the case."""
        assert self.placement is not None, "only the agency that has the case is told"
        self.placement.told.append(what)
        if outcome.kind is not Placed.ACCEPTED:
            self.placement.returned = f"{what.partition('-')[0]} not acknowledged"
        self.log("agency", f"{self.placement.agency}: {what}, {outcome.kind}")

    def recalled(self, reason: str, outcome: AgencyOutcome, *, done: bool) -> None:
        """Take down that the placement is over; `done` says that the agency had its turn."""
        assert self.placement is not None, "only a placed case can be recalled"
        self.agencies_done += done
        self.log("agency", f"{self.placement.agency}: recalled, {reason}, {outcome.kind}")
        self.placement = None

    def turn(self, to: Next) -> None:
        """Enter the next stage, or end."""
        if isinstance(to, Outcome):
            self.outcome = to
            self.log("outcome", to)
            return
        assert to is not self.stage, f"a stage cannot turn to itself: {to}"
        if self.stage not in (Stage.WATCH_PROMISE, Stage.WATCH_PLAN):
            self.came_from = self.stage
        if self.stage is Stage.WATCH_DUE:
            self.owed = [owed for owed in self.owed if owed.step.day >= 0]
        self.stage, self.stage_since = to, self.now
        self.log("stage", to)

    def reopen(self) -> None:
        """Go on where the case was: the ledger knew money facts that undo its end."""
        self.outcome = None
        self.log("reopened", "the ledger knew more")


def _because(rule: str, reason: str) -> str:
    """A reason in words with its rule, as far as there are any; neither names a person."""
    said = reason.rstrip(".")
    return f"{said} ({rule})" if said and rule else said or rule
