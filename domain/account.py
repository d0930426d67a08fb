"""The account of a loan: the one calculator of quote, payment, waiver, settlement and write-off.

An account is a pure function of the contract, its terms and the events known at one instant. What
the journal holds is what this function posted, as it was known each time.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from domain.bookkeeping import Books
from domain.books import OWED_AS, Account, Posted
from domain.marks import Mark, mark_after
from domain.money_events import MoneyEvent, MoneyFacts, in_time
from domain.owed import Covered


@dataclass(frozen=True, slots=True)
class InstalmentState:
    """One instalment: what is unpaid of it, and the day it was paid in full (None: it is not)."""

    number: int
    due: date
    amount_minor: int
    unpaid_minor: int
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class LoanAccount:
    """An account at the end of one day, in minor units; `owed` and `due` by component.

    `owed` is everything still to be paid and `due` what is payable now; `charges_minor` is the part
    that lateness has cost, and `unposted_minor` the part of it that ran since the last event.
    `payoff_minor` closes the loan that day.
    `unapplied_minor` waits and pays nothing yet; below zero it was refunded and is owed back.
    `days_late` counts from the oldest unpaid due date of this account, in which charges may have
    been paid before the instalment.
    """

    as_of: date
    owed: Mapping[str, int]
    due: Mapping[str, int]
    charges_minor: int
    unposted_minor: int
    unapplied_minor: int
    payoff_minor: int
    days_late: int
    instalments: tuple[InstalmentState, ...]
    covered: tuple[Covered, ...]
    postings: tuple[Posted, ...]
    charged_off_on: date | None
    settled_on: date | None

    @property
    def owed_minor(self) -> int:
        """Everything still to be paid, due or not."""
        return sum(self.owed.values())

    @property
    def due_minor(self) -> int:
        """Everything that is payable now."""
        return sum(self.due.values())


class Change(NamedTuple):
    """What must be posted on one day for one source, so that the journal says what is known.

    `again` says that the source was posted that day before, and this corrects it.
    """

    on: date
    source: str
    what: str
    lines: tuple[tuple[Account, int], ...]
    again: bool = False


def account(facts: MoneyFacts, as_of: date) -> LoanAccount:
    """The account at the end of that day, from the events that count by then."""
    books = Books(facts)
    for event in in_time(facts.events):
        if event.on > as_of:
            break
        books.take(event)
    posted = len(books.postings)
    books.advance(as_of.toordinal())
    books.charge_penalty()
    return _seen(facts, books, posted, as_of)


def posted(facts: MoneyFacts, until: date) -> list[Posted]:
    """What the journal holds up to that day: late charges only as far as an event came after."""
    books, last = Books(facts), until.toordinal()
    for event in in_time(facts.events):
        if event.on > until:
            books.advance(last)
            break
        books.take(event)
    return [entry for entry in books.postings if entry.on <= last]


def recount(before: MoneyFacts, after: MoneyFacts) -> tuple[list[Change], Mark | None]:
    """What the journal lacks when it holds `before` and `after` is known, in the order of days.

    Beside it the mark of the account after its last event; None when it has none.
    """
    then, now = in_time(before.events), in_time(after.events)
    same = _frame(before) == _frame(after)
    shared = _shared(then, now) if same else 0
    books = Books(before)
    for event in then[:shared]:
        books.take(event)
    old = books.copy() if same else books
    new = books.copy() if same else Books(after)
    for event in then[shared:]:
        old.take(event)
    for event in now[shared:]:
        new.take(event)
    mark = mark_after(new, now[-1], after) if now else None
    return _differences(old.postings, new.postings), mark


def changes(before: MoneyFacts, after: MoneyFacts) -> list[Change]:
    """What the journal lacks when it holds `before` and `after` is known, in the order of days."""
    return recount(before, after)[0]


def _frame(facts: MoneyFacts) -> tuple[object, ...]:
    return facts.contract, facts.terms, facts.pauses, facts.plan_interest


def _shared(then: Sequence[MoneyEvent], now: Sequence[MoneyEvent]) -> int:
    """How many events both begin with."""
    number = 0
    for one, other in zip(then, now, strict=False):
        if one != other:
            break
        number += 1
    return number


def _differences(old: Sequence[Posted], new: Sequence[Posted]) -> list[Change]:
    sums: dict[tuple[int, str], dict[Account, int]] = defaultdict(lambda: defaultdict(int))
    said: dict[tuple[int, str], str] = {}
    for sign, postings in ((-1, old), (1, new)):
        for on, source, what, lines in postings:
            said[on, source] = what
            for account_, amount in lines:
                sums[on, source][account_] += sign * amount
    before = {(entry.on, entry.source) for entry in old}
    found = []
    for on, source in sorted(sums):
        lines = tuple((name, amount) for name, amount in sums[on, source].items() if amount)
        if lines:
            again = (on, source) in before
            found.append(Change(date.fromordinal(on), source, said[on, source], lines, again))
    return found


def _seen(facts: MoneyFacts, books: Books, posted_: int, as_of: date) -> LoanAccount:
    owed = books.owed
    unearned = 0
    if facts.terms.rebate and "interest" in owed.left:
        unearned = books.price.unearned(owed.left["interest"], as_of.toordinal())
    unposted = sum(
        amount
        for entry in books.postings[posted_:]
        for account_, amount in entry.lines
        if account_ is not Account.INCOME
    )
    waiting = sum(amount for _, amount in books.waiting) - books.overdrawn
    return LoanAccount(
        as_of=as_of,
        owed=owed.by_component(),
        due={name: owed.due[name] for name in OWED_AS},
        charges_minor=sum(owed.charges.values()) - owed.charges["plan_interest"],
        unposted_minor=unposted,
        unapplied_minor=waiting,
        payoff_minor=max(0, owed.total - unearned - waiting),
        days_late=books.days_late,
        instalments=_instalments(facts, books),
        covered=tuple(owed.covered),
        postings=tuple(books.postings),
        charged_off_on=_day(books.charged_off_on),
        settled_on=_day(books.settled_on),
    )


def _instalments(facts: MoneyFacts, books: Books) -> tuple[InstalmentState, ...]:
    owed = books.owed
    return tuple(
        InstalmentState(
            number + 1,
            portion.due,
            portion.amount_minor,
            owed.unpaid(number),
            _day(owed.paid_on[number] or None),
        )
        for number, portion in enumerate(facts.contract.portions)
    )


def _day(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(ordinal)
