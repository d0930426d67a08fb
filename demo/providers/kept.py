"""What the stand-in was given, who may give it something, and how it was told to misbehave."""

import threading
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

ALIYUN_ID = "demo-aliyun"
TENCENT_ID = "demo-tencent"
TWILIO_SID = "AC00000000000000000000000000000000"

DEAD_ENDING = "0404"
"""Numbers that end so are nobody's, as is a device token that ends so."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A request as it came in; `query` is not decoded."""

    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Said:
    """What a request asks for, in the words of all providers."""

    key: str
    to: str
    text: str
    template: str = ""
    report_to: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message that was accepted; `times` is how often it was asked for."""

    number: int
    provider: str
    provider_id: str
    said: Said
    at: datetime
    times: int = 1


class Kind(StrEnum):
    """How to misbehave.

    `status` answers with a status and `code` with a word of the provider's own, and nothing is
    accepted; `late` and `broken` accept, and then keep silent for a while, or answer 500.
    """

    STATUS = "status"
    CODE = "code"
    LATE = "late"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One misbehaviour, for one coming request."""

    kind: Kind
    status: int = 429
    retry_after: str = ""
    code: str = ""
    seconds: float = 1.0


@dataclass(slots=True)
class Kept:
    """Everything accepted, in order; a provider that knows keys takes each of them once."""

    arrivals: list[Arrival] = field(default_factory=list)
    troubles: dict[str, deque[Trouble]] = field(default_factory=lambda: defaultdict(deque))
    nonces: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, provider: str, said: Said, *, knows_keys: bool) -> Arrival:
        """Accept a message; a repeat is the arrival it repeats, where keys are known."""
        with self.lock:
            for index, known in enumerate(self.arrivals):
                if knows_keys and (known.provider, known.said.key) == (provider, said.key):
                    again = Arrival(
                        known.number, provider, known.provider_id, known.said, known.at,
                        known.times + 1,
                    )  # fmt: skip
                    self.arrivals[index] = again
                    return again
            number = len(self.arrivals) + 1
            arrival = Arrival(number, provider, f"{provider}-{number}", said, datetime.now(UTC))
            self.arrivals.append(arrival)
            return arrival

    def trouble(self, provider: str) -> Trouble | None:
        """The next misbehaviour that was asked for, or None."""
        with self.lock:
            waiting = self.troubles[provider]
            return waiting.popleft() if waiting else None

    def first_time(self, nonce: str) -> bool:
        """Whether that nonce was never seen."""
        with self.lock:
            new = bool(nonce) and nonce not in self.nonces
            self.nonces.add(nonce)
            return new
