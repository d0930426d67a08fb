"""One thing that must be true at the end of the demo."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be true: `wrong` counts what breaks it, under the name `key`."""

    key: str
    name: str
    wrong: int
    said: str

    @property
    def ok(self) -> bool:
        return not self.wrong
