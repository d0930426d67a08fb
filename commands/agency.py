"""The `agency` commands: the panel, how its agencies did, what they earn, and their files."""

from dataclasses import replace
from datetime import date
from typing import Annotated

import typer

from commands.doors import House, ending, now, open_house, os_user
from commands.saying import NOT_DONE, WRONG_INPUT, AsJson, Failed, people, show_json, show_listed
from domain.agencies import Agency, review_by
from domain.clock import local_date
from domain.counting import counted
from domain.liquidation import performance as performance_of
from domain.money import to_major
from intake.agency_updates import AgencyUpdates, Answer, Done
from intake.panel import Agencies, open_agencies
from ledger import commissions
from ledger.agency_tables import CommissionRow
from ledger.engine import reading, writing
from ledger.scrubs import working
from policies.agency_files import FOLDER, load_panel

NO_PANEL = (
    "No panel is kept: FORBEAR_AGENCY_PANEL is not set. Any agency that a strategy names may be "
    "given a case, and no territory, capacity, licence, contract or commission is in force. "
    "The agencies below are samples that come with the project."
)
"""What to say before agencies are shown that bind nobody."""

ONE = 10_000
"""Ratios are in basis points of one."""

Name = Annotated[str, typer.Option("--agency", help="Of one agency; the panel has its name.")]


def app() -> typer.Typer:
    """The commands about agencies."""
    program = typer.Typer(help="Collection agencies.", no_args_is_help=True)
    for command in (panel, performance, commission, read):
        program.command(command.__name__)(ending(command))
    return program


def panel(as_json: AsJson = False) -> int:
    """Who is on the panel, what they may be given, and whose review or licence runs out."""
    house = open_house()
    today = local_date(now(), "UTC")
    kept = house.settings.agency_panel
    agencies = load_panel(kept or FOLDER)
    with reading(house.engine) as session:
        busy = {name: working(session, name) for name in agencies}
    if as_json:
        shown = ((agency, {"working": busy[name]}) for name, agency in agencies.items())
        show_json([{"agency": one, **count, "in_force": bool(kept)} for one, count in shown])
        return 0
    rows = [_member(agency, busy[name], today) for name, agency in agencies.items()]
    if kept is None:
        people().print(NO_PANEL)
    columns = ("Agency", "Territory", "Products", "Cases", "Licence", "Contract", "Review by")
    what = "agency" if kept else "sample agency"
    show_listed(counted(len(rows), what), (*columns, "Told by", "Not placed"), rows)
    return 0


def performance(as_json: AsJson = False) -> int:
    """How agencies did on cases that chance gave them, beside their peers of the same age."""
    house = open_house()
    with reading(house.engine) as session:
        found = performance_of(commissions.lots(session, now()))
    if as_json:
        show_json(found)
        return 0
    rows = [
        (
            one.agency,
            one.from_days,
            one.cases,
            to_major(one.placed_minor, one.currency),
            to_major(one.collected_minor, one.currency),
            one.currency,
            _percent(one.liquidation),
            _percent(one.netback),
            "" if one.batting is None else f"{one.batting / ONE:.2f}",
        )
        for one in found
    ]
    columns = ("Agency", "From day", "Cases", "Placed", "Collected", "", "Liquidation", "Net-back")
    show_listed(counted(len(rows), "band of age"), (*columns, "Batting average"), rows)
    return 0


def commission(
    agency: Name = "",
    settle: Annotated[
        bool, typer.Option("--settle", help="First write what is earned or undone since.")
    ] = False,
    release: Annotated[
        bool, typer.Option("--release", help="Its conduct was reviewed: pay what waited for that.")
    ] = False,
    by: Annotated[str, typer.Option("--by", help="Who reviewed it. Default: the OS user.")] = "",
    as_json: AsJson = False,
) -> int:
    """What agencies earned, line by line, and what waits for the review of their conduct."""
    if release and not agency:
        raise Failed("Name the agency whose conduct was reviewed with --agency.", WRONG_INPUT)
    house = open_house()
    with writing(house.engine) as session:
        if settle:
            commissions.settle_all(session, now())
        if release:
            commissions.release(session, agency, by or os_user(), now())
        lines = list(commissions.lines_of(session, agency))
    if as_json:
        show_json([line.model_dump() for line in lines])
        return 0
    rows = [_line(line) for line in lines]
    columns = ("Placement", "Agency", "Recovered", "Rate", "Payable", "Withheld", "", "Released")
    show_listed(counted(len(rows), "commission"), columns, rows)
    return 0


async def read(agency: Name = "", as_json: AsJson = False) -> int:
    """Take in the files that agencies left, in our folders or on servers of their own."""
    house = open_house()
    agencies = _with_files(house, agency)
    answers: list[tuple[str, Answer]] = []
    for name, inbox in agencies.inboxes.items():
        updates = AgencyUpdates(house.engine, house.cases)
        took = await updates.read(name, inbox, now(), agencies.mirrors.get(name))
        answers += [(name, answer) for answer in took]
    if as_json:
        show_json([{"agency": name, "answer": answer} for name, answer in answers])
    else:
        rows = [(answer.id, name, answer.done, answer.why) for name, answer in answers]
        show_listed(counted(len(rows), "update"), ("Update", "Agency", "Done", "Why"), rows)
    return NOT_DONE if any(_refused(answer) for _, answer in answers) else 0


def _member(agency: Agency, busy: int, today: date) -> tuple[object, ...]:
    return (
        agency.name,
        agency.jurisdictions,
        agency.products or "all",
        f"{busy} of {agency.capacity}",
        agency.licence_until,
        agency.contract_until,
        review_by(agency.reviewed_on) if agency.reviewed_on else "never reviewed",
        _way(agency),
        _wrong(agency, today),
    )


def _with_files(house: House, agency: str) -> Agencies:
    """Those that leave files, or that one of them."""
    found = open_agencies(house.settings, timeout=8)
    if not found.inboxes:
        raise Failed(
            "No agency leaves files: FORBEAR_AGENCY_PANEL has none with a public key, or "
            "FORBEAR_AGENCY_KEY_FILE is not set.",
            WRONG_INPUT,
        )
    if not agency:
        return found
    if agency not in found.inboxes:
        known = agency in (found.panel or {})
        why = "leaves no files: it is told over HTTP" if known else "is not on the panel"
        raise Failed(f"{agency!r} {why}. These leave files: {_names(found)}.", WRONG_INPUT)
    return replace(found, inboxes={agency: found.inboxes[agency]})


def _names(found: Agencies) -> str:
    return ", ".join(sorted(found.inboxes))


def _refused(answer: Answer) -> bool:
    return answer.done in (Done.REFUSED, Done.NOT_FETCHED)


def _way(agency: Agency) -> str:
    """How the agency is told, for people."""
    if agency.sftp is not None:
        return f"sftp://{agency.sftp.host}:{agency.sftp.port}"
    return "files" if agency.public_key else agency.url


def _wrong(agency: Agency, today: date) -> str:
    """Why the agency gets nothing today, in a word; empty when nothing is wrong."""
    if agency.reviewed_on is None or today > review_by(agency.reviewed_on):
        return "CN-AGY-01"
    return "agency-licence" if min(agency.licence_until, agency.contract_until) < today else ""


def _line(line: CommissionRow) -> tuple[object, ...]:
    return (
        line.placement_key,
        line.agency,
        to_major(line.recovered_minor, line.currency),
        _percent(line.basis_points),
        to_major(line.payable_minor, line.currency),
        to_major(line.withheld_minor, line.currency),
        line.currency,
        f"{line.released_at:%Y-%m-%d} by {line.released_by}" if line.released_at else "",
    )


def _percent(points: int | None) -> str:
    return "" if points is None else f"{points / 100:.2f} %"
