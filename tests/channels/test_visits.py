"""Two people go together, and nobody is visited twice on one day."""

from dataclasses import replace
from datetime import date, time

import pytest

from channels.letters import Letter
from channels.visits import VisitReport, VisitTask, refusal, report_refusal, visit_to_make
from domain.gate.words import ContactOutcome
from tests.channels.world import DAY
from tests.ledger.book import order

TASK = VisitTask(
    "visit/L1", "L1", date(2026, 3, 1), "home", date(2026, 4, 2), time(9), time(18),
    ("Li", "Zhao"), "Speak of the plan.",
)  # fmt: skip
REPORT = VisitReport("visit/L1", DAY, ContactOutcome.CONVERSATION, ("Zhao", "Li"))


def rule(refused):
    return refused and refused.rule


@pytest.mark.parametrize(
    ("changes", "visits", "why"),
    [
        ({}, [], None),
        ({}, [date(2026, 4, 1), date(2026, 4, 3)], None),
        ({}, [date(2026, 4, 2)], "CN-VISIT-02"),
        ({"visitors": ("Li",)}, [], "CN-VISIT-01"),
        ({"visitors": ("Li", " li ")}, [], "CN-VISIT-01"),
        ({"visitors": ("Li", "")}, [], "CN-VISIT-01"),
        ({"latest": time(9)}, [], "visit-hours"),
    ],
)
def test_a_visit_is_planned_for_two_and_once_a_day(changes, visits, why):
    assert rule(refusal(replace(TASK, **changes), visits)) == why


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, None),
        ({"visitors": ("Li",)}, "CN-VISIT-01"),
        ({"key": "visit/L2"}, "visit-unknown"),
        ({"outcome": ContactOutcome.VOICEMAIL}, "visit-outcome"),
    ],
)
def test_both_visitors_say_what_came_of_it(changes, why):
    assert rule(report_refusal(TASK, replace(REPORT, **changes))) == why


def test_a_visit_leaves_the_house_as_an_entry_on_a_list():
    task = visit_to_make(order(), Letter("Speak of the plan", "..."), DAY)
    assert (task.what, task.reason) == (f"visit/{order().step}", "Speak of the plan")
