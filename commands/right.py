"""The `right` commands: what a borrower told us of how they want to be treated.

LOAN names the person; what they told us binds every contact about any of their loans, and every
agency that has one.
"""

from dataclasses import asdict
from datetime import datetime, time
from typing import Annotated

import typer

from commands import reading as read
from commands.asking import By
from commands.doors import House, RequestId, ending, now, open_house, os_user
from commands.saying import (
    NOT_DONE,
    WRONG_INPUT,
    AsJson,
    Failed,
    complain,
    show_facts,
    show_json,
    show_listed,
    show_table,
)
from commands.standing import standing
from domain.counting import counted
from domain.gate.words import Channel, Purpose
from domain.rights import Right, RightKind
from intake.connect import Unanswered
from intake.speaking import Speaker
from ledger.cases import cases
from ledger.engine import reading, writing
from ledger.rights import exercise, right_of, rights_of
from ledger.rights import withdraw as withdraw_right
from ledger.standing import untold
from ledger.values import LoanView

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Person = Annotated[str, typer.Argument(metavar="LOAN", help="A loan of the person.")]
At = Annotated[str, typer.Option("--at", help="When they told us. Default: now.")]
OnlyPoint = Annotated[int | None, typer.Option("--point", help="Only that contact point, by id.")]


def app() -> typer.Typer:
    """The commands about people's rights."""
    program = typer.Typer(
        help="What a person told us: stop, cease, a lawyer, times, consents.", no_args_is_help=True
    )
    for name, command in (
        ("opt-out", opt_out),
        ("cease", cease),
        ("representation", representation),
        ("hours", hours),
        ("slot", slot),
        ("call-back", call_back),
        ("refusal", refusal),
        ("consent", consent),
        ("withdraw", withdraw),
        ("list", list_),
    ):
        program.command(name)(ending(command))
    return program


async def opt_out(
    loan: Person,
    channel: Annotated[Channel | None, typer.Option("--channel", help="Default: each.")] = None,
    purpose: Annotated[Purpose | None, typer.Option("--purpose", help="Default: each.")] = None,
    point: OnlyPoint = None,
    at: At = "",
    by: By = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """Not by that channel, or not for that purpose, any more."""
    said = _Said(loan, RightKind.OPT_OUT, at, by, request_id)
    return await said.take(as_json, channel=channel, purpose=purpose, contact_point_id=point)


async def cease(
    loan: Person, at: At = "", by: By = "", request_id: RequestId = "", as_json: AsJson = False
) -> int:
    """No contact at all, but for what the law still demands."""
    return await _Said(loan, RightKind.CEASE, at, by, request_id).take(as_json)


async def representation(
    loan: Person, at: At = "", by: By = "", request_id: RequestId = "", as_json: AsJson = False
) -> int:
    """Contact goes to their lawyer or adviser only."""
    return await _Said(loan, RightKind.REPRESENTATION, at, by, request_id).take(as_json)


async def hours(
    loan: Person,
    weekdays: Annotated[str, typer.Option("--weekdays", help="Such as mon-fri or sat,sun.")],
    start: Annotated[str, typer.Option("--from", metavar="HH:MM", help="Where they live.")],
    end: Annotated[str, typer.Option("--to", metavar="HH:MM", help="Not after --from: next day.")],
    at: At = "",
    by: By = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """Hours that are inconvenient to them, on some weekdays."""
    said = _Said(loan, RightKind.INCONVENIENT_HOURS, at, by, request_id)
    earliest, latest = _clock(start, "--from"), _clock(end, "--to")
    return await said.take(as_json, weekdays=_weekdays(weekdays), earliest=earliest, latest=latest)


async def slot(
    loan: Person,
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="Where they live.")],
    until: Annotated[str, typer.Option("--until", metavar="TIME", help="The end of it.")],
    reference: Annotated[str, typer.Option("--reference", help="Where it is on record.")] = "",
    by: By = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """A time they agreed to, outside the usual hours or inside hours they named."""
    said = _Said(loan, RightKind.AGREED_SLOT, "", by, request_id)
    begins, ends = said.instant(start, "--from"), said.instant(until, "--until")
    return await said.take(as_json, start=begins, until=ends, reference=reference)


async def call_back(
    loan: Person,
    before: Annotated[
        str, typer.Option("--before", metavar="DATE", help="The first day it holds no longer.")
    ] = "",
    at: At = "",
    by: By = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """They asked to be called back about this very loan, until the next conversation on it."""
    last = read.day(before, "--before") if before else None
    said = _Said(loan, RightKind.CALL_BACK, at, by, request_id)
    return await said.take(as_json, loan_id=loan, valid_before=last)


async def refusal(
    loan: Person,
    point: Annotated[int, typer.Option("--point", help="The third person's contact point.")],
    at: At = "",
    by: By = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """A third person does not want to be asked again: never at that point."""
    said = _Said(loan, RightKind.THIRD_PARTY_REFUSAL, at, by, request_id)
    return await said.take(as_json, contact_point_id=point)


async def consent(
    loan: Person,
    channel: Annotated[Channel, typer.Option("--channel", help="To which they agreed.")],
    reference: Annotated[str, typer.Option("--reference", help="Where it is on record.")],
    at: At = "",
    by: By = "",
    request_id: RequestId = "",
    as_json: AsJson = False,
) -> int:
    """They agreed to a channel that nobody may use without."""
    said = _Said(loan, RightKind.CONSENT, at, by, request_id)
    return await said.take(as_json, channel=channel, reference=reference)


async def withdraw(
    loan: Person,
    right_id: Annotated[str, typer.Argument(metavar="RIGHT_ID", help="`right list` has it.")],
    by: By = "",
    as_json: AsJson = False,
) -> int:
    """End a right that the person takes back; it stays on record."""
    house, at = open_house(), now()
    person = standing(house.engine, loan).view.borrower.borrower_id
    with writing(house.engine) as session:
        found = right_of(session, right_id)
        if found is None or found.borrower_id != person:
            raise Failed(f"The person of loan {loan!r} has no right {right_id!r}.")
        new = withdraw_right(session, right_id, by or os_user(), at)
    done = "Withdrawn" if new else "Withdrawn before"
    return await _tell(house, found, f"{done}: {found.said()}", as_json)


def list_(loan: Person, as_json: AsJson = False) -> int:
    """Everything the person told us, the oldest first, and the contact points of their file."""
    house, at = open_house(), now()
    view = standing(house.engine, loan).view
    with reading(house.engine) as session:
        found = rights_of(session, view.borrower.borrower_id)
    points = [(p.id, p.channel, p.party, p.status) for p in view.contact_points]
    if as_json:
        told = [{"right": r.said(), "in_force": not r.over(at)} | asdict(r) for r in found]
        named = [dict(zip(("id", "channel", "party", "status"), p, strict=True)) for p in points]
        show_json({"rights": told, "contact_points": named})
        return 0
    rows = [
        (r.right_id, r.said(), r.start, r.end or "", "" if r.over(at) else "yes", r.by)
        for r in found
    ]
    columns = ("Id", "What", "From", "Until", "In force", "By")
    show_listed(
        f"{counted(len(found), 'right')} of {view.borrower.borrower_id} (UTC)", columns, rows
    )
    show_table("Contact points", ("Id", "Channel", "Whose", "Status"), points)
    return 0


class _Said:
    """Something a person told us, as it is taken down."""

    def __init__(self, loan: str, kind: RightKind, at: str, by: str, request_id: str) -> None:
        self.house = open_house()
        self.view: LoanView = standing(self.house.engine, loan).view
        self.kind, self.by, self.right_id = kind, by or os_user(), request_id or read.fresh_id()
        self.at = read.past_instant(at, "--at", self.view.borrower.calendar_zone, now())

    def instant(self, text: str, option: str) -> datetime:
        """An instant, local where the person lives unless it says its zone."""
        return read.instant(text, option, self.view.borrower.calendar_zone)

    async def take(self, as_json: bool, **particulars: object) -> int:
        """Record it first, then tell every open case of the person; the exit code."""
        told = {"start": self.at, "by": self.by} | particulars
        person = self.view.borrower.borrower_id
        right = Right(self.right_id, person, self.kind, **told)  # type: ignore[arg-type]
        with writing(self.house.engine) as session:
            new = exercise(session, right, now())
        done = "Recorded" if new else "Recorded before"
        return await _tell(self.house, right, f"{done}: {right.said()}", as_json)


async def _tell(house: House, right: Right, done: str, as_json: bool) -> int:
    """Tell the person's open cases, and say which know and which do not; the exit code."""
    with reading(house.engine) as session:
        mine = {file.loan_id: file.case_id for file in cases(session, True, right.borrower_id)}
    why = ""
    try:
        speaker = Speaker(house.engine, house.cases)
        for loan in mine:
            await speaker.speak(now(), loan)
    except Unanswered as away:
        why = str(away)
    with reading(house.engine) as session:
        left = {one.case_id for loan in mine for one in untold(session, loan)}
    told = sorted(set(mine.values()) - left)
    said = {"right_id": right.right_id, "told": told, "untold": sorted(left)}
    if as_json:
        show_json(said | {"why": why} if why else said)
    else:
        show_facts(done, [("Right", right.right_id), ("Cases that know", told)])
    if left:
        complain(
            f"It is recorded as {right.right_id} and binds every contact of ours. These cases, and "
            f"their agencies, have not heard of it: {', '.join(sorted(left))}. {why} `doors` tells "
            f"them when the server is back, and so does the same again under its id."
        )
    return NOT_DONE if left else 0


def _weekdays(text: str) -> frozenset[int]:
    """Days such as mon-fri, sat or fri-mon,wed, as numbers from Monday, 0."""
    found: set[int] = set()
    for part in text.lower().split(","):
        first, _, last = part.strip().partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise Failed(f"--weekdays: {text!r} is not such as mon-fri or sat,sun.", WRONG_INPUT)
        start, end = DAYS.index(first), DAYS.index(last or first)
        found.update((start + n) % 7 for n in range((end - start) % 7 + 1))
    return frozenset(found)


def _clock(text: str, option: str) -> time:
    try:
        clock = time() if text == "24:00" else time.fromisoformat(text)
    except ValueError:
        clock = None
    if clock is None or clock.tzinfo is not None or clock.second or clock.microsecond:
        raise Failed(f"{option}: {text!r} is not a time of day such as 09:00.", WRONG_INPUT)
    return clock
