"""How a strategy file says what agencies are asked for, and when the bureau is told."""

import pytest

from domain.strategy import BureauTerms, PlacementTerms
from tests.strategies import standard, strategy_with

BUREAU = {"notice": "final_demand", "notice_days": 15, "approval_days": 10}


def test_what_a_file_does_not_say_is_not_asked_of_an_agency():
    assert standard().placement == PlacementTerms(("north",), 60)
    assert standard().bureau is None


def test_what_a_file_says_is_read():
    strategy = strategy_with(
        ("placement.agencies", ["a", "b"]),
        ("placement.shares", {"b": 1, "a": 3}),
        ("placement.acknowledge_days", 3),
        ("placement.stop_on_payment", True),
        ("placement.recall_days", 5),
        ("bureau", BUREAU),
    )
    assert strategy.placement == PlacementTerms(("a", "b"), 60, (("a", 3), ("b", 1)), 3, True, 5)
    assert strategy.bureau == BureauTerms("final_demand", 15, 10)


@pytest.mark.parametrize("shares", [{"a": 1}, {"north": 0}, {"north": 1, "b": 1}])
def test_a_lot_is_drawn_among_the_agencies_of_the_file(shares):
    with pytest.raises(ValueError, match=r"^placement\.shares: must give each of the agencies"):
        strategy_with(("placement.shares", shares))


@pytest.mark.parametrize("notice", ["gentle", "nothing"])
def test_the_prior_notice_is_a_statutory_letter(notice):
    with pytest.raises(ValueError, match=r"^bureau\.notice: must be a statutory step"):
        strategy_with(("bureau", BUREAU | {"notice": notice}))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("placement.acknowledge_days", 0),
        ("placement.recall_days", 0),
        ("placement.stop_on_payment", "yes"),
        ("placement.shares", {"north": -1}),
        ("bureau", BUREAU | {"approval_days": 0}),
        ("bureau", {"notice": "final_demand"}),
    ],
)
def test_a_number_that_cannot_be_is_refused(place, value):
    with pytest.raises(ValueError, match=place.replace(".", r"\.")):
        strategy_with((place, value))
