"""The borrower stories of the five banks: told by name, lived by the stages, and checked."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Annotated

import typer

from channels.letters import Lender, Letters
from commands.calendar_of import Line, WritingWorld, calendar_of
from commands.doors import read_settings
from commands.rehearse import LOCALES, chosen_treatment, show_calendar
from commands.rehearse_tape import Where
from commands.saying import (
    NOT_DONE,
    WRONG_INPUT,
    AsJson,
    Failed,
    complain,
    people,
    show_json,
    show_table,
)
from domain.case import Case, Entry
from domain.known import rules
from domain.strategy import Strategy
from intake.treatments import load_treatments
from simulation.six_stories import STORIES
from simulation.stories import BorrowerStory, otherwise

BORROWER = "王伟"


def story(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Without it: all of them.")] = "",
    on: Annotated[Where, typer.Option("--on", help="temporal: on a real server too.")] = (
        Where.VIRTUAL
    ),
    strategy: Annotated[str, typer.Option("--strategy", help="Default: the bank's own.")] = "",
    as_json: AsJson = False,
) -> int:
    """One borrower's story as its calendar; exit code 1 when it does not go as it is told."""
    if not name:
        return _list(as_json)
    if (told := STORIES.get(name)) is None:
        known = ", ".join(STORIES)
        raise Failed(f"There is no story {name!r}; there are: {known}.", WRONG_INPUT)
    treatments = load_treatments(read_settings().profile)
    treatment = chosen_treatment(treatments, strategy or told.strategies[0])
    case, lines = lived(told, treatment)
    problems = differences(told, case, lines)
    compared = ""
    if on is Where.TEMPORAL:
        real = lived_for_real(told, treatment)
        if other := timelines_differ(case.timeline, real):
            problems.append(other)
        else:
            compared = (
                f"Lived on a real server too: its timeline of {len(real)} entries is the same."
            )
    _say(told, case, lines, problems, compared, as_json)
    return NOT_DONE if problems else 0


def lived(told: BorrowerStory, treatment: Strategy) -> tuple[Case, list[Line]]:
    """The case at the end of its story in virtual time, and its calendar."""
    settings = read_settings()
    lender = Lender(settings.lender_name, settings.lender_email, settings.lender_phone)
    case = told.case(treatment)
    letters, locale = Letters(lender), LOCALES[case.jurisdiction]
    world = WritingWorld(told.world(rules()), letters, treatment, BORROWER, locale)
    return case, calendar_of(case, treatment, world, told.events(), told.ends)


def differences(told: BorrowerStory, case: Case, lines: list[Line]) -> list[str]:
    """In what the calendar differs from the story; empty when it went as told."""
    refused = [line.what for line in lines if line.kind == "refused"]
    said = (f"{line.kind}: {line.why if line.kind == 'silence' else line.what}" for line in lines)
    return otherwise(told, case.outcome, said, refused)


def lived_for_real(told: BorrowerStory, treatment: Strategy) -> list[Entry]:
    """The timeline of the same story on a real server, by the worker."""
    from demo.real_stories import timelines  # noqa: PLC0415 - it starts a server and a worker

    (real,) = timelines([(told, treatment)])
    return real


def timelines_differ(virtual: Sequence[Entry], real: Sequence[Entry]) -> str:
    """Where the real server lived the story otherwise, by the first entry; empty when nowhere."""
    pairs = enumerate(zip_longest(virtual, real), start=1)
    first = next(((n, here, there) for n, (here, there) in pairs if here != there), None)
    if first is None:
        return ""
    number, here, there = first
    return (
        f"From entry {number} on the timelines differ: in virtual time {_entry(here)}; "
        f"on the real server {_entry(there)}."
    )


def _entry(entry: Entry | None) -> str:
    return f"{entry.at:%Y-%m-%d %H:%M:%S} UTC {entry.what}: {entry.detail}" if entry else "no more"


def _list(as_json: bool) -> int:
    if as_json:
        show_json(
            [{"name": s.name, "strategies": s.strategies, **s.tells} for s in STORIES.values()]
        )
        return 0
    rows = [
        (told.name, told.strategies, "\n".join(told.tells.values())) for told in STORIES.values()
    ]
    show_table("Stories", ("name", "strategies", "what it tells"), rows)
    return 0


def _say(
    told: BorrowerStory,
    case: Case,
    lines: list[Line],
    problems: list[str],
    compared: str,
    as_json: bool,
) -> None:
    if as_json:
        show_json(
            {
                "story": told.name,
                "strategy": case.strategy_id,
                "outcome": case.outcome,
                "as_told": not problems,
                "problems": problems,
                "compared": compared,
                "calendar": lines,
            }
        )
        return
    people().print(f"{told.tells['en']}\n{told.tells['zh']}\nStrategy {case.strategy_id}\n")
    show_calendar(case, lines, BORROWER)
    for problem in problems:
        complain(problem)
    if compared:
        people().print(compared)
    if not problems:
        people().print("It went as it is told.")
