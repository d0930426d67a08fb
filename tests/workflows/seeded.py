"""Seeded stories: loans of several jurisdictions, and what their borrowers and collectors do.

A story grows event by event. Before each one the case is lived so far in virtual time, so that
promises, plans, approvals and reports meet a case that they can mean.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from domain import keys
from domain.case import Case, Entry
from domain.clock import local_instant
from domain.contacting import Planned, logged
from domain.delinquency import Instalment
from domain.facts import AgencyReported, ContactBounced, PaymentReceived, PaymentReversed
from domain.gate.question import Contact
from domain.gate.rulebook import Rulebook
from domain.gate.words import Channel
from domain.holds import HoldReason
from domain.opening import open_case
from domain.outcomes import Placed
from domain.plans import monthly, split_evenly
from domain.requests import (
    AgreePlan,
    Approve,
    Assign,
    Close,
    LiftHold,
    Note,
    PlaceHold,
    PromiseToPay,
)
from domain.steps import MessageClass
from domain.strategy import Strategy
from policies.packs import load_packs
from policies.strategy_files import load_strategies, load_strategy
from simulation.driver import Event, Life, VirtualDesk, run
from simulation.world import LawfulWorld

PLACES = (
    ("CN", "Asia/Shanghai", "CNY"),
    ("TW", "Asia/Taipei", "TWD"),
    ("UG", "Africa/Kampala", "UGX"),
    ("NG", "Africa/Lagos", "NGN"),
    ("UK", "Europe/London", "GBP"),
    ("EU", "Europe/Berlin", "EUR"),
    ("US", "America/New_York", "USD"),
    ("US", "America/Los_Angeles", "USD"),
)
TAIL = timedelta(days=500)
"""How long a story is followed after its last event."""

EARLY = 0.6
"""How often a story begins before the due date, where its strategy can."""

RULES: dict[str, Rulebook] = load_packs().books()
PLAIN_FILE = Path(__file__).with_name("plain.yaml")
PLAIN = load_strategy(PLAIN_FILE)
BRISK_FILE = Path(__file__).with_name("brisk.yaml")
BRISK = load_strategy(BRISK_FILE)
OURS = {name: one for name, one in load_strategies().items() if not one.legal.remedies}
STRATEGIES: dict[str, Strategy] = {**OURS, PLAIN.id: PLAIN, BRISK.id: BRISK}
"""Every strategy of the project that goes to no court (for those see test_court.py), and two of
these tests that differ in every term."""


@dataclass(slots=True)
class Story:
    """A case, what is said to it and when, and the world it lives in."""

    seed: int
    case: Case
    strategy: Strategy
    reachable: frozenset[Channel]
    agencies_answer: Placed
    contacts: list[Contact]
    events: list[tuple[datetime, Event]] = field(default_factory=list)

    @property
    def until(self) -> datetime:
        """How long the case is followed."""
        last = self.events[-1][0] if self.events else self.case.opened_at
        return last + TAIL

    def world(self) -> LawfulWorld:
        """A fresh world of this story; other loans of the borrower have left their contacts."""
        contacts = {self.case.borrower_id: list(self.contacts)}
        return LawfulWorld(RULES, self.reachable, contacts, self.agencies_answer)

    def in_virtual_time(self) -> Case:
        """The case as it ends in the virtual driver."""
        return run(deepcopy(self.case), self.strategy, self.events, self.world(), self.until)

    def lived(self, at: datetime) -> Life:
        """The case in virtual time just before an instant."""
        case = deepcopy(self.case)
        life = Life(case, self.strategy, VirtualDesk(case, self.strategy, self.world()))
        for when, event in self.events:
            life.ring_before(when)
            if life.waiting is not None:
                life.tell(event, when)
        life.ring_before(at)
        return life


def story(seed: int) -> Story:
    """The story of that seed; the same on every machine."""
    dice = Random(seed)
    strategy = STRATEGIES[dice.choice(sorted(STRATEGIES))]
    case = _case(seed, dice, strategy)
    told = Story(
        seed,
        case,
        strategy,
        dice.choices([frozenset(Channel), frozenset({Channel.CALL})], [9, 1])[0],
        dice.choices([Placed.ACCEPTED, Placed.REFUSED, Placed.UNREACHABLE], [8, 1, 1])[0],
        _other_contacts(dice, case),
    )
    at = case.opened_at
    for number in range(dice.randint(3, 16)):
        at = _next_instant(dice, told, at)
        life = told.lived(at)
        if life.waiting is None:
            break
        life.case.now = max(life.case.now, at)
        if event := _Drawing(dice, life.case, strategy, f"{seed}-{number}", told.events).event():
            told.events.append((at, event))
    return told


def _case(seed: int, dice: Random, strategy: Strategy) -> Case:
    jurisdiction, zone, currency = dice.choice(PLACES)
    count = dice.randint(1, 6)
    first = date(2026, 1, 1) + timedelta(days=dice.randrange(365))
    total = dice.randint(10_000, 2_000_000)
    opened = first + timedelta(days=dice.choice([2, 2, 3, 5, 35]) + strategy.terms.grace_days)
    if strategy.early is not None and dice.random() < EARLY:
        opened = first - timedelta(days=dice.randint(0, -strategy.early.ladder.steps[0].day))
    at = local_instant(opened, time(dice.randrange(24)), zone)
    case = open_case(
        loan_id=f"S{seed}",
        borrower_id=f"B{seed}",
        currency=currency,
        jurisdiction=jurisdiction,
        zone=zone,
        strategy=strategy,
        at=at,
        instalments=list(split_evenly(total, monthly(first, count))),
        payments=[],
    )
    assert case is not None, "nothing was paid, so the loan is late"
    return case


def dunned(case: Case, at: datetime, channel: Channel = Channel.EMAIL) -> Contact:
    """A dunning contact with the borrower about another loan."""
    who = case.borrower_id
    return logged(Planned(at, who, "another", case.zone, channel, MessageClass.DUNNING))


def _other_contacts(dice: Random, case: Case) -> list[Contact]:
    days = dice.choices([0, 6], [2, 1])[0]
    return [
        dunned(case, case.opened_at + timedelta(days=dice.randrange(60), hours=dice.randrange(24)))
        for _ in range(days)
    ]


def _next_instant(dice: Random, told: Story, at: datetime) -> datetime:
    """Minutes or weeks later, the very instant of the next timer, or after a question.

    Never the same instant twice: a real case may hear two events before it acts on either.
    """
    approval = told.in_virtual_time().approval
    if approval is not None and approval.asked_at > at and dice.random() < 0.08:
        return approval.asked_at + timedelta(minutes=dice.randint(1, 60 * 24 * 12))
    waiting = told.lived(at).waiting
    if waiting is not None and waiting.at is not None and dice.random() < 0.25:
        return max(at + timedelta(minutes=1), waiting.at)
    longest = dice.choice([30, 60 * 24, 60 * 24 * 5, 60 * 24 * 12, 60 * 24 * 30])
    return at + timedelta(minutes=dice.randint(1, longest))


@dataclass(slots=True)
class _Drawing:
    """Draws what happens next to a case that stands as `case`."""

    dice: Random
    case: Case
    strategy: Strategy
    name: str
    before: list[tuple[datetime, Event]]

    def event(self) -> Event | None:
        """Something that may happen now; None when the drawn thing has no meaning."""
        draws: dict[Callable[[], Event | None], int] = {
            self.paying: 6,
            self.paying_what_is_due: 25 if self.agreed() else 0,
            self.reversing: 4 if self.case.payments else 1,
            self.repeating: 1,
            self.promising: 6,
            self.promising_wrongly: 2,
            self.planning: 5,
            self.holding: 5,
            self.lifting: 8 if self.case.holds else 1,
            self.bouncing: 2,
            self.answering: 20 if self.case.approval else 1,
            self.reporting: 12 if self.case.placement else 1,
            self.assigning: 1,
            self.noting: 1,
            self.closing: 1,
        }
        return self.dice.choices(list(draws), list(draws.values()))[0]()

    def arrears(self) -> int:
        return self.case.arrears(self.strategy, self.case.today())

    def payment(self, amount: int) -> PaymentReceived:
        on = self.case.today() - timedelta(days=self.dice.choice([0, 0, 0, 1, 9]))
        return PaymentReceived(f"f{self.name}", f"p{self.name}", amount, on)

    def paying(self) -> Event | None:
        arrears = self.arrears()
        most = self.dice.choice([arrears, arrears // 2, arrears // 2, self.case.outstanding()])
        return self.payment(self.dice.choice([max(1, most), self.dice.randint(1, max(1, most))]))

    def paying_what_is_due(self) -> Event | None:
        return self.payment(self.agreed())

    def agreed(self) -> int:
        """The amount that a plan or a promise makes due next; 0 when neither is in force."""
        plan, promise = self.case.plan, self.case.open_promise
        if plan is not None and plan.performing and plan.next_due is not None:
            return plan.next_due.amount_minor
        return promise.amount_minor if promise else 0

    def reversing(self) -> Event | None:
        known = [p.payment_id for p in self.case.payments] or ["unknown"]
        return PaymentReversed(f"f{self.name}", self.dice.choice(known), self.case.today())

    def repeating(self) -> Event | None:
        return self.dice.choice(self.before)[1] if self.before else None

    def promising(self) -> Event | None:
        arrears = self.arrears()
        by = self.case.today() + timedelta(days=self.dice.randint(1, 14))
        amount = self.dice.choice([max(1, arrears), max(1, arrears // 3)])
        return PromiseToPay(f"r{self.name}", "ann", amount, self.case.currency, by)

    def promising_wrongly(self) -> Event | None:
        good = self.promising()
        assert isinstance(good, PromiseToPay), "a promise was drawn"
        return self.dice.choice(
            [
                replace(good, amount_minor=good.amount_minor * 9),
                replace(good, pay_by=self.case.today()),
                replace(good, currency="XXX"),
                replace(good, by=""),
            ]
        )

    def planning(self) -> Event | None:
        debt = (
            self.dice.choice([self.arrears(), self.case.outstanding()]) or self.case.outstanding()
        )
        first = self.case.today() + timedelta(days=self.dice.randint(1, 28))
        parts = split_evenly(debt, monthly(first, self.dice.randint(1, 5)))
        if self.dice.random() < 0.15:
            parts = (*parts, Instalment(parts[-1].due + timedelta(days=1), 1))
        return AgreePlan(f"r{self.name}", "ann", self.case.currency, parts)

    def holding(self) -> Event | None:
        reason = self.dice.choice(list(HoldReason))
        until = self.case.now + timedelta(minutes=self.dice.randint(-100, 60 * 24 * 40))
        open_end = self.dice.random() < 0.3
        return PlaceHold(f"r{self.name}", "bob", reason, None if open_end else until)

    def lifting(self) -> Event | None:
        holds = [hold.hold_id for hold in self.case.holds] or ["none"]
        return LiftHold(f"r{self.name}", "bob", self.dice.choice(holds))

    def bouncing(self) -> Event | None:
        step = self.dice.choice([*self.case.done, "unknown"])
        return ContactBounced(f"f{self.name}", step, Channel.EMAIL)

    def answering(self) -> Event | None:
        by = self.dice.choice(["sue", "sue", "ann"])
        return Approve(f"r{self.name}", by, "placement", self.dice.random() < 0.75)

    def reporting(self) -> Event | None:
        case, placement = self.case, self.case.placement
        key = placement.key if placement else keys.placement_key(case.loan_id, case.episode, 1)
        statuses = ["acknowledged", "contacted", "promised", "refused", "uncollectable"]
        return AgencyReported(f"f{self.name}", key, self.dice.choice(statuses))

    def assigning(self) -> Event | None:
        return Assign(f"r{self.name}", "sue", self.dice.choice(["ann", "ann", ""]))

    def noting(self) -> Event | None:
        return Note(f"r{self.name}", "ann", f"n{self.name}")

    def closing(self) -> Event | None:
        if self.dice.random() < 0.3:
            return None
        return Close(f"r{self.name}", "sue", self.dice.choice(["fraud", ""]))


def telling_seeds(count: int, among: int = 200) -> list[int]:
    """`count` seeds whose stories show as much as possible, each the most that is still new."""
    left = {seed: shows(story(seed)) for seed in range(among)}
    seen: set[str] = set()
    chosen = []
    for _ in range(count):
        most = max(left, key=lambda seed: (len(left[seed] - seen), -seed))
        seen |= left.pop(most)
        chosen.append(most)
    return sorted(chosen)


def shows(told: Story) -> set[str]:
    """What a story shows: its stages, its end, and the kinds of things that happen in it."""
    case = told.in_virtual_time()
    return {f"ends {case.outcome}", *(_kind(entry) for entry in case.timeline)}


def _kind(entry: Entry) -> str:
    """A line of a timeline without its figures, ids and names."""
    if entry.what in ("payment", "reversal", "assigned", "note", "bounce", "closing"):
        return entry.what
    said = entry.detail.split(": ")[-1].split(" (")[0]
    if entry.what in ("hold", "approval"):
        said = said.split(" ", 1)[-1].split(" by ")[0]
    words = ("".join(c for c in word if c.isalpha() or c in "_-") for word in said.split())
    return " ".join([entry.what, *(word for word in words if not word.isupper())])
