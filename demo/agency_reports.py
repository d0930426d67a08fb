"""What the agency's stand-in tells the lender: as an orderly agency does, or badly on purpose."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from httpx2 import AsyncClient

from channels.signing import HEADER, signature


class Manner(StrEnum):
    """How an agency reports: once and in order, or in one of the ways in which it goes wrong."""

    ORDERLY = "orderly"
    TWICE = "twice"
    BACKWARDS = "backwards"
    FORGED = "forged"
    SILENT = "silent"


@dataclass(slots=True)
class Reports:
    """The reports of one agency: those that wait, and the statuses it was answered with.

    A report that was not answered with 200 or 422 waits, and is sent again with the next.
    """

    url: str
    agency: str
    secret: str
    now: Callable[[], datetime]
    manner: Manner = Manner.ORDERLY
    waiting: list[dict[str, Any]] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    _numbers: int = 0

    def say(self, placement_key: str, kind: str, **more: Any) -> dict[str, Any]:
        """Put a report in line, under a number of its own unless `id` gives one."""
        self._numbers += 1
        said = {
            "id": f"{placement_key}/{self._numbers}",
            "placement_key": placement_key,
            "at": self.now().isoformat(),
            "kind": kind,
            **more,
        }
        self.waiting.append(said)
        return said

    async def send(self) -> list[int]:
        """Send what waits, each report in a request of its own; the statuses, in order."""
        if self.manner is Manner.SILENT:
            return []
        before, self.waiting = self.waiting, []
        line = list(reversed(before)) if self.manner is Manner.BACKWARDS else list(before)
        if self.manner is Manner.TWICE:
            line = [said for said in line for _ in range(2)]
        statuses = [await self._post(said) for said in line]
        for said, status in zip(line, statuses, strict=True):
            if status not in (200, 422) and said not in self.waiting:
                self.waiting.append(said)
        self.answered += statuses
        return statuses

    async def _post(self, said: dict[str, Any]) -> int:
        body = json.dumps(said).encode()
        secret = "guessed" if self.manner is Manner.FORGED else self.secret
        mark = signature(secret, int(self.now().timestamp()), body)
        async with AsyncClient(timeout=30) as client:
            path = f"{self.url}/in/agencies/{self.agency}"
            answer = await client.post(path, content=body, headers={HEADER: mark})
        return int(answer.status_code)
