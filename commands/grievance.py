"""The `grievance` commands: complaints and disputes, by when they are answered, and how."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from commands import reading as read
from commands.asking import By, LoanId
from commands.doors import House, ending, now, open_house, os_user
from commands.saying import (
    NOT_DONE,
    WRONG_INPUT,
    AsJson,
    Failed,
    complain,
    refused,
    show_json,
    show_listed,
)
from commands.standing import standing
from domain.clock import local_date
from domain.grievance_requests import ExtendAnswer, GiveAnswer, GrievanceRequest, allowed
from domain.grievances import Grievance, GrievanceKind, Verdict
from domain.keys import digest, grievance_decision_key
from domain.known import rules
from domain.refused import Refused
from intake.connect import Unanswered, connect
from intake.grievances import Grievances, Said, grievance_from
from ledger import grievances
from ledger.engine import reading, writing
from ledger.grievances import episode_of, grievance_of, grievances_of, open_grievances

GrievanceId = Annotated[str, typer.Argument(metavar="ID", help="`grievance list` has it.")]
Kind = Annotated[str, typer.Option("--kind", help="complaint, dispute or record-dispute.")]

_CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def app() -> typer.Typer:
    """The commands about complaints and disputes."""
    program = typer.Typer(
        help="Complaints and disputes, and the clocks by which we answer.", no_args_is_help=True
    )
    program.command("open")(ending(open_))
    program.command("answer")(ending(answer))
    program.command("extend")(ending(extend))
    program.command("list")(ending(list_))
    return program


async def open_(
    loan: LoanId,
    kind: Kind,
    about: Annotated[str, typer.Option("--about", help="A code, such as tone or not-mine.")],
    by: By = "",
    at: Annotated[str, typer.Option("--at", help="When it came. Default: now.")] = "",
    grievance_id: Annotated[
        str, typer.Option("--id", help="Its own id. Default: from loan, kind, code and day.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Also when it lapses at once.")] = False,
    as_json: AsJson = False,
) -> int:
    """Write that it came, rest what it is about, and start its clock; again starts it again."""
    house = open_house()
    where = standing(house.engine, loan)
    zone = where.view.borrower.calendar_zone
    came_at = read.instant(at, "--at", zone) if at else now()
    came_on = local_date(came_at, zone)
    said = Said(
        _id_of(grievance_id, loan, _kind(kind), _code(about), came_on),
        _kind(kind),
        _code(about),
        by or os_user(),
        came_at,
    )
    with reading(house.engine) as session:
        known = grievance_of(session, said.grievance_id)
        episode = episode_of(session, loan, came_on)
    made = grievance_from(said, where.view, episode, rules(), now())
    if isinstance(made, Refused):
        return refused(made, as_json)
    if known is None and made.lapses_at <= now() and not yes:
        raise Failed(f"--at: it was to be answered by {made.last_day}; add --yes, and it lapses.")
    with writing(house.engine) as session:
        grievances.open_(session, made, now())
        stands = grievances.standing(session, said.grievance_id)
    return await _spoken(house, stands, None, "is open", as_json)


async def answer(
    grievance_id: GrievanceId,
    upheld: Annotated[bool, typer.Option("--upheld/--rejected", help="Who was right.")],
    evidence: Annotated[str, typer.Option("--evidence", help="What the answer rests on.")] = "",
    by: By = "",
    as_json: AsJson = False,
) -> int:
    """Answer it: cases are told, and go on or end."""
    verdict = Verdict.UPHELD if upheld else Verdict.REJECTED
    key, at = grievance_decision_key(grievance_id, verdict), now()
    request = GiveAnswer(key, by or os_user(), verdict, evidence, at)
    house = open_house()
    with writing(house.engine) as session:
        no = grievances.answer(session, grievance_id, request, at)
        stands = grievances.standing(session, grievance_id)
    if no is not None:
        return refused(no, as_json)
    return await _spoken(house, stands, request, f"is answered: {verdict}", as_json)


async def extend(
    grievance_id: GrievanceId,
    until: Annotated[
        str, typer.Option("--until", metavar="DATE", help="Default: the next the rule allows.")
    ] = "",
    because: Annotated[str, typer.Option("--because", help="A code, such as complex.")] = "",
    by: By = "",
    approved_by: Annotated[str, typer.Option("--approved-by", help="The second person.")] = "",
    as_json: AsJson = False,
) -> int:
    """Answer it later, where its rule allows that."""
    house, at = open_house(), now()
    with reading(house.engine) as session:
        before = grievances.standing(session, grievance_id)
    day = read.day(until, "--until") if until else _next(before)
    term = allowed(before, day)
    why = because or (term.because if term else "")
    key = grievance_decision_key(grievance_id, f"extended/{day.isoformat()}")
    request = ExtendAnswer(key, by or os_user(), day, why, approved_by, at)
    with writing(house.engine) as session:
        no = grievances.extend(session, grievance_id, request, at)
        stands = grievances.standing(session, grievance_id)
    if no is not None:
        return refused(no, as_json)
    return await _spoken(house, stands, request, f"is answered by {day}", as_json)


async def list_(
    loan: Annotated[str, typer.Option("--loan", help="Of one loan, answered ones too.")] = "",
    as_json: AsJson = False,
) -> int:
    """What is still to be answered, the most urgent first, and whether its clock runs."""
    house = open_house()
    with reading(house.engine) as session:
        found = grievances_of(session, loan) if loan else open_grievances(session)
    clocks = await _clocks(house, found)
    if as_json:
        show_json([_line(one, clock) for one, clock in zip(found, clocks, strict=True)])
        return 0
    rows = [tuple(_line(one, clock).values()) for one, clock in zip(found, clocks, strict=True)]
    columns = ("Id", "Kind", "Loan", "About", "Came", "Answer by", "Rule", "Verdict", "Clock")
    show_listed(f"Complaints and disputes: {len(found)}", columns, rows)
    return 0


async def _spoken(
    house: House, grievance: Grievance, request: GrievanceRequest | None, what: str, as_json: bool
) -> int:
    """Tell its workflow; what could not be told is recorded all the same, and said."""
    why = ""
    try:
        lives = Grievances(await connect(house.settings), house.settings.task_queue)
        if request is None:
            await lives.start(grievance)
        else:
            await lives.say(grievance, request)
    except Unanswered as away:
        why = str(away)
    line = _line(grievance, "not told" if why else "told")
    if as_json:
        show_json(line | {"why": why})
    else:
        print(
            f"{grievance.grievance_id} {what}. To be answered by {grievance.last_day} "
            f"({grievance.rule})."
        )
    if why:
        complain(f"It is recorded and its hold is in force, but its clock was not told: {why}")
        complain("Give the same command again when the server answers.")
    return NOT_DONE if why else 0


async def _clocks(house: House, found: Sequence[Grievance]) -> list[str]:
    """Whether the workflow of each runs, as far as the server says."""
    if not found:
        return []
    try:
        lives = Grievances(await connect(house.settings), house.settings.task_queue)
        return [_clock(each, await lives.runs(each)) for each in found]
    except Unanswered:
        return ["server away"] * len(found)


def _clock(grievance: Grievance, runs: bool) -> str:
    if grievance.settled:
        return "cases not told yet" if runs else "done"
    return "running" if runs else "not started"


def _line(grievance: Grievance, clock: str) -> dict[str, object]:
    return {
        "id": grievance.grievance_id,
        "kind": grievance.kind,
        "loan": grievance.loan_id,
        "about": grievance.about,
        "came": grievance.opened_at,
        "answer_by": grievance.last_day,
        "rule": grievance.rule,
        "verdict": grievance.verdict or "",
        "clock": clock,
    }


def _kind(text: str) -> GrievanceKind:
    try:
        return GrievanceKind(text.replace("-", "_"))
    except ValueError:
        raise Failed(
            f"--kind: {text!r} is not complaint, dispute or record-dispute.", WRONG_INPUT
        ) from None


def _code(text: str) -> str:
    """A code, so that no person's words come into histories."""
    if not _CODE.fullmatch(text):
        raise Failed(
            f"--about: {text!r} is not a code of small letters, digits and dashes, 40 at most.",
            WRONG_INPUT,
        )
    return text


def _id_of(chosen: str, loan: str, kind: GrievanceKind, about: str, came_on: date) -> str:
    """The same thing said on the same day is one grievance, unless it has an id of its own."""
    if chosen and not _ID.fullmatch(chosen):
        raise Failed(
            f"--id: {chosen!r} is not small letters, digits, dots and dashes, 64 at most.",
            WRONG_INPUT,
        )
    named = kind.replace("_", "-")
    return chosen or f"{named}-{came_on:%Y%m%d}-{digest(f'{loan} {kind} {about}')[:6]}"


def _next(grievance: Grievance) -> date:
    """The next later date of its rule."""
    later = [each.until for each in grievance.extensions if each.until > grievance.last_day]
    if not later:
        raise Failed(f"{grievance.rule} allows no date after {grievance.last_day}.")
    return later[0]
