"""The made-up book of the benchmarks is lifelike enough to measure by."""

from collections import Counter

from bench.books import made_up_book
from simulation.driver import run
from simulation.world import LawfulWorld
from tests.strategies import rulebooks, standard


def test_the_made_up_book_has_every_turn_and_mostly_cures():
    world = LawfulWorld(rulebooks())
    cases = [run(w.opened(), standard(), w.events, world) for w in made_up_book(400, standard())]
    outcomes = Counter(str(case.outcome) for case in cases)
    assert outcomes["cured"] > 380
    shown = {f"{e.what} {e.detail}" for case in cases for e in case.timeline}
    for words in ("stage watch_promise", "stage watch_plan", "hold dispute", "stage negotiate"):
        assert any(words in text for text in shown), words
