"""A business no: a value, never an exception."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a request cannot be taken: the rule's name, and a sentence for the one who asked."""

    rule: str
    reason: str
