"""A fresh ledger for each test, and one whole house for those that need it."""

import shutil
from collections.abc import Iterator

import pytest

from intake.treatments import load_treatments
from ledger.engine import open_ledger
from ledger.migrate import upgrade
from tests.intake.house import House, house


@pytest.fixture(scope="session")
def _empty_ledger(tmp_path_factory):
    file = tmp_path_factory.mktemp("ledger") / "empty.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def ledger(_empty_ledger, tmp_path):
    """An empty ledger, open."""
    file = tmp_path / "ledger.db"
    shutil.copy(_empty_ledger, file)
    engine = open_ledger(f"sqlite:///{file}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def treatments():
    return load_treatments()


@pytest.fixture(scope="session")
def home(tmp_path_factory) -> Iterator[House]:
    """Server, mail catcher, worker and ledger, for real."""
    with house(tmp_path_factory.mktemp("house")) as built:
        yield built
