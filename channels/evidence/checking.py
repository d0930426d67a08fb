"""Checking a bundle with nothing but its file: every hash, both chains, the signature."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from channels.evidence.archive import FOREIGN, PARTS, NotABundle, pack, reopened, unpack
from channels.evidence.keys import fingerprint, genuine, signer
from channels.evidence.shape import (
    FIRST_DECISION,
    Bundle,
    ChainEnd,
    Decision,
    Entry,
    Manifest,
    canonical,
    mark,
)

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: no problems means that nothing was changed since it was signed.

    `signed_by` is the fingerprint of the key, None when there is no manifest to name one.
    `repacked`: the parts are as they were signed, and the archive around them is another than the
    one that was sealed, which no signature is about.
    """

    problems: tuple[str, ...]
    signed_by: str | None = None
    loan_id: str = ""
    made_at: str = ""
    made_by: str = ""
    entries: int = 0
    decisions: int = 0
    repacked: bool = False


def check(data: bytes, expected_signer: str | None = None) -> Checked:
    """Check a bundle; `expected_signer` is the fingerprint of the one key that may have signed."""
    try:
        opened = _opened(data)
    except NotABundle as wrong:
        return Checked((f"This is not a whole evidence bundle: {wrong}",))
    parts = opened.parts
    if missing := [name for name in PARTS if name not in parts]:
        others = _others(parts)
        said = f"This is not a whole evidence bundle: {', '.join(missing)} is missing."
        return Checked((said, *others))
    manifest, wrong_manifest = _read(Manifest, "manifest.json", parts["manifest.json"])
    bundle, wrong_bundle = _read(Bundle, "bundle.json", parts["bundle.json"])
    problems = [*_others(parts), *wrong_manifest]
    if manifest is not None:
        problems += _signature_problems(manifest, parts, expected_signer)
        problems += _part_problems(manifest, parts)
    problems += wrong_bundle
    if bundle is not None:
        problems += [*_entry_problems(bundle), *_decision_problems(bundle)]
        problems += _disagreements(manifest, bundle) if manifest else []
    if not problems and opened.wrong:
        said = "The four parts are as they were signed, but what is around them is not:"
        problems.append(f"{said} {opened.wrong}")
    return Checked(
        tuple(problems),
        manifest.fingerprint if manifest else None,
        bundle.loan_id if bundle else "",
        bundle.made_at if bundle else "",
        bundle.made_by if bundle else "",
        len(bundle.entries) if bundle else 0,
        sum(entry.kind == "decision" for entry in bundle.entries) if bundle else 0,
        opened.repacked,
    )


@dataclass(frozen=True, slots=True)
class _Opened:
    """The parts of a file; `wrong` is what is wrong with the archive around them, empty: nothing.

    `repacked`: the archive is whole, and another than the one that was sealed.
    """

    parts: Mapping[str, bytes]
    repacked: bool = False
    wrong: str = ""


def _opened(data: bytes) -> _Opened:
    """The file, as we pack it or as another program does; NotABundle where it holds no parts."""
    parts, mine = None, ""
    try:
        parts = unpack(data)
    except NotABundle as wrong:
        mine = str(wrong)
    if parts is not None and pack(parts) == data:
        return _Opened(parts)
    try:
        return _Opened(reopened(data), repacked=True)
    except NotABundle as wrong:
        if parts is None:
            raise NotABundle(str(wrong) if mine == FOREIGN else mine) from None
        return _Opened(parts, wrong=str(wrong))


def _others(parts: Mapping[str, bytes]) -> list[str]:
    return [f"{name!r} does not belong in a bundle." for name in parts if name not in PARTS]


def _read(shape: type[Shape], name: str, content: bytes) -> tuple[Shape | None, list[str]]:
    """The part in its shape, or None; with what is wrong about how it is written."""
    try:
        read = shape.model_validate(json.loads(content))
        same = canonical(read.model_dump()) == content
    except ValidationError as wrong:
        place = ".".join(map(str, wrong.errors()[0]["loc"]))
        return None, [f"{name}: was changed: {place} is not what it must be."]
    except (ValueError, RecursionError):
        return None, [f"{name}: was changed: it is no longer JSON."]
    return read, [] if same else [f"{name}: was changed: a bundle writes its JSON in another way."]


def _signature_problems(
    manifest: Manifest, parts: Mapping[str, bytes], expected_signer: str | None
) -> Iterator[str]:
    key = signer(manifest.public_key)
    if key is None:
        yield "manifest.json: was changed: it carries no Ed25519 public key."
    elif not genuine(key, parts["manifest.sig"], parts["manifest.json"]):
        yield "manifest.json or manifest.sig: was changed: the signature does not fit."
    if key is not None and fingerprint(key) != manifest.fingerprint:
        yield "manifest.json: was changed: the fingerprint is not that of its key."
    if expected_signer is not None and (key is None or fingerprint(key) != expected_signer):
        yield f"Signed by another key: {manifest.fingerprint}, not {expected_signer}."


def _part_problems(manifest: Manifest, parts: Mapping[str, bytes]) -> Iterator[str]:
    listed = PARTS[:2]
    if set(manifest.parts) != set(listed):
        yield "manifest.json: was changed: it lists other parts than a bundle has."
    for name in listed:
        said = manifest.parts.get(name)
        if said and (said.sha256, said.bytes) != (mark(parts[name]), len(parts[name])):
            yield f"{name}: was changed after it was sealed."


def _entry_problems(bundle: Bundle) -> Iterator[str]:
    """Every entry that was changed, or does not follow the one before it."""
    previous, number = bundle.head_hash, 0
    for entry in bundle.entries:
        before = f"entry {number}" if number else "the head"
        if entry.number != number + 1:
            yield f"bundle.json, {entry.name}: stands after {before}."
        elif entry.previous != previous:
            yield f"bundle.json, {entry.name}: does not continue {before}."
        if entry.hash != entry.true_hash:
            yield f"bundle.json, {entry.name}: was changed."
        previous, number = entry.hash, entry.number
    counts = Counter(entry.kind for entry in bundle.entries)
    for kind in sorted(counts.keys() | bundle.counts.keys()):
        if counts[kind] != bundle.counts.get(kind, 0):
            said = bundle.counts.get(kind, 0)
            yield f"bundle.json: holds {counts[kind]} of kind {kind!r}; its head says {said}."


def _decision_problems(bundle: Bundle) -> Iterator[str]:
    """The ledger's own chains, one a case, checked again from what the bundle says."""
    ends: dict[str, ChainEnd] = {}
    found = [(entry, _decision(entry)) for entry in bundle.entries if entry.kind == "decision"]
    yield from (f"bundle.json, {entry.name}: is no decision." for entry, one in found if not one)
    decisions = (decision for _, decision in found if decision)
    for decision in sorted(decisions, key=lambda one: (one.case_id, one.seq)):
        end = ends.get(decision.case_id, ChainEnd(records=0, last_hash=FIRST_DECISION))
        for problem in _link_problems(decision, end):
            yield f"{decision.case_id}, decision {decision.seq}: {problem}"
        ends[decision.case_id] = ChainEnd(records=decision.seq, last_hash=decision.hash)
    for case in sorted(ends.keys() | bundle.decision_chains.keys()):
        if ends.get(case) != bundle.decision_chains.get(case):
            yield f"{case}: its decisions do not end where the head says."


def _link_problems(decision: Decision, end: ChainEnd) -> Iterator[str]:
    if decision.seq != end.records + 1:
        yield f"follows decision {end.records}; what was between is missing."
    elif decision.previous_hash != end.last_hash:
        yield f"does not continue decision {end.records}."
    if decision.hash != decision.true_hash:
        yield "was changed after it was written."


def _decision(entry: Entry) -> Decision | None:
    try:
        return Decision.model_validate(entry.says)
    except ValidationError:
        return None


def _disagreements(manifest: Manifest, bundle: Bundle) -> Iterator[str]:
    last = bundle.entries[-1].hash if bundle.entries else bundle.head_hash
    told: Mapping[str, tuple[Any, Any]] = {
        "format": (manifest.format, bundle.format),
        "loan": (manifest.loan_id, bundle.loan_id),
        "instant": (manifest.made_at, bundle.made_at),
        "maker": (manifest.made_by, bundle.made_by),
        "number of entries": (manifest.entries, len(bundle.entries)),
        "last hash": (manifest.last_hash, last),
    }
    for what, (signed, said) in told.items():
        if signed != said:
            yield f"bundle.json: the {what} is {said}; signed was {signed}."
