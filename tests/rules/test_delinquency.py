"""Days past due: worked cases, our own cases, and a day-by-day oracle."""

import json
import os
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.delinquency import (
    BUCKETS,
    Delinquency,
    Instalment,
    Pause,
    Payment,
    Terms,
    bucket,
    day_reached,
    delinquency,
    due_on_working_days,
    joined,
    paused_days,
)
from domain.periods import working_day

START = date(2026, 1, 1)
HERE = json.loads((Path(__file__).parent / "days_past_due.json").read_text(encoding="utf-8"))
WORKED = Path(os.environ.get("REAL_DATA") or "none").parent / "rules" / "days_past_due_cases.json"

days = st.integers(0, 120).map(lambda n: START + timedelta(days=n))
pauses = st.lists(
    st.builds(
        lambda start, length: Pause(start, length and start + timedelta(days=length - 1)),
        days,
        st.none() | st.integers(1, 40),
    ),
    max_size=5,
)
payments = st.lists(
    st.builds(Payment, st.uuids().map(str), days, st.integers(1, 20_000), st.none() | days),
    max_size=6,
)
instalments = st.lists(
    st.builds(Instalment, days, st.integers(1, 12_000)), min_size=1, max_size=6
).map(lambda found: sorted(found, key=lambda i: i.due))
terms = st.builds(
    Terms,
    st.integers(0, 10),
    st.sampled_from([0, 1, 100, 5_000]),
    st.sampled_from([Decimal(0), Decimal(1), Decimal("12.5"), Decimal(50)]),
)


def answer(case: dict[str, Any]) -> dict[str, Any]:
    read = date.fromisoformat
    material = case["materiality"]
    late = delinquency(
        [Instalment(read(i["due"]), i["amount_minor"]) for i in case["instalments"]],
        [
            Payment(
                str(n),
                read(p["on"]),
                p["amount_minor"],
                p.get("reversed_on") and read(p["reversed_on"]),
            )
            for n, p in enumerate(case["payments"])
        ],
        [Pause(read(p["from"]), p["until"] and read(p["until"])) for p in case["pauses"]],
        Terms(case["grace_days"], material["amount_minor"], Decimal(str(material["percent"]))),
        read(case["as_of"]),
    )
    return {name: getattr(late, name) for name in case["expected"]}


@pytest.mark.parametrize("case", HERE, ids=lambda case: f"{case['id']} {case['why']}")
def test_our_own_cases(case):
    assert answer(case) == case["expected"]


@pytest.mark.skipif(not WORKED.is_file(), reason="REAL_DATA/../rules is not there")
def test_the_worked_cases_of_the_rules():
    cases = json.loads(WORKED.read_text(encoding="utf-8"))
    assert cases
    assert [case["id"] for case in cases if answer(case) != case["expected"]] == []


def oracle(
    owed: list[Instalment], paid: list[Payment], paused: list[Pause], terms: Terms, as_of: date
) -> Delinquency:
    """The same, minor unit by minor unit and day by day."""
    left = sum(p.amount_minor for p in paid if p.reversed_on is None and p.on <= as_of)
    arrears, oldest = 0, None
    for item in owed:
        settled = min(left, item.amount_minor)
        left -= settled
        unpaid = item.amount_minor - settled
        if item.due >= as_of:
            continue
        arrears += unpaid
        above = unpaid > terms.materiality_minor
        above &= Decimal(unpaid) / item.amount_minor * 100 > terms.materiality_percent
        if above and oldest is None:
            oldest = item.due
    if oldest is None:
        return Delinquency(arrears, 0, 0, "M0", None)
    past = [oldest + timedelta(days=n) for n in range((as_of - oldest).days)]
    counted = [d for d in past if not any(covers(p, d) for p in paused)]
    name = [b.name for b in BUCKETS if b.from_day <= len(past)][-1]
    return Delinquency(arrears, len(past), max(0, len(counted) - terms.grace_days), name, oldest)


def covers(pause: Pause, day: date) -> bool:
    return pause.start <= day and (pause.end is None or day < pause.end)


@given(instalments, payments, pauses, terms, days)
def test_it_agrees_with_counting_day_by_day(owed, paid, paused, terms, as_of):
    assert delinquency(owed, paid, paused, terms, as_of) == oracle(owed, paid, paused, terms, as_of)


@given(instalments, payments, pauses, terms, days)
def test_the_order_of_payments_and_pauses_does_not_matter(owed, paid, paused, terms, as_of):
    turned = delinquency(owed, paid[::-1], paused[::-1], terms, as_of)
    assert turned == delinquency(owed, paid, paused, terms, as_of)


@given(pauses)
def test_joined_pauses_are_disjoint_and_cover_the_same_days(paused):
    union = joined(paused)
    span = [START + timedelta(days=n) for n in range(200)]
    assert [any(covers(p, d) for p in union) for d in span] == [
        any(covers(p, d) for p in paused) for d in span
    ]
    assert all(
        before.end is not None and before.end <= after.start for before, after in pairwise(union)
    )


@given(pauses, days, st.integers(0, 60))
def test_a_day_is_reached_when_so_many_unpaused_days_have_passed(paused, start, count):
    reached = day_reached(start, count, paused)
    horizon = [start + timedelta(days=n) for n in range(400)]
    passed = (d for d in horizon if (d - start).days - paused_days(paused, start, d) >= count)
    assert reached == next(passed, None)


@pytest.mark.parametrize(
    ("day", "name"),
    [(0, "M0"), (1, "M1"), (30, "M1"), (31, "M2"), (60, "M2"), (61, "M3"), (90, "M3"), (91, "M3+")],
)
def test_buckets_change_on_their_days(day, name):
    assert bucket(day) == name


def test_a_due_date_on_rest_days_moves_to_the_next_working_day():
    rest = frozenset({date(2026, 1, 10), date(2026, 1, 11), date(2026, 1, 12)})
    assert working_day(date(2026, 1, 9), rest) == date(2026, 1, 9)
    assert working_day(date(2026, 1, 10), rest) == date(2026, 1, 13)


@given(instalments, st.frozensets(days, max_size=40))
def test_moved_instalments_keep_their_sum_and_order(owed, rest):
    moved = due_on_working_days(owed, rest)
    assert sum(i.amount_minor for i in moved) == sum(i.amount_minor for i in owed)
    assert [i.due for i in moved] == sorted(i.due for i in moved)
    assert not any(i.due in rest for i in moved)
    assert all(new.due >= old.due for new, old in zip(moved, owed, strict=True))
