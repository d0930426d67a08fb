"""What is forgiven of the instalments: counted from the journal, and told to the case once."""

from datetime import date, timedelta

from domain.facts import DebtForgiven
from ledger.accounts import deal, take_back
from ledger.cases import NewCase, open_case
from ledger.dealings import Dealing
from ledger.engine import reading, writing
from ledger.events import mark_spoken
from ledger.money_news import untold
from ledger.snapshots import snapshot_of
from ledger.words import MoneyKind
from tests.ledger.book import CASE, EPISODE, MORNING, TERMS, a_loan, paid, seen, undone

DAY = date(2026, 3, 11)
HOUR = timedelta(hours=1)


def open_book(engine, *, fee=0):
    with writing(engine) as session:
        a_loan(session)
        open_case(session, NewCase("L1", "B1", EPISODE, "standard@0f3a"), MORNING)
    if fee:
        dealt(engine, MoneyKind.FEE, fee, "costs")


def dealt(engine, kind, amount, component="", until=None, event_id=""):
    dealing = Dealing(
        event_id=event_id or f"{kind}-{amount}",
        kind=kind,
        on=DAY,
        by="li",
        reason="kind",
        amount_minor=amount,
        component=component,
        until=until,
        approved_by="" if kind is MoneyKind.FEE else "chen",
    )
    with writing(engine) as session:
        deal(session, "L1", dealing, MORNING)


def news(engine):
    """What the case has yet to hear, as (amount in all, version)."""
    with reading(engine) as session:
        waiting = untold(session)
    assert all(heard.case_id == CASE for heard in waiting)
    facts = [heard.fact for heard in waiting if isinstance(heard.fact, DebtForgiven)]
    assert len(facts) == len(waiting)
    return [(fact.total_minor, fact.version) for fact in facts]


def arrears(engine, on=DAY):
    with reading(engine) as session:
        return snapshot_of(session, seen(session), TERMS, on).arrears_minor


def test_a_waiver_of_principal_is_not_asked_for_and_is_told_until_the_case_has_heard(ledger):
    open_book(ledger)
    before = arrears(ledger)
    dealt(ledger, MoneyKind.WAIVER, 5_000, "principal")
    assert arrears(ledger) == before - 5_000
    assert news(ledger) == [(5_000, 1)]
    with writing(ledger) as session:
        mark_spoken(session, untold(session)[0].event_id, MORNING)
    assert news(ledger) == []


def test_one_of_late_charges_or_costs_is_nothing_to_the_case(ledger):
    open_book(ledger, fee=900)
    before = arrears(ledger)
    dealt(ledger, MoneyKind.WAIVER, 900, "costs")
    assert (arrears(ledger), news(ledger)) == (before, [])


def test_a_settlement_forgives_when_it_is_paid_and_no_more_when_that_is_undone(ledger):
    open_book(ledger)
    dealt(ledger, MoneyKind.SETTLEMENT, 30_000, until=DAY + timedelta(days=9))
    assert news(ledger) == []
    paid(ledger, "p1", 30_000, on=DAY)
    owed = 80_000 - 30_000
    assert news(ledger) == [(owed, 1)]
    assert arrears(ledger) == 0
    undone(ledger, "p1", on=DAY)
    assert news(ledger) == [(0, 2), (0, 2)]
    assert arrears(ledger) > 0


def test_a_waiver_that_is_taken_back_is_owed_again(ledger):
    open_book(ledger)
    before = arrears(ledger)
    dealt(ledger, MoneyKind.WAIVER, 5_000, "principal", event_id="W")
    with writing(ledger) as session:
        take_back(session, "L1", "V", "W", "li", "wrong loan", MORNING + HOUR)
    assert arrears(ledger) == before
    assert news(ledger) == [(0, 2), (0, 2)]


def test_where_no_case_is_open_nobody_is_told(ledger):
    with writing(ledger) as session:
        a_loan(session)
    dealt(ledger, MoneyKind.WAIVER, 5_000, "principal")
    with reading(ledger) as session:
        assert untold(session) == []
        assert seen(session).waived_minor == 5_000
