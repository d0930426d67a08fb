"""What a tale is: one kind of life, and how long it takes."""

from dataclasses import dataclass

from demo.acts import Act
from domain.campaigns import MonthDay


@dataclass(frozen=True, slots=True)
class Tale:
    """One kind of life.

    `days` is how long it takes; `instalments` above 1 are monthly ones; on day `opens` past due
    we get the case, below zero before the due date. `dead_address`: no letter reaches the borrower.
    `loans` of the same person fall due together. `strategy` is the one it is under, the standard
    one when empty; a `lost` borrower has no contact point that works. `place` is the jurisdiction
    that the borrower lives in, any when empty. `due` are the first and the last day of the year
    on which it may fall due, in the half-year; None: on any that leaves room for it.
    """

    name: str
    days: int
    acts: tuple[Act, ...]
    instalments: int = 1
    opens: int = 1
    dead_address: bool = False
    loans: int = 1
    strategy: str = ""
    lost: bool = False
    place: str = ""
    due: tuple[MonthDay, MonthDay] | None = None
