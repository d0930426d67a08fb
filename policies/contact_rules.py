"""Contact rules by jurisdiction: YAML into the domain's ContactRules."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from domain.permit import ContactRules
from policies.files import PolicyError, checked, read
from policies.strategy_files import LocalTime

FOLDER = Path(__file__).parent / "jurisdictions"


class ContactRulesFile(BaseModel):
    """When a borrower of that jurisdiction may be contacted, and how often; with the source."""

    model_config = ConfigDict(extra="forbid")

    jurisdiction: str
    earliest: LocalTime
    latest: LocalTime
    dunning_per_day: int
    hours_rule: str
    cap_rule: str
    source: str


def load_contact_rules(folder: Path = FOLDER) -> dict[str, ContactRules]:
    """The contact rules of a folder by jurisdiction; PolicyError names every problem."""
    rules: dict[str, ContactRules] = {}
    found: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        model, problems = checked(read(path), ContactRulesFile)
        found += problems
        if model is not None:
            rules[model.jurisdiction] = ContactRules(**model.model_dump())
    if found:
        raise PolicyError(found)
    return rules
