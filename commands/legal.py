"""The `legal` commands: what is missing for a remedy, our papers, and how long we may sue."""

from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer

from activities.court import drawn_from, translated
from channels.documents.page import paper_pdf
from channels.letters import Lender
from commands import striking
from commands.asking import LoanId
from commands.doors import House, ending, now, open_house
from commands.saying import (
    WRONG_INPUT,
    AsJson,
    Failed,
    complain,
    show_facts,
    show_json,
    show_listed,
    show_table,
)
from commands.standing import Standing, standing
from domain import known
from domain.clock import local_date
from domain.legal.alarms import alarms, clock
from domain.legal.file import LegalFile
from domain.legal.readiness import Missing, missing, take
from domain.legal.remedies import Remedy
from domain.money import to_major
from domain.strategy import Strategy
from intake.connect import Unanswered
from ledger.engine import reading
from ledger.legal_documents import documents_of
from ledger.legal_gathering import prepared_of
from ledger.legal_position import position_of
from ledger.legal_tables import LegalDocumentRow
from ledger.paper_rows import draft_in, replaced
from settings import Settings

LOCALES = {"zh": "zh_CN", "en": "en_GB"}


def app() -> typer.Typer:
    """The commands about the legal side of a loan."""
    program = typer.Typer(
        help="What is missing or on file, our papers, and how long we may sue.",
        no_args_is_help=True,
    )
    program.command("ready")(ending(ready))
    program.command("documents")(ending(documents))
    program.command("limitation")(ending(limitation))
    program.command("entries")(ending(striking.entries))
    program.command("strike")(ending(striking.strike_))
    return program


async def ready(
    loan: LoanId,
    remedy: Annotated[str, typer.Option("--remedy", help="Of one remedy alone.")] = "",
    every: Annotated[
        bool, typer.Option("--all", help="Every remedy of the law, the strategy's first.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """What is missing for each remedy of the loan's strategy, since when, and what law asks it."""
    house = open_house()
    where = standing(house.engine, loan)
    strategy = _strategy(house, where)
    wanted = await _wanted_since(house, where)
    remedies = _remedies(where, strategy, remedy, every)
    lacks = [(one, _lacks(house, where, one, wanted)) for one in remedies]
    if as_json:
        show_json({one.name: [asdict(lack) for lack in found] for one, found in lacks})
        return 0
    if not lacks:
        law = where.view.borrower.jurisdiction
        print(f"Strategy {strategy.name} takes no remedy of {law}; --all lists those there are.")
        return 0
    rows = [
        (lack.item, _said(one), _item(one, lack), lack.since, lack.why, lack.rule)
        for one, found in lacks
        for lack in found
    ]
    columns = ("Item", "Remedy", "What", "Since", "Why", "Rule")
    show_listed(f"Missing on loan {loan}", columns, rows)
    if complete := [_said(one) for one, found in lacks if not found]:
        print(f"Nothing is missing for {', '.join(complete)}.")
    return 0


def documents(
    loan: LoanId,
    save: Annotated[Path | None, typer.Option("--save", help="Write the PDFs there.")] = None,
    language: Annotated[
        Literal["", "zh", "en"], typer.Option("--language", help="Default: the court's.")
    ] = "",
    as_json: AsJson = False,
) -> int:
    """The papers that were drawn up, with their numbers; `--save` writes them as PDF.

    One that was taken back and drawn anew is marked as replaced: it is not to be handed in.
    """
    house = open_house()
    where = standing(house.engine, loan)
    with reading(house.engine) as session:
        rows = [row for row in documents_of(session, loan) if row.pdf is not None]
        written = [_save(row, where, house.settings, save, language) for row in rows if save]
    columns = ("number", "remedy", "paper", "dated", "currency", "amount_minor", "sha256")
    over = replaced(rows)
    told = [row.model_dump(include=set(columns)) | {"replaced": row.key in over} for row in rows]
    if as_json:
        show_json(told)
    else:
        shown = [
            (row.number, row.remedy, row.paper, row.dated, _claimed(row),
             "replaced" if row.key in over else "", row.sha256)
            for row in rows
        ]  # fmt: skip
        heads = ("Number", "Remedy", "Paper", "Dated", "Claimed", "", "SHA-256")
        show_listed(f"Papers of loan {loan}: {len(rows)}", heads, shown)
        for path in written:
            print(path)
    return 0


def limitation(loan: LoanId, as_json: AsJson = False) -> int:
    """How long we may still sue, what that counts from, and the days on which people are woken."""
    house = open_house()
    where = standing(house.engine, loan)
    today = local_date(now(), where.view.borrower.calendar_zone)
    with reading(house.engine) as session:
        position = position_of(session, where.view, today)
    found, open_alarms = clock(position, known.calendars()), alarms(position, known.calendars())
    if as_json:
        show_json({"limitation": found, "barred": bool(found and found.barred(today)),
                   "deadlines": open_alarms})  # fmt: skip
        return 0
    if found is None:
        law = where.view.borrower.jurisdiction
        print(f"The limitation of {law} is not counted here: a lawyer's opinion must be on file.")
    else:
        ends = found.ends.isoformat() if found.ends else "nothing ends it while it is held"
        facts: list[tuple[str, object]] = [
            ("Last day to sue", ends),
            ("Barred", "yes" if found.barred(today) else "no"),
            ("Counts from", f"{found.since.isoformat()}: {found.evidence}"),
            ("Rule", found.rule),
            ("May still move", known.caveat("CN", found.ends) if found.ends else ""),
            ("Restarted nothing", found.ignored),
        ]
        show_facts(f"The limitation of loan {loan}", facts)
    rows = [(a.name, a.ends, a.why, a.rule, _days(a.wakes())) for a in open_alarms]
    show_table("Our deadlines", ("What", "Last day", "After it", "Rule", "People are woken"), rows)
    return 0


def _strategy(house: House, where: Standing) -> Strategy:
    """The strategy of the loan's case, or the one that it would be opened under."""
    named = where.file.strategy if where.file is not None else where.view.loan.strategy
    with reading(house.engine) as session:
        return house.treatments.chosen(session, named)


def _remedies(where: Standing, strategy: Strategy, name: str, every: bool) -> list[Remedy]:
    """The one that is named, or those of the strategy in its order; with `every` the others too."""
    law = where.view.borrower.jurisdiction
    there = known.remedies().get(law, {})
    if name and name not in there:
        raise Failed(f"{law} has no remedy {name!r}; it has {', '.join(there)}.", WRONG_INPUT)
    if name:
        return [there[name]]
    mine = [there[wanted] for wanted in strategy.legal.remedies if wanted in there]
    return mine + [one for one in there.values() if every and one not in mine]


def _said(remedy: Remedy) -> str:
    return f"{remedy.says['en']} ({remedy.name})"


def _item(remedy: Remedy, lack: Missing) -> str:
    """What is missing, in words."""
    return next(item.says["en"] for item in remedy.items if item.name == lack.item)


def _lacks(house: House, where: Standing, remedy: Remedy, wanted: dict[str, date]) -> list[Missing]:
    today = local_date(now(), where.view.borrower.calendar_zone)
    file = LegalFile(wanted_since=dict(wanted))
    with reading(house.engine) as session:
        prepared = prepared_of(session, where.view, remedy, today, known.calendars())
    take(file, prepared, today)
    return missing(remedy, file, today, known.calendars())


async def _wanted_since(house: House, where: Standing) -> dict[str, date]:
    """Since when the running case has wanted each item; empty when none runs or answers."""
    if where.file is None or where.file.closed_at is not None:
        return {}
    try:
        found = await (await house.cases()).legal(where.file.case_id)
    except Unanswered as away:
        complain(f"Since when is counted from today: {away}")
        return {}
    return found.wanted_since if isinstance(found, LegalFile) else {}


def _save(
    row: LegalDocumentRow, where: Standing, settings: Settings, folder: Path, language: str
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    locale = LOCALES.get(language, row.locale)
    pdf = row.pdf or b""
    if locale != row.locale:
        lender = Lender(
            settings.lender_name,
            settings.lender_email,
            settings.lender_phone,
            settings.lender_address,
        )
        remedy = known.remedies()[where.view.borrower.jurisdiction][row.remedy]
        drawn = drawn_from(draft_in(row), where.view, remedy, lender)
        pdf = paper_pdf(translated(drawn, locale))
    path = folder / f"{row.number}-{row.paper}-{locale}.pdf"
    path.write_bytes(pdf)
    return path


def _claimed(row: LegalDocumentRow) -> str:
    return f"{to_major(row.amount_minor, row.currency)} {row.currency}"


def _days(days: list[date]) -> str:
    return ", ".join(day.isoformat() for day in days if day >= now().date() - timedelta(days=1))
