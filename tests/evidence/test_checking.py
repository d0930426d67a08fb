"""Whatever is done to a bundle after it was sealed is found, and named."""

import io
import zipfile
from base64 import b64encode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from channels.evidence.archive import PARTS, pack, unpack
from channels.evidence.checking import check
from channels.evidence.keys import fingerprint
from channels.evidence.sealing import archived
from tests.evidence.book import (
    KEY,
    STRANGER,
    document,
    rebuilt,
    resealed,
    the_bundle,
    the_file,
)

SIGNER = fingerprint(KEY.public_key())
EVERY = {"bundle.json": 23, "bundle.pdf": 401, "manifest.json": 1, "manifest.sig": 1}


def found(data, expected=None) -> str:
    """What a check says of it, which must be something."""
    problems = check(data, expected).problems
    assert problems
    return "\n".join(problems)


def with_part(name, content) -> bytes:
    return pack({**unpack(the_file()), name: content})


def flipped(content: bytes, place: int, bits: int = 1) -> bytes:
    return content[:place] + bytes([content[place] ^ bits]) + content[place + 1 :]


def test_a_whole_bundle_is_whole():
    checked = check(the_file(), SIGNER)
    assert checked.problems == ()
    assert (checked.signed_by, checked.loan_id, checked.made_by) == (SIGNER, "L1", "ann")


@pytest.mark.parametrize("name", PARTS)
def test_a_flipped_byte_of_a_part_is_found_and_the_part_is_named(name):
    content = unpack(the_file())[name]
    for place in range(0, len(content), EVERY[name]):
        said = found(with_part(name, flipped(content, place)))
        assert name in said or name.startswith("manifest")


def test_a_flipped_byte_of_the_archive_around_the_parts_is_found():
    data, parts = the_file(), unpack(the_file())
    inside = set()
    for content in parts.values():
        start = data.index(content)
        inside |= set(range(start, start + len(content)))
    around = [place for place in range(len(data)) if place not in inside]
    assert len(around) > 300
    for place in around:
        for bits in (1, 0x80):
            checked = check(flipped(data, place, bits))
            assert checked.problems or checked.repacked


def test_every_truncation_is_found():
    data = the_file()
    for length in [*range(0, len(data), 1999), *range(len(data) - 200, len(data))]:
        found(data[:length])


@st.composite
def tampered(draw):
    """The file with a stretch cut out, doubled, moved or written over."""
    data = the_file()
    places = st.integers(0, len(data))
    start, end, to = draw(places), draw(places), draw(places)
    start, end = min(start, end), max(start, end)
    cut = data[start:end]
    rest = data[:start] + data[end:]
    new = draw(st.binary(max_size=40))
    how = draw(st.sampled_from(["cut", "double", "move", "write", "insert"]))
    return {
        "cut": rest,
        "double": data[:end] + cut + data[end:],
        "move": rest[:to] + cut + rest[to:],
        "write": data[:start] + new + data[start + len(new) :],
        "insert": data[:start] + new + data[start:],
    }[how]


@settings(max_examples=300, deadline=None)
@given(tampered())
@example(b"")
@example(b"PK\3\4")
def test_anything_else_than_the_file_itself_is_refused_with_a_sentence(data):
    checked = check(data)
    if data != the_file():
        assert checked.repacked or checked.problems
        assert all(problem.endswith(".") for problem in checked.problems)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PARTS), st.binary(max_size=200))
def test_a_part_may_hold_anything_and_is_only_refused(name, content):
    found(with_part(name, content))


NESTED = b"[" * 100_000
ODD_JSON = [b"{}", b"[]", b"null", b"1e999", NESTED, b'"\\ud800"', b'{"format":1}', b"\xff"]


@pytest.mark.parametrize("content", ODD_JSON)
@pytest.mark.parametrize("name", ["bundle.json", "manifest.json"])
def test_json_of_another_shape_is_refused(name, content):
    assert f"{name}: was changed" in found(with_part(name, content))


def test_a_changed_entry_is_named_and_no_other():
    changed = document()
    entry = next(e for e in changed["entries"] if e["kind"] == "contact")
    entry["says"]["body"] = entry["says"]["body"].replace("400", "900")
    said = check(resealed(changed, KEY)).problems
    assert said == (f"bundle.json, entry {entry['number']} (contact {entry['id']}): was changed.",)


def test_swapped_entries_are_named():
    changed = document()
    entries = changed["entries"]
    entries[10], entries[11] = entries[11], entries[10]
    said = found(resealed(changed, KEY))
    assert "entry 12 (payment p2): stands after entry 10." in said


def test_swapped_entries_with_new_numbers_are_named():
    changed = document()
    entries = changed["entries"]
    entries[10], entries[11] = entries[11], entries[10]
    entries[10]["number"], entries[11]["number"] = 11, 12
    said = found(resealed(changed, KEY))
    assert "entry 11 (payment p2): does not continue entry 10." in said
    assert "entry 11 (payment p2): was changed." in said


@pytest.mark.parametrize("place", [0, 20, -1])
def test_a_removed_entry_is_named(place):
    changed = document()
    gone = changed["entries"].pop(place)
    said = found(resealed(changed, KEY))
    assert f"of kind {gone['kind']!r}" in said
    assert "the number of entries is 39; signed was 40." in said


def test_an_added_entry_is_named():
    changed = document()
    changed["entries"].append(dict(changed["entries"][-1], number=41))
    assert "entry 41" in found(resealed(changed, KEY))


def test_the_newest_decision_cannot_be_removed():
    changed = document()
    newest = max((e for e in changed["entries"] if e["kind"] == "decision"), key=_seq)
    changed["entries"].remove(newest)
    said = found(resealed(changed, KEY))
    assert "case/L1/2026-03-01: its decisions do not end where the head says." in said
    assert "bundle.json: holds 13 of kind 'decision'; its head says 14." in said


def test_a_whole_bundle_without_its_newest_decision_is_given_away_by_who_signed_it():
    changed = document()
    newest = max((e for e in changed["entries"] if e["kind"] == "decision"), key=_seq)
    changed["entries"].remove(newest)
    forged = rebuilt(changed, STRANGER)
    assert "Signed by another key" in found(forged, SIGNER)
    assert check(forged).signed_by != SIGNER


def test_a_changed_decision_is_found_by_the_ledgers_own_chain_whoever_signed():
    changed = document()
    decision = next(e for e in changed["entries"] if e["says"].get("verdict") == "deferred")
    decision["says"]["verdict"] = "allowed"
    assert check(rebuilt(changed, STRANGER)).problems == (
        "case/L1/2026-03-01, decision 4: was changed after it was written.",
    )


def test_a_decision_taken_out_of_the_middle_is_found_whoever_signed():
    changed = document()
    changed["entries"] = [e for e in changed["entries"] if e["says"].get("seq") != 4]
    assert check(rebuilt(changed, STRANGER)).problems == (
        "case/L1/2026-03-01, decision 5: follows decision 3; what was between is missing.",
    )


def test_another_signer_is_named_when_one_is_expected():
    forged = resealed(document(), STRANGER)
    assert check(forged).problems == ()
    stranger = fingerprint(STRANGER.public_key())
    assert check(forged, SIGNER).problems == (f"Signed by another key: {stranger}, not {SIGNER}.",)


def test_the_name_of_the_expected_signer_does_not_make_a_forgery_genuine():
    parts = unpack(resealed(document(), STRANGER))
    stranger = fingerprint(STRANGER.public_key()).encode()
    listed = parts["manifest.json"].replace(stranger, SIGNER.encode())
    parts |= {"manifest.json": listed, "manifest.sig": STRANGER.sign(listed)}
    said = found(pack(parts), SIGNER)
    assert "the fingerprint is not that of its key" in said
    assert "Signed by another key" in said


def test_a_signature_of_another_key_or_of_nobody_does_not_fit():
    parts = unpack(the_file())
    for signature in (STRANGER.sign(parts["manifest.json"]), b"", b"\0" * 64):
        assert "the signature does not fit" in found(with_part("manifest.sig", signature))


def test_a_key_that_is_no_key_is_named():
    parts = unpack(the_file())
    start = parts["manifest.json"].index(b'"public_key":"') + 14
    end = parts["manifest.json"].index(b'"', start)
    listed = parts["manifest.json"][:start] + b64encode(b"none") + parts["manifest.json"][end:]
    assert "carries no Ed25519 public key" in found(with_part("manifest.json", listed))


def test_parts_of_two_bundles_do_not_make_one():
    other = unpack(rebuilt(document(), STRANGER))
    assert "bundle.json: was changed after it was sealed." not in found(
        with_part("manifest.sig", other["manifest.sig"])
    )
    page = with_part("bundle.pdf", b"%PDF another")
    assert check(page).problems == ("bundle.pdf: was changed after it was sealed.",)


def test_a_manifest_that_lists_more_or_less_is_refused():
    parts = {name: unpack(the_file())[name] for name in ("bundle.json", "bundle.pdf")}
    for listed in ({**parts, "extra.txt": b"x"}, {"bundle.json": parts["bundle.json"]}):
        data = archived(listed, the_bundle(), KEY)
        assert check(data).problems
    alone = unpack(archived({"bundle.json": parts["bundle.json"]}, the_bundle(), KEY))
    said = found(pack({**alone, "bundle.pdf": parts["bundle.pdf"]}))
    assert "lists other parts than a bundle has" in said


@pytest.mark.parametrize("name", PARTS)
def test_a_missing_part_is_named(name):
    parts = unpack(the_file())
    del parts[name]
    assert f"{name} is missing" in found(pack(parts))


def test_nothing_outside_the_declared_parts_is_accepted():
    data, parts = the_file(), unpack(the_file())
    assert "'extra.txt' does not belong" in found(pack({**parts, "extra.txt": b"x"}))
    assert "'a/../b' does not belong" in found(pack({**parts, "a/../b": b""}))
    for around in (data + b"x", b"x" + data, data[:-2] + b"\5\0hello"):
        found(around)
    assert "twice" in found(data[: data.index(b"PK\1\2")] + data)


METHODS = pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])


class Stream(io.BytesIO):
    """A file that cannot be gone back in, such as a pipe: sizes stand behind each member."""

    def seekable(self) -> bool:
        return False


def repacked(parts, method=zipfile.ZIP_DEFLATED, into=None, comment=b"") -> bytes:
    file = into or io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.comment = comment
        for name, content in parts:
            archive.writestr(name, content)
    return file.getvalue()


@METHODS
@pytest.mark.parametrize("into", [io.BytesIO, Stream])
def test_an_archive_that_was_only_packed_anew_is_whole_and_said_to_be(method, into):
    backwards = reversed(unpack(the_file()).items())
    checked = check(repacked(backwards, method, into()), SIGNER)
    assert (checked.problems, checked.repacked, checked.loan_id) == ((), True, "L1")
    assert not check(the_file()).repacked


@METHODS
@pytest.mark.parametrize("name", PARTS[:2])
def test_a_part_that_was_changed_and_packed_anew_is_named_and_no_other(method, name):
    parts = unpack(the_file())
    parts[name] = flipped(parts[name], 700)
    problems = check(repacked(parts.items(), method)).problems
    assert any(name in problem for problem in problems)
    assert not any(other in problem for problem in problems for other in PARTS if other != name)


@pytest.mark.parametrize("name", PARTS)
def test_bytes_changed_within_another_programs_packing_are_those_of_that_part(name):
    parts = unpack(the_file())
    data = repacked(parts.items())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        member = archive.getinfo(name)
    middle = member.header_offset + 30 + len(name) + member.compress_size // 2
    said = found(flipped(data, middle))
    assert said == (
        "This is not a whole evidence bundle: "
        f"{name!r} was changed: it does not fit its checksum in the archive."
    )


def test_what_another_program_put_beside_the_parts_is_named():
    parts = [*unpack(the_file()).items()]
    assert "'__MACOSX/x' does not belong" in found(repacked([*parts, ("__MACOSX/x", b"")]))
    assert "bundle.json is missing" in found(repacked([("a/bundle.json", b"{}"), *parts[1:]]))
    beside = "it holds something else beside its parts."
    assert beside in found(repacked(parts, comment=b"hello"))
    assert beside in found(repacked(parts) + b"x")
    assert "no zip archive" in found(b"x" + repacked(parts))
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = repacked([*parts, parts[0]])
    assert "'bundle.json' is in it twice." in found(twice)


def test_an_archive_that_claims_to_be_endless_is_not_unpacked():
    parts = unpack(the_file()) | {"bundle.pdf": bytes((1 << 29) + 1)}
    assert "more than any bundle is" in found(repacked(parts.items()))


def test_something_added_around_whole_parts_is_told_from_a_changed_part():
    said = found(the_file() + b"x")
    assert said == (
        "The four parts are as they were signed, but what is around them is not: "
        "it holds something else beside its parts."
    )


def test_any_program_opens_the_archive():
    with zipfile.ZipFile(io.BytesIO(the_file())) as archive:
        assert archive.testzip() is None
        assert tuple(archive.namelist()) == PARTS
        assert {name: archive.read(name) for name in PARTS} == unpack(the_file())


def _seq(entry) -> int:
    return int(entry["says"]["seq"])
