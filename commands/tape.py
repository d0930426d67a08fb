"""Importing a loan tape, with a progress bar and a report of the rows that were rejected."""

import json
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

from commands.doors import now, open_house
from commands.saying import NOT_DONE, WRONG_INPUT, AsJson, Failed, show_facts, show_json, show_table
from intake.importing import TapeReport, import_tape, with_known_strategies, write_rejects
from intake.mapping import FOLDER, TapeMap, load_mapping
from intake.tapes import Rejected, TapeRow, read_tape, rows_in

SHOWN = 20
"""Rejected rows listed on the screen; --rejects writes them all."""

TapeFile = Annotated[Path, typer.Argument(metavar="FILE", help="A tape: .csv or .csv.gz.")]
MapFile = Annotated[
    str, typer.Option("--map", help="A mapping file, or the name of one in policies/tapes.")
]
Limit = Annotated[int, typer.Option("--limit", help="Read only the first rows; 0 reads all.")]


def tape(
    file: TapeFile,
    tape_map: MapFile,
    limit: Limit = 0,
    with_payments: Annotated[
        bool, typer.Option("--with-payments", help="Record the payments of the tape too.")
    ] = False,
    payments_to: Annotated[
        Path | None, typer.Option("--payments-to", help="Write the payments as loan events.")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", help="Write the rejected rows as CSV.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Import a loan tape into the ledger; bad rows are reported and the rest go on."""
    for path, option in ((rejects, "--rejects"), (payments_to, "--payments-to")):
        if path and (path.is_dir() or not os.access(path.parent, os.W_OK)):
            raise Failed(f"{option}: {path} cannot be written.", WRONG_INPUT)
    mapping = chosen_map(tape_map)
    total = rows_in(file)
    house = open_house()
    rows = with_known_strategies(
        rows_of(file, mapping, limit), mapping, house.engine, house.treatments
    )
    kept: list[TapeRow] = []
    if payments_to:
        rows = _keeping(rows, kept)
    with Progress(
        "[progress.description]{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=as_json,
    ) as progress:
        bar = progress.add_task("loans", total=min(total, limit) if limit else total)
        report = import_tape(
            house.engine, rows, now(), with_payments, lambda n: progress.advance(bar, n)
        )
    if rejects:
        write_rejects(rejects, report.rejected)
    if payments_to:
        _write_events(payments_to, kept, file.name)
    _say(report, rejects, as_json)
    return NOT_DONE if report.rejected else 0


def chosen_map(named: str) -> TapeMap:
    """The mapping at that path, or of that name among those that come with the project."""
    own = FOLDER / f"{named}.yaml"
    path = own if "/" not in named and own.is_file() else Path(named)
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in FOLDER.glob("*.yaml")))
        raise Failed(f"--map: there is no file {named}; own mappings are: {known}.", WRONG_INPUT)
    return load_mapping(path)


def rows_of(file: Path, mapping: TapeMap, limit: int) -> Iterator[TapeRow | Rejected]:
    """The rows of the tape, or the first of them."""
    rows = read_tape(file, mapping)
    return islice(rows, limit) if limit > 0 else rows


def _keeping(
    rows: Iterator[TapeRow | Rejected], kept: list[TapeRow]
) -> Iterator[TapeRow | Rejected]:
    for row in rows:
        if isinstance(row, TapeRow):
            kept.append(row)
        yield row


def _write_events(path: Path, rows: list[TapeRow], source: str) -> None:
    """Every payment as a loan event, in the order of time."""
    told = [(fact.at, fact, row.loan) for row in rows for fact in row.payments]
    with path.open("w", encoding="utf-8") as text:
        for at, fact, loan in sorted(told, key=lambda one: (str(one[0]), one[1].fact_id)):
            data = {
                "payment_id": fact.payment_id,
                "amount_minor": fact.amount_minor,
                "currency": loan.currency,
                "on": fact.on.isoformat(),
            }
            envelope = {
                "specversion": "1.0",
                "id": fact.fact_id,
                "source": source,
                "type": "loan.payment.received",
                "subject": loan.loan_id,
                "time": at.isoformat() if at else None,
                "data": data,
            }
            text.write(json.dumps(envelope) + "\n")


def _say(report: TapeReport, rejects: Path | None, as_json: bool) -> None:
    if as_json:
        show_json(report)
        return
    show_facts(
        "Tape",
        [
            ("Rows read", report.read),
            ("Loans new", report.new),
            ("Loans known already", report.repeated),
            ("Payments new", report.payments),
            ("Rows rejected", len(report.rejected)),
        ],
    )
    if not report.rejected:
        return
    shown = report.rejected[:SHOWN]
    rows = [(row.row, *problem) for row in shown for problem in row.problems]
    show_table("Rejected rows (the header is row 1)", ("Row", "Column", "Reason"), rows)
    if len(report.rejected) > SHOWN and rejects is None:
        print(f"... and {len(report.rejected) - SHOWN} more; --rejects FILE writes them all.")
