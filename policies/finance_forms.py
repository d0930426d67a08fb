"""The income and expenditure form as a file: YAML into the domain's Finances, exact to the unit."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from domain.affordability import Finances, Line
from domain.money import MoneyError, to_minor
from policies.files import PolicyError, checked, read
from policies.hardship_files import Currency


def _text(value: object) -> object:
    """A YAML reader makes 0.10 a float; we ask for quotes instead of guessing the cents."""
    if not isinstance(value, str):
        raise ValueError('write the amount in quotes and major units, such as "1200.00"')
    return value


Amount = Annotated[str, BeforeValidator(_text)]
Income = Literal["salary", "self_employed", "benefits", "pension", "support", "other"]
Housing = Literal["rent", "mortgage", "utilities", "other"]
Living = Literal[
    "food", "transport", "health", "children", "communication", "insurance", "care", "other"
]
Debts = Literal["rent_arrears", "taxes", "maintenance", "cards", "loans", "other"]


class FinancesForm(BaseModel):
    """A usual month; what is left out is nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    currency: Currency
    taken_on: date
    adults: Annotated[int, Field(strict=True, ge=1, le=20)]
    children: Annotated[int, Field(strict=True, ge=0, le=20)] = 0
    pay_day: Annotated[int, Field(strict=True, ge=1, le=31)] | None = None
    income: dict[Income, Amount]
    housing: dict[Housing, Amount] = {}
    living: dict[Living, Amount] = {}
    debts: dict[Debts, Amount] = {}


SECTIONS = ("income", "housing", "living", "debts")


def load_finances(path: Path, text: str | None = None) -> Finances:
    """The form in a file; raises PolicyError with all problems, each with file and line."""
    file = read(path, text)
    form, found = checked(file, FinancesForm)
    if form is None:
        raise PolicyError(found)
    lines: dict[str, tuple[Line, ...]] = {}
    for section in SECTIONS:
        lines[section], wrong = _lines(getattr(form, section), form.currency)
        found += [file.problem((section, name), message) for name, message in wrong]
    if found:
        raise PolicyError(found)
    return Finances(
        form.currency, form.taken_on, form.adults, form.children, **lines, pay_day=form.pay_day
    )


def _lines(
    amounts: Mapping[str, str], currency: str
) -> tuple[tuple[Line, ...], list[tuple[str, str]]]:
    """One section's lines, and what cannot be read, by the name of its line."""
    lines, wrong = [], []
    for name, text in amounts.items():
        try:
            amount = to_minor(text, currency)
        except MoneyError as error:
            wrong.append((name, str(error)))
            continue
        if amount < 0:
            wrong.append((name, f"{text!r} is below zero."))
        lines.append(Line(name, amount))
    return tuple(lines), wrong
