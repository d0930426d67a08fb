"""The alarm: how many cases wait for us to mend something, because of which nobody is contacted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from temporalio.client import Client
from temporalio.service import RPCError

from domain.outcomes import OUR_FAULTS

EVERY_SECONDS = 60

log = structlog.get_logger("alarm")


async def blocked(client: Client) -> dict[str, int]:
    """Running cases by the fault of ours that keeps their next contact from being made."""
    found = {}
    for rule in sorted(OUR_FAULTS):
        query = f"Blocked = '{rule}' AND ExecutionStatus = 'Running'"
        found[rule] = (await client.count_workflows(query)).count
    return {rule: count for rule, count in found.items() if count}


@asynccontextmanager
async def alarm(client: Client, every_seconds: float = EVERY_SECONDS) -> AsyncIterator[None]:
    """Say it again and again while it lasts."""
    task = asyncio.create_task(_sound(client, every_seconds))
    try:
        yield
    finally:
        task.cancel()


async def _sound(client: Client, every_seconds: float) -> None:
    while True:
        try:
            for rule, count in (await blocked(client)).items():
                log.error("nobody is contacted", rule=rule, cases_waiting=count)
        except RPCError as failure:
            log.warning("the server cannot be asked who waits", why=failure.status.name)
        await asyncio.sleep(every_seconds)
