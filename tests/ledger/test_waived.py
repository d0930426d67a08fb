"""What is forgiven of the instalments: counted from the journal, and told to the case once."""

import shutil
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.facts import DebtForgiven, LetOff, PaymentReceived
from domain.interest import DayCount
from domain.money_events import AccountTerms
from ledger.accounts import NewTerms, account_of, deal, set_terms, take_back
from ledger.cases import NewCase, open_case
from ledger.dealings import Dealing
from ledger.engine import open_ledger, reading, writing
from ledger.errors import LedgerError
from ledger.events import mark_spoken
from ledger.money_news import untold
from ledger.snapshots import outstanding, snapshot_of
from ledger.waived import told
from ledger.words import MoneyKind
from tests.ledger.book import CASE, EPISODE, MORNING, TERMS, a_loan, paid, seen, undone
from tests.ledger.test_accounts import a_loan as cheap_loan

DAY = date(2026, 3, 11)
HOUR = timedelta(hours=1)


DAILY = AccountTerms(day_count=DayCount.ACT_360, penalty_ppm=180_000)


def open_book(engine, *, fee=0):
    with writing(engine) as session:
        cheap_loan(session, "L1")
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


def with_charges(engine, parts=()):
    """Penalty of 18 per cent a year on what is late, from before the first due date."""
    with writing(engine) as session:
        set_terms(session, "L1", NewTerms(DAILY, (), parts), MORNING - timedelta(days=50))


def test_what_a_payment_covered_of_charges_is_still_owed_of_the_instalments(ledger):
    open_book(ledger)
    with_charges(ledger)
    before = arrears(ledger)
    paid(ledger, "p1", before, on=DAY)
    with reading(ledger) as session:
        account = account_of(session, seen(session).loan, DAY)
        said = told(session, "L1", PaymentReceived("fact-p1", "p1", before, DAY))
    unpaid = sum(i.unpaid_minor for i in account.instalments if i.due < DAY)
    assert unpaid > 0, "CN-ALLOC-02 pays the penalty first"
    assert arrears(ledger) == unpaid
    assert said.let_off == LetOff(-unpaid, 1)
    assert news(ledger) == [(-unpaid, 1)]
    undone(ledger, "p1", on=DAY)
    assert arrears(ledger) == before
    assert news(ledger) == [(0, 2), (0, 2)]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["pays", "waives", "fee", "cost", "reverses"]),
            st.integers(1, 30),
            st.integers(1, 25_000),
        ),
        max_size=7,
    ),
    st.sampled_from([(), ((2_000, 0), (1_000, 0))]),
)
def test_what_the_case_counts_as_owed_is_what_the_account_says_is_unpaid(
    sqlite_template, tmp_path, acts, parts
):
    file = tmp_path / f"{uuid4()}.db"
    shutil.copy(sqlite_template, file)
    engine = open_ledger(f"sqlite:///{file}")
    with closing_engine(engine):
        _lived(engine, acts, parts)
        end = date(2026, 6, 1)
        with reading(engine) as session:
            view = seen(session)
            account = account_of(session, view.loan, end)
            assert outstanding(view, end) == sum(i.unpaid_minor for i in account.instalments)


@contextmanager
def closing_engine(engine):
    try:
        yield
    finally:
        engine.dispose()


def _lived(engine, acts, parts):
    open_book(engine)
    with_charges(engine, parts)
    for number, (what, day, amount) in enumerate(acts):
        on = date(2026, 3, 1) + timedelta(days=day)
        with suppress(LedgerError):
            if what == "pays":
                paid(engine, f"p{number}", amount, on=on)
            elif what == "reverses":
                undone(engine, f"p{number - 1}", on=on)
            elif what == "waives":
                dealt(engine, MoneyKind.WAIVER, amount, event_id=f"e{number}")
            else:
                name = "fees" if what == "fee" else "costs"
                dealt(engine, MoneyKind.FEE, amount, name, event_id=f"e{number}")


def test_where_no_case_is_open_nobody_is_told(ledger):
    with writing(ledger) as session:
        a_loan(session)
    dealt(ledger, MoneyKind.WAIVER, 5_000, "principal")
    with reading(ledger) as session:
        assert untold(session) == []
        assert seen(session).waived_minor == 5_000
