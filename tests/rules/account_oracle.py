"""The same account, the slow way: day by day, with fractions and without any running total.

It shares no code with the calculator but the words, and is written for reading.
"""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from domain.interest import DayCount
from domain.money_events import EventKind, MoneyFacts

PARTS = ("fees", "interest", "principal")
RANK = list(EventKind)


class SlowAccount:
    """What is owed at the end of `day`."""

    def __init__(self, facts: MoneyFacts) -> None:
        self.facts, self.terms = facts, facts.terms
        self.dues = [p.due for p in facts.contract.portions]
        self.left = [
            {"fees": p.fee_minor, "interest": p.interest_minor, "principal": p.principal_minor}
            for p in facts.contract.portions
        ]
        self.charges = {"costs": 0, "fees": 0, "penalty": 0, "plan_interest": 0}
        self.settled = False
        self.run = Fraction(0)
        self.penalty = 0
        self.waiting: list[list[Any]] = []
        self.overdrawn = 0
        self.charged_off = False
        self.offers: list[list[Any]] = []
        self.cash = 0
        self.day = date.fromordinal(facts.contract.lent_from)

    def live_until(self, end: date) -> "SlowAccount":
        first = min([self.day, *(e.on for e in self.facts.events)])
        if end < first:
            return self
        self.day = first
        self._today()
        while self.day < end:
            self._night()
            self.day += timedelta(days=1)
            self._today()
        self._post_penalty()
        return self

    def owed(self) -> dict[str, int]:
        total = {name: self.charges[name] for name in ("costs", "penalty", "plan_interest")}
        for name in PARTS:
            total[name] = sum(part[name] for part in self.left) + self.charges.get(name, 0)
        return total

    def unapplied(self) -> int:
        waiting: int = sum(amount for _, amount in self.waiting)
        return waiting - self.overdrawn

    def _paused(self) -> bool:
        return any(
            p.start <= self.day and (p.end is None or self.day < p.end) for p in self.facts.pauses
        )

    def _night(self) -> None:
        """The night to tomorrow costs penalty on every instalment that was late today."""
        if self._paused() or self.charged_off:
            return
        tomorrow = self.day + timedelta(days=1)
        days = 1
        if self.terms.day_count is DayCount.THIRTY_360:
            days = _thirty(tomorrow) - _thirty(self.day)
        year = 365 if self.terms.day_count is DayCount.ACT_365 else 360
        for due, part in zip(self.dues, self.left, strict=True):
            if due + timedelta(days=self.terms.grace_days) <= self.day:
                base = part["principal"] + (part["interest"] if self.terms.compound else 0)
                self.run += Fraction(base * self.terms.penalty_ppm * days, 1_000_000 * year)

    def _today(self) -> None:
        for number, due in enumerate(self.dues):
            late = (self.day - due).days == self.terms.late_fee_after_days + 1
            unpaid = sum(self.left[number].values())
            if late and unpaid and not self._paused() and not self.charged_off:
                share = Fraction(unpaid * self.terms.late_fee_ppm, 1_000_000)
                self.charges["fees"] += self.terms.late_fee_minor + round(share)
        for part in self.facts.plan_interest:
            if part.due == self.day and not self.settled:
                self.charges["plan_interest"] += part.amount_minor
                self._apply_waiting()
        mine = [e for e in self.facts.events if e.on == self.day]
        for event in sorted(mine, key=lambda e: (RANK.index(e.kind), e.event_id)):
            self._post_penalty()
            self._event(event)
            self._apply_waiting()

    def _apply_waiting(self) -> None:
        for waiting in self.waiting:
            waiting[1] = self._pay(waiting[1])
        self.waiting = [w for w in self.waiting if w[1]]

    def _post_penalty(self) -> None:
        self.charges["penalty"] += round(self.run) - self.penalty
        self.penalty = round(self.run)

    def _event(self, event) -> None:  # noqa: C901 - one branch a kind, to be read in a row
        amount = event.amount_minor
        match event.kind:
            case EventKind.FEE:
                if event.component == "costs" or not self._paused():
                    self.charges[event.component] += amount
            case EventKind.PAYMENT:
                self.cash += amount
                filled = min(self.overdrawn, amount)
                self.overdrawn -= filled
                left = self._pay(amount - filled)
                self.waiting.append([event.event_id, left])
                self._offers(event)
            case EventKind.WAIVER:
                self._take(amount, [event.component] if event.component else self._order())
            case EventKind.QUOTE | EventKind.SETTLEMENT:
                self.offers.append([event, 0])
            case EventKind.REFUND:
                self.cash -= amount
                for waiting in self.waiting:
                    part = min(waiting[1], amount)
                    waiting[1] -= part
                    amount -= part
                self.overdrawn += amount
            case EventKind.CHARGE_OFF:
                self.charged_off = True

    def _offers(self, payment) -> None:
        for offer in self.offers:
            if self.day <= offer[0].until and payment.event_id not in offer[0].before:
                offer[1] += payment.amount_minor
                if offer[1] >= offer[0].amount_minor:
                    self._take(sum(self.owed().values()), self._order())
                    self.offers, self.settled = [], True
                    return

    def _order(self) -> list[str]:
        order = self._contract_order()
        order.insert(order.index("interest") + 1, "plan_interest")
        return order

    def _contract_order(self) -> list[str]:
        if self.terms.allocation != "CONTRACT":
            unpaid = [
                due
                for due, part in zip(self.dues, self.left, strict=True)
                if due <= self.day and any(part.values())
            ]
            late = (self.day - unpaid[0]).days if unpaid else 0
            if self.terms.allocation == "CN-ALLOC-01" and late > 90:
                return ["principal", "costs", "fees", "interest", "penalty"]
            return ["costs", "fees", "interest", "penalty", "principal"]
        return list(self.terms.order)

    def _pay(self, amount: int) -> int:
        return self._take(amount, self._order(), self.terms.by_instalment)

    def _take(self, amount: int, order: list[str], by_instalment: bool = False) -> int:
        due = [part for at, part in zip(self.dues, self.left, strict=True) if at <= self.day]
        ahead = self.left[len(due) :]
        places: list[tuple[dict[str, int], str]] = []
        if by_instalment:
            cut = order.index("principal")
            places += [(self.charges, n) for n in order[:cut] if n in self.charges]
            places += [(part, n) for part in due for n in order if n in PARTS]
            places += [(self.charges, n) for n in order[cut:] if n in self.charges]
        else:
            for name in order:
                places += [(part, name) for part in due if name in PARTS]
                places += [(self.charges, name)] if name in self.charges else []
        places += [(part, name) for part in ahead for name in order if name in PARTS]
        for place, name in places:
            part = min(place[name], amount)
            place[name] -= part
            amount -= part
        return amount


def _thirty(day: date) -> int:
    return 360 * day.year + 30 * day.month + min(day.day, 30)
