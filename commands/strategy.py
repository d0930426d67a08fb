"""The `strategy` commands: every problem of a file with its line, and a picture of a strategy."""

from pathlib import Path
from typing import Annotated

import typer

from commands.doors import ending, read_settings
from commands.rehearse import chosen_treatment
from commands.saying import NOT_DONE, WRONG_INPUT, AsJson, Failed, complain, people, show_json
from commands.strategy_checks import Known, problems_of
from commands.strategy_drawing import drawing
from domain.counting import counted
from intake.treatments import load_treatments
from policies.agency_files import load_panel
from policies.packs import sound_packs
from policies.remedy_files import load_remedies
from policies.strategy_files import FOLDER
from settings import Settings


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
    """Look at a strategy file, its remedies, agencies, hours and texts; problems by line."""
    if file is not None and not file.is_file():
        raise Failed(f"{file} is not a file.", WRONG_INPUT)
    files = [file] if file is not None else sorted(FOLDER.glob("*.yaml"))
    known = _known(read_settings())
    problems = [problem for path in files for problem in problems_of(path, known)]
    if as_json:
        show_json({"files": len(files), "problems": problems})
    else:
        for problem in problems:
            complain(problem)
        said = f"{counted(len(problems), 'problem')}." if problems else "all well."
        people().print(f"{counted(len(files), 'strategy')}, {said}")
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


def _known(settings: Settings) -> Known:
    """What strategies may speak of in this house; raises PolicyError for a panel with problems."""
    panel = None if settings.agency_panel is None else load_panel(settings.agency_panel).keys()
    packs, _ = sound_packs()
    return Known(load_remedies(), packs.books(settings.profile), panel)
