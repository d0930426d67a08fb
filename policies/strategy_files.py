"""Strategy files: YAML into the domain's Strategy, with every problem named by file and line."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from domain.steps import Step
from domain.strategy import Strategy
from domain.strategy_problems import problems, step_problems
from policies.campaign_files import CampaignStepFile
from policies.early_files import EarlyStepFile
from policies.files import PolicyError, PolicyFile, checked, read
from policies.step_parts import BeforeFile, EventStepFile, StepFile
from policies.strategy_parts import StrategyFile

EVENTS = (
    ("promise", "broken", EventStepFile),
    ("promise", "before", BeforeFile),
    ("plan", "missed", EventStepFile),
    ("plan", "before", BeforeFile),
    ("plan", "agreed", EventStepFile),
    ("thanks", "cured", EventStepFile),
    ("thanks", "kept", EventStepFile),
)
"""Steps beside the ladders: the section of each, its name there, and what it is made of."""

FOLDER = Path(__file__).parent / "strategies"


def load_strategy(path: Path, text: str | None = None) -> Strategy:
    """The strategy in a file (or in `text`, read under the file's name).

    Raises PolicyError with all problems at once, each with file and line.
    """
    file = read(path, text)
    model, found = checked(file, StrategyFile)
    if model is None:
        raise PolicyError(found + _placed(file, step_problems(readable_steps(file.tree))))
    strategy = model.strategy(file.text)
    if wrong := problems(strategy):
        raise PolicyError(_placed(file, wrong))
    return strategy


def misnamed(file: PolicyFile) -> list[str]:
    """What is wrong with a strategy's name: it is that of its file, so no two have the same."""
    name, called = file.tree.get("name"), Path(file.name).stem
    if not isinstance(name, str) or name == called:
        return []
    other = " as another strategy is" if (FOLDER / f"{name}.yaml").is_file() else ""
    return [f"it is named {name!r}{other}, and its file {called!r}; call both the same."]


def load_strategies(folder: Path = FOLDER) -> dict[str, Strategy]:
    """Every strategy of a folder by its `name@digest`; PolicyError names every problem."""
    strategies: dict[str, Strategy] = {}
    found: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            strategy = load_strategy(path)
        except PolicyError as error:
            found += error.problems
        else:
            strategies[strategy.id] = strategy
    if found:
        raise PolicyError(found)
    return strategies


def _placed(file: PolicyFile, problems: list[str]) -> list[str]:
    """The domain's problems, which begin with a place such as `remind.steps.0.day: `, by line."""
    placed = []
    for found in problems:
        place, _, message = found.partition(": ")
        parts = [int(part) if part.isdigit() else part for part in place.split(".")]
        placed.append(file.problem(parts, message))
    return placed


def readable_steps(tree: Any) -> list[tuple[str, Step]]:
    """The steps that can be read in a file that as a whole cannot, each with its place."""
    parts = {name: part for name, part in tree.items() if isinstance(part, dict)}
    raw: list[tuple[str, type[EventStepFile], object]] = []
    for ladder in ("remind", "negotiate", "lost_contact", "legal"):
        for number, step in enumerate(_items(parts.get(ladder, {}).get("steps"))):
            raw.append((f"{ladder}.steps.{number}", StepFile, step))
    for number, step in enumerate(_items(parts.get("early", {}).get("steps"))):
        raw.append((f"early.steps.{number}", EarlyStepFile, step))
    for nth, campaign in enumerate(_items(tree.get("campaigns"))):
        steps = campaign.get("steps") if isinstance(campaign, dict) else None
        for number, step in enumerate(_items(steps)):
            raw.append((f"campaigns.{nth}.steps.{number}", CampaignStepFile, step))
    for part, name, made_of in EVENTS:
        raw.append((f"{part}.{name}", made_of, parts.get(part, {}).get(name)))
    placed: list[tuple[str, Step]] = []
    for place, model, step in raw:
        with suppress(ValidationError):
            placed.append((place, model.model_validate(step).step()))
    return placed


def _items(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def json_schema() -> str:
    """The JSON Schema of a strategy file, for editors."""
    return json.dumps(StrategyFile.model_json_schema(), indent=2, ensure_ascii=False) + "\n"
