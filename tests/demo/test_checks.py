"""What the demo makes of letters that were caught and of those on record."""

import pytest

from demo.checks import Letters


@pytest.mark.parametrize(
    ("caught", "astray"),
    [
        (["sent"], set()),
        (["sent", "perhaps"], set()),
        (["perhaps"], {"sent"}),
        (["sent", "unheard of"], {"unheard of"}),
    ],
)
def test_a_letter_that_may_have_arrived_may_be_caught_and_a_sent_one_must_be(caught, astray):
    letters = Letters(
        due=frozenset({"a", "b"}),
        became={"a": "sent", "b": "uncertain"},
        sent_ids=frozenset({"sent"}),
        uncertain_ids=frozenset({"perhaps"}),
        caught=caught,
    )
    assert letters.astray == astray
