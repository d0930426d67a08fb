"""Real loans lived in virtual time: late ones, with the payments that really came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from domain.case import Case
from domain.clock import Clock, local_date, local_instant
from domain.delinquency import Instalment, Payment, arrears_of
from domain.facts import PaymentReceived
from domain.opening import days_to_open, open_case
from domain.outcomes import Sent
from domain.strategy import Outcome, Strategy
from simulation.driver import World, run

_DELIVERED = (f": {Sent.SENT}", f": {Sent.ALREADY_SENT}", f": {Sent.UNCERTAIN}")


@dataclass(frozen=True, slots=True)
class PastLoan:
    """A loan of the past: its schedule, and each payment with the instant it became known."""

    loan_id: str
    borrower_id: str
    currency: str
    jurisdiction: str
    zone: str
    portfolio: str
    instalments: tuple[Instalment, ...]
    payments: tuple[PaymentReceived, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """The case of a past loan at the first instant it was late, and what came after.

    Where the strategy has early notices, it is the case that began with those of that due date.
    """

    case: Case
    later: tuple[PaymentReceived, ...]


def opening(loan: PastLoan, strategy: Strategy, clock: Clock | None = None) -> Opening | None:
    """How the loan's first delinquency opens; None when it was never late.

    A loan is found late at local midnight after a due date that was not paid by then.
    """
    for instalment in loan.instalments:
        at = local_instant(instalment.due + timedelta(days=1), time(), loan.zone)
        paid = sum(p.amount_minor for p in loan.payments if known_at(p) < at)
        today = local_date(at, loan.zone)
        if arrears_of(loan.instalments, paid, strategy.terms, today)[1] is None:
            continue
        for day in days_to_open(instalment.due, strategy):
            opened = _opened(loan, strategy, local_instant(day, time(), loan.zone), clock)
            if opened is not None and opened.case.episode == instalment.due:
                return opened
        raise AssertionError("a loan with something material late has a case")
    return None


def _opened(
    loan: PastLoan, strategy: Strategy, at: datetime, clock: Clock | None
) -> Opening | None:
    known = [p for p in loan.payments if known_at(p) < at]
    case = open_case(
        loan_id=loan.loan_id,
        borrower_id=loan.borrower_id,
        currency=loan.currency,
        jurisdiction=loan.jurisdiction,
        zone=loan.zone,
        strategy=strategy,
        at=at,
        instalments=list(loan.instalments),
        payments=[Payment(p.payment_id, p.on, p.amount_minor) for p in known],
        portfolio=loan.portfolio,
        clock=clock,
    )
    if case is None:
        return None
    return Opening(case, tuple(p for p in loan.payments if known_at(p) >= at))


def lived(opened: Opening, strategy: Strategy, world: World) -> Case:
    """The case at its end, after hearing every payment at its own instant."""
    events = [(known_at(payment), payment) for payment in opened.later]
    return run(opened.case, strategy, events, world)


@dataclass(frozen=True, slots=True)
class Book:
    """What a book of past loans came to; `problems` should be empty."""

    loans: int
    late: int
    outcomes: dict[str, int]
    contacts: int
    problems: tuple[str, ...]


def book_of(cases: Sequence[tuple[PastLoan, Case]], loans: int) -> Book:
    """The figures of a book, and every broken promise of ours in it."""
    outcomes: dict[str, int] = {str(outcome): 0 for outcome in Outcome}
    problems: list[str] = []
    contacts = 0
    for loan, case in cases:
        outcomes[str(case.outcome)] += 1
        contacts += len(contacts_of(case))
        problems += problems_of(loan, case)
    return Book(loans, len(cases), outcomes, contacts, tuple(problems))


def problems_of(loan: PastLoan, case: Case) -> list[str]:
    """What must never happen: a cure on another day, a contact after it, a notice twice."""
    found: list[str] = []
    made = contacts_of(case)
    cured_at = next((e.at for e in case.timeline if e.what == "outcome"), None)
    if case.outcome is Outcome.CURED:
        last = known_at(loan.payments[-1])
        assert cured_at is not None, "an ended case has an outcome in its timeline"
        if local_date(cured_at, loan.zone) != local_date(last, loan.zone):
            found.append(f"{loan.loan_id}: cured {cured_at}, but closed {last}")
        if any(at >= cured_at for at, _ in made):
            found.append(f"{loan.loan_id}: contact at or after the cure")
    names = [name for _, name in made]
    if len(names) != len(set(names)):
        found.append(f"{loan.loan_id}: the same notice twice")
    return found


def contacts_of(case: Case) -> list[tuple[datetime, str]]:
    """Every contact that reached or may have reached the borrower: when, and which."""
    return [
        (entry.at, entry.detail.split(" by ")[0])
        for entry in case.timeline
        if entry.what == "notice" and entry.detail.endswith(_DELIVERED)
    ]


def late_loans(loans: Iterable[PastLoan], strategy: Strategy) -> Iterable[tuple[PastLoan, Opening]]:
    """Each loan that was ever late, with its opening."""
    for loan in loans:
        if opened := opening(loan, strategy):
            yield loan, opened


def known_at(payment: PaymentReceived) -> datetime:
    """The instant a payment of the past became known."""
    assert payment.at is not None, "a payment of the past says when it became known"
    return payment.at
