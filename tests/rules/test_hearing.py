"""What a case does on hearing facts: once each, in any order, as known now."""

from datetime import date, time, timedelta

from domain.case import REMEMBERED, Case
from domain.clock import local_instant
from domain.delinquency import Instalment, Payment
from domain.facts import AgencyReported, ContactBounced, Fact, PaymentReceived, PaymentReversed
from domain.hearing import ask, hear
from domain.ladder import next_due
from domain.opening import open_case
from domain.records import PlanChanged, PromiseChanged
from domain.requests import AgreePlan, PromiseToPay
from tests.strategies import standard

DUE = date(2026, 1, 9)
NOW = local_instant(date(2026, 1, 14), time(12), "Asia/Shanghai")
PAID = PaymentReceived("F1", "P1", 30_000, DUE)
UNDONE = PaymentReversed("F2", "P1", DUE + timedelta(days=9))


def a_case(*payments: Payment) -> Case:
    case = open_case(
        loan_id="L1", borrower_id="B1", currency="CNY", jurisdiction="CN", zone="Asia/Shanghai",
        strategy=standard(), at=NOW, payments=list(payments),
        instalments=[Instalment(DUE + timedelta(days=1), 10_000), Instalment(DUE, 30_000)],
    )  # fmt: skip
    assert case is not None
    return case


def heard(*facts: Fact) -> Case:
    case = a_case()
    for fact in facts:
        hear(case, fact, standard(), NOW)
    return case


def test_a_loan_that_is_not_late_has_no_case():
    shared = [Instalment(date(2026, 1, 14), 10_000)]
    assert (
        open_case(
            loan_id="L1", borrower_id="B1", currency="CNY", jurisdiction="CN", payments=[],
            zone="Asia/Shanghai", strategy=standard(), at=NOW, instalments=shared,
        )
        is None
    )  # fmt: skip


def test_a_case_opens_on_the_oldest_instalment_whatever_their_order():
    assert a_case().episode == DUE


def test_a_case_shares_no_list_with_whoever_opens_it():
    payments = [Payment("P0", DUE, 1_000)]
    case = open_case(
        loan_id="L1", borrower_id="B1", currency="CNY", jurisdiction="CN", zone="Asia/Shanghai",
        strategy=standard(), at=NOW, payments=payments, instalments=[Instalment(DUE, 30_000)],
    )  # fmt: skip
    assert case is not None
    hear(case, PAID, standard(), NOW)
    assert len(payments) == 1


def test_a_fact_heard_twice_counts_once():
    case = heard(PAID, PAID)
    assert (case.paid(), case.ledger_version) == (30_000, 1)
    assert case.anchor == DUE + timedelta(days=1)


def test_a_payment_under_another_fact_counts_once():
    case = heard(PAID, PaymentReceived("F9", "P1", 30_000, DUE))
    assert (case.paid(), case.ledger_version) == (30_000, 1)


def test_a_reversal_takes_the_payment_back_once():
    case = heard(PAID, UNDONE, PaymentReversed("F9", "P1", DUE))
    assert (case.paid(), case.ledger_version, case.anchor) == (0, 2, DUE)
    assert [entry.what for entry in case.timeline] == ["opened", "payment", "reversal"]


def test_a_reversal_that_comes_first_waits_for_its_payment():
    case = heard(UNDONE)
    assert case.ledger_version == 0
    hear(case, PAID, standard(), NOW)
    assert (case.paid(), case.ledger_version, case.early_reversals) == (0, 2, {})
    assert not case.cured


def test_paying_everything_cures_and_a_reversal_takes_that_back():
    case = heard(PAID, PaymentReceived("F3", "P3", 10_000, DUE))
    assert case.cured
    hear(case, UNDONE, standard(), NOW)
    assert not case.cured


def test_money_that_came_before_the_case_opened_keeps_the_first_letter_away_too():
    reminders = standard().remind
    untouched = next_due(a_case(), standard(), reminders)
    assert untouched is not None
    assert untouched.at == NOW
    paid = a_case(Payment("P0", DUE + timedelta(days=3), 1_000))
    due = next_due(paid, standard(), reminders)
    assert due is not None
    assert due.at == local_instant(DUE + timedelta(days=6), time(10), "Asia/Shanghai")


def test_money_that_was_taken_back_before_the_case_opened_keeps_no_letter_away():
    day = DUE + timedelta(days=4)
    assert a_case(Payment("P0", day, 1_000, reversed_on=day)).last_payment is None


def test_a_payment_is_quiet_from_the_day_it_is_heard():
    assert heard(PAID).last_payment == NOW.date()


def test_a_cure_ends_a_plan_and_a_reversal_does_not_bring_it_back():
    case = a_case()
    parts = (Instalment(date(2026, 1, 20), 20_000), Instalment(date(2026, 2, 20), 20_000))
    assert ask(case, AgreePlan("R1", "wang", "CNY", parts), standard(), NOW) is None
    hear(case, PaymentReceived("F1", "P1", 40_000, NOW.date()), standard(), NOW)
    assert case.plan is not None
    assert case.plan.ended == "completed"
    hear(case, UNDONE, standard(), NOW)
    assert (case.cured, case.plan.performing) == (False, False)
    plans = [record.plan.ended for record in case.unwritten if isinstance(record, PlanChanged)]
    assert plans == ["", "completed"]


def test_a_bounce_and_a_report_of_something_unknown_change_nothing_but_the_record():
    case = heard(
        ContactBounced("F1", "gentle", "email"), AgencyReported("F2", "no-such", "uncollectable")
    )
    assert (case.done, case.placement) == ({}, None)
    assert [entry.what for entry in case.timeline] == ["opened", "bounce", "agency"]


def test_time_never_runs_backwards_in_a_case():
    case = a_case()
    hear(case, PAID, standard(), NOW - timedelta(days=3))
    assert case.now == NOW


def test_only_the_latest_ids_are_remembered():
    case = a_case()
    for number in range(REMEMBERED + 5):
        hear(case, ContactBounced(f"B{number}", "gentle", "email"), standard(), NOW)
    assert len(case.heard) == REMEMBERED
    assert case.heard[-1] == f"B{REMEMBERED + 4}"


def test_what_changed_is_kept_until_it_is_written():
    case = a_case()
    promise = PromiseToPay("R1", "wang", 30_000, "CNY", date(2026, 1, 20))
    ask(case, promise, standard(), NOW)
    hear(case, PaymentReceived("F1", "P1", 40_000, date(2026, 1, 15)), standard(), NOW)
    promises = [record for record in case.unwritten if isinstance(record, PromiseChanged)]
    assert [record.promise.status for record in promises] == ["open", "kept"]
