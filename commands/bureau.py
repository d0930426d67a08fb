"""The `bureau` commands: files for credit bureaus, their answers, and what was told of a loan."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine
from sqlmodel import Session

from activities.bureau import Bureaus
from channels.bureau.fixed import LayoutBroken
from channels.bureau.metro2 import Reporter
from channels.bureau.places import national
from commands import reading as read
from commands.doors import ending, now, open_house
from commands.saying import (
    NOT_DONE,
    WRONG_INPUT,
    AsJson,
    Failed,
    show_json,
    show_listed,
    show_table,
)
from domain.bureau import Bureau
from domain.clock import local_date
from domain.counting import counted
from ledger import bureau as reports
from ledger.agency_tables import BureauReportRow
from ledger.bureau_batches import batches
from ledger.bureau_held import StillHeld, why_held
from ledger.engine import reading, writing
from ledger.loans import lock_borrower
from ledger.words import ReportStatus
from settings import Settings


def app() -> typer.Typer:
    """The commands about credit bureaus."""
    program = typer.Typer(help="Credit bureaus.", no_args_is_help=True)
    for command in (batch, reconcile, show, consent):
        program.command(command.__name__)(ending(command))
    return program


def batch(
    bureau: Annotated[Bureau, typer.Argument(help="Whose file: metro2 (US) or zhengxin (CN).")],
    as_json: AsJson = False,
) -> int:
    """Make the file of everything that is to be told, with corrections, marks and deletions."""
    house = open_house()
    try:
        made = bureaus_of(house.engine, house.settings).batch(bureau, now())
    except LayoutBroken as wrong:
        raise Failed(f"FORBEAR_LENDER_* does not fit the file: {wrong}", WRONG_INPUT) from None
    if as_json:
        show_json(made)
    elif made.path is None:
        print("There is nothing to tell.")
    else:
        print(f"{made.path}: {counted(made.reports, 'report')}, batch {made.batch_id}.")
    for key in made.held if not as_json else ():
        print(f"Held back, its values do not fit the file: {key}")
    for one in made.waiting if not as_json else ():
        print(_held_line(one))
    return NOT_DONE if made.held else 0


def reconcile(
    file: Annotated[
        Path, typer.Argument(help="The bureau's answers: CSV with key, answer and code.")
    ],
    as_json: AsJson = False,
) -> int:
    """Take the bureau's answers; what it refused, and what it left out, is asked of people."""
    house = open_house()
    try:
        found = bureaus_of(house.engine, house.settings).reconcile(file.read_bytes(), now())
    except (LayoutBroken, OSError) as wrong:
        raise Failed(f"{file} cannot be read: {wrong}", WRONG_INPUT) from None
    if as_json:
        show_json(found)
    else:
        parts = {
            "accepted": found.accepted,
            "refused": found.refused,
            "never sent or answered otherwise": found.unknown,
            "without an answer": found.missing,
        }
        rows = [(what, key) for what, keys in parts.items() for key in keys]
        show_table(f"{len(found.accepted)} accepted", ("What", "Report"), rows)
    return NOT_DONE if found.refused or found.unknown or found.missing else 0


def show(
    loan: Annotated[str, typer.Argument(metavar="[LOAN]", help="Of one loan.")] = "",
    as_json: AsJson = False,
) -> int:
    """What bureaus were told of a loan and what is held back, or every batch that was made."""
    house = open_house()
    with reading(house.engine) as session:
        if loan:
            _show_loan(session, loan, as_json)
            return 0
        rows = [row.model_dump() for row in batches(session)]
    if as_json:
        show_json(rows)
        return 0
    names = ("batch_id", "bureau", "made_at", "reports", "answered_at")
    cells = [tuple(row[name] for name in names) for row in rows]
    show_listed(
        counted(len(rows), "batch"), ("Batch", "Bureau", "Made", "Reports", "Answered"), cells
    )
    return 0


def consent(
    borrower: Annotated[str, typer.Argument(metavar="BORROWER", help="The borrower's id.")],
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="When it was given.")],
    reference: Annotated[str, typer.Option("--reference", help="Where the paper is.")],
) -> int:
    """Write that a borrower agreed in writing to being reported (CN-CR-02)."""
    house = open_house()
    with writing(house.engine) as session:
        zone = lock_borrower(session, borrower).calendar_zone
        given_on = read.past_day(on, "--on", local_date(now(), zone))
        new = reports.consent(session, borrower, given_on, reference)
    print("Written." if new else "It was known.")
    return 0


def bureaus_of(engine: Engine, settings: Settings) -> Bureaus:
    """The bureaus' folder, with us as the reporter."""
    phone = national(settings.lender_phone)
    name, address = settings.lender_name, settings.lender_address
    reporter = Reporter(name, address, phone, settings.bureau_number)
    return Bureaus(engine, settings.bureau_folder, reporter)


def _show_loan(session: Session, loan: str, as_json: bool) -> None:
    found, at = reports.reports_of(session, loan), now()
    held = {row.key: why_held(session, row, at) for row in found if row.status is ReportStatus.HELD}
    course = {row.key: reports.course_of(session, row) for row in found}
    if as_json:
        show_json(
            [
                row.model_dump() | {"held": held.get(row.key), "course": course[row.key]}
                for row in found
            ]
        )
        return
    columns = ("Report", "Status", "Rule or code", "Ordered", "By", "Cured", "Delete on")
    show_listed(
        f"{counted(len(found), 'report')} of {loan}", columns, [_report(row) for row in found]
    )
    for row in found:
        steps = (f"{step.at:%Y-%m-%d} {step.verdict} {step.rule}" for step in course[row.key])
        print(f"{row.key}: {', '.join(step.rstrip() for step in steps)}")
    for one in held.values():
        print(_held_line(one))


def _held_line(one: StillHeld) -> str:
    until = f" Until {one.until}." if one.until else ""
    return f"Held back by {one.rule}: {one.key}. {one.reason}{until}"


def _report(row: BureauReportRow) -> tuple[object, ...]:
    return (
        row.key,
        row.status,
        row.rule or row.code,
        row.ordered_at,
        row.by,
        row.cured_on,
        row.delete_on,
    )
