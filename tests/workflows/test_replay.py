"""Recorded histories replay on today's code: a change must not break the cases that run."""

import json
import re
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from activities import contracts
from domain import known, recalling
from domain.strategy import Stage
from intake.connect import DATA_CONVERTER
from policies.strategy_files import load_strategies
from tests.workflows.histories import CONTINUED
from worker import sandbox
from workflows import daily_watch, temporal_desk
from workflows.daily_watch import DailyWatch
from workflows.grievance import Grievance
from workflows.loan_case import LoanCase
from workflows.one_content import OneContent
from workflows.temporal_desk import TemporalDesk

pytestmark = pytest.mark.asyncio(loop_scope="session")

FOLDER = Path(__file__).parents[1] / "histories"
FILES = sorted(FOLDER.glob("*.json"))
OURS = {"forbear-tests", "history-service", "temporal-scheduler-default-daily-watch"}
"""Who may stand in a history: these tests, and parts of the server."""


@pytest.fixture(scope="module", autouse=True)
def _old_strategies() -> None:
    known.know(load_strategies(FOLDER / "strategies"), {})


def read(file: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(f"case/{file.stem}", file.read_text(encoding="utf-8"))


async def replay_failure(file: Path) -> Exception | None:
    """Why the history does not replay on today's code, or None when it does."""
    replayer = Replayer(
        workflows=[LoanCase, Grievance, DailyWatch],
        data_converter=DATA_CONVERTER,
        workflow_runner=sandbox(),
        interceptors=[OneContent()],
    )
    result = await replayer.replay_workflow(read(file), raise_on_replay_failure=False)
    return result.replay_failure


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_a_recorded_history_replays(file):
    assert await replay_failure(file) is None


async def test_there_is_a_history_of_every_stage_and_of_a_continue_as_new():
    assert {str(stage) for stage in Stage} <= {file.stem for file in FILES}
    ends = [read(file).events[-1].event_type for file in FILES]
    assert CONTINUED in ends


async def test_another_activity_is_caught(monkeypatch):
    monkeypatch.setattr(contracts, "SEND_NOTICE", "PostNotice")
    assert "Nondeterminism" in str(await replay_failure(FOLDER / "remind.json"))


async def test_another_activity_id_is_caught(monkeypatch):
    monkeypatch.setattr(TemporalDesk, "_numbered", lambda self, what: f"{what}-again")
    assert "Nondeterminism" in str(await replay_failure(FOLDER / "watch_promise.json"))


async def test_another_work_of_the_daily_watch_is_caught(monkeypatch):
    monkeypatch.setattr(daily_watch, "READ_AGENCIES", "ReadLetters")
    assert "Nondeterminism" in str(await replay_failure(FOLDER / "daily_watch.json"))


async def test_a_missing_upsert_is_caught(monkeypatch):
    monkeypatch.setattr(TemporalDesk, "_unsettled", lambda self: False)
    assert "Nondeterminism" in str(await replay_failure(FOLDER / "legal.json"))


async def test_an_earlier_roll_is_caught(monkeypatch):
    monkeypatch.setattr(temporal_desk, "ROLL_AT_EVENTS", 40)
    assert "Nondeterminism" in str(await replay_failure(FOLDER / "watch_plan.json"))


async def test_there_is_a_history_of_a_recall_by_steps_and_of_a_case_that_was_put_off():
    scheduled = [
        event.activity_task_scheduled_event_attributes.activity_id
        for event in read(FOLDER / "recalled.json").events
    ]
    assert scheduled.count("place-1-north") == 2
    assert [one for one in scheduled if one.startswith("tell-1-")] == [
        "tell-1-stop-payment-part",
        "tell-1-recall",
        "tell-1-return-data",
    ]


async def test_another_order_of_the_recall_is_caught(monkeypatch):
    steps = (recalling.DATA_BACK, *(s for s in recalling.STEPS if s != recalling.DATA_BACK))
    monkeypatch.setattr(recalling, "STEPS", steps)
    assert "Nondeterminism" in str(await replay_failure(FOLDER / "recalled.json"))


async def test_a_case_that_is_put_off_and_does_not_ask_for_money_is_caught(monkeypatch):
    async def nothing(self) -> None:
        """Ask the ledger for nothing."""

    monkeypatch.setattr(TemporalDesk, "refresh", nothing)
    assert "Nondeterminism" in str(await replay_failure(FOLDER / "recalled.json"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_a_recorded_history_names_no_machine_and_no_person(file):
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"/(home|root|work|tmp|usr)/|\.py\"|\w+@\w+\.\w+", text)
    found = json.loads(text)["events"]
    assert _all(found, "identity") <= OURS


def _all(found: object, name: str) -> set[str]:
    if isinstance(found, list):
        return set().union(*(_all(one, name) for one in found)) if found else set()
    if not isinstance(found, dict):
        return set()
    own = {found[name]} if isinstance(found.get(name), str) else set()
    return own.union(*(_all(value, name) for value in found.values()))
