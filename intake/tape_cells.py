"""The cells of one row of a tape, read as its mapping says; every problem of the row is noted."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfoNotFoundError

from domain.clock import local_date, zone
from domain.delinquency import Instalment
from domain.facts import PaymentReceived
from domain.keys import tape_payment_key
from domain.money import MoneyError, exponent, share, to_major
from intake.addresses import SUCH_AS, looks_right
from intake.amounts import amount_minor, minor
from intake.mapping import InstalmentMap, Mapping, PaymentMap, Source, named
from ledger.values import Borrower, ContactPoint, Loan
from ledger.words import PointChannel


class Cells:
    """One row; what is read is to be used only when `wrong` is empty in the end.

    `wrong` are the problems found so far, each by its column and in words.
    """

    def __init__(self, mapping: Mapping, values: dict[str, str]) -> None:
        self.wrong: list[tuple[str, str]] = []
        self._map = mapping
        self._values = values
        self._currency = self._known_currency()

    def note(self, column: str, reason: str) -> None:
        """One more problem; the same again is none."""
        if (column, reason) not in self.wrong:
            self.wrong.append((column, reason))

    def text(self, source: Source | None) -> str:
        """What the source says; empty when there is none."""
        if source is None:
            return ""
        if source.column is not None:
            return self._values[source.column]
        if source.text is not None:
            return source.text.format_map(self._values)
        return source.value or ""

    def needed(self, source: Source) -> str:
        """What the source says, which every row must."""
        lacking = [column for column in source.columns() if not self._values[column]]
        value = self.text(source)
        for column in lacking or ([] if value else [named(source)]):
            self.note(column, "is missing")
        return "" if lacking else value

    def loan(self, loan_id: str, borrower_id: str, instalments: tuple[Instalment, ...]) -> Loan:
        """The terms of the loan."""
        loan = self._map.loan
        disbursed = self.text(loan.disbursed_on)
        return Loan(
            loan_id=loan_id,
            borrower_id=borrower_id,
            currency=self._currency,
            principal_minor=self._principal(sum(i.amount_minor for i in instalments)),
            product=self.text(loan.product),
            portfolio=self.text(loan.portfolio),
            disbursed_on=self._day(disbursed, named(loan.disbursed_on)) if disbursed else None,
            strategy=self.text(loan.strategy) or None,
        )

    def borrower(self) -> Borrower:
        """Who owes it."""
        person = self._map.borrower
        where = self._map.zone if person.zone is None else self.text(person.zone)
        try:
            zone(where or self._map.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.note(named(person.zone), f"{where!r} is no time zone")
        return Borrower(
            borrower_id=self.needed(person.id),
            name=self.needed(person.name),
            locale=self.needed(person.locale),
            zone=where,
            jurisdiction=self.needed(person.jurisdiction),
        )

    def points(self) -> tuple[ContactPoint, ...]:
        """How they are reached; an address that can reach nobody is a problem of the row."""
        person = self._map.borrower
        told = (person.email, person.phone, person.device, person.postal, None)
        found = []
        for channel, source in zip(PointChannel, told, strict=True):
            if not (address := self.text(source)):
                continue
            if not looks_right(channel, address):
                self.note(named(source), f"{address!r} is not {SUCH_AS[channel]}")
            found.append(ContactPoint(channel, address))
        return tuple(found)

    def instalments(self) -> tuple[Instalment, ...]:
        """What falls due when; there must be something."""
        told = self._map.instalments
        if not any(self._values[one.due] or self._values[one.amount] for one in told):
            self.note(told[0].due, "the loan has no instalment")
        return tuple(filter(None, map(self._instalment, told)))

    def payments(
        self, loan_id: str, instalments: tuple[Instalment, ...]
    ) -> tuple[PaymentReceived, ...]:
        """The payments, in order of time."""
        total, paid = sum(i.amount_minor for i in instalments), 0
        made: list[PaymentReceived] = []
        for payment in self._map.payments:
            at = self._instant(payment.at)
            if at is None or not self._before(at, payment.when_before):
                continue
            amount = self._paid(payment, total, total - paid)
            if amount <= 0:
                continue
            paid += amount
            key = tape_payment_key(loan_id, len(made) + 1)
            made.append(PaymentReceived(key, key, amount, local_date(at, self._map.zone), at))
        return tuple(sorted(made, key=lambda fact: (fact.at, fact.fact_id)))

    def _principal(self, owed: int) -> int:
        """What was paid out: no more than falls due in all, which is judged if that can be read."""
        source = self._map.loan.principal
        if source is None:
            return owed
        text, column = self.needed(source), named(source)
        principal = self._amount(text, column) if text else 0
        due = {cell for one in self._map.instalments for cell in (one.due, one.amount)}
        if principal > owed and due.isdisjoint(cell for cell, _ in self.wrong):
            told = (f"{to_major(amount, self._currency)}" for amount in (principal, owed))
            self.note(column, "{} is more than the instalments, {} in all".format(*told))
        return principal

    def _instalment(self, told: InstalmentMap) -> Instalment | None:
        due, amount = self._values[told.due], self._values[told.amount]
        if not due and not amount:
            return None
        for column, value in ((told.due, due), (told.amount, amount)):
            if not value:
                self.note(column, "is missing")
        on = self._day(due, told.due) if due else None
        of = self._amount(amount, told.amount) if amount else 0
        return Instalment(on, of) if on and of else None

    def _paid(self, payment: PaymentMap, total: int, rest: int) -> int:
        if payment.amount is not None:
            value = self._values[payment.amount]
            return self._amount(value, payment.amount) if value else 0
        return rest if payment.rest else min(rest, share(total, payment.percent or 0))

    def _before(self, at: datetime, column: str | None) -> bool:
        if column is None:
            return True
        limit = self._instant(column)
        return limit is None or at < limit

    def _known_currency(self) -> str:
        """The currency; empty when it is none, and amounts in it cannot be read."""
        code = self.needed(self._map.currency)
        try:
            exponent(code)
        except MoneyError as error:
            if code:
                self.note(named(self._map.currency), str(error))
            return ""
        return code

    def _amount(self, text: str, column: str) -> int:
        """The amount in minor units; zero when it cannot be read."""
        if not self._currency:
            return 0
        major = self._map.amounts == "major"
        try:
            amount = amount_minor(text, self._currency) if major else minor(text)
        except MoneyError as error:
            self.note(column, str(error))
            return 0
        if amount <= 0:
            self.note(column, f"{text!r} is not above zero")
        return max(0, amount)

    def _day(self, text: str, column: str) -> date | None:
        for form in (self._map.date_format, self._map.time_format):
            try:
                return datetime.strptime(text, form).replace(tzinfo=UTC).date()
            except ValueError:
                continue
        self.note(column, f"{text!r} is not a date such as {self._map.date_format}")
        return None

    def _instant(self, column: str) -> datetime | None:
        if not (text := self._values[column]):
            return None
        try:
            at = datetime.strptime(text, self._map.time_format)  # noqa: DTZ007 - zoned just below
            return (at if at.tzinfo else at.replace(tzinfo=zone(self._map.zone))).astimezone(UTC)
        except (ValueError, OverflowError):
            self.note(column, f"{text!r} is not a time such as {self._map.time_format}")
            return None
