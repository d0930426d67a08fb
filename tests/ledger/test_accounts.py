"""The account in the ledger: two clocks, second persons, a journal that agrees with the facts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.bookkeeping import Books
from domain.facts import PaymentReceived, PaymentReversed
from domain.holds import Hold, HoldReason
from domain.interest import DayCount
from domain.marks import mark_after
from domain.money_events import AccountTerms, in_time
from domain.plans import Plan, split_evenly
from domain.records import HoldChanged, PlanChanged
from ledger.account_facts import facts_of
from ledger.account_pauses import stop_charges
from ledger.account_posting import lock_account
from ledger.accounts import NewTerms, deal, set_terms, take_back
from ledger.cases import write_records
from ledger.dealings import Dealing
from ledger.engine import reading, writing
from ledger.errors import KeyReused, LedgerError
from ledger.journal import unbalanced
from ledger.loans import add_borrower, add_loan
from ledger.payments import record_payment, record_reversal
from ledger.snapshots import from_json, snapshot_of, to_json
from ledger.statements import statement
from ledger.values import Loan
from ledger.words import MoneyKind
from tests.ledger import book
from tests.ledger.book import (
    DUES,
    EPISODE,
    MORNING,
    TERMS,
    WEI,
    on_hold,
    paid,
    seen,
    undone,
)

DAILY = AccountTerms(day_count=DayCount.ACT_360, penalty_ppm=180_000)
TENTH = date(2026, 3, 11)
MUCH_LATER = date(2026, 9, 1)


def open_book(engine, loan_id="L1"):
    """A loan of 800.00 without a price of its own, so that the cap leaves room for charges."""
    with writing(engine) as session:
        a_loan(session, loan_id)


def a_loan(session, loan_id):
    add_borrower(session, WEI)
    loan = Loan(loan_id, WEI.borrower_id, "CNY", 80_000, "cash", "north", date(2026, 1, 1))
    add_loan(session, loan, DUES, MORNING - timedelta(days=60))


def with_terms(engine, terms=DAILY, parts=(), loan_id="L1", at=MORNING - timedelta(days=50)):
    with writing(engine) as session:
        set_terms(session, loan_id, NewTerms(terms, (), parts), at)


def dealt(engine, kind, amount=0, on=TENTH, loan_id="L1", known_at=MORNING, **more):
    said = {"by": "li", "reason": "asked", "event_id": f"{kind}-{amount}"} | more
    dealing = Dealing(kind=kind, on=on, amount_minor=amount, **said)
    with writing(engine) as session:
        return deal(session, loan_id, dealing, known_at)


def shown(engine, as_of=MUCH_LATER, known_at=None, loan_id="L1"):
    with reading(engine) as session:
        return statement(session, seen(session, loan_id).loan, as_of, known_at)


def test_a_payment_is_allocated_by_the_law_of_the_place(ledger):
    open_book(ledger)
    with_terms(ledger, parts=((2_000, 0), (1_000, 0)))
    paid(ledger, "p1", 5_200, on=TENTH)
    told = shown(ledger, TENTH)
    assert told.account.owed["penalty"] == 0  # 190: ten days of 38000 at half a thousandth
    assert told.balances["cash"] == 5_200
    assert told.balances["interest"] == 1_000
    assert told.balances["receivable"] == 77_000 - (5_200 - 2_000 - 190)
    assert told.differences == ()


def test_a_fee_a_waiver_and_a_cost_change_what_is_owed(ledger):
    open_book(ledger)
    dealt(ledger, MoneyKind.FEE, 600, component="fees")
    dealt(ledger, MoneyKind.FEE, 900, component="costs")
    dealt(ledger, MoneyKind.WAIVER, 500, component="fees", approved_by="chen")
    told = shown(ledger)
    assert (told.account.owed["fees"], told.account.owed["costs"]) == (100, 900)
    assert told.balances["waived"] == 500
    assert told.differences == ()


@pytest.mark.parametrize(
    ("kind", "amount", "more", "says"),
    [
        (MoneyKind.FEE, 5, {"component": "principal"}, "'principal' is neither of fees, costs"),
        (MoneyKind.FEE, 0, {"component": "fees"}, "amount is 0, not positive"),
        (MoneyKind.FEE, 5, {"component": "fees", "reason": ""}, "say by whom and why"),
        (MoneyKind.WAIVER, 80_001, {"approved_by": "chen"}, "only 80000 is owed"),
        (MoneyKind.WAIVER, 5, {"component": "honour", "approved_by": "chen"}, "'honour' is none"),
        (MoneyKind.WAIVER, 5, {}, "needs a second person"),
        (MoneyKind.WAIVER, 5, {"approved_by": "li"}, "'li' cannot approve"),
        (MoneyKind.SETTLEMENT, 5, {"approved_by": "chen"}, "ends on None"),
        (MoneyKind.SETTLEMENT, 5, {"until": date(2026, 3, 12)}, "needs a second person"),
        (
            MoneyKind.SETTLEMENT,
            80_000,
            {"approved_by": "chen", "until": date(2026, 3, 12)},
            "80000 pays the loan off",
        ),
        (MoneyKind.CHARGE_OFF, 0, {}, "needs a second person"),
        (MoneyKind.CHARGE_OFF, 0, {"approved_by": "li"}, "'li' cannot approve"),
        (MoneyKind.REFUND, 5, {}, "only 0 is unapplied"),
    ],
)
def test_what_may_not_be_done_is_refused_and_leaves_nothing(ledger, kind, amount, more, says):
    open_book(ledger)
    with pytest.raises(LedgerError, match=says):
        dealt(ledger, kind, amount, **more)
    assert len(shown(ledger).lines) == 1


def test_a_fee_that_a_hold_or_the_cap_forbids_is_refused(ledger):
    """CN-RATE-02: 24 percent of 800.00 for 69 days leave 36.30."""
    open_book(ledger)
    with pytest.raises(LedgerError, match=r"only 3630 of it may be charged.*CN-RATE-02"):
        dealt(ledger, MoneyKind.FEE, 3_631, component="fees")
    dealt(ledger, MoneyKind.FEE, 9_999, component="costs")
    on_hold(ledger, start=MORNING - timedelta(days=3))
    with pytest.raises(LedgerError, match="only 0 of it may be charged"):
        dealt(ledger, MoneyKind.FEE, 5, component="fees")
    assert shown(ledger).account.owed["costs"] == 9_999


def test_a_collector_may_waive_alone_within_their_authority(ledger):
    open_book(ledger)
    dealt(ledger, MoneyKind.FEE, 600, component="fees")
    dealt(ledger, MoneyKind.WAIVER, 600, component="fees", authority_minor=600)
    assert shown(ledger).account.owed["fees"] == 0


def test_the_same_dealing_again_changes_nothing_and_another_under_its_id_is_refused(ledger):
    open_book(ledger)
    told = {"component": "fees", "event_id": "f1"}
    assert dealt(ledger, MoneyKind.FEE, 600, **told).new
    assert not dealt(ledger, MoneyKind.FEE, 600, **told).new
    with pytest.raises(KeyReused, match="'f1'"):
        dealt(ledger, MoneyKind.FEE, 600, on=date(2026, 3, 12), **told)
    assert shown(ledger).account.owed["fees"] == 600


def test_what_was_taken_back_is_as_if_it_had_never_been(ledger):
    open_book(ledger)
    dealt(ledger, MoneyKind.FEE, 600, component="fees", event_id="f1")
    paid(ledger, "p1", 1_000, on=date(2026, 3, 20))
    for _ in range(2):
        with writing(ledger) as session:
            take_back(session, "L1", "v1", "f1", "chen", "wrong loan", MORNING)
    told = shown(ledger)
    assert told.account.owed_minor == 79_000
    assert (told.balances["fees"], told.balances["income"]) == (0, 0)
    assert told.differences == ()
    with pytest.raises(LedgerError, match="'v1' has taken back"), writing(ledger) as session:
        take_back(session, "L1", "v2", "f1", "chen", "again", MORNING)
    with pytest.raises(LedgerError, match="no 'f9'"), writing(ledger) as session:
        take_back(session, "L1", "v3", "f9", "chen", "never was", MORNING)


def test_a_quote_that_is_paid_by_its_last_day_closes_the_loan(ledger):
    open_book(ledger)
    with_terms(ledger, parts=((2_000, 0), (1_000, 0)))
    until = date(2026, 3, 21)
    dealt(ledger, MoneyKind.QUOTE, event_id="q1", until=until)
    penalty, earned = 380, 645  # 38000 for 20 days; 20 of 31 days of the second interest
    payoff = 77_000 + 2_000 + penalty + earned
    with reading(ledger) as session:
        quoted = facts_of(session, seen(session).loan).events[-1]
    assert quoted.amount_minor == payoff
    paid(ledger, "p1", payoff, on=date(2026, 3, 15))
    told = shown(ledger)
    assert (told.account.owed_minor, told.account.settled_on) == (0, date(2026, 3, 15))
    assert told.differences == ()


def test_a_settlement_forgives_the_rest_and_a_reversal_brings_it_back(ledger):
    open_book(ledger)
    dealt(ledger, MoneyKind.SETTLEMENT, 50_000, approved_by="chen", until=date(2026, 4, 30))
    paid(ledger, "p1", 20_000, on=date(2026, 3, 12))
    paid(ledger, "p2", 30_000, on=date(2026, 4, 12))
    assert shown(ledger).account.owed_minor == 0
    undone(ledger, "p2", on=date(2026, 4, 20))
    told = shown(ledger)
    assert told.account.owed_minor == 60_000
    assert (told.balances["waived"], told.differences) == (0, ())


def test_what_comes_in_after_a_charge_off_is_recovery(ledger):
    open_book(ledger)
    dealt(ledger, MoneyKind.CHARGE_OFF, approved_by="chen")
    paid(ledger, "p1", 30_000, on=date(2026, 5, 1))
    told = shown(ledger)
    assert told.account.owed_minor == 50_000
    assert (told.balances["receivable"], told.balances["charged_off"]) == (0, 80_000)
    assert told.balances["recovered"] == -30_000
    with pytest.raises(LedgerError, match="charged off on 2026-03-11"):
        dealt(ledger, MoneyKind.CHARGE_OFF, event_id="again", approved_by="chen", on=MUCH_LATER)


def test_a_payment_too_many_can_be_given_back(ledger):
    open_book(ledger)
    paid(ledger, "p1", 81_000)
    dealt(ledger, MoneyKind.REFUND, 1_000)
    told = shown(ledger)
    assert (told.account.unapplied_minor, told.balances["cash"]) == (0, 80_000)


def test_charges_stop_while_a_hold_or_a_plan_is_in_force(ledger):
    open_book(ledger)
    with_terms(ledger)
    hold = Hold("H1", HoldReason.HARDSHIP, datetime(2026, 3, 6, 4, tzinfo=UTC), None, "li")
    dues = [date(2026, 4, 10), date(2026, 5, 10)]
    plan = Plan("P1", date(2026, 3, 21), split_evenly(80_000, dues))
    with writing(ledger) as session:
        write_records(session, "L1", "B1", EPISODE, [HoldChanged(hold, hold.start)])
    assert shown(ledger).account.owed["penalty"] == 100  # five days of 40000
    lifted_at = datetime(2026, 3, 16, 4, tzinfo=UTC)
    lifted = Hold("H1", HoldReason.HARDSHIP, hold.start, lifted_at, "li")
    with writing(ledger) as session:
        write_records(session, "L1", "B1", EPISODE, [HoldChanged(lifted, lifted_at)])
        assert not stop_charges(session, "L1", lifted_at)
    assert shown(ledger, date(2026, 3, 21)).account.owed["penalty"] == 200
    agreed_at = datetime(2026, 3, 21, 4, tzinfo=UTC)
    with writing(ledger) as session:
        write_records(session, "L1", "B1", EPISODE, [PlanChanged(plan, agreed_at)])
    assert shown(ledger).account.owed["penalty"] == 200
    assert shown(ledger, known_at=hold.start).account.owed["penalty"] == 100
    assert shown(ledger, known_at=lifted_at).account.owed["penalty"] > 200
    assert shown(ledger).differences == ()


def test_a_hold_stops_charges_by_the_calendar_of_the_law_where_no_zone_is_known(ledger):
    with writing(ledger) as session:
        book.a_loan(session, borrower=replace(WEI, zone=""))
    with_terms(ledger)
    evening = Hold("H1", HoldReason.HARDSHIP, datetime(2026, 3, 5, 17, tzinfo=UTC), None, "li")
    with writing(ledger) as session:
        write_records(session, "L1", "B1", EPISODE, [HoldChanged(evening, evening.start)])
    assert shown(ledger).account.owed["penalty"] == 100  # it is the sixth in China


def test_the_past_is_shown_as_it_was_known_then_and_as_it_is_known_now(ledger):
    open_book(ledger)
    with_terms(ledger)
    first, second = MORNING, MORNING + timedelta(days=30)
    paid(ledger, "p1", 10_000, on=TENTH, known_at=first)
    paid(ledger, "p0", 40_000, on=date(2026, 3, 1), known_at=second)
    then = shown(ledger, TENTH, known_at=first)
    assert then.account.due["principal"] == 30_200
    assert then.balances["receivable"] == 70_200
    now = shown(ledger, TENTH)
    assert now.account.due["principal"] == 0
    assert now.balances["receivable"] == 30_000
    assert then.differences == now.differences == ()
    assert shown(ledger, TENTH, known_at=first).lines == then.lines


def test_terms_that_cannot_be_are_refused(ledger):
    open_book(ledger)
    with pytest.raises(LedgerError, match="penalty_ppm: must not be below zero"):
        with_terms(ledger, AccountTerms(penalty_ppm=-1))
    with pytest.raises(LedgerError, match="1 parts, 2 instalments"):
        with_terms(ledger, parts=((1, 1),))
    with pytest.raises(LedgerError, match="do not add up"):
        with_terms(ledger, parts=((40_001, 0), (0, 0)))


def test_an_unknown_loan_is_named(ledger):
    with pytest.raises(LedgerError, match="'L9' is not in the ledger"):
        dealt(ledger, MoneyKind.FEE, 5, loan_id="L9", component="fees")


DAY = st.integers(0, 120).map(lambda n: date(2026, 1, 20) + timedelta(days=n))
moves = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), DAY, st.integers(1, 60_000)),
        st.tuples(st.just("undo"), DAY, st.integers(0, 9)),
        st.tuples(st.just("fee"), DAY, st.integers(1, 900)),
        st.tuples(st.just("waive"), DAY, st.integers(1, 900)),
        st.tuples(st.just("settle"), DAY, st.integers(1, 60_000)),
        st.tuples(st.just("hold"), DAY, st.integers(0, 60)),
        st.tuples(st.just("terms"), DAY, st.sampled_from([0, 180_000, 900_000])),
        st.tuples(st.just("charge_off"), DAY, st.just(0)),
    ),
    max_size=9,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(moves=moves, number=st.integers(0, 10**12), as_of=DAY)
def test_at_every_instant_the_journal_is_what_the_facts_known_then_say(
    ledger, moves, number, as_of
):
    loan_id = f"L{number}-{datetime.now(UTC).timestamp()}"
    with writing(ledger) as session:
        a_loan(session, loan_id)
    instants = [MORNING]
    for n, (kind, on, value) in enumerate(moves):
        at = MORNING + timedelta(minutes=n + 1)
        instants.append(at)
        _move(ledger, loan_id, f"{loan_id}/{n}", kind, on, value, at)
    with reading(ledger) as session:
        loan = seen(session, loan_id).loan
        assert unbalanced(session) == []
        for known_at in (*instants, None):
            for day in (as_of, MUCH_LATER):
                assert statement(session, loan, day, known_at).differences == ()
    with writing(ledger) as session:
        locked = lock_account(session, loan_id)
        facts = facts_of(session, loan)
        books = Books(facts)
        for event in in_time(facts.events):
            books.take(event)
        if locked.mark is not None:
            assert locked.mark == mark_after(books, in_time(facts.events)[-1], facts)


def _move(engine, loan_id, name, kind, on, value, at):
    try:
        with writing(engine) as session:
            _made(session, loan_id, name, kind, on, value, at)
    except LedgerError:
        return  # what may not be done is refused, and leaves nothing


def _made(session, loan_id, name, kind, on, value, at):  # noqa: C901 - one branch a kind
    said = {"by": "li", "reason": "asked", "event_id": name, "approved_by": "chen"}
    match kind:
        case "pay":
            record_payment(session, loan_id, PaymentReceived(name, name, value, on), "CNY", at)
        case "undo":
            standing = [p for p in seen(session, loan_id).payments if not p.reversed_on]
            if standing:
                which = standing[value % len(standing)].payment_id
                record_reversal(session, loan_id, PaymentReversed(name, which, on), at)
        case "fee" | "waive":
            made = MoneyKind.FEE if kind == "fee" else MoneyKind.WAIVER
            deal(session, loan_id, Dealing(kind=made, on=on, amount_minor=value,
                                           component="fees", **said), at)  # fmt: skip
        case "settle":
            until = on + timedelta(days=40)
            deal(session, loan_id, Dealing(kind=MoneyKind.SETTLEMENT, on=on, amount_minor=value,
                                           until=until, **said), at)  # fmt: skip
        case "charge_off":
            deal(session, loan_id, Dealing(kind=MoneyKind.CHARGE_OFF, on=on, **said), at)
        case "hold":
            start = datetime(on.year, on.month, on.day, 4, tzinfo=UTC)
            until = start + timedelta(days=value) if value else None
            hold = Hold(name, HoldReason.DISPUTE, start, until, "li")
            write_records(session, loan_id, "B1", EPISODE, [HoldChanged(hold, at)])
        case "terms":
            new = NewTerms(AccountTerms(penalty_ppm=value, late_fee_minor=300))
            set_terms(session, loan_id, new, at)


def test_a_letter_states_the_charges_of_the_same_calculator(ledger):
    open_book(ledger)
    with reading(ledger) as session:
        view = seen(session)
        plain = snapshot_of(session, view, TERMS, TENTH)
    assert (plain.charges_minor, plain.arrears_minor) == (0, 40_000)
    with_terms(ledger)
    dealt(ledger, MoneyKind.FEE, 600, component="fees")
    with reading(ledger) as session:
        letter = snapshot_of(session, view, TERMS, TENTH)
    assert replace(letter, charges_minor=0) == plain
    assert letter.charges_minor == 600 + 200  # ten days of 40000 at half a thousandth
    assert from_json(to_json(letter)) == letter
