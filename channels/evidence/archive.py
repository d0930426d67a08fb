"""The one file of a bundle: a zip without choices, so that the same parts are the same bytes.

Written and read here and not by a library, because every byte counts: a file is accepted only if
its parts, packed again, are that file. Any program that opens zips opens it.
"""

import struct
from collections.abc import Mapping
from zlib import crc32

PARTS = ("bundle.json", "bundle.pdf", "manifest.json", "manifest.sig")
"""The declared members, in their order; there are no others."""

_MIDNIGHT, _FIRST_DAY = 0, 33  # 1980-01-01, the first date a zip can name
_VERSION, _UNIX, _REGULAR = 20, 3, 0o100600 << 16

_HEAD = struct.Struct("<4s5H3L2H")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")


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
