"""Who tells a tale: keeps the account of one loan, and writes down what happens to it."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from demo.lifelike import repay_hour
from domain.clock import local_instant
from domain.delinquency import Instalment
from domain.facts import Fact, PaymentReceived
from domain.requests import Request
from ledger.values import NewLoan

COLLECTORS = ("mei", "omar", "ruth")
SUPERVISOR = "sven"
OPENS_AT = time(6)
"""Local time at which the daily watch finds that an instalment was not paid the day before."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happens to a loan; None: the daily watch finds it late, or `soon` to be due.

    `refused` is the rule by which the case must refuse the request; empty: it must take it.
    """

    at: datetime
    event: Fact | Request | None
    refused: str = ""
    soon: bool = False


@dataclass(slots=True)
class Teller:
    """The account of one loan while its tale is told; amounts in minor units.

    `due` is the day the tale counts from.
    """

    loan: NewLoan
    due: date
    dice: Random
    happenings: list[Happening] = field(default_factory=list)
    payments: list[tuple[date, str, int]] = field(default_factory=list)
    promised: int = 0
    portions: tuple[Instalment, ...] = ()
    holds: list[str] = field(default_factory=list)

    @property
    def loan_id(self) -> str:
        return self.loan.loan.loan_id

    @property
    def currency(self) -> str:
        return self.loan.loan.currency

    @property
    def collector(self) -> str:
        return COLLECTORS[int(self.loan_id.removeprefix("L-")) % len(COLLECTORS)]

    def day(self, days: int) -> date:
        return self.due + timedelta(days=days)

    def arrears(self, on: date) -> int:
        return max(0, sum(i.amount_minor for i in self.loan.instalments if i.due < on) - self.paid)

    @property
    def outstanding(self) -> int:
        return sum(i.amount_minor for i in self.loan.instalments) - self.paid

    @property
    def paid(self) -> int:
        return sum(amount for *_, amount in self.payments)

    def instant(self, on: date, hour: int) -> datetime:
        at = time(hour, self.dice.randrange(60))
        return local_instant(on, at, self.loan.borrower.zone)

    def in_office_hours(self, days: int) -> datetime:
        return self.instant(self.day(days), self.dice.randrange(11, 17))

    def new_id(self, what: str) -> str:
        return f"{self.loan_id}-{what}-{len(self.happenings) + 1}"

    def happens(self, at: datetime, event: Fact | Request | None, refused: str = "") -> None:
        self.happenings.append(Happening(at, event, refused))

    def pay(self, on: date, amount_minor: int) -> None:
        assert amount_minor > 0, f"{self.loan_id} has nothing to pay on {on}"
        an_id = self.new_id("pay")
        self.payments.append((on, an_id, amount_minor))
        at = self.instant(on, repay_hour(self.dice, earliest=12 if on == self.day(1) else 0))
        self.happens(at, PaymentReceived(f"{an_id}-in", an_id, amount_minor, on, at))
