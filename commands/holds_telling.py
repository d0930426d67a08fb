"""Telling many cases of a mass hold, a few at a time, and naming those that did not hear."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn
from temporalio.service import RPCError

from commands.doors import House
from domain.requests import Request
from intake.cases import Cases
from intake.connect import Unanswered
from ledger.mass_holds import Telling

AT_ONCE = 20
"""Signals on their way at a time: quick, and no burden for a small server."""

TRIES = 3
"""How often a case is tried before it is named; the command can be given again."""


@dataclass(frozen=True, slots=True)
class Untold:
    """A case that could not be told, and why."""

    case_id: str
    why: str


def bars(quiet: bool) -> Progress:
    """Progress on standard error, or none."""
    return Progress(
        "[progress.description]{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=quiet,
    )


async def tell(
    house: House,
    tellings: Sequence[Telling],
    request: Callable[[Telling], Request],
    quiet: bool,
) -> list[Untold]:
    """Tell every case by a signal; answers those that did not hear of it.

    A case that is over needs to hear nothing. When the server stays away, the rest are not tried.
    """
    if not tellings:
        return []
    try:
        speaking = _Speaking(await house.cases())
    except Unanswered as away:
        return [Untold(telling.case_id, str(away)) for telling in tellings]
    with bars(quiet) as progress:
        bar = progress.add_task("cases told", total=len(tellings))

        async def one(telling: Telling) -> Untold | None:
            answer = await speaking.say(telling.case_id, request(telling))
            progress.advance(bar)
            return answer

        answers = await asyncio.gather(*map(one, tellings))
    return [answer for answer in answers if answer is not None]


class _Speaking:
    """Speaks to a few cases at a time, until the server is found to be away."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._away = ""

    async def say(self, case_id: str, request: Request) -> Untold | None:
        async with self._turns:
            why = self._away
            for attempt in range(0 if why else TRIES):
                await asyncio.sleep(attempt)
                try:
                    refused = await self._cases.mention(case_id, request)
                except Unanswered as away:
                    why = self._away = str(away)
                except RPCError as failure:
                    why = str(failure)
                else:
                    self._away = ""
                    if refused is None or refused.rule == "case-closed":
                        return None
                    return Untold(case_id, refused.reason)
            return Untold(case_id, why)
