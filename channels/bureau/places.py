"""Addresses and telephone numbers in the parts that Metro 2 wants; what is unclear is left out."""

import re
from dataclasses import dataclass

_LINE = 32
_CITY = re.compile(r"([A-Z]{2})\s+(\d{5})(?:-?(\d{4}))?")
_NUMBER = re.compile(r"(?:\+?1)?([2-9]\d{2}[2-9]\d{6})")


@dataclass(frozen=True, slots=True)
class Place:
    """A US address in parts; empty when it could not be parted."""

    lines: tuple[str, ...] = ()
    city: str = ""
    state: str = ""
    zip: str = ""


def parted(address: str) -> Place:
    """Street, city, and state with ZIP, between commas or line ends; written otherwise: empty.

    A street that is too long for one line of the file goes on in the second at its first comma.
    """
    parts = [part.strip() for part in re.split(r"[,\n]", address) if part.strip()]
    if len(parts) < 3 or (found := _CITY.fullmatch(parts[-1])) is None:
        return Place()
    street = ", ".join(parts[:-2])
    first, *others = (street,) if len(street) <= _LINE else parts[:-2]
    lines = (first, ", ".join(others)) if others else (first,)
    return Place(lines, parts[-2], found[1], found[2] + (found[3] or ""))


def national(phone: str) -> str:
    """The ten digits of a North American number; empty for any other, which has no place there."""
    found = _NUMBER.fullmatch(re.sub(r"[\s().-]", "", phone))
    return found[1] if found else ""
