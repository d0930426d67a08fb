"""A case dropped at any wait and picked up from its JSON goes on as if nothing had happened."""

from random import Random

import pytest

from tests.properties.portfolio import live, person


def differing(seeds: range, share: float) -> list[int]:
    """Seeds of books that went otherwise when that share of their waits was cut."""
    different = []
    for seed in seeds:
        who, dice = person(seed), Random(seed)
        whole = live(who)
        cut = live(who, cut=lambda _: dice.random() < share)  # noqa: B023 - used up in this turn
        if cut.story != whole.story:
            different.append(seed)
    return different


def test_cutting_at_every_wait_changes_nothing():
    assert differing(range(300), 1.0) == []


def test_cutting_at_random_waits_changes_nothing():
    assert differing(range(300, 700), 0.3) == []


@pytest.mark.slow
@pytest.mark.parametrize("share", [1.0, 0.3])
def test_cutting_thousands_of_books_changes_nothing(share):
    assert differing(range(700, 5_000), share) == []
