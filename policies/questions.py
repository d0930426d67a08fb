"""What-if questions about dates, fees and payments: one JSON case in, the answer's fields out.

A case that cannot be answered raises ValueError, whose message names the field and what is wrong.
Fields that a question does not use are ignored.
"""

from collections.abc import Container, Mapping
from datetime import date

from domain import allocation, deadlines, fees
from domain.money import EXPONENTS
from domain.periods import Period
from policies.calendars import calendar

Case = Mapping[str, object]
Answer = dict[str, object]

FIRST, LAST = date(1950, 1, 1), date(2079, 12, 31)
"""The days a case may start from: 20 years on, the calendars still know the holidays."""


def deadline(case: Case) -> Answer:
    """`date` of a step, from `rule`, `step`, `from` and the optional `rest_days`.

    With `rest_days` exactly those days are the rest days, instead of the calendar (the US rules
    leave out weekends by themselves). `note` says when the date rests on a calendar that is not
    yet official, or on a rule written down from memory.
    """
    rule = _text(case, "rule")
    step = None if _field(case, "step") is None else _text(case, "step")
    clock = deadlines.period(rule, step)
    start = _day(_field(case, "from"), "from")
    try:
        end, caveat = _ended(clock, start, _rest_days(case))
    except ValueError as error:
        raise ValueError(f"from: {start}: {error}") from None
    notes = [caveat] if caveat else []
    if deadlines.LAWS[rule].confidence == "M":
        notes.append(f"{rule} was written down from memory; a lawyer must confirm it.")
    answer: Answer = {"date": end.isoformat()}
    return answer | {"note": " ".join(notes)} if notes else answer


def fee(case: Case) -> Answer:
    """`fee_minor` from `rule`, `amount_minor`, `currency`, `simple` and `days`."""
    simple, days = _field(case, "simple"), _field(case, "days")
    if not isinstance(simple, bool | None):
        raise ValueError(f"simple: must be true or false, not {simple!r}.")
    asked = fees.FeeQuestion(
        amount_minor=_whole(_field(case, "amount_minor"), "amount_minor", 1),
        currency=_text(case, "currency"),
        simple=bool(simple),
        days=None if days is None else _whole(days, "days", 0),
    )
    return {"fee_minor": fees.fee(_text(case, "rule"), asked)}


def allocate(case: Case) -> Answer:
    """`allocated`, `remaining` and `unapplied` of one payment, from `rule`, `days_past_due`,
    `owed` by component, `payment_minor`, and `order` where the rule is CONTRACT.
    """
    rule = _text(case, "rule")
    late = _field(case, "days_past_due")
    if late is None and rule != "CN-ALLOC-01":
        late = 0
    if _field(case, "currency") is not None and _text(case, "currency") not in EXPONENTS:
        raise ValueError(f"currency: {case['currency']!r} is not an ISO 4217 currency code.")
    done = allocation.allocate(
        rule,
        _whole(late, "days_past_due", 0),
        _owed(_field(case, "owed")),
        _whole(_field(case, "payment_minor"), "payment_minor", 1),
        _order(_field(case, "order")),
    )
    return {
        "allocated": dict(done.allocated),
        "remaining": dict(done.remaining),
        "unapplied": done.unapplied,
    }


def _ended(clock: Period, start: date, given: Container[date] | None) -> tuple[date, str | None]:
    """The end of the period, and the caveat of the calendar when it was needed."""
    if given is not None:
        return clock.end(start, given), None
    if clock.calendar is None:
        return clock.end(start, ()), None
    book = calendar(clock.calendar)
    end = clock.end(start, book)
    return end, book.caveat(clock.end(start, ()), end)


def _rest_days(case: Case) -> frozenset[date] | None:
    given = _field(case, "rest_days")
    if given is None:
        return None
    if not isinstance(given, list):
        raise ValueError(f"rest_days: must be a list of dates, not {given!r}.")
    return frozenset(_day(day, f"rest_days[{number}]") for number, day in enumerate(given))


def _owed(given: object) -> dict[str, int]:
    if not isinstance(given, dict) or not given:
        raise ValueError('owed: must be amounts by component, such as {"principal": 1000}.')
    return {str(name): _whole(amount, f"owed.{name}", 0) for name, amount in given.items()}


def _order(given: object) -> list[str]:
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        raise ValueError(f"order: must be a list of component names, not {given!r}.")
    return given


def _field(case: object, field: str) -> object:
    if not isinstance(case, Mapping):
        raise ValueError(f"the case: must be a map of fields, not {case!r}.")
    return case.get(field)


def _text(case: Case, field: str) -> str:
    given = _field(case, field)
    if given is None:
        raise ValueError(f"{field}: is missing.")
    if not isinstance(given, str) or not given:
        raise ValueError(f"{field}: must be a text, not {given!r}.")
    return given


def _whole(given: object, field: str, least: int) -> int:
    if given is None:
        raise ValueError(f"{field}: is missing.")
    if isinstance(given, bool) or not isinstance(given, int) or given < least:
        raise ValueError(f"{field}: must be a whole number from {least}, not {given!r}.")
    return given


def _day(given: object, field: str) -> date:
    if given is None:
        raise ValueError(f"{field}: is missing.")
    try:
        day = date.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        day = None
    if day is None or day.isoformat() != given:
        raise ValueError(f"{field}: must be a date such as 2026-03-02, not {given!r}.")
    if not FIRST <= day <= LAST:
        raise ValueError(f"{field}: must lie from {FIRST} to {LAST}, not {day}.")
    return day
