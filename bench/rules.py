"""Single rules a second: days past due beside a bare sum."""

from datetime import date, timedelta

from bench.measuring import Measured, rate
from domain.delinquency import Instalment, Pause, Payment, Terms, delinquency

TIMES = 20_000
START = date(2026, 1, 10)
LOAN = [Instalment(START + timedelta(days=30 * n), 100_000) for n in range(12)]
PAID = [Payment(f"P{n}", START + timedelta(days=30 * n), 70_000) for n in range(6)]
PAUSED = [Pause(START + timedelta(days=40), START + timedelta(days=50))]


def days_past_due() -> Measured:
    """A year of monthly instalments, six payments and a pause."""
    terms, as_of = Terms(grace_days=3, materiality_minor=100), START + timedelta(days=200)

    def ours() -> None:
        for _ in range(TIMES):
            delinquency(LOAN, PAID, PAUSED, terms, as_of)

    def bare() -> None:
        for _ in range(TIMES):
            sum(i.amount_minor for i in LOAN)
            sum(p.amount_minor for p in PAID)

    unit = "answers/s"
    return Measured("delinquency_per_second", rate(TIMES, ours), rate(TIMES, bare), unit)
