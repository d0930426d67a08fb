"""The life of an account: charges run from day to day, and each event is posted on its own.

Events are taken in the order of the days they count from. The same events in whatever order they
became known are the same account, because they are always taken in that one order.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from domain.account_days import Break, breaks, opening
from domain.allocation import PRINCIPAL_FIRST_FROM
from domain.books import APPLIED, CHARGED, LATE_FEE, OWED_ON, Account, Posted
from domain.interest import MILLION, DayCount, days_between, half_even
from domain.money_events import EventKind, MoneyEvent, MoneyFacts, Offer
from domain.owed import Owed
from domain.price import Price
from domain.waterfalls import orders_of

_NEVER = (date.max.toordinal() + 1, Break.RESUME, 0)
_DUE, _LATE, _FEE = Break.DUE, Break.LATE, Break.FEE
_PAUSE, _PLAN = Break.PAUSE, Break.PLAN
_CASH, _INCOME, _UNAPPLIED = Account.CASH, Account.INCOME, Account.UNAPPLIED


_posted: Callable[[tuple[Any, ...]], Posted] = partial(tuple.__new__, Posted)
"""A Posted from its parts, without the detour through its constructor: thousands are made."""


class Books:
    """One account on its way through time; `day` is how far it has come."""

    def __init__(self, facts: MoneyFacts) -> None:
        contract, terms = facts.contract, facts.terms
        self.terms = terms
        self.day = contract.lent_from
        self.owed = Owed(contract, terms.compound)
        self.price = Price(contract, terms)
        self.burden = self.penalty = self.late_fees = self.overdrawn = self.plan_interest = 0
        self.paused = False
        self.charged_off_on: int | None = None
        self.settled_on: int | None = None
        self.waiting: list[tuple[str, int]] = []
        self.offers: list[Offer] = []
        self.postings = [opening(contract)]
        self._plans = facts.plan_interest
        self.coming, self.next = [*breaks(facts), _NEVER], 0
        self._divisor = MILLION * terms.day_count.year
        self._thirty = terms.day_count is DayCount.THIRTY_360
        self._orders = orders_of(terms)
        self._turns = self._orders[False] != self._orders[True]

    def copy(self) -> "Books":
        """The same account for another way on; what was posted so far stays behind."""
        twin: Books = object.__new__(Books)
        twin.__dict__.update(self.__dict__)
        twin.owed, twin.price = self.owed.copy(), self.price.copy()
        twin.waiting = list(self.waiting)
        twin.offers = [Offer(offer.event, offer.until, offer.got) for offer in self.offers]
        twin.postings = []
        return twin

    def take(self, event: MoneyEvent) -> None:
        """Go to the day of the event, bring the charges up to date, and post it."""
        day = event.on.toordinal()
        if day < self.day:
            self.day = day  # money that came before the loan is said to have been paid out
        self.advance(day)
        if self.burden:
            self.charge_penalty()
        _TAKEN[event.kind](self, event)
        if self.waiting and self.owed.total:
            self._apply_waiting()

    def advance(self, day: int) -> None:
        """Let time pass to that day: instalments fall due, turn late and cost a late fee."""
        coming = self.coming
        while day >= coming[self.next][0]:
            at, what, number = coming[self.next]
            if at > self.day:
                self._run_to(at)
            self.next += 1
            if what is _DUE:
                self.owed.fall(number)
                self.price.fall(number)
            elif what is _LATE:
                self.owed.turn_late(number)
            elif what is _FEE:
                self._late_fee(number)
            elif what is _PLAN:
                self._plan_interest(number)
            else:
                self.paused = what is _PAUSE
        self._run_to(day)

    @property
    def penalty_to_date(self) -> int:
        """The penalty that has run so far, posted or not, as far as the cap lets it."""
        run = half_even(self.burden * self.terms.penalty_ppm, self._divisor)
        if run <= self.penalty:
            return self.penalty
        if (
            self.terms.cap_ppm is None
            or run + self.late_fees + self.plan_interest <= self.price.at_least
        ):
            return run
        return max(self.penalty, min(run, self._room(self.late_fees)))

    @property
    def days_late(self) -> int:
        """Days since the oldest unpaid due date; 0 when nothing due is unpaid."""
        oldest = self.owed.oldest_unpaid()
        return 0 if oldest is None else self.day - self.owed.dues[oldest]

    def charge_penalty(self) -> None:
        """Post the penalty that has run since it was posted last."""
        new = self.penalty_to_date - self.penalty
        if new:
            self.penalty += new
            self._charge(CHARGED, "Penalty interest", "penalty", new)

    def _run_to(self, day: int) -> None:
        """Let penalty and price run from where we are to that day."""
        if day <= self.day:
            return
        base = self.owed.base
        if base and not self.paused and self.charged_off_on is None:
            self.burden += base * self._days(self.day, day)
        self.price.principal_days += self.owed.principal * (day - self.day)
        self.day = day

    def _days(self, start: int, end: int) -> int:
        if not self._thirty:
            return end - start
        return days_between(date.fromordinal(start), date.fromordinal(end), DayCount.THIRTY_360)

    def _room(self, other: int) -> int:
        """How much more the cap leaves beside `other` charges and plans' interest, at least 0."""
        if self.terms.cap_ppm is None:
            return 1 << 62
        return max(0, self.price.room(self.day) - self.plan_interest - other)

    def _late_fee(self, number: int) -> None:
        unpaid = self.owed.unpaid(number)
        if not unpaid or self.paused or self.charged_off_on is not None:
            return
        terms = self.terms
        fee = terms.late_fee_minor + half_even(unpaid * terms.late_fee_ppm, MILLION)
        source = f"{LATE_FEE}/{number + 1}"
        self._charge_fee(source, "Late fee", fee)

    def _plan_interest(self, number: int) -> None:
        """An instalment of a plan is due: its interest is owed, as far as the cap lets it be."""
        part = self._plans[number]
        amount = min(part.amount_minor, self._room(self.late_fees + self.penalty_to_date))
        if amount and self.settled_on is None:
            self.plan_interest += amount
            self._charge(part.part_id, "Interest of the plan", "plan_interest", amount)
            if self.waiting:
                self._apply_waiting()

    def _charge_fee(self, source: str, what: str, amount: int) -> None:
        fee = min(amount, self._room(self.late_fees + self.penalty_to_date))
        if fee:
            self.late_fees += fee
            self._charge(source, what, "fees", fee)

    def _charge(self, source: str, what: str, name: str, amount: int) -> None:
        self.owed.charge(name, amount)
        account = OWED_ON[name] if self.charged_off_on is None else Account.CHARGED_OFF
        self._post(source, what, ((account, amount), (_INCOME, -amount)))

    def _post(self, source: str, what: str, lines: tuple[tuple[Account, int], ...]) -> None:
        self.postings.append(_posted((self.day, source, what, lines)))

    def _fee(self, event: MoneyEvent) -> None:
        if event.component == "costs":
            self._charge(event.event_id, "Cost charged", "costs", event.amount_minor)
        elif not self.paused:
            self._charge_fee(event.event_id, "Fee charged", event.amount_minor)

    def _payment(self, event: MoneyEvent) -> None:
        filled = min(self.overdrawn, event.amount_minor)
        self.overdrawn -= filled
        lines, left = self._pay(event.event_id, event.amount_minor - filled)
        if left:
            self.waiting.append((event.event_id, left))
        if left + filled:
            lines.append((Account.UNAPPLIED, -left - filled))
        self._post(event.event_id, "Payment received", ((Account.CASH, event.amount_minor), *lines))
        if self.offers:
            self._count_for_offers(event)

    def _pay(self, event_id: str, amount: int) -> tuple[list[tuple[Account, int]], int]:
        """Cover what is owed with the money: the credits, and what is left of it."""
        owed, taken = self.owed, dict[str, int]()
        order = self._order()
        pay = owed.pay_instalments if self.terms.by_instalment else owed.pay_due
        left = pay(event_id, order, amount, taken, self.day)
        if left and owed.ahead:
            left = owed.pay_ahead(event_id, order, left, taken, self.day)
        if self.charged_off_on is not None:
            got = amount - left
            return ([(Account.RECOVERED, -got)] if got else []), left
        return _credits(taken), left

    def _order(self) -> tuple[str, ...]:
        return self._orders[self._turns and self.days_late >= PRINCIPAL_FIRST_FROM]

    def _apply_waiting(self) -> None:
        """Money that waited pays what has become owed since, the first that came first."""
        waiting, self.waiting = self.waiting, []
        for event_id, amount in waiting:
            lines, left = self._pay(event_id, amount)
            if left:
                self.waiting.append((event_id, left))
            if left < amount:
                lines.append((Account.UNAPPLIED, amount - left))
                self._post(f"{APPLIED}/{event_id}", "Unapplied money applied", tuple(lines))

    def _waiver(self, event: MoneyEvent) -> None:
        self._forgive(event.event_id, "Waived", event.component, event.amount_minor)

    def _forgive(self, source: str, what: str, component: str, amount: int) -> None:
        order = (component,) if component else self._order()
        owed, taken = self.owed, dict[str, int]()
        left = owed.pay_due(source, order, amount, taken, self.day)
        left = owed.pay_ahead(source, order, left, taken, self.day)
        forgiven = amount - left
        if not forgiven:
            return
        lines = _credits(taken)
        if self.charged_off_on is not None:
            lines = [(Account.CHARGED_OFF, -forgiven)]
        self._post(source, what, ((Account.WAIVED, forgiven), *lines))

    def _offer(self, event: MoneyEvent) -> None:
        assert event.until is not None, "an offer says until when"
        self.offers.append(Offer(event, event.until.toordinal()))

    def _count_for_offers(self, payment: MoneyEvent) -> None:
        """An offer whose amount has come in time closes the loan: what remains is forgiven."""
        for offer in list(self.offers):
            if self.day > offer.until:
                self.offers.remove(offer)
            elif payment.event_id not in offer.event.before:
                offer.got += payment.amount_minor
                if offer.got >= offer.event.amount_minor:
                    self._close(offer)
                    return

    def _close(self, offer: Offer) -> None:
        what = "Settled" if offer.event.kind is EventKind.SETTLEMENT else "Paid off by quote"
        self._forgive(offer.event.event_id, what, "", self.owed.total)
        self.settled_on = self.day
        self.offers = []

    def _refund(self, event: MoneyEvent) -> None:
        left, kept = event.amount_minor, []
        for event_id, amount in self.waiting:
            part = min(left, amount)
            left -= part
            if part < amount:
                kept.append((event_id, amount - part))
        self.waiting, self.overdrawn = kept, self.overdrawn + left
        amount = event.amount_minor
        self._post(
            event.event_id, "Refunded", ((Account.UNAPPLIED, amount), (Account.CASH, -amount))
        )

    def _charge_off(self, event: MoneyEvent) -> None:
        if self.charged_off_on is not None:
            return
        by_component = self.owed.by_component()
        self.charged_off_on = self.day
        if total := sum(by_component.values()):
            lines = ((Account.CHARGED_OFF, total), *_credits(by_component))
            self._post(event.event_id, "Charged off", lines)

    def _reversal(self, event: MoneyEvent) -> None:
        """The payment is not among the events any more: nothing more is to be undone."""


_TAKEN = {
    EventKind.FEE: Books._fee,
    EventKind.REVERSAL: Books._reversal,
    EventKind.WAIVER: Books._waiver,
    EventKind.QUOTE: Books._offer,
    EventKind.SETTLEMENT: Books._offer,
    EventKind.PAYMENT: Books._payment,
    EventKind.REFUND: Books._refund,
    EventKind.CHARGE_OFF: Books._charge_off,
}


def _credits(taken: Mapping[str, int]) -> list[tuple[Account, int]]:
    return [(OWED_ON[name], -amount) for name, amount in taken.items() if amount]
