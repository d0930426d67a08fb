"""The real embedded server with time skipping, and workers that serve cases on it."""

import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from temporalio.client import Client
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment
from temporalio.worker import Worker

from intake.connect import DATA_CONVERTER
from tests.workflows.office import Works
from worker import sandbox
from workflows.loan_case import LoanCase
from workflows.one_content import OneContent
from workflows.searching import SEARCH_ATTRIBUTES

IDENTITY = "forbear-tests"
"""Who speaks to the server; without it histories would name the machine."""

DYNAMIC_CONFIG = (
    "frontend.WorkflowTimeSkippingEnabled=true",
    "frontend.WorkflowTimeSkippingMaxSkipPerSession=2000",
    'history.timerProcessorMaxTimeShift="10ms"',
    'history.workflowIdReuseMinimalInterval="0s"',
)
"""The last lets one run follow another at once: a skip would misread the usual second between."""


async def embedded_server() -> WorkflowEnvironment:
    """A server in memory whose cases skip time only when told to."""
    args = [part for value in DYNAMIC_CONFIG for part in ("--dynamic-config-value", value)]
    return await WorkflowEnvironment.start_time_skipping_v2(
        ts_config=TimeSkippingConfig(enabled=False),
        search_attributes=list(SEARCH_ATTRIBUTES),
        data_converter=DATA_CONVERTER,
        identity=IDENTITY,
        dev_server_existing_path=str(Path(sys.executable).with_name("temporal")),
        dev_server_extra_args=[*args, "--log-level", "never"],
    )


def worker_of(
    client: Client,
    queue: str,
    workflows: Sequence[type],
    activities: Sequence[Callable[..., Any]],
) -> Worker:
    """A worker that runs workflows as `worker.py` does, and leaves at once when told to stop."""
    return Worker(
        client,
        task_queue=queue,
        workflows=workflows,
        activities=activities,
        workflow_runner=sandbox(),
        interceptors=[OneContent()],
        identity=IDENTITY,
    )


@asynccontextmanager
async def at_work(
    server: WorkflowEnvironment, office: Works, queue: str = ""
) -> AsyncIterator[str]:
    """A worker whose activities are that office; gives the task queue it serves."""
    queue = queue or f"cases-{uuid4().hex[:8]}"
    async with worker_of(server.client, queue, [LoanCase], office.activities()):
        yield queue
