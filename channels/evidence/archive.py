"""The one file of a bundle: a zip without choices, so that the same parts are the same bytes.

Written and read here and not by a library, because every byte counts: a file is the one that was
sealed only if its parts, packed again, are that file. Any program that opens zips opens it; what
another program packed anew is read by the library, and holds the parts and nothing beside them.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from zlib import crc32

PARTS = ("bundle.json", "bundle.pdf", "manifest.json", "manifest.sig")
"""The declared members, in their order; there are no others."""

_MIDNIGHT, _FIRST_DAY = 0, 33  # 1980-01-01, the first date a zip can name
_VERSION, _UNIX, _REGULAR = 20, 3, 0o100600 << 16

_HEAD = struct.Struct("<4s5H3L2H")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")

_BEHIND = (0, 12, 16, 20, 24)
"""So many bytes may stand behind a member: its sizes, by a program that wrote it as a stream."""

_MOST = 1 << 29
"""No bundle unpacks to more bytes: what claims to is not unpacked."""

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,
    ValueError,
    EOFError,
    OSError,
    struct.error,
)


FOREIGN = "it was packed by another program."
"""Why an archive is not read as ours, and perhaps as that of another program."""


class NotABundle(Exception):
    """A file that is no bundle, or no longer; the message says what is wrong with it."""


def pack(parts: Mapping[str, bytes]) -> bytes:
    """The archive of those parts: sorted names, stored, one fixed date."""
    body, directory = b"", b""
    for name, content in sorted(parts.items()):
        told = name.encode()
        crc, size = crc32(content), len(content)
        when = (_MIDNIGHT, _FIRST_DAY, crc, size, size, len(told))
        directory += _ENTRY.pack(
            b"PK\1\2", _UNIX << 8 | _VERSION, _VERSION, 0, 0, *when, 0, 0, 0, 0, _REGULAR, len(body)
        )
        directory += told
        body += _HEAD.pack(b"PK\3\4", _VERSION, 0, 0, *when, 0) + told + content
    count = len(parts)
    end = _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + end


def unpack(data: bytes) -> dict[str, bytes]:
    """The parts, as far as they can be told apart; raises NotABundle where they cannot.

    Whether the file is these parts and nothing else is for `pack` to say.
    """
    if not data.startswith(b"PK\3\4"):
        raise NotABundle("it is no zip archive, or its beginning was changed.")
    parts: dict[str, bytes] = {}
    place = 0
    while data[place : place + 4] == b"PK\3\4":
        try:
            head = _HEAD.unpack_from(data, place)
        except struct.error:
            raise NotABundle("the archive breaks off.") from None
        if head[2] or head[3]:
            raise NotABundle(FOREIGN)
        size, named, extra = head[8:]
        start = place + _HEAD.size + named + extra
        name = data[place + _HEAD.size : start - extra].decode("ascii", "backslashreplace")
        if start + size > len(data):
            raise NotABundle(f"the archive breaks off within {name!r}.")
        if name in parts:
            raise NotABundle(f"{name!r} is in it twice.")
        parts[name] = data[start : start + size]
        place = start + size
    return parts


def reopened(data: bytes) -> dict[str, bytes]:
    """The parts of an archive that another program packed; NotABundle says why they are none.

    It holds members that are stored or deflated, one after the other from its first byte, each
    once, then its directory, and nothing else: no comment, and nothing before, between or after.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_members(members, archive, data)
            return {member.filename: _content(archive, member) for member in members}
    except _BROKEN:
        raise NotABundle("it is no zip archive, or its directory was changed.") from None


def _check_members(members: list[zipfile.ZipInfo], archive: zipfile.ZipFile, data: bytes) -> None:
    names = [member.filename for member in members]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise NotABundle(f"{twice[0]!r} is in it twice.")
    if sum(member.file_size for member in members) > _MOST:
        raise NotABundle("it would unpack to more than any bundle is.")
    place = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        if member.header_offset - place not in (_BEHIND if place else (0,)):
            raise NotABundle(f"it holds something else before {member.filename!r}.")
        place = _end_of(member, data)
    directory = sum(
        _ENTRY.size + len(member.orig_filename.encode()) + len(member.extra) + len(member.comment)
        for member in members
    )
    comments = archive.comment or any(member.comment for member in members)
    if comments or len(data) - _END.size - directory - place not in _BEHIND:
        raise NotABundle("it holds something else beside its parts.")


def _end_of(member: zipfile.ZipInfo, data: bytes) -> int:
    """Where the member's bytes end."""
    named, extra = _HEAD.unpack_from(data, member.header_offset)[-2:]
    return member.header_offset + _HEAD.size + int(named) + int(extra) + member.compress_size


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotABundle(f"{member.filename!r} is packed in a way that is not read here.")
    try:
        return archive.read(member)
    except _BROKEN:
        raise NotABundle(
            f"{member.filename!r} was changed: it does not fit its checksum in the archive."
        ) from None
