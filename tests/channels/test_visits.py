"""Two people go together, know how to behave, and both say what came of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from channels.letters import Letter
from channels.visits import CONDUCT, VisitReport, refusal, visit_to_make
from domain.gate.words import ContactOutcome
from tests.channels.world import DAY
from tests.ledger.book import order

REPORT = VisitReport(DAY, ContactOutcome.CONVERSATION, ("Zhao", "Li"))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, None),
        ({"visitors": ("Li", "Zhao", "Qian")}, None),
        ({"visitors": ("Li",)}, "CN-VISIT-01"),
        ({"visitors": ("Li", " li ")}, "CN-VISIT-01"),
        ({"visitors": ("Li", "")}, "CN-VISIT-01"),
        ({"outcome": ContactOutcome.VOICEMAIL}, "visit-outcome"),
        ({"at": DAY + timedelta(minutes=1)}, "visit-in-future"),
    ],
)
def test_two_visitors_say_what_came_of_a_visit_that_was_made(changes, why):
    refused = refusal(replace(REPORT, **changes), DAY)
    assert (refused and refused.rule) == why


def test_a_visit_leaves_the_house_as_an_entry_on_a_list_that_says_how_to_behave():
    task = visit_to_make(order(), Letter("Speak of the plan", "..."), DAY)
    assert task.what == f"visit/{order().step}"
    assert task.reason.startswith("Speak of the plan. Two go together")
    assert all(line in task.reason for line in CONDUCT)
