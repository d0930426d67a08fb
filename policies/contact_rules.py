"""Contact rules by jurisdiction: YAML into the domain's ContactRules."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from domain.permit import ContactRules
from policies.files import LocalTime, PolicyError, PolicyFile, checked, read

FOLDER = Path(__file__).parent / "jurisdictions"


class ContactRulesFile(BaseModel):
    """When a borrower of that jurisdiction may be contacted, and how often; with the source."""

    model_config = ConfigDict(extra="forbid")

    jurisdiction: str
    earliest: LocalTime
    latest: LocalTime
    dunning_per_day: int = Field(strict=True, ge=1)
    hours_rule: str
    cap_rule: str
    source: str


def load_contact_rules(folder: Path = FOLDER) -> dict[str, ContactRules]:
    """The contact rules of a folder by jurisdiction; PolicyError names every problem."""
    rules: dict[str, ContactRules] = {}
    found: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            file = read(path)
        except PolicyError as error:
            found += error.problems
            continue
        model, problems = checked(file, ContactRulesFile)
        found += problems
        if model is not None:
            found += _problems(file, model, rules)
            rules[model.jurisdiction] = ContactRules(**model.model_dump())
    if found:
        raise PolicyError(found)
    return rules


def _problems(
    file: PolicyFile, model: ContactRulesFile, rules: Mapping[str, ContactRules]
) -> list[str]:
    found = []
    if model.jurisdiction in rules:
        found.append(file.problem(["jurisdiction"], f"{model.jurisdiction} has rules already."))
    if model.latest <= model.earliest:
        found.append(file.problem(["latest"], "the lawful hours end before they begin."))
    return found
