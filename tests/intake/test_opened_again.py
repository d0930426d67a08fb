"""A case that is opened again for the same episode goes on counting where the one before ended."""

from datetime import timedelta

from domain.clock import Clock
from domain.facts import PaymentReceived
from domain.keys import question_id
from domain.orders import CloseOrder, TaskOrder
from domain.strategy import Outcome
from intake.opening import open_file
from ledger import cases as files
from ledger import questions, tasks
from ledger.engine import writing
from ledger.payments import record_payment
from tests.intake.house import day, now
from tests.intake.test_early import OWED, add
from tests.ledger.sent import sent

DUE = day(-40)


def opened(ledger, treatments):
    with writing(ledger) as session:
        case = open_file(session, treatments, "L1", now(), Clock())
    assert case is not None
    return case


def closed(ledger):
    with writing(ledger) as session:
        order = CloseOrder("L1", "b-L1", DUE, Outcome.CURED, "", now())
        files.close_case(session, order)


def asked(ledger, what, number):
    key = question_id("L1", DUE, what, number)
    order = TaskOrder("L1", DUE, what, f"approve {what}", now(), key, now() + timedelta(days=3))
    with writing(ledger) as session:
        questions.put(session, order)


def test_numbers_go_on_so_that_no_letter_and_no_answer_of_before_stands_for_a_new_one(
    ledger, treatments
):
    add(ledger, "L1", DUE, strategy="pingan")
    first = opened(ledger, treatments)
    assert (first.fresh, first.again, first.case.plans_agreed) == (True, False, 0)
    for step in ("plan_agreed-1", "plan_agreed-2-by-letter", "promise_broken-1", "gentle"):
        sent(ledger, step, borrower_id="b-L1", episode=DUE)
    asked(ledger, "placement", 1)
    with writing(ledger) as session:
        tasks.ask(session, TaskOrder("L1", DUE, "check-back-3", "look again", now()))
    closed(ledger)
    again = opened(ledger, treatments)
    case = again.case
    assert (again.fresh, again.again) == (True, True)
    assert (case.plans_agreed, case.promises_broken, case.instalments_missed) == (2, 1, 0)
    assert case.check_backs == 3
    assert case.asked == {"approve-placement": 1}


def test_another_episode_begins_anew(ledger, treatments):
    add(ledger, "L1", DUE, day(-10), strategy="pingan")
    opened(ledger, treatments)
    sent(ledger, "plan_agreed-1", borrower_id="b-L1", episode=DUE)
    closed(ledger)
    with writing(ledger) as session:
        record_payment(session, "L1", PaymentReceived("f", "p", OWED, day(-1)), "CNY", now())
    assert opened(ledger, treatments).case.plans_agreed == 0
