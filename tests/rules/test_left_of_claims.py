"""What is left of a claim: never more than the paper claims, nor than the account says is due."""

from dataclasses import replace
from datetime import date

from hypothesis import HealthCheck, given, settings

from domain.account import account
from domain.legal.alarms import DEBT, procedure_of
from domain.legal.claimed import claim_of, left_of
from domain.legal.figures import Figures
from domain.legal.file import CourtEvent
from domain.money_events import Contract, EventKind, MoneyEvent, MoneyFacts, Portion
from tests.rules.accounts import DAY, facts

QUIET = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
FIRST, SECOND, DRAWN = date(2026, 1, 10), date(2026, 3, 10), date(2026, 2, 10)


def drawn_from(known: MoneyFacts, on: date) -> Figures:
    """The figures of a paper that is drawn up on that day from what is known."""
    books = account(known, on)
    today = sum(line.unpaid_minor for line in books.instalments if line.due == on)
    return Figures(
        currency="CNY",
        as_of=on,
        version=0,
        principal_minor=0,
        arrears_minor=books.due_minor - today,
        outstanding_minor=0,
        paid_minor=0,
        days_past_due=0,
        oldest_due=None,
        claim=claim_of(known, books),
    )


def happened(known: MoneyFacts, until: date) -> MoneyFacts:
    return replace(known, events=tuple(event for event in known.events if event.on <= until))


@QUIET
@given(facts, DAY)
def test_nothing_is_off_a_claim_while_nothing_has_come(known, on):
    before = happened(known, on)
    figures = drawn_from(before, on)
    assert left_of(before, figures) == figures.claimed_minor


@QUIET
@given(facts, DAY)
def test_what_is_left_is_no_more_than_was_claimed_and_no_more_than_is_due(known, on):
    figures = drawn_from(happened(known, on), on)
    left = left_of(known, figures)
    last = max([on, *(event.on for event in known.events)])
    assert 0 <= left <= figures.claimed_minor
    assert left <= account(known, last).due_minor


@QUIET
@given(facts, DAY)
def test_so_it_is_when_what_was_before_the_paper_becomes_known_or_undone_only_later(known, on):
    half = replace(known, events=known.events[::2])
    for then, now in ((half, known), (known, half)):
        figures = drawn_from(then, on)
        left = left_of(now, figures)
        last = max([on, *(event.on for event in now.events)])
        assert 0 <= left <= figures.claimed_minor
        assert left <= account(now, last).due_minor


def test_money_for_an_instalment_that_fell_due_later_takes_nothing_off():
    contract = Contract((Portion(FIRST, 30_000), Portion(SECOND, 20_000)), date(2025, 12, 10))
    loan = MoneyFacts(contract)
    figures = drawn_from(loan, DRAWN)
    assert figures.claimed_minor == 30_000

    def left(*paid):
        events = [
            MoneyEvent(f"P{number}", EventKind.PAYMENT, date(2026, 3, 20), amount)
            for number, amount in enumerate(paid)
        ]
        return left_of(replace(loan, events=tuple(events)), figures)

    assert (left(10_000), left(30_000), left(30_000, 15_000)) == (20_000, 0, 0)
    forgiven = MoneyEvent("W", EventKind.WAIVER, date(2026, 3, 20), 10_000)
    assert left_of(replace(loan, events=(forgiven,)), figures) == 20_000


def test_a_part_that_is_told_apart_only_later_stays_in_the_claim_that_did_not_tell_it():
    whole = MoneyFacts(Contract((Portion(FIRST, 30_000),), date(2025, 12, 10)))
    figures = drawn_from(whole, DRAWN)
    split = MoneyFacts(Contract((Portion(FIRST, 28_000, 1_500, 500),), date(2025, 12, 10)))
    assert left_of(split, figures) == 30_000
    paid = MoneyEvent("P", EventKind.PAYMENT, date(2026, 2, 20), 1_800)
    assert left_of(replace(split, events=(paid,)), figures) == 28_200


def test_interest_of_a_later_instalment_is_in_no_claim_though_it_is_paid_before_principal():
    whole = MoneyFacts(
        Contract((Portion(FIRST, 30_000), Portion(SECOND, 20_000)), date(2025, 12, 10))
    )
    figures = drawn_from(whole, DRAWN)
    portions = (Portion(FIRST, 28_000, 2_000), Portion(SECOND, 18_000, 2_000))
    paid = MoneyEvent("P", EventKind.PAYMENT, date(2026, 3, 20), 5_000)
    split = MoneyFacts(Contract(portions, date(2025, 12, 10)), events=(paid,))
    assert account(split, date(2026, 3, 20)).due["interest"] == 0
    assert left_of(split, figures) == 27_000


def test_a_payment_from_before_the_paper_that_is_undone_adds_nothing_to_the_claim():
    loan = MoneyFacts(Contract((Portion(FIRST, 30_000),), date(2025, 12, 10)))
    paid = MoneyEvent("P", EventKind.PAYMENT, date(2026, 1, 20), 5_000)
    figures = drawn_from(replace(loan, events=(paid,)), DRAWN)
    assert left_of(loan, figures) == figures.claimed_minor == 25_000


def test_a_deadline_is_of_the_procedure_that_started_it_or_of_the_debt():
    said = (
        CourtEvent("judgment", date(2026, 1, 2), "J-1", "suit"),
        CourtEvent("judgment", date(2026, 2, 2), "J-2", "secured_suit"),
        CourtEvent("frozen_deposit", date(2026, 2, 3), "F-1", "preservation"),
        CourtEvent("performance_due", date(2026, 2, 4), "J-2", "suit"),
        CourtEvent("terminated", date(2026, 2, 5), "T-1"),
    )
    names = ("appeal", "freeze-deposit-F-1", "freeze-deposit-F-2", "sue", "decline-suit")
    found = [procedure_of(name, said) for name in names]
    assert found == ["secured_suit", "preservation", "", "preservation", ""]
    for name in ("limitation", "joint-G-1", "enforcement"):
        assert procedure_of(name, said) == DEBT
