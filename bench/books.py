"""The books that are lived in benchmarks: the real late loans where they are, and a made-up one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

from demo.real_book import past_loan
from domain.case import Case
from domain.clock import local_instant
from domain.delinquency import Instalment, Payment
from domain.facts import PaymentReceived
from domain.holds import HoldReason
from domain.opening import open_case
from domain.plans import monthly, split_evenly
from domain.requests import AgreePlan, PlaceHold, PromiseToPay
from domain.strategy import Strategy
from intake.mapping import load_mapping
from intake.tapes import TapeRow, read_tape
from simulation.driver import Event
from simulation.lives import late_loans

ROOT = Path(__file__).parents[1]
TAPE, MAPPING = "superlender_loans.csv.gz", ROOT / "policies" / "tapes" / "superlender.yaml"
ZONE = "Africa/Lagos"

STILL_UNPAID = ((0, 1.0), (1, 0.77), (3, 0.57), (7, 0.35), (15, 0.16), (30, 0.042), (60, 0.014),
                (90, 0.007), (180, 0.0014))  # fmt: skip
"""Share of late loans still unpaid after so many days, as measured on real ones."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole case, ready to be opened again and again: its loan, and what it will hear."""

    opened: Callable[[], Case]
    events: list[tuple[datetime, Event]]


def real_book(folder: Path, strategy: Strategy) -> list[Whole]:
    """Every late loan of the tape, with the payments that really came."""
    rows = read_tape(folder / TAPE, load_mapping(MAPPING))
    loans = (past_loan(row) for row in rows if isinstance(row, TapeRow))
    book = []
    for _, opening in late_loans(loans, strategy):
        events: list[tuple[datetime, Event]] = [(known_at(p), p) for p in opening.later]
        book.append(Whole(_again(opening.case, strategy), events))
    return book


def made_up_book(size: int, strategy: Strategy) -> list[Whole]:
    """Late loans of our own making: cured as fast as real ones, some after a promise or a plan."""
    dice = Random(7)
    return [_made_up(dice, number, strategy) for number in range(size)]


def known_at(payment: PaymentReceived) -> datetime:
    assert payment.at is not None, "a payment of a tape says when it became known"
    return payment.at


def _again(case: Case, strategy: Strategy) -> Callable[[], Case]:
    return _opener(
        strategy, case.loan_id, case.borrower_id, case.opened_at, case.instalments, case.payments
    )


def _opener(  # noqa: PLR0913 - the facts that a case is opened from
    strategy: Strategy,
    loan_id: str,
    borrower_id: str,
    at: datetime,
    instalments: list[Instalment],
    payments: list[Payment],
) -> Callable[[], Case]:
    def opened() -> Case:
        case = open_case(
            loan_id=loan_id,
            borrower_id=borrower_id,
            currency="NGN",
            jurisdiction="NG",
            zone=ZONE,
            strategy=strategy,
            at=at,
            instalments=instalments,
            payments=payments,
        )
        assert case is not None, "a loan of these books is late when it opens"
        return case

    return opened


def _made_up(dice: Random, number: int, strategy: Strategy) -> Whole:
    due = date(2026, 1, 1) + timedelta(days=dice.randrange(365))
    amount = dice.randrange(500_000, 5_000_000)
    opened_at = local_instant(due + timedelta(days=1), time(), ZONE)
    late_days = _days_until_paid(dice)
    paid_on = due + timedelta(days=1 + late_days)
    events = _before_payment(dice, due, late_days, amount)
    if late_days < STILL_UNPAID[-1][0]:
        at = local_instant(paid_on, time(dice.randrange(24), dice.randrange(60)), ZONE)
        payment = PaymentReceived(f"F{number}", f"P{number}", amount, paid_on)
        events.append((at, payment))
    instalments = [Instalment(due, amount)]
    return Whole(
        _opener(strategy, f"L{number}", f"B{number}", opened_at, instalments, []), sorted_(events)
    )


def sorted_(events: list[tuple[datetime, Event]]) -> list[tuple[datetime, Event]]:
    return sorted(events, key=lambda item: item[0])


def _days_until_paid(dice: Random) -> int:
    left = dice.random()
    for (day, more), (next_day, less) in pairwise(STILL_UNPAID):
        if left > less:
            return day + int((more - left) / (more - less) * (next_day - day))
    return STILL_UNPAID[-1][0]


def _before_payment(
    dice: Random, due: date, late_days: int, amount: int
) -> list[tuple[datetime, Event]]:
    """A promise, a plan or a hold that some borrowers make on the way."""
    if late_days < 3 or dice.random() > 0.4:
        return []
    day = due + timedelta(days=dice.randrange(2, late_days))
    at = local_instant(day, time(11), ZONE)
    event: Event = PromiseToPay("R", "wang", amount // 2, "NGN", day + timedelta(days=7))
    drawn = dice.random()
    if drawn < 0.2:
        dues = monthly(day + timedelta(days=10), 3)
        event = AgreePlan("R", "wang", "NGN", split_evenly(amount, dues))
    elif drawn < 0.3:
        event = PlaceHold("R", "wang", HoldReason.DISPUTE, at + timedelta(days=14))
    return [(at, event)]
