"""Asking the rules: what-if questions from JSON, answered without a server or a ledger."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, NoReturn, Self

import typer
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from commands.saying import NOT_DONE, WRONG_INPUT, AsJson, Failed
from domain.delinquency import (
    BUCKETS,
    Bucket,
    Instalment,
    Pause,
    Payment,
    Terms,
    delinquency,
    due_on_working_days,
)
from domain.money import EXPONENTS
from intake.amounts import MOST_MINOR
from intake.envelopes import Day
from policies import asking, questions

Answer = dict[str, Any]


def _exact(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("must be a number")
    return Decimal(value)


Amount = Annotated[int, Field(strict=True, gt=0, le=MOST_MINOR)]
Threshold = Annotated[int, Field(strict=True, ge=0, le=MOST_MINOR)]
Percent = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, le=100)]
Days = Annotated[int, Field(strict=True, ge=0, le=36_525)]


class _Part(BaseModel):
    """What else a case says, such as what is expected and why, is let pass."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class InstalmentAsked(_Part):
    due: Day
    amount_minor: Amount


class PaymentAsked(_Part):
    on: Day
    amount_minor: Amount
    reversed_on: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.reversed_on is not None and self.reversed_on < self.on:
            raise ValueError("reversed_on is before on")
        return self


class PauseAsked(_Part):
    start: Day = Field(alias="from")
    until: Day | None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until is not None and self.until < self.start:
            raise ValueError("until is before from")
        return self


class MaterialityAsked(_Part):
    amount_minor: Threshold
    percent: Percent


class LatenessAsked(_Part):
    """One question about days past due; `rest_days` move due dates to the next working day."""

    currency: str
    instalments: list[InstalmentAsked] = Field(min_length=1)
    payments: list[PaymentAsked]
    pauses: list[PauseAsked]
    grace_days: Days
    materiality: MaterialityAsked
    as_of: Day
    buckets: dict[str, Days] | None = None
    rest_days: list[Day] = []

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.currency not in EXPONENTS:
            raise ValueError(f"currency: {self.currency!r} is not an ISO 4217 code such as CNY")
        if self.buckets is not None:
            starts = list(self.buckets.values())
            if not starts or starts[0] != 0 or starts != sorted(set(starts)):
                raise ValueError("buckets: must start at day 0 and rise")
        return self

    def terms(self) -> Terms:
        """The question's thresholds, as the rule takes them."""
        buckets: tuple[Bucket, ...] = BUCKETS
        if self.buckets is not None:
            buckets = tuple(Bucket(name, day) for name, day in self.buckets.items())
        material = self.materiality
        return Terms(self.grace_days, material.amount_minor, material.percent, buckets)


def days_past_due(case: Mapping[str, Any]) -> Answer:
    """Arrears, days past due, delinquent days and bucket of one case."""
    asked = LatenessAsked.model_validate(case)
    instalments = [Instalment(i.due, i.amount_minor) for i in asked.instalments]
    payments = [
        Payment(str(n), p.on, p.amount_minor, p.reversed_on) for n, p in enumerate(asked.payments)
    ]
    late = delinquency(
        due_on_working_days(instalments, frozenset[date](asked.rest_days)),
        payments,
        [Pause(p.start, p.until) for p in asked.pauses],
        asked.terms(),
        asked.as_of,
    )
    return {
        "arrears_minor": late.arrears_minor,
        "days_past_due": late.days_past_due,
        "delinquent_days": late.delinquent_days,
        "bucket": late.bucket,
    }


Rule = Callable[[Mapping[str, Any]], Mapping[str, Any]]

KINDS: dict[str, Rule] = {
    "may-contact": asking.answer,
    "days-past-due": days_past_due,
    "deadline": questions.deadline,
    "fee": questions.fee,
    "allocate": questions.allocate,
}
"""What can be asked: each kind is one function from a case to its answer.

It raises ValueError, whose message names the field and what is wrong.
"""


def ask(
    kind: Annotated[str, typer.Argument(help=f"What to ask: {', '.join(KINDS)}.")],
    file: Annotated[str, typer.Argument(help="A JSON array of cases, or - for standard input.")],
    as_json: AsJson = False,  # noqa: ARG001 - the answer is JSON lines either way
) -> int:
    """Ask a rule what it would say of each case; answers one JSON line a case."""
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise Failed(f"There is no rule {kind!r} to ask; there are: {known}.", WRONG_INPUT)
    wrong = False
    for answer in answers(KINDS[kind], _cases(file)):
        wrong = wrong or "error" in answer
        print(json.dumps(answer, ensure_ascii=False))
    return NOT_DONE if wrong else 0


def answers(rule: Rule, cases: Iterable[Any]) -> Iterator[Answer]:
    """The answer to each case, in order; one that cannot be answered says what and where."""
    used: dict[str, int] = {}
    for number, case in enumerate(cases, start=1):
        name = case.get("id") if isinstance(case, dict) else None
        if error := _unanswerable(case, name, used):
            yield {"id": name, "error": f"case {number}: {error}"}
            continue
        used[str(name)] = number
        try:
            yield {"id": name, **rule(case)}
        except ValidationError as wrong:
            yield {"id": name, "error": f"case {number}: {_sentence(wrong)}"}
        except OverflowError:
            yield {"id": name, "error": f"case {number}: a date lies beyond the calendar"}
        except ValueError as wrong:
            yield {"id": name, "error": f"case {number}: {wrong}"}


def _unanswerable(case: Any, name: Any, used: Mapping[str, int]) -> str:
    if not isinstance(case, dict):
        return f"must be an object, not {json.dumps(case, default=str)[:60]}"
    if not isinstance(name, str) or not name:
        return "id: must be a text that names the case"
    if name in used:
        return f"id: case {used[name]} has the same id"
    return ""


def _cases(file: str) -> list[Any]:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        cases = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except OSError as error:
        raise Failed(f"{file} cannot be read: {error.strerror}.", WRONG_INPUT) from None
    except (ValueError, RecursionError) as error:
        raise Failed(f"{file} is not JSON: {error}.", WRONG_INPUT) from None
    if not isinstance(cases, list):
        raise Failed(f"{file} must hold a JSON array of cases.", WRONG_INPUT)
    return cases


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _sentence(wrong: ValidationError) -> str:
    return "; ".join(_one(error) for error in wrong.errors())


def _one(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "missing":
        return f"{place}: is missing"
    what = str(error["ctx"]["error"]) if error["type"] == "value_error" else error["msg"]
    given = error["input"]
    if error["type"] != "value_error" and not isinstance(given, dict | list):
        what = f"{what[0].lower()}{what[1:]}, not {json.dumps(given, default=str)[:60]}"
    return f"{place}: {what}" if place else what
