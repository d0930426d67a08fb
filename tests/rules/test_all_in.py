"""The rate of a loan in all: what was paid, what lateness has cost, and what is still to come."""

from dataclasses import replace
from datetime import date, timedelta

from domain.account import account
from domain.all_in import all_in_to_date
from domain.amortisation import all_in_rate, annuity
from domain.money_events import AccountTerms, Contract, EventKind, MoneyEvent, MoneyFacts, Portion

LENT = date(2026, 1, 1)
DUES = [date(2026, month, 1) for month in range(2, 14 - 1)]
LATE = AccountTerms(penalty_ppm=180_000)
YEAR = timedelta(days=365)


def contract(rate_ppm=120_000):
    return Contract(annuity(1_200_000, rate_ppm, LENT, DUES), LENT)


def rate(facts, as_of, lent=1_200_000):
    return all_in_to_date(facts, account(facts, as_of), lent)


def paying(portions, days=0):
    return tuple(
        MoneyEvent(f"p{n}", EventKind.PAYMENT, p.due + timedelta(days=days), p.amount_minor)
        for n, p in enumerate(portions)
    )


def test_who_pays_on_time_pays_the_rate_of_the_contract():
    ours = contract()
    facts = MoneyFacts(ours, LATE, paying(ours.portions))
    for as_of in (LENT, date(2026, 4, 20), date(2027, 4, 1)):
        assert rate(facts, as_of) == all_in_rate(ours, 1_200_000)


def test_a_loan_without_interest_costs_something_while_a_penalty_runs():
    """18 percent on what is late for one year of the two that the money was out."""
    free = Contract((Portion(LENT + YEAR, 1_000_000),), LENT)
    facts = MoneyFacts(free, LATE)
    assert rate(facts, LENT + YEAR, 1_000_000) == 0
    found = rate(facts, LENT + 2 * YEAR, 1_000_000)
    assert found == round((1.18**0.5 - 1) * 1_000_000)


def test_costs_of_a_court_are_no_price_of_the_money_whether_paid_or_not():
    free = Contract((Portion(LENT + YEAR, 1_000_000),), LENT)
    cost = MoneyEvent("c", EventKind.FEE, LENT + YEAR, 50_000, "costs")
    fee = cost._replace(event_id="f", component="fees")
    paid = MoneyEvent("p", EventKind.PAYMENT, LENT + YEAR, 1_050_000)
    at = LENT + YEAR
    assert rate(MoneyFacts(free, LATE, (cost,)), at, 1_000_000) == 0
    assert rate(MoneyFacts(free, LATE, (cost, paid)), at, 1_000_000) == 0
    assert rate(MoneyFacts(free, LATE, (fee,)), at, 1_000_000) == 50_000
    assert rate(MoneyFacts(free, LATE, (fee, paid)), at, 1_000_000) == 50_000


def test_money_that_was_given_back_is_no_price():
    free = Contract((Portion(LENT + YEAR, 1_000_000),), LENT)
    paid = MoneyEvent("p", EventKind.PAYMENT, LENT + YEAR, 1_100_000)
    assert rate(MoneyFacts(free, LATE, (paid,)), LENT + YEAR, 1_000_000) == 0
    back = MoneyEvent("r", EventKind.REFUND, LENT + YEAR, 100_000)
    assert rate(MoneyFacts(free, LATE, (paid, back)), LENT + YEAR, 1_000_000) == 0


def test_nobody_knows_the_rate_of_money_without_the_day_it_was_paid_out():
    unknown = replace(contract(), disbursed_on=None)
    assert rate(MoneyFacts(unknown, LATE), date(2026, 4, 20)) is None
