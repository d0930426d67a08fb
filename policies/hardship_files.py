"""The hardship file: household minimums and the care that vulnerability asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from domain.affordability import Household
from domain.gate.pack import Confidence
from domain.money import EXPONENTS
from domain.reasons import Care, Vulnerability
from policies.files import PolicyError, checked, read

FILE = Path(__file__).parent / "hardship.yaml"

Amount = Annotated[int, Field(strict=True, ge=0)]
Days = Annotated[int, Field(strict=True, ge=1)]
Percent = Annotated[int, Field(strict=True, ge=0, le=100)]


def _known(code: str) -> str:
    if code not in EXPONENTS:
        raise ValueError("is not an ISO 4217 currency code such as CNY")
    return code


Currency = Annotated[str, AfterValidator(_known)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HouseholdFile(_Part):
    """One jurisdiction's minimum, with where it comes from."""

    currency: Currency
    first_adult_minor: Amount
    further_adult_minor: Amount
    child_minor: Amount
    source: str = Field(min_length=1)
    confidence: Confidence

    def household(self) -> Household:
        """The domain's minimum."""
        return Household(
            self.currency, self.first_adult_minor, self.further_adult_minor, self.child_minor
        )


class CareFile(_Part):
    """What one flag asks for."""

    spare_percent: Percent = 0
    rest_days: Annotated[int, Field(strict=True, ge=0)] = 0
    check_back_days: Days | None = None
    written: Annotated[bool, Field(strict=True)] = False
    second_look: Annotated[bool, Field(strict=True)] = False


class HardshipFile(_Part):
    """The whole file."""

    spare_percent: Percent
    finances_days: Days
    households: dict[str, HouseholdFile]
    vulnerability: dict[Vulnerability, CareFile]


@dataclass(frozen=True, slots=True)
class Hardship:
    """How means are judged.

    `spare_percent` of a surplus is always left; a form older than `finances_days` is taken anew.
    A jurisdiction without a household sets no minimum, a flag without a care changes nothing.
    """

    spare_percent: int
    finances_days: int
    households: Mapping[str, Household]
    cares: Mapping[Vulnerability, Care]


def load_hardship(path: Path = FILE, text: str | None = None) -> Hardship:
    """The hardship file; raises PolicyError with all problems, each with file and line."""
    file = read(path, text)
    model, found = checked(file, HardshipFile)
    if model is None:
        raise PolicyError(found)
    return Hardship(
        model.spare_percent,
        model.finances_days,
        {law: entry.household() for law, entry in model.households.items()},
        {flag: Care(**care.model_dump()) for flag, care in model.vulnerability.items()},
    )
