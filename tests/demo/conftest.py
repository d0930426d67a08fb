"""The sample book, the strategies it is told under, and its lives in virtual time."""

from collections.abc import Callable

import pytest

from demo.book import Book, sample_book
from domain.gate.rulebook import Rulebook
from domain.strategy import Strategy
from intake.treatments import load_treatments
from policies.packs import load_packs
from tests.demo.telling import Told, tell


@pytest.fixture(scope="session")
def strategies() -> dict[str, Strategy]:
    return {strategy.name: strategy for strategy in load_treatments().strategies.values()}


@pytest.fixture(scope="session")
def rules() -> dict[str, Rulebook]:
    return load_packs().books()


@pytest.fixture(scope="session")
def book() -> Book:
    return sample_book()


@pytest.fixture(scope="session")
def told(book, strategies, rules) -> list[Told]:
    return tell(book, strategies, rules)


@pytest.fixture(scope="session")
def tell_of(strategies, rules) -> Callable[[Book], list[Told]]:
    """Tells any book."""
    return lambda book: tell(book, strategies, rules)
