"""The alarm: how many cases wait for us to mend something, because of which nobody is contacted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from temporalio.client import Client
from temporalio.service import RPCError

from domain.outcomes import OUR_FAULTS
from workflows.searching import BLOCKED

EVERY_SECONDS = 60

log = structlog.get_logger("alarm")


async def blocked(client: Client) -> dict[str, int]:
    """Running cases by the fault of ours that keeps their next contact from being made."""
    found = {}
    for rule in sorted(OUR_FAULTS):
        found[rule] = (await client.count_workflows(_waiting(rule))).count
    return {rule: count for rule, count in found.items() if count}


async def first_blocked(client: Client, rule: str, most: int) -> list[str]:
    """The ids of at most so many running cases that wait under that rule."""
    return [case.id async for case in client.list_workflows(_waiting(rule), limit=most)]


def _waiting(rule: str) -> str:
    return f"{BLOCKED.name} = '{rule}' AND ExecutionStatus = 'Running'"


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
