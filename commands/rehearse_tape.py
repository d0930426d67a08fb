"""Rehearsing a tape: every late loan of the past, with the payments that really came."""

import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from commands.doors import read_settings
from commands.rehearse import chosen_treatment
from commands.saying import NOT_DONE, AsJson, complain, show_facts, show_json
from commands.tape import Limit, MapFile, TapeFile, chosen_map, rows_of
from domain.case import Case
from domain.known import rules
from domain.strategy import Outcome, Strategy
from intake.tapes import TapeRow
from intake.treatments import load_treatments
from simulation.lives import PastLoan, book_of, late_loans, lived
from simulation.world import LawfulWorld


class Where(StrEnum):
    """Where the loans are lived again."""

    VIRTUAL = "virtual"
    TEMPORAL = "temporal"


def rehearse_tape(
    file: TapeFile,
    tape_map: MapFile,
    limit: Limit = 0,
    strategy: Annotated[str, typer.Option("--strategy", help="By name.")] = "standard",
    on: Annotated[Where, typer.Option("--on", help="temporal: on a real server too.")] = (
        Where.VIRTUAL
    ),
    sample: Annotated[
        int, typer.Option("--sample", min=1, help="Late loans to live on the real server.")
    ] = 400,
    as_json: AsJson = False,
) -> int:
    """Live every late loan of a tape with its real payments; exit code 1 when a promise breaks.

    In virtual time, and with `--on temporal` a sample on a real server too, compared.
    """
    treatment = chosen_treatment(load_treatments(read_settings().profile), strategy)
    read = list(rows_of(file, chosen_map(tape_map), limit))
    rows = [row for row in read if isinstance(row, TapeRow)]
    started = monotonic()
    cases = list(_lived(rows, treatment))
    book = book_of(cases, len(rows))
    answer = asdict(book) | {
        "rejected": len(read) - len(rows),
        "seconds": round(monotonic() - started, 1),
    }
    problems = [*book.problems]
    if on is Where.TEMPORAL:
        from demo.real_book import prove  # noqa: PLC0415 - it starts a server, worker and catcher

        real = _drawn(rows, cases, sample)
        with tempfile.TemporaryDirectory() as folder:
            proof = prove(real, treatment, Path(folder) / "rehearsal")
        answer["on_temporal"] = asdict(proof)
        problems += proof.problems
    _say(answer, problems, as_json)
    return NOT_DONE if problems else 0


def _drawn(
    rows: Sequence[TapeRow], cases: Sequence[tuple[PastLoan, Case]], size: int
) -> list[TapeRow]:
    """Late loans for the real server, the same ones each time.

    Those that ended exhausted are left out: nobody of the past approves what the case asks.
    """
    cured = {loan.loan_id for loan, case in cases if case.outcome is Outcome.CURED}
    late = [row for row in rows if row.loan.loan_id in cured]
    return random.Random(1).sample(late, min(size, len(late)))  # noqa: S311 - a sample, no secret


def _lived(rows: Sequence[TapeRow], treatment: Strategy) -> Iterator[tuple[PastLoan, Case]]:
    from demo.real_book import past_loan, reachable  # noqa: PLC0415 - as above

    world = LawfulWorld(rules(), reachable(rows))
    for loan, opened in late_loans(map(past_loan, rows), treatment):
        yield loan, lived(opened, treatment, world)


def _words(value: object) -> object:
    if isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in value.items() if name != "problems")
    return value


def _say(answer: dict[str, object], problems: Sequence[str], as_json: bool) -> None:
    if as_json:
        show_json(answer)
        return
    shown = {name: value for name, value in answer.items() if name != "problems"}
    show_facts(
        "Rehearsal", [(name.replace("_", " "), _words(value)) for name, value in shown.items()]
    )
    for problem in problems[:20]:
        complain(problem)
