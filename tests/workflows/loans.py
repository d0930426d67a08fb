"""The one loan that most tests here follow: 400.00 CNY due on 10 January 2026 in Shanghai."""

from datetime import UTC, date, datetime, time, timedelta

from domain.case import Case
from domain.clock import local_instant
from domain.delinquency import Instalment
from domain.facts import PaymentReceived
from domain.opening import open_case
from domain.requests import PromiseToPay
from domain.strategy import Strategy
from tests.workflows.seeded import PLAIN

ZONE = "Asia/Shanghai"
DUE = date(2026, 1, 10)
OPENED = datetime(2026, 1, 10, 16, tzinfo=UTC)
"""Midnight in Shanghai: the first day past due."""

OWED = 40_000


def late_loan(
    loan_id: str,
    *,
    strategy: Strategy = PLAIN,
    owed_minor: int = OWED,
    parts: int = 1,
    at: datetime = OPENED,
) -> Case:
    """The case of that loan on its first day past due; `parts` instalments a day apart.

    It opens `at` another instant where the strategy has early notices.
    """
    each, rest = divmod(owed_minor, parts)
    instalments = [
        Instalment(DUE - timedelta(days=n), each + (rest if n == 0 else 0)) for n in range(parts)
    ]
    case = open_case(
        loan_id=loan_id,
        borrower_id=f"B-{loan_id}",
        currency="CNY",
        jurisdiction="CN",
        zone=ZONE,
        strategy=strategy,
        at=at,
        instalments=sorted(instalments, key=lambda instalment: instalment.due),
        payments=[],
        portfolio="cards",
    )
    assert case is not None, "nothing was paid, so the loan is late"
    return case


def day(days_past_due: int, at: str = "12:00") -> datetime:
    """The instant of a local time on that day past due."""
    return local_instant(DUE + timedelta(days=days_past_due), time.fromisoformat(at), ZONE)


def payment(name: str, on: datetime, amount_minor: int = OWED) -> PaymentReceived:
    """Money that came on the day of that instant."""
    return PaymentReceived(f"fact-{name}", f"payment-{name}", amount_minor, on.date())


def promise(name: str, by: datetime, amount_minor: int = OWED) -> PromiseToPay:
    """A promise, taken by ann, to pay by the day of that instant."""
    return PromiseToPay(name, "ann", amount_minor, "CNY", by.date())
