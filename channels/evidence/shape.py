"""What a bundle is made of: a head, and entries that each carry the hash of the one before."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Format = Literal["forbear-evidence/1", "forbear-evidence/2"]
"""The formats that are read. The first says nothing of offers, agreements, approvals, dealings with
the money, the legal file, rights, grievances, replies and circumstances; it is written the same
way, and checked the same way."""

FORMAT: Format = "forbear-evidence/2"
"""The format that is written."""

ABOUT = (
    "Everything the lender has on record about the collection of one loan. Each entry carries the "
    "hash of the entry before it; the first carries that of this head. Hashes are SHA-256 over "
    "JSON in UTF-8 with sorted keys and no spaces. Decisions also keep the hashes they were "
    "written with. Instants are UTC, amounts are minor units of their currency. Reasons, "
    "vulnerabilities and finances are named without what was said: the borrower's own file has it. "
    "Legal papers are named by the SHA-256 of the file that was drawn up."
)

FIRST_DECISION = "0" * 64
"""What the first decision of a case names as its previous hash."""

Told = tuple[str | None, str, str, dict[str, Any]]
"""One thing on record: its instant (None: none), kind, id and content."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Entry(_Part):
    """One thing on record, numbered from 1; `previous` is the hash of the entry before."""

    number: int
    at: str | None
    kind: str
    id: str
    says: dict[str, Any]
    previous: str
    hash: str

    @property
    def true_hash(self) -> str:
        """What the hash must be."""
        return mark(canonical(self.model_dump(exclude={"hash"})))

    @property
    def name(self) -> str:
        """How a person is told which entry it is."""
        return f"entry {self.number} ({self.kind} {self.id})"


class ChainEnd(_Part):
    """Where the decisions of a case end: a chain alone cannot show that its newest were cut."""

    records: int
    last_hash: str


class Decision(_Part):
    """A decision as its ledger hashed it."""

    case_id: str
    loan_id: str
    seq: int
    at: str
    what: str
    key: str
    verdict: str
    rule: str
    inputs: dict[str, Any]
    previous_hash: str
    hash: str

    @property
    def true_hash(self) -> str:
        """What the ledger's hash must be."""
        names = ("case_id", "seq", "at", "what", "key", "verdict", "rule", "inputs")
        content = [getattr(self, name) for name in (*names, "previous_hash")]
        text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return mark(text.encode())


class Bundle(_Part):
    """The whole record; its head is everything but the entries."""

    format: Format
    about: str
    loan_id: str
    made_at: str
    made_by: str
    counts: dict[str, int]
    decision_chains: dict[str, ChainEnd]
    entries: list[Entry]

    @property
    def head_hash(self) -> str:
        """What the first entry names as its previous hash."""
        return mark(canonical(self.model_dump(exclude={"entries"})))


class Sealed(_Part):
    """One part of the bundle, as the manifest names it."""

    sha256: str
    bytes: int


class Manifest(_Part):
    """What is signed; the public key is that of the signature, in base64 of its DER form."""

    format: Format
    loan_id: str
    made_at: str
    made_by: str
    entries: int
    last_hash: str
    parts: dict[str, Sealed]
    public_key: str
    fingerprint: str


def bundle_of(loan_id: str, told: Sequence[Told], at: datetime, by: str) -> Bundle:
    """The bundle of those things, chained; the same things at the same instant give the same."""
    ends: dict[str, ChainEnd] = {}
    decisions = [says for _, kind, _, says in told if kind == "decision"]
    for decision in sorted(decisions, key=lambda says: int(says["seq"])):
        ends[decision["case_id"]] = ChainEnd(records=decision["seq"], last_hash=decision["hash"])
    head = Bundle(
        format=FORMAT,
        about=ABOUT,
        loan_id=loan_id,
        made_at=at.astimezone(UTC).isoformat(),
        made_by=by,
        counts=dict(Counter(kind for _, kind, *_ in told)),
        decision_chains=ends,
        entries=[],
    )
    entries: list[Entry] = []
    previous = head.head_hash
    for number, (when, kind, name, says) in enumerate(told, start=1):
        open_ = Entry(
            number=number, at=when, kind=kind, id=name, says=says, previous=previous, hash=""
        )
        entries.append(open_.model_copy(update={"hash": open_.true_hash}))
        previous = entries[-1].hash
    return head.model_copy(update={"entries": entries})


def canonical(value: Any) -> bytes:
    """The one way in which JSON is written here: sorted keys, no spaces, UTF-8.

    Raises ValueError for what JSON does not know, such as an endless number.
    """
    text = json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    return text.encode()


def mark(content: bytes) -> str:
    """SHA-256, in hexadecimal digits."""
    return sha256(content).hexdigest()
