"""The borrower stories of the five banks: told by name, lived by the stages, and checked."""

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
from domain.case import Case
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
    if on is Where.TEMPORAL:
        problems += _on_temporal(told, treatment, case)
    _say(told, case, lines, problems, as_json)
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


def _on_temporal(told: BorrowerStory, treatment: Strategy, case: Case) -> list[str]:
    from demo.real_stories import timelines  # noqa: PLC0415 - it starts a server and a worker

    (real,) = timelines([(told, treatment)])
    if real == case.timeline:
        return []
    pairs = zip([*case.timeline, None], [*real, None], strict=False)
    here, there = next(pair for pair in pairs if pair[0] != pair[1])
    return [f"in virtual time {here}, on the server {there}"]


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
    told: BorrowerStory, case: Case, lines: list[Line], problems: list[str], as_json: bool
) -> None:
    if as_json:
        show_json(
            {
                "story": told.name,
                "strategy": case.strategy_id,
                "outcome": case.outcome,
                "as_told": not problems,
                "problems": problems,
                "calendar": lines,
            }
        )
        return
    people().print(f"{told.tells['en']}\n{told.tells['zh']}\nStrategy {case.strategy_id}\n")
    show_calendar(case, lines, BORROWER)
    for problem in problems:
        complain(problem)
    if not problems:
        people().print("It went as it is told.")
