"""The ports of the demo: which part has which, and how people choose others."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

_HIGHEST = 65_535


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports we like best; whichever is taken is replaced by a free one, and 0 is any."""

    temporal: int = 7233
    ui: int = 8233
    smtp: int = 1025
    mail: int = 8025
    agency: int = 8026
    providers: int = 8027
    doors: int = 8030


def told(ports: Ports) -> str:
    """All of them as people choose them."""
    return ", ".join(f"{part}={port}" for part, port in asdict(ports).items())


def chosen(said: Sequence[str]) -> Ports | str:
    """The ports with those changed that people name as `ui=9233`; a sentence when one cannot be."""
    ports = Ports()
    for choice in said:
        part, _, number = choice.partition("=")
        usable = number.isdecimal() and number.isascii() and int(number) <= _HIGHEST
        if part not in asdict(ports) or not usable:
            return f"{choice!r} is no port; write PART=NUMBER as in {told(Ports())}."
        ports = replace(ports, **{part: int(number)})
    taken = [port for port in asdict(ports).values() if port]
    if twice := sorted({port for port in taken if taken.count(port) > 1}):
        return f"{twice[0]} is given to two parts: {told(ports)}."
    return ports
