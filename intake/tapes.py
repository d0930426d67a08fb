"""Loan tapes: a lender's table of loans, read row by row; a bad row is a value, not an end."""

import csv
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfoNotFoundError

from domain.clock import local_date, zone
from domain.delinquency import Instalment
from domain.facts import PaymentReceived
from domain.keys import tape_payment_key
from domain.money import MoneyError, exponent, share
from intake.amounts import amount_minor, minor
from intake.mapping import InstalmentMap, Mapping, PaymentMap, Source, TapeMap, named
from ledger.values import Borrower, ContactPoint, Loan, NewLoan
from ledger.words import PointChannel
from policies.files import PolicyError


class TapeError(Exception):
    """A tape that cannot be read at all; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class TapeRow:
    """One usable row; `row` counts as a spreadsheet does, the header being row 1.

    Payments come in order of time; each is known at the exact instant the tape tells.
    """

    row: int
    borrower: Borrower
    loan: Loan
    instalments: tuple[Instalment, ...]
    contact_points: tuple[ContactPoint, ...]
    payments: tuple[PaymentReceived, ...]

    @property
    def new_loan(self) -> NewLoan:
        """The row as the ledger takes it."""
        return NewLoan(self.borrower, self.loan, self.instalments, self.contact_points)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be used: where, and why; `column` is empty when it is the whole row."""

    row: int
    column: str
    reason: str


class _Bad(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(f"{column}: {reason}")
        self.column, self.reason = column, reason


def read_tape(path: Path, tape_map: TapeMap) -> Iterator[TapeRow | Rejected]:
    """Every row of a tape, usable or rejected, in order.

    Raises TapeError when the file is no CSV tape, PolicyError when the mapping names columns
    that it does not have.
    """
    with _opened(path) as text:
        rows = csv.reader(text, delimiter=tape_map.mapping.delimiter, strict=True)
        header = [name.strip() for name in next(rows, [])]
        if not any(header):
            raise TapeError(f"{path} is empty: the first row must name the columns.")
        if problems := tape_map.missing(header):
            raise PolicyError(problems)
        reader = _Reader(tape_map.mapping, header)
        try:
            for number, cells in enumerate(rows, start=2):
                if any(cells):
                    yield reader.row(number, cells)
        except csv.Error as error:
            what = f"{path} is no CSV from line {rows.line_num} on, or in the row before it"
            raise TapeError(f"{what}: {error}. Mend it and import again.") from None


def rows_in(path: Path) -> int:
    """About how many rows the tape has, for a progress bar."""
    with _opened(path) as text:
        return max(0, sum(1 for _ in text) - 1)


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    if path.suffix == ".parquet":
        raise TapeError(f"{path} is Parquet; tapes are read as .csv or .csv.gz. Convert it first.")
    try:
        with (
            gzip.open(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="")
            if path.suffix == ".gz"
            else path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")
        ) as text:
            yield text
    except (OSError, EOFError, csv.Error) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise TapeError(f"{path} cannot be read as a tape: {why}.") from None


class _Reader:
    """Reads the rows of one tape; remembers its loans and people, to see them contradicted."""

    def __init__(self, mapping: Mapping, header: list[str]) -> None:
        self._map = mapping
        self._header = header
        self._loans: dict[str, int] = {}
        self._people: dict[str, tuple[int, Borrower]] = {}

    def row(self, number: int, cells: list[str]) -> TapeRow | Rejected:
        try:
            return self._row(number, cells)
        except _Bad as bad:
            return Rejected(number, bad.column, bad.reason)

    def _row(self, number: int, cells: list[str]) -> TapeRow:
        if len(cells) != len(self._header):
            raise _Bad("", f"has {len(cells)} cells; the header has {len(self._header)}")
        values = dict(zip(self._header, map(str.strip, cells), strict=True))
        for column, value in values.items():
            if not value.isascii() and any("\udc80" <= letter <= "\udcff" for letter in value):
                raise _Bad(column, "is not UTF-8")
        cells_of = _Cells(self._map, values)
        loan_id = self._fresh_loan(cells_of)
        instalments = tuple(filter(None, map(cells_of.instalment, self._map.instalments)))
        if not instalments:
            raise _Bad(self._map.instalments[0].due, "the loan has no instalment")
        borrower = self._borrower(cells_of, number)
        loan = cells_of.loan(loan_id, borrower.borrower_id, instalments)
        payments = cells_of.payments(loan_id, self._map.payments, instalments)
        self._loans[loan_id] = number
        self._people.setdefault(borrower.borrower_id, (number, borrower))
        return TapeRow(number, borrower, loan, instalments, cells_of.points(), payments)

    def _fresh_loan(self, cells: "_Cells") -> str:
        loan_id = cells.needed(self._map.loan.id)
        if before := self._loans.get(loan_id):
            raise _Bad(named(self._map.loan.id), f"loan {loan_id} is already in row {before}")
        return loan_id

    def _borrower(self, cells: "_Cells", number: int) -> Borrower:
        borrower = cells.borrower()
        row, known = self._people.get(borrower.borrower_id, (number, borrower))
        if known != borrower:
            what = named(self._map.borrower.id)
            raise _Bad(what, f"borrower {borrower.borrower_id} is told otherwise in row {row}")
        return borrower


class _Cells:
    """The cells of one row, read as the mapping says; raises _Bad with the column."""

    def __init__(self, mapping: Mapping, values: dict[str, str]) -> None:
        self._map = mapping
        self._values = values
        self._currency = self._known_currency()

    def text(self, source: Source | None) -> str:
        if source is None:
            return ""
        if source.column is not None:
            return self._values[source.column]
        if source.text is not None:
            return source.text.format_map(self._values)
        return source.value or ""

    def needed(self, source: Source) -> str:
        for column in source.columns():
            if not self._values[column]:
                raise _Bad(column, "is missing")
        if not (value := self.text(source)):
            raise _Bad(named(source), "is missing")
        return value

    def loan(self, loan_id: str, borrower_id: str, instalments: tuple[Instalment, ...]) -> Loan:
        loan = self._map.loan
        principal = sum(i.amount_minor for i in instalments)
        if loan.principal is not None:
            principal = self._amount(self.needed(loan.principal), named(loan.principal))
        disbursed = self.text(loan.disbursed_on)
        return Loan(
            loan_id=loan_id,
            borrower_id=borrower_id,
            currency=self._currency,
            principal_minor=principal,
            product=self.text(loan.product),
            portfolio=self.text(loan.portfolio),
            disbursed_on=self._day(disbursed, named(loan.disbursed_on)) if disbursed else None,
            strategy=self.text(loan.strategy) or None,
        )

    def borrower(self) -> Borrower:
        person = self._map.borrower
        where = self._map.zone if person.zone is None else self.text(person.zone)
        try:
            zone(where or self._map.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise _Bad(named(person.zone), f"{where!r} is no time zone") from None
        return Borrower(
            borrower_id=self.needed(person.id),
            name=self.needed(person.name),
            locale=self.needed(person.locale),
            zone=where,
            jurisdiction=self.needed(person.jurisdiction),
        )

    def points(self) -> tuple[ContactPoint, ...]:
        person = self._map.borrower
        told = (person.email, person.phone, person.device, person.postal, None)
        return tuple(
            ContactPoint(channel, address)
            for channel, source in zip(PointChannel, told, strict=True)
            if (address := self.text(source))
        )

    def instalment(self, told: InstalmentMap) -> Instalment | None:
        due, amount = self._values[told.due], self._values[told.amount]
        if not due and not amount:
            return None
        for column, value in ((told.due, due), (told.amount, amount)):
            if not value:
                raise _Bad(column, "is missing")
        return Instalment(self._day(due, told.due), self._amount(amount, told.amount))

    def payments(
        self, loan_id: str, told: list[PaymentMap], instalments: tuple[Instalment, ...]
    ) -> tuple[PaymentReceived, ...]:
        total, paid = sum(i.amount_minor for i in instalments), 0
        made: list[PaymentReceived] = []
        for payment in told:
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
        code = self.needed(self._map.currency)
        try:
            exponent(code)
        except MoneyError as error:
            raise _Bad(named(self._map.currency), str(error)) from None
        return code

    def _amount(self, text: str, column: str) -> int:
        major = self._map.amounts == "major"
        try:
            amount = amount_minor(text, self._currency) if major else minor(text)
        except MoneyError as error:
            raise _Bad(column, str(error)) from None
        if amount <= 0:
            raise _Bad(column, f"{text!r} is not above zero")
        return amount

    def _day(self, text: str, column: str) -> date:
        for form in (self._map.date_format, self._map.time_format):
            try:
                return datetime.strptime(text, form).replace(tzinfo=UTC).date()
            except ValueError:
                continue
        raise _Bad(column, f"{text!r} is not a date such as {self._map.date_format}")

    def _instant(self, column: str) -> datetime | None:
        if not (text := self._values[column]):
            return None
        try:
            at = datetime.strptime(text, self._map.time_format)  # noqa: DTZ007 - zoned just below
            return (at if at.tzinfo else at.replace(tzinfo=zone(self._map.zone))).astimezone(UTC)
        except (ValueError, OverflowError):
            raise _Bad(column, f"{text!r} is not a time such as {self._map.time_format}") from None
