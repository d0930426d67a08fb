"""The sample book is the same for the same seed, and shows everything it says."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from demo.book import Book, Life, sample_book
from demo.mailcatcher import REFUSED_MAILBOX
from demo.marks import REQUIRED, TOLD, marks
from demo.providers.kept import DEAD_ENDING
from demo.tales import TALES, TELLING
from domain.case import Case, Entry
from domain.clock import local_date, local_instant
from domain.delinquency import Payment
from domain.facts import PaymentReceived, PaymentReversed
from domain.gate.rulebook import Rulebook
from domain.gate.words import Party
from domain.ladder import next_due
from domain.opening import open_case
from domain.outcomes import SendOutcome, Sent
from domain.steps import MessageClass, Step
from domain.strategy import Outcome, Stage, Strategy
from ledger.points import KINDS
from ledger.values import ContactPoint
from ledger.words import PointChannel
from policies.packs import load_packs
from policies.strategy_files import load_strategies
from simulation.driver import Event, run
from simulation.world import LawfulWorld

NEAR = timedelta(hours=24)
"""Half a second of the demo: a cure must not come closer before a contact."""


@dataclass(slots=True)
class PointedWorld(LawfulWorld):
    """A lawful world in which a dead contact point refuses the first message and gets no other."""

    points: dict[str, list[ContactPoint]] = field(default_factory=dict)

    def send(self, case: Case, step: Step) -> SendOutcome:
        asks_others = step.message_class is MessageClass.LOCATE
        mine = [
            point
            for point in self.points[case.borrower_id]
            if point.channel is KINDS[step.channel]
            and (point.party is Party.BORROWER) is not asks_others
        ]
        if not mine:
            return SendOutcome(Sent.SUPPRESSED, rule="no-contact-point")
        if not dead(mine[0]):
            return super(PointedWorld, self).send(case, step)
        self.points[case.borrower_id].remove(mine[0])
        return SendOutcome(Sent.BOUNCED, rule="address-refused")


def dead(point: ContactPoint) -> bool:
    return point.address.startswith(REFUSED_MAILBOX) or point.address.endswith(DEAD_ENDING)


@dataclass(slots=True)
class Told:
    """The cases of one loan of the book, as the virtual driver lived them."""

    life: Life
    cases: list[Case]

    @property
    def timeline(self) -> list[Entry]:
        return [entry for case in self.cases for entry in case.timeline]


@pytest.fixture(scope="module")
def strategies() -> dict[str, Strategy]:
    return {strategy.name: strategy for strategy in load_strategies().values()}


@pytest.fixture(scope="module")
def strategy(strategies: dict[str, Strategy]) -> Strategy:
    return strategies["standard"]


@pytest.fixture(scope="module")
def rules() -> dict[str, Rulebook]:
    return load_packs().books()


@pytest.fixture(scope="module")
def book() -> Book:
    return sample_book()


@pytest.fixture(scope="module")
def told(book, strategies, rules) -> list[Told]:
    return tell(book, strategies, rules)


def tell(book: Book, strategies: dict[str, Strategy], rules: dict[str, Rulebook]) -> list[Told]:
    """Live the whole book in virtual time."""
    points = {life.loan.borrower.borrower_id: list(life.loan.contact_points) for life in book.lives}
    world = PointedWorld(rules, points=points)
    return [
        Told(life, list(_cases(life, book.ends, strategies[life.strategy], world)))
        for life in book.lives
    ]


def _cases(life: Life, ends: datetime, strategy: Strategy, world: LawfulWorld):
    """One case after the other, each opened when the watch finds the loan late or money goes."""
    payments: list[Payment] = []
    left = list(life.happenings)
    while left:
        happening = left.pop(0)
        _book(payments, happening.event)
        if not (happening.event is None or isinstance(happening.event, PaymentReversed)):
            continue
        case = open_case(
            loan_id=life.loan.loan.loan_id,
            borrower_id=life.loan.borrower.borrower_id,
            currency=life.loan.loan.currency,
            jurisdiction=life.loan.borrower.jurisdiction,
            zone=life.loan.borrower.zone,
            strategy=strategy,
            at=happening.at,
            instalments=list(life.loan.instalments),
            payments=list(payments),
        )
        assert case is not None, f"{life.tale}: nothing is late at {happening.at}"
        events: list[tuple[datetime, Event]] = [(h.at, h.event) for h in left if h.event]
        run(case, strategy, events, world, until=ends)
        heard = {an_id for an_id in case.heard if case.outcome}
        for h in left:
            if h.event and _id(h.event) in heard:
                _book(payments, h.event)
        left = [h for h in left if h.event is None or _id(h.event) not in heard]
        left = [h for h in left if case.outcome and h.at >= case.now]
        yield case


def _book(payments: list[Payment], event: object) -> None:
    match event:
        case PaymentReceived(payment_id=payment_id, on=on, amount_minor=amount):
            payments.append(Payment(payment_id, on, amount))
        case PaymentReversed(payment_id=payment_id, on=on):
            payments[:] = [
                Payment(p.payment_id, p.on, p.amount_minor, on) if p.payment_id == payment_id else p
                for p in payments
            ]


def _id(event: Event) -> str:
    return event.fact_id if hasattr(event, "fact_id") else event.request_id


def planned(case: Case, strategy: Strategy) -> list[datetime]:
    """When every contact of every ladder has its day."""
    steps = (*strategy.remind.steps, *strategy.negotiate.steps, *strategy.legal.ladder.steps)
    days = [(case.anchor + timedelta(days=step.day), step.at) for step in steps]
    return [local_instant(day, at, case.zone) for day, at in days]


def really_next(case: Case, strategy: Strategy) -> list[datetime]:
    """The contact that would have come, in the gaps of its ladder, had the last money not."""
    ladder = {
        Stage.REMIND: strategy.remind,
        Stage.NEGOTIATE: strategy.negotiate,
        Stage.LEGAL: strategy.legal.ladder,
    }.get(case.stage)
    paid = [local_date(e.at, case.zone) for e in case.timeline if e.what == "payment"]
    before = replace(case, last_payment=paid[-2] if len(paid) > 1 else None, owed=[])
    due = next_due(before, strategy, ladder) if ladder else None
    return [due.at] if due and due.at else []


def coming(case: Case, strategy: Strategy) -> list[datetime]:
    days = planned(case, strategy) if strategy.name == "standard" else []
    return [*days, *really_next(case, strategy)]


def paid_at(case: Case) -> datetime:
    return max(entry.at for entry in case.timeline if entry.what == "payment")


def test_the_same_seed_gives_the_same_book():
    assert sample_book(7) == sample_book(7)
    assert sample_book(7) != sample_book(8)


@pytest.mark.parametrize("seed", range(1, 6))
def test_every_stage_outcome_and_turn_is_shown(seed, strategies, rules):
    shown = set().union(
        *(
            marks(case.timeline)
            for t in tell(sample_book(seed), strategies, rules)
            for case in t.cases
        )
    )
    assert shown >= REQUIRED, sorted(REQUIRED - shown)


def test_a_book_of_only_the_tales_still_shows_everything(strategies, rules):
    book = sample_book(borrowers=0)
    assert book.borrowers == len(TALES)
    shown = set().union(
        *(marks(case.timeline) for t in tell(book, strategies, rules) for case in t.cases)
    )
    assert shown >= REQUIRED


def test_at_least_sixty_four_borrowers_of_five_jurisdictions_with_chinese_and_english_names(book):
    assert book.borrowers >= 64
    names = {life.loan.borrower.name for life in book.lives}
    assert sum(name.isascii() for name in names) >= 20
    assert sum(any("\u4e00" <= c <= "\u9fff" for c in name) for name in names) >= 15
    assert {life.loan.borrower.jurisdiction for life in book.lives} >= {"CN", "US", "UK", "EU"}


def test_nobody_can_really_be_reached(book):
    for life in book.lives:
        for point in life.loan.contact_points:
            if point.channel is PointChannel.EMAIL:
                assert point.address.endswith("@example.test")
                assert point.address.isascii()
            elif point.channel is PointChannel.PHONE:
                assert point.address.startswith("+")
            else:
                assert "ample" in point.address or point.address.startswith("device-")


@pytest.mark.parametrize("stage", TELLING)
def test_each_stage_has_a_telling_case(stage, told):
    life = next(t for t in told if t.life.tale == TELLING[stage])
    assert TOLD.get(stage, f"cured in {stage}") in marks(life.timeline)


def test_whoever_pays_on_the_final_demand_has_got_it(told):
    paid = [t for t in told if t.life.tale.endswith("pays on the final demand")]
    assert len(paid) >= 2
    for t in paid:
        lines = [e.detail for e in t.timeline]
        assert any(line.startswith("final_demand") and line.endswith("sent") for line in lines)
        assert t.cases[-1].outcome is Outcome.CURED


def test_every_case_of_the_half_year_ends_but_none_is_left_waiting_for_ever(told):
    open_still = Counter(t.life.tale for t in told if t.cases[-1].outcome is None)
    assert sum(open_still.values()) <= 2, open_still


def test_requests_are_refused_only_where_the_book_says_so(told):
    for t in told:
        refused = [e.detail.rpartition(" ")[2] for e in t.timeline if e.what == "refused"]
        assert refused == [h.refused for h in t.life.happenings if h.refused], t.life.tale


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_cure_never_comes_on_the_eve_of_a_contact(seed, strategies, rules):
    near = [
        (t.life.tale, paid_at(case), contact)
        for t in tell(sample_book(seed), strategies, rules)
        for case in t.cases
        if case.outcome is Outcome.CURED
        for contact in coming(case, strategies[t.life.strategy])
        if timedelta() <= contact - paid_at(case) < NEAR
    ]
    assert not near, "\n".join(map(str, near))


def test_late_borrowers_pay_as_real_ones_do(told):
    late = [t for t in told if t.life.tale in ("pays late", "pays short, then the rest")]
    assert len(late) >= 25
    assert sum(t.cases[-1].outcome is Outcome.CURED for t in late) == len(late)
    in_a_fortnight = sum((t.cases[0].now.date() - t.life.episode).days <= 15 for t in late)
    assert in_a_fortnight / len(late) > 0.6
