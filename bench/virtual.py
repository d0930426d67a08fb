"""Whole cases a second in the virtual driver, beside a bare heap of as many events."""

import heapq
from datetime import datetime
from itertools import count
from pathlib import Path

from bench.books import Whole, made_up_book, real_book
from bench.measuring import Measured, rate
from domain.gate.rulebook import Rulebook
from domain.strategy import Strategy
from simulation.driver import Life, VirtualDesk, run
from simulation.world import LawfulWorld


def virtual(strategy: Strategy, rules: dict[str, Rulebook], data: Path | None) -> list[Measured]:
    """The real late loans where they are; and always a made-up book with promises and plans."""
    book = made_up_book(3_000, strategy)
    measured = [_measured("virtual_mixed_cases_per_second", book, strategy, rules)]
    if data is not None:
        book = real_book(data, strategy)
    return [_measured("virtual_cases_per_second", book, strategy, rules), *measured]


def _measured(
    name: str, book: list[Whole], strategy: Strategy, rules: dict[str, Rulebook]
) -> Measured:
    def ours() -> None:
        world = LawfulWorld(rules)
        for whole in book:
            run(whole.opened(), strategy, whole.events, world)

    instants = [at for whole in book for at in _lived_at(whole, strategy, rules)]

    def bare() -> None:
        _bare_loop(instants)

    return Measured(name, rate(len(book), ours), rate(len(book), bare), "cases/s")


def _lived_at(whole: Whole, strategy: Strategy, rules: dict[str, Rulebook]) -> list[datetime]:
    """The instant of every event and every timer that a case lives through."""
    case = whole.opened()
    life = Life(case, strategy, VirtualDesk(case, strategy, LawfulWorld(rules)))
    instants = []
    for at, event in [*whole.events, (None, None)]:
        while (waiting := life.waiting) and waiting.at and (at is None or waiting.at < at):
            instants.append(waiting.at)
            life.ring()
        if at is not None and event is not None and life.waiting is not None:
            instants.append(at)
            life.tell(event, at)
    return instants


def _bare_loop(instants: list[datetime]) -> None:
    """As many events through a heap, each calling something that does nothing."""
    numbers = count()
    heap = [(at, next(numbers), _nothing) for at in instants]
    heapq.heapify(heap)
    while heap:
        at, _, call = heapq.heappop(heap)
        call(at)


def _nothing(at: datetime) -> datetime:
    return at
