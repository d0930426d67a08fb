"""The `strategy` commands: every problem of a file with its line, and a picture of a strategy."""

from pathlib import Path
from typing import Annotated

import typer

from channels.approvals import read_approved
from channels.letters import TEMPLATES
from channels.texts import page_of
from commands.doors import ending, read_settings
from commands.rehearse import chosen_treatment
from commands.saying import NOT_DONE, WRONG_INPUT, AsJson, Failed, complain, people, show_json
from commands.strategy_drawing import drawing
from domain.strategy import Strategy
from domain.strategy_problems import placed_steps
from intake.treatments import load_treatments
from policies.files import PolicyError, PolicyFile, read
from policies.remedy_files import load_remedies, misplaced
from policies.strategy_files import FOLDER, load_strategy


def app() -> typer.Typer:
    """The commands about strategies."""
    program = typer.Typer(help="Strategies: check, draw.", no_args_is_help=True)
    program.command("check")(ending(check))
    program.command("draw")(ending(draw))
    return program


def check(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Without it: all that are shipped.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Look at a strategy file, its remedies and its texts; all problems at once, with lines."""
    if file is not None and not file.is_file():
        raise Failed(f"{file} is not a file.", WRONG_INPUT)
    files = [file] if file is not None else sorted(FOLDER.glob("*.yaml"))
    problems = [problem for path in files for problem in problems_of(path)]
    if as_json:
        show_json({"files": len(files), "problems": problems})
    else:
        for problem in problems:
            complain(problem)
        said = f"{len(problems)} problems." if problems else "all well."
        people().print(f"{len(files)} strategies, {said}")
    return NOT_DONE if problems else 0


def draw(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A strategy by name.")],
    to: Annotated[Path, typer.Option("--to", metavar="FILE.svg", help="Where it is written.")],
    as_json: AsJson = False,
) -> int:
    """Draw a strategy: its stages, their contacts, and what leads where."""
    strategy = chosen_treatment(load_treatments(read_settings().profile), name)
    try:
        to.write_text(drawing(strategy), encoding="utf-8")
    except OSError as error:
        raise Failed(f"{to} cannot be written: {error.strerror}.", WRONG_INPUT) from None
    if as_json:
        show_json({"strategy": strategy.id, "file": str(to)})
    else:
        people().print(f"{strategy.id} is drawn in {to}")
    return 0


def problems_of(path: Path) -> list[str]:
    """Everything that is wrong with a strategy file, each problem with file and line."""
    try:
        strategy = load_strategy(path)
        file = read(path)
    except PolicyError as error:
        return error.problems
    remedies = []
    for said in misplaced(strategy, load_remedies()):
        place, _, message = said.partition(": ")[2].partition(": ")
        remedies.append(file.problem(_parts(place), message))
    return remedies + _texts(file, strategy)


def _texts(file: PolicyFile, strategy: Strategy) -> list[str]:
    """Steps whose text is not there for a channel, or is approved as something else."""
    told = read_approved(TEMPLATES)
    locales = sorted(folder.name for folder in TEMPLATES.iterdir() if folder.is_dir())
    found = []
    for place, step in placed_steps(strategy):
        here = _parts(place)
        notice = told.notices.get(step.template)
        if notice is None:
            found.append(file.problem([*here, "template"], f"there is no {step.template!r}."))
            continue
        if notice.message_class is not step.message_class:
            said = f"{step.template!r} is {notice.message_class}, not {step.message_class}."
            found.append(file.problem([*here, "message_class"], said))
        for channel in (step.channel, *step.otherwise):
            page = f"{step.template}/{page_of(channel)}.txt"
            lacks = [name for name in locales if not (TEMPLATES / name / page).is_file()]
            if lacks and (not notice.jurisdictions or len(lacks) == len(locales)):
                said = f"{page} is not there in {', '.join(lacks)}."
                found.append(file.problem([*here, "template"], said))
    return found


def _parts(place: str) -> list[str | int]:
    return [int(part) if part.isdigit() else part for part in place.split(".")]
