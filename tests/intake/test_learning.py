"""A strategy that a running worker does not know: it is said so, learned, and the case goes on."""

import asyncio
import logging
from pathlib import Path

import pytest

from domain.clock import Clock
from domain.known import NotKnown, know, knows, strategy
from domain.telling import CaseState
from intake.cases import Cases
from intake.connect import Unanswered
from intake.learning import InASentence, learn
from intake.opening import Opened, open_file
from intake.treatments import load_treatments
from ledger.engine import writing
from ledger.strategies import remember
from policies.files import PolicyError
from policies.strategy_files import FOLDER, load_strategy
from tests.intake.house import House, add, day, now

STANDARD = (FOLDER / "standard.yaml").read_text("utf-8")


def named(name: str) -> str:
    """The text of the standard strategy under another name."""
    return STANDARD.replace("name: standard", f"name: {name}", 1)


def test_what_the_ledger_keeps_is_learned_once(ledger, tmp_path):
    text = named("learned")
    wanted = load_strategy(tmp_path / "learned.yaml", text)
    with pytest.raises(NotKnown, match=f"does not know the strategy {wanted.id}"):
        strategy(wanted.id)
    with writing(ledger) as session:
        remember(session, wanted.id, text, now())
    assert learn(ledger) == [wanted.id]
    assert strategy(wanted.id) == wanted
    assert learn(ledger) == []


def test_a_text_that_cannot_be_read_keeps_no_other_from_being_learned(ledger, tmp_path):
    text = named("sound")
    sound = load_strategy(tmp_path / "sound.yaml", text)
    with writing(ledger) as session:
        remember(session, "broken@1", "name: broken\n", now())
        remember(session, sound.id, text, now())
    with pytest.raises(PolicyError, match=r"broken@1\.yaml:1: "):
        learn(ledger)
    assert knows(sound.id)


def _logged(failure: Exception) -> str:
    record = logging.LogRecord("sdk", logging.WARNING, "", 1, "Failed on %s", ("x",), None)
    record.exc_info = (type(failure), failure, None)
    assert InASentence().filter(record)
    return logging.Formatter("%(levelname)s %(message)s").format(record)


def test_a_strategy_that_is_not_known_is_a_sentence_and_everything_else_keeps_its_traceback():
    said = _logged(NotKnown("this worker does not know the strategy quick@1"))
    assert said == (
        "ERROR Failed on x: this worker does not know the strategy quick@1. "
        "It waits and is tried again."
    )
    assert _logged(ValueError("no")).splitlines() == ["WARNING Failed on x", "ValueError: no"]


async def _state(cases: Cases, case_id: str) -> CaseState:
    """Where the case stands, as soon as it answers."""
    for _ in range(12):
        try:
            found = await cases.state(case_id)
        except Unanswered:
            await asyncio.sleep(1)
            continue
        assert isinstance(found, CaseState)
        return found
    raise AssertionError("the case never answered")


def _opened(home: House, loan: str, tmp_path, name: str, keep: bool) -> tuple[Opened, str]:
    """A late loan's case under a new strategy, which is kept in the ledger or not; its text."""
    folder = tmp_path / "strategies"
    folder.mkdir()
    (folder / f"{name}.yaml").write_text(named(name), "utf-8")
    treatments = load_treatments(folder=folder)
    add(home.engine, loan, day(-2), strategy=name)
    with writing(home.engine) as session:
        opened = open_file(session, treatments, loan, now(), Clock())
        assert opened is not None
        if not keep:
            session.rollback()
    know(treatments.strategies, {})
    return opened, named(name)


@pytest.mark.slow
async def test_a_strategy_added_while_the_worker_runs_is_learned(home, tmp_path):
    cases = await home.cases()
    add(home.engine, "OLD-1", day(-2))
    with writing(home.engine) as session:
        served = open_file(session, home.treatments, "OLD-1", now(), Clock())
    assert served is not None
    await cases.open(served.case)
    await _state(cases, served.case_id)
    opened, _ = _opened(home, "NEW-1", tmp_path, "quick", keep=True)
    await cases.open(opened.case)
    assert (await _state(cases, opened.case_id)).strategy == opened.case.strategy_id


@pytest.mark.slow
async def test_a_worker_that_lacks_the_strategy_is_told_from_no_worker(home, tmp_path, monkeypatch):
    monkeypatch.setattr("intake.cases.ATTEMPTS", 1)
    opened, text = _opened(home, "NEW-2", tmp_path, "secret", keep=False)
    strategy_id = opened.case.strategy_id
    cases = await home.cases()
    await cases.open(opened.case)
    with pytest.raises(Unanswered) as said:
        await cases.state(opened.case_id)
    assert f"for this worker does not know the strategy {strategy_id}." in str(said.value)
    assert "no worker serves" not in str(said.value)
    log = Path(home.engine.url.database or "").with_name("worker.log").read_text("utf-8")
    assert f": this worker does not know the strategy {strategy_id}. It waits" in log
    assert "Traceback" not in log
    with writing(home.engine) as session:
        remember(session, strategy_id, text, now())
    assert (await _state(cases, opened.case_id)).strategy == strategy_id


def test_two_strategies_of_one_name_are_no_strategies(tmp_path):
    for name in ("standard", "second"):
        (tmp_path / f"{name}.yaml").write_text(STANDARD, "utf-8")
    with pytest.raises(PolicyError) as said:
        load_treatments(folder=tmp_path)
    line = STANDARD[: STANDARD.index("name: standard")].count("\n") + 1
    assert said.value.problems == [
        f"second.yaml:{line}: name: it is named 'standard' as another strategy is, and its file "
        "'second'; call both the same."
    ]
