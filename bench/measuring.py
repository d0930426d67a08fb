"""How a benchmark is measured: processor time of this process, the best of a few runs."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from time import process_time

RUNS = 5
"""The fastest run is the one that others disturbed least."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure of ours beside the bare one; `unit` says of what, and more is better."""

    name: str
    ours: float
    bare: float
    unit: str

    @property
    def ratio(self) -> float:
        """Ours as a share of the bare one."""
        return self.ours / self.bare


def rate(
    count: int, work: Callable[[], object], prepare: Callable[[], None] | None = None
) -> float:
    """How many of the `count` things that `work` does are done in a second of one core."""
    best = float("inf")
    for _ in range(RUNS):
        if prepare:
            prepare()
        gc.collect()
        start = process_time()
        work()
        best = min(best, process_time() - start)
    return count / best
