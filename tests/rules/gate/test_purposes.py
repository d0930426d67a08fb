"""Holds that bar some purposes only, and holds that leave some parties free."""

import pytest

from tests.rules.gate.asking import NEW_YORK, case, local, said

SINCE = local("2026-03-01 09:00", NEW_YORK)


def asked(hold, **more):
    """A text at noon while that hold, under the rule of opt-outs, runs."""
    bare = {"rule": "US-MED-01", "from": SINCE, "until": None}
    return said(case("US", "2026-03-10 12:00", "sms", holds=[bare | hold], **more))


@pytest.mark.parametrize(
    ("purposes", "purpose", "answer"),
    [
        (None, "collection", "US-MED-01 until None"),
        (["collection"], "collection", "US-MED-01 until None"),
        (["collection"], "service", "allow"),
        (["service"], "collection", "allow"),
        (["service", "collection"], "service", "US-MED-01 until None"),
        ([], "collection", "allow"),
    ],
)
def test_a_hold_bars_the_purposes_it_names_and_all_when_it_names_none(purposes, purpose, answer):
    hold = {} if purposes is None else {"purposes": purposes}
    assert asked(hold, purpose=purpose) == answer


def test_purposes_and_channels_narrow_together():
    hold = {"purposes": ["collection"], "channels": ["email"]}
    assert asked(hold) == "allow"
    assert asked(hold | {"channels": ["sms"]}) == "US-MED-01 until None"


def test_parties_that_a_hold_leaves_free_are_not_bound_by_it():
    hold = {"rule": "right-representation", "parties": ["attorney"]}
    assert asked(hold) == "right-representation until None"
    assert asked(hold, person="A1", party="attorney", about="P1") == "allow"


def test_a_purpose_that_is_none_is_named():
    with pytest.raises(ValueError, match="purposes"):
        asked({"purposes": ["nagging"]})
