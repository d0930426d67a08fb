"""The sample book told in virtual time, as the tests of it look at it."""

from dataclasses import dataclass, field
from datetime import datetime

from demo.book import Book, Life
from demo.mailcatcher import REFUSED_MAILBOX
from demo.providers.kept import DEAD_ENDING
from domain.case import Case, Entry
from domain.delinquency import Payment
from domain.facts import PaymentReceived, PaymentReversed
from domain.gate.rulebook import Rulebook
from domain.gate.words import Party
from domain.opening import open_case
from domain.outcomes import SendOutcome, Sent
from domain.steps import MessageClass, Step
from domain.strategy import Strategy
from ledger.points import KINDS
from ledger.values import ContactPoint
from simulation.driver import Event, run
from simulation.world import LawfulWorld

TO_BRING = frozenset(
    {"contract", "identity", "address", "court", "no_dispute", "assets", "security", "title"}
)
"""What the ledger has of nobody: people must bring it."""


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


def tell(book: Book, strategies: dict[str, Strategy], rules: dict[str, Rulebook]) -> list[Told]:
    """Live the whole book in virtual time."""
    points = {life.loan.borrower.borrower_id: list(life.loan.contact_points) for life in book.lives}
    world = PointedWorld(rules, points=points, lacking=TO_BRING)
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
