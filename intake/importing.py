"""Importing a tape into the ledger, in batches; what was there before stays as it is."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from intake.mapping import TapeMap, named
from intake.tapes import Rejected, TapeRow
from intake.treatments import Treatments, UnknownStrategy
from ledger.engine import reading, writing
from ledger.errors import LedgerError
from ledger.loans import add_loans
from ledger.payments import record_payment
from policies.files import PolicyError

BATCH = 1000
"""Rows a transaction: large enough to be quick, small enough to let other writers in between."""


@dataclass(slots=True)
class TapeReport:
    """What came of a tape: rows read, loans new and known, payments new, rows rejected."""

    read: int = 0
    new: int = 0
    repeated: int = 0
    payments: int = 0
    rejected: list[Rejected] = field(default_factory=list)


def with_known_strategies(
    rows: Iterable[TapeRow | Rejected], tape_map: TapeMap, engine: Engine, treatments: Treatments
) -> Iterator[TapeRow | Rejected]:
    """The same rows; one that names a strategy under which no case can open is rejected.

    A strategy is known by a file or, as name@digest, by a text that the ledger has kept.
    """
    column = named(tape_map.mapping.loan.strategy)
    wrong: dict[str | None, str] = {}
    for row in rows:
        name = row.loan.strategy if isinstance(row, TapeRow) else row.strategy
        if name not in wrong:
            wrong[name] = _unusable(name, engine, treatments)
        if isinstance(row, TapeRow):
            yield Rejected(row.row, column, wrong[name]) if wrong[name] else row
        elif name and wrong[name]:
            yield replace(row, also=(*row.also, (column, wrong[name])))
        else:
            yield row


def import_tape(
    engine: Engine,
    rows: Iterable[TapeRow | Rejected],
    known_at: datetime,
    with_payments: bool = False,
    tick: Callable[[int], None] = lambda _: None,
) -> TapeReport:
    """Import the rows; a row that the ledger refuses is rejected, and the rest go on.

    Each batch is whole or not there; importing again changes nothing. `tick` hears how many rows
    were read since it was last called.
    """
    report = TapeReport()
    for batch in _batches(rows):
        usable = [row for row in batch if isinstance(row, TapeRow)]
        report.rejected += [row for row in batch if isinstance(row, Rejected)]
        try:
            _write(engine, usable, known_at, with_payments, report)
        except LedgerError:
            for row in usable:
                _write_one(engine, row, known_at, with_payments, report)
        report.read += len(batch)
        tick(len(batch))
    report.rejected.sort(key=lambda rejected: rejected.row)
    return report


def write_rejects(path: Path, rejected: Sequence[Rejected]) -> None:
    """Every problem of the rejected rows as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["row", "column", "reason"])
        writer.writerows([row.row, *problem] for row in rejected for problem in row.problems)


def _unusable(name: str | None, engine: Engine, treatments: Treatments) -> str:
    """Why no case can open under that strategy; empty when one can."""
    try:
        with reading(engine) as session:
            treatments.chosen(session, name)
    except (UnknownStrategy, PolicyError) as error:
        return str(error)
    return ""


def _batches(rows: Iterable[TapeRow | Rejected]) -> Iterator[list[TapeRow | Rejected]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def _write_one(
    engine: Engine, row: TapeRow, known_at: datetime, with_payments: bool, report: TapeReport
) -> None:
    try:
        _write(engine, [row], known_at, with_payments, report)
    except LedgerError as refused:
        report.rejected.append(Rejected(row.row, "", str(refused)))


def _write(
    engine: Engine,
    rows: Sequence[TapeRow],
    known_at: datetime,
    with_payments: bool,
    report: TapeReport,
) -> None:
    payments = 0
    with writing(engine) as session:
        imported = add_loans(session, [row.new_loan for row in rows], known_at)
        if with_payments:
            payments = sum(_pay(session, row, known_at) for row in rows)
    report.new += imported.new
    report.repeated += imported.repeated
    report.payments += payments


def _pay(session: Session, row: TapeRow, known_at: datetime) -> int:
    """Record the row's payments; how many were new."""
    loan = row.loan
    return sum(
        record_payment(session, loan.loan_id, fact, loan.currency, fact.at or known_at).new
        for fact in row.payments
    )
