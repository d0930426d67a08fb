"""What operators search by is there for whoever comes first, worker or not."""

from collections.abc import Iterator

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
    RemoveSearchAttributesRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from typer.testing import CliRunner, Result

from demo.server import EmbeddedServer
from intake.connect import Unanswered, connect
from intake.registering import unregistered
from ledger.engine import open_ledger
from ledger.migrate import upgrade
from settings import Settings
from starter import app
from tests.intake.house import add, day
from workflows.searching import SEARCH_ATTRIBUTES

pytestmark = pytest.mark.slow

OURS = {key.name for key in SEARCH_ATTRIBUTES}
KEYWORD = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD


@pytest.fixture
def server(tmp_path) -> Iterator[EmbeddedServer]:
    """A server that nobody has used."""
    fresh = EmbeddedServer(tmp_path / "temporal")
    fresh.start()
    yield fresh
    fresh.kill()


@pytest.fixture
def settings(server) -> Settings:
    return Settings(temporal_address=server.address)


async def known(client: Client) -> set[str]:
    """What the server has registered."""
    request = ListSearchAttributesRequest(namespace=client.namespace)
    answer = await client.operator_service.list_search_attributes(request)
    return set(answer.custom_attributes)


async def bare(settings: Settings) -> Client:
    """A client that teaches the server nothing."""
    return await Client.connect(settings.temporal_address)


async def teach(client: Client, names: set[str], kind: IndexedValueType.ValueType) -> None:
    said = AddSearchAttributesRequest(
        namespace=client.namespace, search_attributes=dict.fromkeys(names, kind)
    )
    await client.operator_service.add_search_attributes(said)


def test_a_case_is_opened_and_listed_before_any_worker_has_run(server, tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    monkeypatch.setenv("FORBEAR_LEDGER_URL", url)
    monkeypatch.setenv("FORBEAR_TEMPORAL_ADDRESS", server.address)
    upgrade(url)
    engine = open_ledger(url)
    add(engine, "FIRST", day(-2))
    engine.dispose()
    opened = _run("case", "open", "FIRST")
    assert opened.exit_code == 0, opened.output
    assert opened.stdout.strip().endswith("is open.")
    assert _run("waiting").stdout.strip() == "No case waits for us."
    assert _run("case", "list").exit_code == 0


@pytest.mark.asyncio
async def test_only_what_is_missing_is_registered_and_a_repeat_changes_nothing(settings):
    before = await bare(settings)
    assert not OURS & await known(before)
    client = await connect(settings)
    there = await known(client)
    assert there >= OURS
    request = RemoveSearchAttributesRequest(
        namespace=client.namespace, search_attributes=["Blocked"]
    )
    await client.operator_service.remove_search_attributes(request)
    assert "Blocked" not in await known(client)
    await connect(settings)
    await connect(settings)
    assert await known(client) == there


@pytest.mark.asyncio
async def test_a_name_that_is_taken_by_another_type_is_named(settings):
    await teach(await bare(settings), {"DueSince"}, IndexedValueType.INDEXED_VALUE_TYPE_INT)
    with pytest.raises(Unanswered, match=r"DueSince is registered with another type.*as Datetime"):
        await connect(settings)


@pytest.mark.asyncio
async def test_a_server_that_refuses_to_learn_says_what_an_operator_has_to_run(settings):
    client = await bare(settings)
    await teach(client, {f"Theirs{number}" for number in range(10)}, KEYWORD)
    with pytest.raises(Unanswered) as refused:
        await connect(settings)
    said = str(refused.value)
    assert "would not learn it from us" in said
    assert f"search-attribute create --namespace {client.namespace} --name CaseStage" in said
    assert "--name DueSince --type Datetime" in said
    assert "--name Holds --type KeywordList" in said


@pytest.mark.asyncio
async def test_a_refusal_for_lack_of_an_attribute_is_told_from_other_refusals(settings):
    client = await bare(settings)
    with pytest.raises(RPCError) as lacking:
        await client.count_workflows("CaseStage = 'remind'")
    assert "search-attribute create" in str(unregistered(lacking.value, "default"))
    with pytest.raises(RPCError) as nonsense:
        await client.count_workflows("nonsense is this")
    assert unregistered(nonsense.value, "default") is None
    other = RPCError("no search attribute today", RPCStatusCode.INTERNAL, b"")
    assert unregistered(other, "default") is None


def _run(*args: str) -> Result:
    return CliRunner().invoke(app(), list(args))
