"""Single rules a second: days past due beside a bare sum, a permit beside a bare comparison."""

from datetime import UTC, date, datetime, time, timedelta

from bench.measuring import Measured, rate
from domain.clock import zone
from domain.delinquency import Instalment, Pause, Payment, Terms, delinquency
from domain.permit import ContactRules, PastContact, may_contact
from domain.strategy import MessageClass

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


def permits(rules: dict[str, ContactRules]) -> Measured:
    """Contacts asked about at every hour of a year, with a contact of the day before on record."""
    law, where = rules["US"], "America/New_York"
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    instants = [begin + timedelta(minutes=26 * n) for n in range(TIMES)]
    history = [
        PastContact(begin + timedelta(days=n), MessageClass.DUNNING) for n in range(0, 30, 7)
    ]

    def ours() -> None:
        for at in instants:
            may_contact(law, history, (), where, MessageClass.DUNNING, at)

    def bare() -> None:
        opens, shuts = time(8), time(21)
        for at in instants:
            opens <= at.astimezone(zone(where)).time() < shuts  # noqa: B015 - only its cost counts

    unit = "decisions/s"
    return Measured("gate_decisions_per_second", rate(TIMES, ours), rate(TIMES, bare), unit)
