"""Agencies that work with files: what we tell them leaves as sealed CSV, and their CSV is read.

Everything lies in one folder an agency: `out/` is theirs to take, `in/` is where they put updates.
What was read moves to `in/done/`, what cannot be read to `in/refused/`. For agencies with an SFTP
server of their own see `channels.agency_sftp`.
"""

import asyncio
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from channels.errors import TryAgain
from channels.http import Answer
from channels.sealing import SealBroken, opened, sealed
from domain.keys import digest

SEALED = ".csv.sealed"

PENDING = 202
"""A file was left for the agency: what it says to it comes later, as an update."""

COLUMNS = (
    "key",
    "kind",
    "agency",
    "placement_key",
    "loan_id",
    "currency",
    "amount_minor",
    "until",
    "reference",
    "what",
    "reason",
    "at",
    "name",
    "locale",
    "zone",
    "contact_points",
)
"""What an agency is told, and nothing else: a field that is not here never leaves the house."""


class FileDrop:
    """Leaves each thing told as one sealed file in the agency's folder."""

    def __init__(self, folder: Path, public_key: str, secret: str) -> None:
        self._out = folder / "out"
        self._public_key = public_key
        self._secret = secret

    async def post(self, path: str, key: str, said: Mapping[str, Any]) -> Answer:
        """Leave it under its key; the same key again is the same file.

        Raises TryAgain while the folder cannot be written.
        """
        name = f"{digest(key)}{SEALED}"
        kind = "placement" if path == "/placements" else "message"
        try:
            await asyncio.to_thread(self._leave, name, (kind, said))
        except OSError as failure:
            raise TryAgain("The folder cannot be written.", type(failure).__name__) from failure
        return Answer(accepted=True, status=PENDING, said={})

    async def close(self) -> None:
        """Nothing is kept open."""

    def _leave(self, name: str, what: tuple[str, Mapping[str, Any]]) -> None:
        """Write the file beside its place and move it there, so that nobody takes half of it."""
        self._out.mkdir(parents=True, exist_ok=True)
        beside = self._out / f".{name}.part"
        beside.write_bytes(sealed_row(self._public_key, self._secret, name, what))
        beside.replace(self._out / name)


@dataclass(frozen=True, slots=True)
class Batch:
    """One file of updates: its rows, or why it cannot be read (`problem`, empty when it can)."""

    path: Path
    rows: tuple[dict[str, str], ...] = ()
    problem: str = ""


class FileInbox:
    """Reads what an agency put into its folder, the oldest name first."""

    def __init__(self, folder: Path, private_key: X25519PrivateKey, secret: str) -> None:
        self._in = folder / "in"
        self._private_key = private_key
        self._secret = secret

    def batches(self) -> Iterator[Batch]:
        """Every file that waits; each is to be `finished` when its rows are in the ledger."""
        for path in sorted(self._in.glob(f"*{SEALED}")):
            try:
                plain = opened(self._private_key, self._secret, path.name, path.read_bytes())
                yield Batch(path, tuple(rows(plain)))
            except (SealBroken, csv.Error, UnicodeDecodeError) as broken:
                why = str(broken) if isinstance(broken, SealBroken) else "it is no CSV."
                yield Batch(path, problem=why)

    def finish(self, batch: Batch) -> None:
        """Move the file away; one with a problem is kept apart for a person."""
        away = self._in / ("refused" if batch.problem else "done")
        away.mkdir(parents=True, exist_ok=True)
        batch.path.replace(away / batch.path.name)


def sealed_row(
    public_key: str, secret: str, name: str, what: tuple[str, Mapping[str, Any]]
) -> bytes:
    """The file of that name with one thing told (its kind, and what is said), for its reader."""
    return sealed(public_key, secret, name, written([told(*what)], COLUMNS))


def told(kind: str, said: Mapping[str, Any]) -> dict[str, str]:
    """One row of what an agency is told; whatever has no column is left out."""
    borrower = said.get("borrower", {})
    points = " ".join(map(_point, borrower.get("contact_points", ())))
    flat = {**borrower, **said, "kind": kind, "contact_points": points}
    return {name: str(flat.get(name, "")) for name in COLUMNS}


def _point(point: Mapping[str, Any]) -> str:
    """One way to reach the borrower; its number is how a later message names it."""
    number = f"#{point['id']}" if point.get("id") is not None else ""
    return f"{point['channel']}{number}:{point['address']}"


def written(lines: Sequence[Mapping[str, str]], columns: Sequence[str]) -> bytes:
    """The lines as CSV with a head; every field in quotes, so that no reader guesses."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode()


def rows(plain: bytes) -> Iterator[dict[str, str]]:
    """The lines of a CSV with a head; a field that is missing or empty is left out."""
    reader = csv.DictReader(io.StringIO(plain.decode("utf-8-sig"), newline=""), strict=True)
    for line in reader:
        yield {name: value for name, value in line.items() if name and value}
