"""Random books: people with several loans, and whatever may happen to them, all from one seed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from pydantic import TypeAdapter

from domain.case import Case
from domain.clock import local_instant
from domain.delinquency import Instalment
from domain.facts import AgencyReported, ContactBounced, PaymentReceived, PaymentReversed
from domain.gate.rulebook import Rulebook
from domain.gate.words import Channel
from domain.holds import HoldReason
from domain.opening import open_case
from domain.outcomes import Placed, SendOutcome, Sent
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
from domain.steps import Step
from domain.strategy import Strategy
from domain.telling import state
from simulation.driver import Event, Life, VirtualDesk
from simulation.world import LawfulWorld
from tests.strategies import rulebooks, standard

PLACES = (
    ("CN", "Asia/Shanghai", "CNY"),
    ("US", "America/New_York", "USD"),
    ("UK", "Europe/London", "GBP"),
    ("NG", "Africa/Lagos", "NGN"),
)
FIRST_DAY = date(2026, 1, 9)
MOST_TURNS = 2_000
"""More turns than any case of these books can need: one that takes more does not end."""

_CASES = TypeAdapter(Case)

Draw = Callable[[Random, Case, Strategy], Event]


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact that reached somebody."""

    at: datetime
    loan_id: str
    borrower_id: str
    step: Step


@dataclass(slots=True)
class WatchedWorld(LawfulWorld):
    """A lawful world that remembers every contact."""

    seen: list[Contact] = field(default_factory=list)

    def send(self, case: Case, step: Step, /) -> SendOutcome:
        outcome = LawfulWorld.send(self, case, step)
        if outcome.kind is Sent.SENT:
            self.seen.append(Contact(case.now, case.loan_id, case.borrower_id, step))
        return outcome


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happens at `at`; what exactly is drawn from `seed` when it does."""

    at: datetime
    draw: Draw
    seed: int


@dataclass(frozen=True, slots=True)
class Loan:
    """A late loan, what will happen to it, and when nobody is there to work it."""

    loan_id: str
    borrower_id: str
    place: tuple[str, str, str]
    opened_at: datetime
    instalments: tuple[Instalment, ...]
    happenings: tuple[Happening, ...]
    outage: tuple[datetime, datetime] | None

    def awake(self, at: datetime) -> datetime:
        """When what is due at that instant is come to."""
        if self.outage and self.outage[0] <= at < self.outage[1]:
            return self.outage[1]
        return at


@dataclass(frozen=True, slots=True)
class Person:
    """One borrower with one to three loans, in one world."""

    seed: int
    loans: tuple[Loan, ...]
    agencies: Placed
    reachable: frozenset[Channel]


@dataclass(slots=True)
class Told:
    """What a case was told, each after how many contacts of its world, and what it waited for."""

    events: list[tuple[int, Event]] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Lived:
    """How a person's loans went."""

    cases: list[Case]
    told: list[Told]
    contacts: list[Contact]
    stuck: list[str]

    @property
    def story(self) -> list[object]:
        """Everything that can be seen from outside, to compare two lives."""
        return [[case.timeline, case.outcome] for case in self.cases] + [self.contacts]


def person(seed: int) -> Person:
    """The borrower of that seed, the same every time."""
    dice = Random(seed)
    place = dice.choice(PLACES)
    loans = tuple(
        _loan(dice, f"L{seed}-{n}", f"B{seed}", place) for n in range(dice.choice([1, 1, 2, 3]))
    )
    agencies = dice.choice([Placed.ACCEPTED, Placed.ACCEPTED, Placed.REFUSED])
    reachable = frozenset(Channel) if dice.random() < 0.9 else frozenset({Channel.CALL})
    return Person(seed, loans, agencies, reachable)


def live(
    who: Person,
    strategy: Strategy | None = None,
    rules: dict[str, Rulebook] | None = None,
    *,
    cut: Callable[[Case], bool] = lambda case: False,
    watch: bool = False,
) -> Lived:
    """Live a person's loans side by side; where `cut` says so a case is dropped and resumed."""
    strategy = strategy or standard()
    world = WatchedWorld(rules or rulebooks(), who.reachable, agencies_answer=who.agencies)
    lanes = [lane for loan in who.loans if (lane := _Lane.of(loan, strategy, world))]
    for _ in range(MOST_TURNS):
        ready = [(lane.next_turn(), n) for n, lane in enumerate(lanes) if lane.next_turn()]
        if not ready:
            break
        lane = lanes[min(ready)[1]]
        lane.turn()
        if watch:
            lane.look()
        if lane.life.waiting is not None and cut(lane.life.case):
            lane.drop_and_resume()
    stuck = [
        f"{lane.loan.loan_id} waits for {lane.life.waiting.why}"
        for lane in lanes
        if lane.life.waiting
    ]
    return Lived(
        [lane.life.case for lane in lanes], [lane.told for lane in lanes], world.seen, stuck
    )


@dataclass(slots=True)
class _Lane:
    """One loan being lived."""

    loan: Loan
    strategy: Strategy
    world: WatchedWorld
    life: Life
    ahead: list[Happening]
    told: Told

    @classmethod
    def of(cls, loan: Loan, strategy: Strategy, world: WatchedWorld) -> "_Lane | None":
        jurisdiction, zone, currency = loan.place
        case = open_case(
            loan_id=loan.loan_id,
            borrower_id=loan.borrower_id,
            currency=currency,
            jurisdiction=jurisdiction,
            zone=zone,
            strategy=strategy,
            at=loan.opened_at,
            instalments=list(loan.instalments),
            payments=[],
        )
        if case is None:
            return None
        life = Life(case, strategy, VirtualDesk(case, strategy, world))
        return cls(loan, strategy, world, life, list(loan.happenings), Told())

    def next_turn(self) -> tuple[datetime, datetime, int] | None:
        """When something comes next: really, as planned, and events before timers."""
        waiting = self.life.waiting
        if waiting is None:
            return None
        turns = []
        if self.ahead:
            turns.append((self.loan.awake(self.ahead[0].at), self.ahead[0].at, 0))
        if waiting.at is not None:
            turns.append((self.loan.awake(waiting.at), waiting.at, 1))
        return min(turns, default=None)

    def turn(self) -> None:
        turn = self.next_turn()
        assert turn is not None, "a lane without a turn was given one"
        now, _, timer = turn
        case = self.life.case
        if timer:
            case.now = max(case.now, now)
            self.life.ring()
            return
        happening = self.ahead.pop(0)
        case.now = max(case.now, now)
        event = happening.draw(Random(happening.seed), case, self.strategy)
        self.told.events.append((len(self.world.seen), event))
        self.life.tell(event, now)

    def look(self) -> None:
        """Remember what the case shows while it waits."""
        waiting = self.life.waiting
        if waiting is not None:
            shown = state(self.life.case, self.strategy, None, self.life.case.now)
            self.told.waits.append(
                f"{waiting.at} {waiting.why} {shown.bucket} {shown.delinquent_days}"
            )

    def drop_and_resume(self) -> None:
        """Keep nothing but the case as JSON, and pick it up from there."""
        case = _CASES.validate_json(_CASES.dump_json(self.life.case))
        assert case == self.life.case, "a case must survive being written down"
        self.life = Life(case, self.strategy, VirtualDesk(case, self.strategy, self.world))


def _loan(dice: Random, loan_id: str, borrower_id: str, place: tuple[str, str, str]) -> Loan:
    zone = place[1]
    due = FIRST_DAY + timedelta(days=dice.randrange(300))
    opened = due + timedelta(days=dice.choice([1, 1, 1, 1, 12, 40, 70]))
    opened_at = local_instant(opened, time(dice.choice([0, 0, 9, 23])), zone)
    count, every = dice.choice([1, 1, 2, 6]), dice.choice([7, 30])
    amount = dice.choice([40_000, 9_999, 1_234_567])
    instalments = tuple(Instalment(due + timedelta(days=n * every), amount) for n in range(count))
    span = dice.choice([12, 20, 60, 200])
    happenings = [
        Happening(
            opened_at + timedelta(minutes=dice.randrange(span * 24 * 60)),
            dice.choices(list(DRAWS), list(DRAWS.values()))[0],
            dice.getrandbits(32),
        )
        for _ in range(dice.choice([0, 1, 2, 4, 8, 12]))
    ]
    happenings += [
        Happening(h.at + timedelta(days=40), lifting, h.seed)
        for h in happenings
        if h.draw is holding_open
    ]
    if dice.random() < 0.3:
        soon = opened_at + timedelta(hours=dice.randrange(24 * 30))
        gap, draws = dice.choice(BURSTS)
        happenings += [
            Happening(soon + n * gap, draw, dice.getrandbits(32)) for n, draw in enumerate(draws)
        ]
    if dice.random() < 0.5:
        late = max(opened_at, local_instant(due, time(12), zone) + timedelta(days=60))
        days = dice.sample(range(1, 50), 12)
        happenings.append(Happening(late + timedelta(days=days[0] + 30), holding, days[0]))
        happenings += [
            Happening(late + timedelta(days=d), answering, dice.getrandbits(32)) for d in days
        ]
    outage = None
    if dice.random() < 0.2:
        start = opened_at + timedelta(hours=dice.randrange(40 * 24))
        outage = (start, start + timedelta(hours=dice.choice([2, 30, 60, 80, 400])))
    happenings.sort(key=lambda h: h.at)
    return Loan(loan_id, borrower_id, place, opened_at, instalments, tuple(happenings), outage)


def paying(dice: Random, case: Case, strategy: Strategy) -> Event:
    """Some, most, or all of what is late; or all but about what is not material."""
    arrears = case.arrears(strategy, case.today())
    promised = case.open_promise.amount_minor if case.open_promise else arrears
    item = case.plan.next_due if case.plan and case.plan.performing else None
    amount = dice.choice(
        [
            arrears, arrears, arrears // 2, arrears - 99, arrears - 100, arrears - 101, promised,
            promised * 99 // 100, item.amount_minor if item else 1, case.outstanding(),
            case.instalments[0].amount_minor,
        ]
    )  # fmt: skip
    on = case.today() - timedelta(days=dice.choice([0, 0, 0, 1, 3, 20]))
    number = len(case.payments) + 1
    return PaymentReceived(f"F{number}-{dice.getrandbits(40)}", f"P{number}", max(1, amount), on)


def performing(dice: Random, case: Case, strategy: Strategy) -> Event:
    """What a plan makes due next is paid on the day."""
    item = case.plan.next_due if case.plan and case.plan.performing else None
    number = f"{len(case.payments) + 1}"
    amount = item.amount_minor if item else 1
    return PaymentReceived(f"F{number}-{dice.getrandbits(40)}", f"P{number}", amount, case.today())


def reversing(dice: Random, case: Case, strategy: Strategy) -> Event:
    """A payment is undone: one that was made, one undone before, or one not yet heard of."""
    number = dice.choice([len(case.payments), dice.randint(1, len(case.payments) + 1)])
    return PaymentReversed(f"V{dice.getrandbits(40)}", f"P{number}", case.today())


def promising(dice: Random, case: Case, strategy: Strategy) -> Event:
    """A promise, now and then one that cannot be taken."""
    arrears = case.arrears(strategy, case.today())
    amount = dice.choice([arrears, arrears // 2, arrears // 2, arrears + 1])
    by = case.today() + timedelta(days=dice.choice([0, 1, 3, 7, 14, 29, 30, 31]))
    return PromiseToPay(f"R{dice.getrandbits(40)}", "wang", amount, case.currency, by)


def planning(dice: Random, case: Case, strategy: Strategy) -> Event:
    """A plan, now and then one that cannot be taken."""
    count, within = dice.choice([1, 2, 3, 6, 60, 61]), dice.choice([0, 1, 10, 44, 45, 46])
    total = dice.choice([case.arrears(strategy, case.today()), case.outstanding()])
    first = case.today() + timedelta(days=within)
    dues = (
        monthly(first, count)
        if dice.random() < 0.5
        else [first + timedelta(days=7 * n) for n in range(count)]
    )
    return AgreePlan(f"R{dice.getrandbits(40)}", "wang", case.currency, split_evenly(total, dues))


def holding(dice: Random, case: Case, strategy: Strategy) -> Event:
    """A hold of some hours, days or weeks."""
    until = case.now + timedelta(
        minutes=dice.choice([90, 60 * 11, 60 * 24 * 3, dice.randrange(1, 90_000)])
    )
    return PlaceHold(f"R{dice.getrandbits(40)}", "wang", dice.choice(list(HoldReason)), until)


def holding_open(dice: Random, case: Case, strategy: Strategy) -> Event:
    """A hold without an end; its lifting is planned with it, under the same seed."""
    return PlaceHold(f"open-{dice.getrandbits(40)}", "wang", HoldReason.HARDSHIP)


def lifting(dice: Random, case: Case, strategy: Strategy) -> Event:
    """The open hold of the same seed is lifted."""
    hold_id = f"open-{dice.getrandbits(40)}"
    return LiftHold(f"lift-{hold_id}", "li", hold_id)


def lifting_any(dice: Random, case: Case, strategy: Strategy) -> Event:
    """Some hold with an end is lifted before it, or one that is over is asked for in vain."""
    ended = [hold.hold_id for hold in case.holds if hold.until is not None] or ["none"]
    return LiftHold(f"R{dice.getrandbits(40)}", "li", dice.choice(ended))


def answering(dice: Random, case: Case, strategy: Strategy) -> Event:
    """An approval, or a no."""
    return Approve(
        f"R{dice.getrandbits(40)}", dice.choice(["li", "wang"]), "placement", dice.random() < 0.7
    )


def reporting(dice: Random, case: Case, strategy: Strategy) -> Event:
    """The agency says something about its placement, or about none."""
    key = case.placement.key if case.placement else "none"
    status = dice.choice(["acknowledged", "contacted", "refused", "uncollectable"])
    return AgencyReported(f"F{dice.getrandbits(40)}", key, status)


def bouncing(dice: Random, case: Case, strategy: Strategy) -> Event:
    """A letter comes back."""
    return ContactBounced(
        f"F{dice.getrandbits(40)}", dice.choice([*case.done, "none"]), Channel.EMAIL
    )


def assigning(dice: Random, case: Case, strategy: Strategy) -> Event:
    """A collector gets the case."""
    return Assign(f"R{dice.getrandbits(40)}", "li", "wang")


def noting(dice: Random, case: Case, strategy: Strategy) -> Event:
    """A note is written: news to nobody."""
    return Note(f"R{dice.getrandbits(40)}", "wang", "N1")


def closing(dice: Random, case: Case, strategy: Strategy) -> Event:
    """A person ends the case."""
    return Close(f"R{dice.getrandbits(40)}", "li", "sold")


DRAWS: dict[Draw, int] = {
    paying: 20, reversing: 6, promising: 12, planning: 8, holding: 6, holding_open: 3,
    lifting_any: 4, reporting: 3, bouncing: 2, assigning: 2, noting: 2, closing: 1,
}  # fmt: skip
BURSTS: tuple[tuple[timedelta, tuple[Draw, ...]], ...] = (
    (timedelta(hours=20), (promising, paying, reversing)),
    (timedelta(days=7), (planning, *[performing] * 8)),
)
"""Happenings that come one after the other: a promise undone, a plan that performs."""
