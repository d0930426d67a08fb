"""Many workers at the same moment: each thing still happens once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from domain.facts import PaymentReceived
from domain.outcomes import Sent
from ledger.claims import Claimed
from ledger.decisions import verify
from ledger.engine import reading, writing
from ledger.payments import record_payment
from tests.ledger.book import MORNING, a_day, claim, open_book, order

THREADS = 8


def at_once(task, asked):
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(task, asked))


@pytest.mark.parametrize("cap", [1, 3])
def test_eight_workers_on_two_loans_of_one_person_pass_exactly_the_cap(ledger, cap):
    open_book(ledger, "L1", "L2")
    orders = [order(f"L{1 + n % 2}", f"step{n}") for n in range(THREADS)]
    rules = a_day(cap)
    answers = at_once(lambda asked: claim(ledger, asked, rules=rules), orders)
    passed = [answer for answer in answers if isinstance(answer, Claimed)]
    waiting = [answer for answer in answers if not isinstance(answer, Claimed)]
    assert len(passed) == cap
    assert {(answer.kind, answer.rule) for answer in waiting} == {(Sent.DEFERRED, "CN-DAY-01")}
    with reading(ledger) as session:
        assert verify(session) == []


def test_eight_workers_with_one_letter_send_it_at_most_once(ledger):
    open_book(ledger)
    answers = at_once(lambda asked: claim(ledger, asked), [order()] * THREADS)
    assert sum(isinstance(answer, Claimed) for answer in answers) == 1
    assert sum(getattr(answer, "kind", None) is Sent.UNCERTAIN for answer in answers) == 7


def test_a_payment_that_comes_twice_at_once_is_one_payment(ledger):
    open_book(ledger)
    fact = PaymentReceived("f1", "p1", 1_000, date(2026, 3, 9))

    def record(_):
        with writing(ledger) as session:
            return record_payment(session, "L1", fact, "CNY", MORNING)

    recorded = at_once(record, range(THREADS))
    assert sum(answer.new for answer in recorded) == 1
    assert {answer.version for answer in recorded} == {1}


def test_payments_and_letters_at_once_never_send_a_letter_on_an_old_balance(ledger):
    open_book(ledger)

    def do(n):
        if n % 2:
            return claim(ledger, order(step=f"step{n}"), rules=a_day(9))
        with writing(ledger) as session:
            fact = PaymentReceived(f"f{n}", f"p{n}", 10_000, date(2026, 3, 9))
            return record_payment(session, "L1", fact, "CNY", MORNING)

    answers = at_once(do, range(THREADS))
    claimed = [answer for answer in answers if isinstance(answer, Claimed)]
    stale = [a for a in answers if getattr(a, "kind", None) is Sent.STALE]
    assert all(answer.snapshot.arrears_minor == 40_000 for answer in claimed)
    assert len(claimed) + len(stale) == 4
