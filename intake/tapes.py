"""Loan tapes: a lender's table of loans, read row by row; a bad row is a value, not an end."""

import csv
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from domain.delinquency import Instalment
from domain.facts import PaymentReceived
from intake.mapping import Mapping, TapeMap, named
from intake.tape_cells import Cells
from ledger.values import Borrower, ContactPoint, Loan, NewLoan
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
    """A row that cannot be used: where, and why; `column` is empty when it is the whole row.

    `also` are its further problems, each by column and reason. `strategy` is what the row names,
    None when it names none or cannot be read at all.
    """

    row: int
    column: str
    reason: str
    also: tuple[tuple[str, str], ...] = ()
    strategy: str | None = None

    @property
    def problems(self) -> tuple[tuple[str, str], ...]:
        """All that is wrong with the row, each by column and reason."""
        return ((self.column, self.reason), *self.also)


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
        if len(cells) != len(self._header):
            said = f"has {len(cells)} cells; the header has {len(self._header)}"
            return _rejected(number, [("", said)])
        values = dict(zip(self._header, map(str.strip, cells), strict=True))
        if foreign := [(column, "is not UTF-8") for column in values if _foreign(values[column])]:
            return _rejected(number, foreign)
        return self._read(number, Cells(self._map, values))

    def _read(self, number: int, cells: Cells) -> TapeRow | Rejected:
        loan_id = cells.needed(self._map.loan.id)
        if before := self._loans.get(loan_id):
            cells.note(named(self._map.loan.id), f"loan {loan_id} is already in row {before}")
        instalments = cells.instalments()
        borrower = cells.borrower()
        row, known = self._people.get(borrower.borrower_id, (number, borrower))
        if known != borrower and not cells.wrong:
            said = f"borrower {borrower.borrower_id} is told otherwise in row {row}"
            cells.note(named(self._map.borrower.id), said)
        loan = cells.loan(loan_id, borrower.borrower_id, instalments)
        payments = cells.payments(loan_id, instalments)
        points = cells.points()
        if cells.wrong:
            return _rejected(number, cells.wrong, loan.strategy)
        self._loans[loan_id] = number
        self._people.setdefault(borrower.borrower_id, (number, borrower))
        return TapeRow(number, borrower, loan, instalments, points, payments)


def _foreign(value: str) -> bool:
    """Whether the cell was not UTF-8: what cannot be read stands in it as lone surrogates."""
    return not value.isascii() and any("\udc80" <= letter <= "\udcff" for letter in value)


def _rejected(row: int, wrong: list[tuple[str, str]], strategy: str | None = None) -> Rejected:
    (column, reason), *also = wrong
    return Rejected(row, column, reason, tuple(also), strategy)
