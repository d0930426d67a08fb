"""Offer files: YAML into the domain's definitions, with every problem named by file and line."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from domain.keys import digest
from domain.offer_terms import (
    Covers,
    Definition,
    Guards,
    Lengths,
    OfferKind,
    Waive,
    WaivedOf,
    problems,
)
from domain.reasons import Reason, Vulnerability
from policies.files import PolicyError, PolicyFile, checked, read

FOLDER = Path(__file__).parent / "offers"

Days = Annotated[int, Field(strict=True, ge=0)]
Count = Annotated[int, Field(strict=True, ge=1)]
Percent = Annotated[int, Field(strict=True, ge=0, le=100)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class DaysFile(_Part):
    """From a day past due to another; no last one when `to` is absent."""

    first: Days = Field(alias="from")
    last: Days | None = Field(default=None, alias="to")


class WhoFile(_Part):
    """Who qualifies; what is absent lets everybody through."""

    reasons: frozenset[Reason] = frozenset()
    days_past_due: DaysFile = DaysFile(first=0)
    jurisdictions: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    portfolios: frozenset[str] = frozenset()
    vulnerable: frozenset[Vulnerability] = frozenset()
    on_request: Annotated[bool, Field(strict=True)] = False
    needs_finances: Annotated[bool, Field(strict=True)] = False
    max_plans_broken: Days | None = None

    def guards(self) -> Guards:
        """The domain's guards."""
        said = {name: getattr(self, name) for name in type(self).model_fields}
        return Guards(
            **said | {"days_past_due": (self.days_past_due.first, self.days_past_due.last)}
        )


class InstalmentsFile(_Part):
    """How many monthly instalments; `usual` where means need not be known, else the fewest."""

    fewest: Count
    usual: Count | None = None
    most: Count


class WaiveFile(_Part):
    """What may be forgiven, by level of authority."""

    of: WaivedOf
    percent: dict[str, Percent] = Field(min_length=1)
    floor_percent: Percent = 0


class OfferFile(_Part):
    """A whole offer file."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: OfferKind
    kindness: Count
    valid_days: Count
    covers: Covers
    instalments: InstalmentsFile
    rest_months: Days = 0
    freeze_months: Days = 0
    annual_bps: Annotated[int, Field(strict=True, ge=0, le=10_000)] = 0
    judged_by_surplus: Annotated[bool, Field(strict=True)] = True
    check_back_days: Count | None = None
    waive: WaiveFile | None = None
    who: WhoFile = WhoFile()

    def definition(self, text: str) -> Definition:
        """The domain's definition; its digest is that of the file's text."""
        lengths, waive = self.instalments, self.waive
        return Definition(
            name=self.name,
            digest=digest(text)[:12],
            kind=self.kind,
            kindness=self.kindness,
            valid_days=self.valid_days,
            covers=self.covers,
            lengths=Lengths(
                lengths.fewest, lengths.usual or lengths.fewest, lengths.most, self.rest_months
            ),
            guards=self.who.guards(),
            annual_bps=self.annual_bps,
            freeze_months=self.freeze_months,
            waive=Waive(waive.of, waive.percent, waive.floor_percent) if waive else None,
            judged_by_surplus=self.judged_by_surplus,
            check_back_days=self.check_back_days,
        )


def load_offer(path: Path, levels: Sequence[str], text: str | None = None) -> Definition:
    """The definition in a file (or in `text`, read under the file's name).

    `levels` are the levels of authority, the lowest first. Raises PolicyError with all problems at
    once, each with file and line.
    """
    file = read(path, text)
    model, found = checked(file, OfferFile)
    if model is None:
        raise PolicyError(found)
    definition = model.definition(file.text)
    if wrong := [*problems(definition), *_level_problems(definition, levels)]:
        raise PolicyError([_placed(file, problem) for problem in wrong])
    return definition


def load_offers(levels: Sequence[str], folder: Path = FOLDER) -> dict[str, Definition]:
    """Every definition of a folder by its `name@digest`; PolicyError names every problem."""
    definitions: dict[str, Definition] = {}
    found: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            definition = load_offer(path, levels)
        except PolicyError as error:
            found += error.problems
        else:
            definitions[definition.id] = definition
    if found:
        raise PolicyError(found)
    return definitions


def _level_problems(definition: Definition, levels: Sequence[str]) -> list[str]:
    """Levels that nobody has, and levels that do not stand from the lowest to the highest."""
    if definition.waive is None:
        return []
    named = list(definition.waive.percent)
    strange = [level for level in named if level not in levels]
    known = ", ".join(levels)
    found = [f"waive.percent.{level}: is no level; there are {known}." for level in strange]
    if not strange and named != sorted(named, key=list(levels).index):
        found.append(f"waive.percent: the levels stand in the order {known}.")
    return found


def _placed(file: PolicyFile, problem: str) -> str:
    place, _, message = problem.partition(": ")
    return file.problem(place.split("."), message)
