"""A worker that fills its cache with idle cases and says what each costs it, in KiB.

`python -m tests.workflows.cached_cases ADDRESS CASES`, on a server with the search attributes.
"""

import asyncio
import ctypes
import gc
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from temporalio.client import Client
from temporalio.worker import Worker

from domain import known
from domain.clock import Clock
from exits import run_entrypoint
from intake.cases import Cases
from intake.connect import DATA_CONVERTER
from tests.workflows.loans import late_loan
from tests.workflows.office import Office
from tests.workflows.seeded import RULES, STRATEGIES
from worker import build_worker

WARM = 40
"""Cases started first, so that imports, pools and caches of the process are not counted."""

AT_ONCE = 8


def resident_kib() -> int:
    """Memory of this process that is in use, in KiB; what is only kept for reuse is given back."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1])


async def idle(client: Client, queue: str, first: int, last: int) -> None:
    """Start cases and wait until each waits for its first reminder."""
    cases, seats = Cases(client, queue), asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        case = late_loan(f"cached-{number}")
        case.clock = Clock(case.opened_at, datetime.now(UTC))
        async with seats:
            await cases.open(case)
            state = await cases.state(f"case/{case.loan_id}/{case.episode}")
            assert "email" in getattr(state, "waits_for", ""), state

    await asyncio.gather(*(one(number) for number in range(first, last)))


async def main() -> int:
    """Measure before and after."""
    address, count = sys.argv[1], int(sys.argv[2])
    known.know(STRATEGIES, RULES)
    client = await Client.connect(address, data_converter=DATA_CONVERTER)
    queue = "cached"
    worker: Worker = build_worker(client, queue, Office(RULES).activities())
    async with worker:
        await idle(client, queue, 0, WARM)
        before = resident_kib()
        await idle(client, queue, WARM, WARM + count)
        after = resident_kib()
        print(json.dumps({"cases": count, "kib_each": (after - before) / count}))
    return 0


if __name__ == "__main__":
    run_entrypoint(main)
