"""A cached case costs a worker little memory: own modules are passed through the sandbox."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="session")

CASES = 400
ALLOWED_KIB = 100


async def test_a_cached_case_costs_a_worker_less_than_100_kib(server):
    address = server.client.service_client.config.target_host
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.workflows.cached_cases", address, str(CASES)),
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    found = json.loads(said.splitlines()[-1])
    print(f"\na cached case: {found['kib_each']:.0f} KiB, over {found['cases']} cases")
    assert found["cases"] == CASES
    assert found["kib_each"] < ALLOWED_KIB
