"""The command line as people use it: arguments in, exit code, words and JSON out."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ledger.engine import open_ledger
from starter import app
from tests.intake.house import House, house

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch, tmp_path) -> Run:
    """Give a command with an empty ledger and no server in reach."""
    monkeypatch.setenv("FORBEAR_LEDGER_URL", f"sqlite:///{tmp_path / 'ledger.db'}")
    monkeypatch.setenv("FORBEAR_TEMPORAL_ADDRESS", "127.0.0.1:1")
    return _runner()


@pytest.fixture
def ledger(tmp_path):
    """The ledger of `run`, once a command has made it."""
    engine = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def home(tmp_path_factory) -> Iterator[House]:
    """Server, mail catcher, worker and ledger, for real."""
    with house(tmp_path_factory.mktemp("house")) as built:
        yield built


@pytest.fixture
def at_home(monkeypatch, home) -> Run:
    """Give a command in the whole house."""
    for name, value in home.env.items():
        monkeypatch.setenv(name, value)
    return _runner()


def told(result: Result) -> Any:
    """The one JSON document that a command printed."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def _runner() -> Run:
    runner = CliRunner()
    return lambda *args, stdin=None: runner.invoke(app(), [str(arg) for arg in args], input=stdin)
