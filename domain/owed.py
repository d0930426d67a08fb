"""What is owed, by component and instalment, and which money covers which part of it."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from domain.books import OWED_AS
from domain.money_events import Contract


class Covered(NamedTuple):
    """So much of one event's money, or of a waiver, covered that component.

    `instalment` counts from 1; 0 is a charge of the loan as a whole.
    """

    event_id: str
    component: str
    instalment: int
    amount_minor: int


_covered: Callable[[tuple[str, str, int, int]], Covered] = partial(tuple.__new__, Covered)
"""A Covered from its parts, without the detour through its constructor: thousands are made."""


class Owed:
    """What is still to be paid, as payments and waivers cover it; the oldest instalment first.

    `due` is payable now, by component; `left` what is unpaid of each instalment, due or not;
    `charges` the part of `due` that belongs to no instalment. Of the instalments, the first
    `fallen` are due and the first `late` bear penalty, on `base`. Days are ordinals.
    """

    __slots__ = (
        "_at", "_burdened", "ahead", "base", "charges", "covered", "due", "dues", "fallen", "late",
        "left", "names", "paid_on", "principal",
    )  # fmt: skip

    def __init__(self, contract: Contract, compound: bool) -> None:
        portions = contract.portions
        parts = {
            "fees": [p.fee_minor for p in portions],
            "interest": [p.interest_minor for p in portions],
            "principal": [p.principal_minor for p in portions],
        }
        self.dues = [p.due.toordinal() for p in portions]
        self.left = {name: amounts for name, amounts in parts.items() if any(amounts)}
        self.names = tuple(self.left)
        self._at = dict.fromkeys(self.left, 0)
        self._burdened = ("principal", "interest") if compound else ("principal",)
        self.due = dict.fromkeys(OWED_AS, 0)
        self.charges = {"costs": 0, "fees": 0, "penalty": 0, "plan_interest": 0}
        self.ahead = sum(map(sum, self.left.values()))
        self.principal = sum(parts["principal"])
        self.fallen = self.late = self.base = 0
        self.paid_on = [0] * len(portions)
        self.covered: list[Covered] = []

    def copy(self) -> "Owed":
        """The same again, for another way on; what was covered so far stays behind."""
        twin: Owed = object.__new__(Owed)
        for name in Owed.__slots__:
            setattr(twin, name, getattr(self, name))
        twin.left = {name: amounts[:] for name, amounts in self.left.items()}
        twin._at, twin.due, twin.charges = dict(self._at), dict(self.due), dict(self.charges)
        twin.paid_on, twin.covered = self.paid_on[:], []
        return twin

    def resume(self, gone: Mapping[str, int], charges: Mapping[str, int], day: int) -> None:
        """Stand where so much of each component was covered by that day, the oldest first.

        `day` has passed for all that happens to instalments by itself but the start of penalty,
        which `turn_late` tells again. The days on which instalments were paid are not known then.
        """
        for name, amount in gone.items():
            self._fill("", name, len(self.dues), amount, day)
        self.covered = []
        self.ahead -= sum(gone.values())
        for number in range(bisect_right(self.dues, day)):
            self.fall(number)
        for name, amount in charges.items():
            self.charge(name, amount)

    @property
    def total(self) -> int:
        """Everything, due or not."""
        return sum(self.due.values()) + self.ahead

    def by_component(self) -> dict[str, int]:
        """Everything, due or not, by component."""
        ahead = {name: sum(self.left[name][self.fallen :]) for name in self.names}
        return {name: self.due[name] + ahead.get(name, 0) for name in OWED_AS}

    def fall(self, number: int) -> None:
        """The instalment of that number, from 0, becomes payable."""
        for name in self.names:
            part = self.left[name][number]
            self.due[name] += part
            self.ahead -= part
        self.fallen = number + 1

    def turn_late(self, number: int) -> None:
        """From now on the instalment bears penalty on what is unpaid."""
        for name in self._burdened:
            if name in self.left:
                self.base += self.left[name][number]
        self.late = number + 1

    def unpaid(self, number: int) -> int:
        """What is left of an instalment."""
        left = 0
        for amounts in self.left.values():
            left += amounts[number]
        return left

    def oldest_unpaid(self) -> int | None:
        """The number of the oldest due instalment that is not paid, or None."""
        number = min(self._at.values(), default=self.fallen)
        while number < self.fallen:
            if self.unpaid(number):
                return number
            number += 1
        return None

    def charge(self, name: str, amount: int) -> None:
        """The loan as a whole owes so much more."""
        self.charges[name] += amount
        self.due[name] += amount

    def pay_due(
        self, event_id: str, order: Sequence[str], amount: int, taken: dict[str, int], day: int
    ) -> int:
        """Cover what is due, each component whole before the next; what is left of the amount."""
        due = self.due
        for name in order:
            part = due[name]
            if part:
                if part > amount:
                    part = amount
                self._cover(event_id, name, part, day)
                taken[name] = part
                amount -= part
                if not amount:
                    break
        return amount

    def pay_instalments(
        self, event_id: str, order: Sequence[str], amount: int, taken: dict[str, int], day: int
    ) -> int:
        """Cover what is due, each instalment whole before the next; what is left of the amount.

        Charges of the whole loan that stand before principal in the order come before the
        instalments, the others after them.
        """
        cut = order.index("principal")
        amount = self._pay_charges(event_id, order[:cut], amount, taken)
        parts = [name for name in order if name in self.left]
        while amount and (number := self.oldest_unpaid()) is not None:
            for name in parts:
                amount = self._fill_one(event_id, name, number, amount, taken, day)
        return self._pay_charges(event_id, order[cut:], amount, taken)

    def pay_ahead(
        self, event_id: str, order: Sequence[str], amount: int, taken: dict[str, int], day: int
    ) -> int:
        """Cover instalments that are not due yet, the nearest first; what is left of it."""
        number = self.fallen
        while amount and number < len(self.dues):
            for name in order:
                if name in self.left:
                    before = amount
                    amount = self._fill(event_id, name, number + 1, amount, day)
                    self.ahead -= before - amount
                    if before > amount:
                        taken[name] = taken.get(name, 0) + before - amount
            number += 1
        return amount

    def _pay_charges(
        self, event_id: str, names: Sequence[str], amount: int, taken: dict[str, int]
    ) -> int:
        for name in names:
            part = min(self.charges.get(name, 0), amount)
            if part:
                self._cover_charge(event_id, name, part)
                self.due[name] -= part
                taken[name] = taken.get(name, 0) + part
                amount -= part
        return amount

    def _fill_one(  # noqa: PLR0913 - one part of one instalment, and what it leaves behind
        self,
        event_id: str,
        name: str,
        number: int,
        amount: int,
        taken: dict[str, int],
        day: int,
    ) -> int:
        left = self._fill(event_id, name, number + 1, amount, day)
        self.due[name] -= amount - left
        if amount > left:
            taken[name] = taken.get(name, 0) + amount - left
        return left

    def _cover(self, event_id: str, name: str, amount: int, day: int) -> None:
        self.due[name] -= amount
        if name in self.left:
            amount = self._fill(event_id, name, self.fallen, amount, day)
        if amount:
            self._cover_charge(event_id, name, amount)

    def _cover_charge(self, event_id: str, name: str, amount: int) -> None:
        self.charges[name] -= amount
        self.covered.append(_covered((event_id, name, 0, amount)))

    def _fill(self, event_id: str, name: str, end: int, amount: int, day: int) -> int:
        """Cover that part of the instalments before number `end`; what is left of the amount."""
        left, number = self.left[name], self._at[name]
        while amount and number < end:
            part = left[number]
            if part > amount:
                left[number] = part - amount
                self._note(event_id, name, number, amount)
                amount = 0
                break
            if part:
                left[number] = 0
                amount -= part
                self._note(event_id, name, number, part)
                if not self.unpaid(number):
                    self.paid_on[number] = day
            number += 1
        self._at[name] = number
        return amount

    def _note(self, event_id: str, name: str, number: int, part: int) -> None:
        self.covered.append(_covered((event_id, name, number + 1, part)))
        if number < self.late and name in self._burdened:
            self.base -= part
        if name == "principal":
            self.principal -= part
