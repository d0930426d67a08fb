"""The `hold` commands: stop everything for many people at once, lift it, list it, prove it."""

import re
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Annotated, Any

import typer

from commands import reading as read
from commands.doors import House, ending, now, open_house, os_user
from commands.holds_showing import show_report
from commands.holds_telling import Untold, bars, tell
from commands.saying import (
    NOT_DONE,
    WRONG_INPUT,
    AsJson,
    Failed,
    complain,
    show_facts,
    show_json,
    show_listed,
)
from domain.counting import counted
from domain.holds import HoldReason
from domain.keys import digest, lift_key
from domain.requests import HORIZON, LiftHold, PlaceHold
from domain.where import Where, WhereError, where_of
from ledger import mass_holds
from ledger.engine import reading, writing
from ledger.mass_holds import MassHold
from ledger.mass_report import report as report_of
from ledger.matching import Person, matching

SHOWN = 5
"""Ids that a preview shows of each kind."""

EVERY = 1_000_000
"""More running cases than one namespace should have: the list is never cut short."""

MassId = Annotated[str, typer.Argument(metavar="ID", help="The mass hold; `hold list` has it.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it; without, only the preview is shown.")]
By = Annotated[str, typer.Option("--by", help="Who orders it. Default: the OS user.")]


def app() -> typer.Typer:
    """The commands about many people at once."""
    program = typer.Typer(
        help="Leave many people in peace at once, and prove it.", no_args_is_help=True
    )
    program.command("place")(ending(place))
    program.command("lift")(ending(lift))
    program.command("list")(ending(list_))
    program.command("report")(ending(report))
    return program


async def place(
    where: Annotated[str, typer.Option("--where", help="Whom; `everything` is a word.")],
    reason: Annotated[HoldReason, typer.Option("--reason", help="Why.")],
    until: Annotated[str, typer.Option("--until", help="A date, or a time with its zone.")] = "",
    open_end: Annotated[bool, typer.Option("--open", help="Until it is lifted.")] = False,
    by: By = "",
    mass_id: Annotated[
        str, typer.Option("--id", help="Its own id. Default: from reason, day and conditions.")
    ] = "",
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Hold everybody who matches: in the ledger at once, then every open case is told."""
    meant = _where(where)
    mass = _asked(mass_id, reason, _until(until, open_end), meant, by or os_user())
    house = open_house()
    running = await _running(house) if meant.asks("stage", "collector") else {}
    with reading(house.engine) as session:
        mass_holds.check(session, mass)
        people = matching(session, meant, now(), running)
        again = {guard.borrower_id for guard in mass_holds.guards(session, mass.mass_id)}
    if not people and not again:
        raise Failed(f"Nothing matches: {meant.text}.")
    _check_until(mass, people)
    if not (yes and as_json):
        _preview(mass, people, len(again), as_json)
    if not (yes or _confirmed("Place this hold?", as_json)):
        return 0
    placed = _placed(house, mass, people, as_json)
    with reading(house.engine) as session:
        tellings = mass_holds.to_tell(session, mass.mass_id, now())
    untold = await tell(
        house,
        tellings,
        lambda t: PlaceHold(t.hold_id, mass.by, t.reason, t.until, t.at),
        as_json,
    )
    return _done(mass.mass_id, "placed", placed, len(tellings), untold, as_json)


async def lift(mass_id: MassId, by: By = "", yes: Yes = False, as_json: AsJson = False) -> int:
    """End a mass hold early, for everybody it holds; other holds stay."""
    house, at, who = open_house(), now(), by or os_user()
    with reading(house.engine) as session:
        guards = mass_holds.guards(session, mass_id)
        left = len(mass_holds.to_free(session, mass_id))
    if not guards:
        raise Failed(f"There is no mass hold {mass_id!r}; `hold list` names them.")
    biting = [guard for guard in guards if guard.until is None or guard.until > at]
    if not yes:
        said = {"id": mass_id, "people": len(guards), "in_force": len(biting), "untold": left}
        _show(f"Mass hold {mass_id}, to be lifted", said, as_json)
    if not (yes or _confirmed("Lift this hold?", as_json)):
        return 0
    lifted = 0
    for guard in biting:
        with writing(house.engine) as session:
            lifted += mass_holds.lift(session, guard, who, now())
    with reading(house.engine) as session:
        tellings = mass_holds.to_free(session, mass_id)
    untold = await tell(
        house, tellings, lambda t: LiftHold(lift_key(t.hold_id), who, t.hold_id, t.until), as_json
    )
    return _done(mass_id, "lifted", lifted, len(tellings), untold, as_json)


def list_(as_json: AsJson = False) -> int:
    """Every mass hold, the newest first."""
    with reading(open_house().engine) as session:
        found = mass_holds.standings(session, now())
    if as_json:
        show_json(found)
        return 0
    rows = [
        (
            mass.mass_id,
            mass.reason,
            mass.where,
            mass.by,
            mass.first,
            mass.until or "lifted",
            f"{mass.in_force} of {mass.people}",
            f"{mass.open_cases - mass.untold} of {mass.open_cases}",
        )
        for mass in found
    ]
    columns = ("Id", "Reason", "Where", "By", "From", "Until", "In force for", "Cases that know")
    show_listed(f"{counted(len(found), 'mass hold')} (UTC)", columns, rows)
    return 0


def report(mass_id: MassId, as_json: AsJson = False) -> int:
    """Prove that nobody it holds was contacted while it was in force; exit code 1 if one was."""
    with reading(open_house().engine) as session:
        found = report_of(session, mass_id, now())
    if as_json:
        show_json({"clean": found.clean} | asdict(found))
    else:
        show_report(found)
    return 0 if found.clean else NOT_DONE


def _where(text: str) -> Where:
    try:
        return where_of(text)
    except WhereError as wrong:
        raise Failed(f"--where: {wrong}", WRONG_INPUT) from None


def _until(text: str, open_end: bool) -> date | None:
    """A day, an instant, or None for a hold that somebody will have to lift."""
    if bool(text) == open_end:
        raise Failed("Say until when with --until, or --open: until it is lifted.", WRONG_INPUT)
    if not text:
        return None
    if len(text) == len("2026-01-31"):
        return read.day(text, "--until")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        said = f"--until: {text!r} is no date, and no time with its zone, as 2026-01-31T09:00+08:00"
        raise Failed(f"{said}.", WRONG_INPUT)
    return at


def _asked(mass_id: str, reason: HoldReason, until: date | None, where: Where, by: str) -> MassHold:
    """The mass hold; the same order on the same day has the same id, unless one is given."""
    own = f"{reason}-{now():%Y%m%d}-{digest(f'{where.text} {until}')[:6]}"
    chosen = mass_id or own
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", chosen):
        raise Failed(
            f"--id: {chosen!r} is not small letters, digits, dots and dashes, 64 at most.",
            WRONG_INPUT,
        )
    return MassHold(chosen, reason, until, where.text, by)


def _check_until(mass: MassHold, people: Sequence[Person]) -> None:
    """The hold must end after now for each of them, and within what a case accepts."""
    for zone in {person.zone for person in people}:
        until, at = mass.until_for(zone), now()
        if until is not None and until <= at:
            raise Failed(f"--until: in {zone} that is over already.", WRONG_INPUT)
        if until is not None and until > at + HORIZON - timedelta(days=1):
            raise Failed("--until: that is more than ten years ahead; say --open.", WRONG_INPUT)


async def _running(house: House) -> dict[str, tuple[str, str]]:
    """The stage and collector of every running case, which the server knows and the ledger not."""
    lines = await (await house.cases()).list(limit=EVERY)
    return {line.case_id: (line.stage, line.collector) for line in lines}


def _preview(mass: MassHold, people: Sequence[Person], again: int, as_json: bool) -> None:
    loans = [loan for person in people for loan in person.loans]
    cases = [case for person in people for case in person.open_cases]
    said = {
        "id": mass.mass_id,
        "where": mass.where,
        "until": mass.until or "lifted",
        "borrowers": len(people),
        "loans": len(loans),
        "other_loans_of_theirs": sum(len(person.others) for person in people),
        "open_cases": len(cases),
        "held_already": again,
        "some_borrowers": [person.borrower_id for person in people[:SHOWN]],
        "some_loans": loans[:SHOWN],
        "some_cases": cases[:SHOWN],
    }
    _show(f"Hold for {mass.reason}, to be placed", said, as_json)


def _show(title: str, said: dict[str, Any], as_json: bool) -> None:
    if as_json:
        show_json({"done": False} | said)
        return
    named = ((name.replace("_", " ").capitalize(), value) for name, value in said.items())
    show_facts(title, ((name, value) for name, value in named if value != []))


def _confirmed(question: str, as_json: bool) -> bool:
    """What the person at the terminal says; nobody there says no."""
    if as_json:
        return False
    if sys.stdin.isatty():
        return typer.confirm(question)
    complain("Nothing was done. Add --yes to do it.")
    return False


def _placed(house: House, mass: MassHold, people: Sequence[Person], quiet: bool) -> int:
    """Hold each in a transaction of their own; how many were not held before."""
    new = 0
    with bars(quiet) as progress:
        for person in progress.track(people, description="people held"):
            with writing(house.engine) as session:
                new += mass_holds.place(session, mass, person, now())
    return new


def _done(
    mass_id: str, what: str, people: int, asked: int, untold: Sequence[Untold], as_json: bool
) -> int:
    """Say what was done and who did not hear of it; the exit code."""
    told = asked - len(untold)
    if as_json:
        show_json({"done": True, "id": mass_id, what: people, "told": told, "untold": untold})
    else:
        print(
            f"{mass_id}: {what} for {counted(people, 'person')}; "
            f"{told} of {counted(asked, 'case')} told."
        )
        for one in untold:
            complain(f"{one.case_id} was not told: {one.why}")
    if untold and not as_json:
        complain(f"The ledger has it, so it counts. The same again (id {mass_id}) tells the rest.")
    return NOT_DONE if untold else 0
