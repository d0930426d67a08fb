"""The authority file: levels with their limits, and who has which."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from domain.authority import Action, Authority, Level
from policies.files import PolicyError, checked, read
from policies.hardship_files import Currency

FILE = Path(__file__).parent / "authority.yaml"

Amount = Annotated[int, Field(strict=True, ge=1)]
Days = Annotated[int, Field(strict=True, ge=1)]

_Problem = tuple[tuple[str, ...], str]


class AuthorityFile(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    remind_days: Days
    answer_days: Days
    lend_days: Days
    people: dict[str, str]
    levels: dict[str, dict[Action, dict[Currency, Amount]]] = Field(min_length=1)

    def authority(self) -> Authority:
        """The domain's authority."""
        levels = tuple(Level(name, limits) for name, limits in self.levels.items())
        days = (self.remind_days, self.answer_days, self.lend_days)
        return Authority(levels, self.people, *days)


def load_authority(path: Path = FILE, text: str | None = None) -> Authority:
    """The authority file; raises PolicyError with all problems, each with file and line."""
    file = read(path, text)
    model, found = checked(file, AuthorityFile)
    if model is None:
        raise PolicyError(found)
    if wrong := [file.problem(place, message) for place, message in _problems(model)]:
        raise PolicyError(wrong)
    return model.authority()


def _problems(model: AuthorityFile) -> Iterator[_Problem]:
    """What does not go together: levels that nobody has, limits that fall, reminders too late."""
    if model.remind_days >= model.answer_days:
        yield ("remind_days",), "a reminder comes before the end of the answer."
    known = ", ".join(model.levels)
    for person, level in model.people.items():
        if level not in model.levels:
            yield ("people", person), f"{level} is no level; there are {known}."
    for (_, lower), (name, higher) in pairwise(model.levels.items()):
        for action, limits in lower.items():
            for currency, amount in limits.items():
                if higher.get(action, {}).get(currency, 0) < amount:
                    place = ("levels", name, action, currency)
                    yield place, "a higher level may not decide on less than a lower one."
