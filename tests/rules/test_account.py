"""The account: one calculator, the same whatever order things become known in."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.account import account, changes, posted
from domain.account_days import opening
from domain.bookkeeping import Books
from domain.books import OWED_ON, Account
from domain.delinquency import Instalment, Pause, Payment, Terms, delinquency
from domain.interest import DayCount, days_between, half_even, interest
from domain.marks import from_json, mark_after, resumed, to_json
from domain.money_events import (
    AccountTerms,
    Contract,
    EventKind,
    MoneyEvent,
    MoneyFacts,
    Portion,
    in_time,
    problems,
)
from tests.rules.account_oracle import SlowAccount
from tests.rules.accounts import DAY, START, facts, facts_uncapped

END = START + timedelta(days=600)
YUAN = 100


def pays(amount_minor, on, event_id="p1"):
    return MoneyEvent(event_id, EventKind.PAYMENT, on, amount_minor)


def one_instalment(terms, *events, principal=1_000_000, interest_minor=0, pauses=()):
    contract = Contract((Portion(START, principal, interest_minor),), START - timedelta(days=30))
    return MoneyFacts(contract, terms, tuple(events), tuple(pauses))


def fee(amount_minor, on, component="fees", event_id="f1"):
    return MoneyEvent(event_id, EventKind.FEE, on, amount_minor, component)


# --- Worked cases -----------------------------------------------------------------------------


def test_dc_25_a_card_60_days_late_pays_fees_and_interest_before_principal():
    """DC-25 (CN-ALLOC-01): fees 100, interest 300, principal 10,000; pays 350."""
    on = START + timedelta(days=60)
    card = AccountTerms(allocation="CN-ALLOC-01")
    known = one_instalment(card, fee(100 * YUAN, START), pays(350 * YUAN, on),
                           interest_minor=300 * YUAN)  # fmt: skip
    owed = account(known, on).owed
    assert owed["fees"] + owed["interest"] == 50 * YUAN
    assert owed["principal"] == 10_000 * YUAN


def test_dc_27_another_loan_pays_costs_then_interest_then_principal():
    """DC-27 (CN-ALLOC-02): costs 200, interest 300, principal 10,000; pays 400."""
    on = START + timedelta(days=60)
    loan = AccountTerms(allocation="CN-ALLOC-02")
    known = one_instalment(loan, fee(200 * YUAN, START, "costs"), pays(400 * YUAN, on),
                           interest_minor=300 * YUAN)  # fmt: skip
    owed = account(known, on).owed
    assert (owed["costs"], owed["interest"]) == (0, 100 * YUAN)
    assert owed["principal"] == 10_000 * YUAN


@pytest.mark.parametrize(("late", "left"), [(90, 9_400), (91, 9_000)])
def test_dc_30_a_card_turns_to_principal_first_on_day_91_of_the_value_date(late, left):
    """DC-30 (CN-ALLOC-01): fees 100, interest 300, principal 10,000; pays 1,000."""
    on = START + timedelta(days=late)
    card = AccountTerms(allocation="CN-ALLOC-01")
    known = one_instalment(card, fee(100 * YUAN, START), pays(1_000 * YUAN, on),
                           interest_minor=300 * YUAN)  # fmt: skip
    assert account(known, END).owed["principal"] == left * YUAN


def test_a_back_dated_payment_runs_the_later_allocations_again():
    """CN-ALLOC-01 looks at the value date: what was day 91 is no longer late at all."""
    card = AccountTerms(allocation="CN-ALLOC-01")
    first = Portion(START, 50_000, 5_000)
    second = Portion(START + timedelta(days=60), 50_000, 5_000)
    contract = Contract((first, second), START - timedelta(days=30))
    late = pays(20_000, START + timedelta(days=95))
    known = MoneyFacts(contract, card, (late,))
    assert account(known, END).owed["principal"] == 80_000
    back = pays(55_000, START, "p0")
    now = account(replace(known, events=(late, back)), END)
    assert (now.owed["interest"], now.owed["principal"]) == (0, 35_000)


def test_penalty_of_half_a_thousandth_a_day_is_counted_from_the_day_after_the_due_date():
    daily = AccountTerms(day_count=DayCount.ACT_360, penalty_ppm=180_000)
    known = one_instalment(daily)
    assert account(known, START).owed["penalty"] == 0
    assert account(known, START + timedelta(days=1)).owed["penalty"] == 500
    assert account(known, START + timedelta(days=30)).owed["penalty"] == 15_000


def test_penalty_stops_on_paused_days_and_runs_on_after_them():
    daily = AccountTerms(day_count=DayCount.ACT_360, penalty_ppm=180_000)
    held = Pause(START + timedelta(days=5), START + timedelta(days=15))
    known = one_instalment(daily, pauses=(held,))
    owed = [account(known, START + timedelta(days=n)).owed["penalty"] for n in (5, 10, 15, 20)]
    assert owed == [2_500, 2_500, 2_500, 5_000]


def test_no_fee_is_charged_on_a_paused_day_but_a_court_cost_is():
    """UK-BS-01: in breathing space neither interest nor fees."""
    terms = AccountTerms(late_fee_minor=700)
    held = Pause(START, START + timedelta(days=15))
    on = START + timedelta(days=3)
    known = one_instalment(terms, fee(900, on), fee(300, on, "costs", "c1"), pauses=(held,))
    owed = account(known, END).owed
    assert (owed["fees"], owed["costs"]) == (0, 300)


def test_grace_puts_off_the_start_of_the_penalty():
    daily = AccountTerms(day_count=DayCount.ACT_360, penalty_ppm=180_000, grace_days=3)
    known = one_instalment(daily)
    owed = [account(known, START + timedelta(days=n)).owed["penalty"] for n in (3, 4)]
    assert owed == [0, 500]


def test_a_late_fee_is_charged_once_for_each_instalment_that_stays_unpaid():
    terms = AccountTerms(late_fee_minor=500, late_fee_ppm=10_000, late_fee_after_days=5)
    contract = Contract((Portion(START, 30_000), Portion(START + timedelta(days=30), 30_000)))
    known = MoneyFacts(contract, terms, (pays(30_000, START + timedelta(days=5)),))
    assert account(known, START + timedelta(days=20)).owed["fees"] == 0
    assert account(known, END).owed["fees"] == 500 + 300


def test_the_price_of_the_money_stays_within_24_percent_a_year():
    """CN-RATE-02: interest at 18 percent leaves a third of it for penalties."""
    dear = AccountTerms(penalty_ppm=700_000, cap_ppm=240_000, cap_rule="CN-RATE-02")
    contract = Contract((Portion(START, 1_000_000, 180_000),), START - timedelta(days=365))
    capped = account(MoneyFacts(contract, dear), START + timedelta(days=73))
    assert capped.owed["penalty"] == 240_000 + 48_000 - 180_000
    free = account(MoneyFacts(contract, replace(dear, cap_ppm=None)), START + timedelta(days=73))
    assert free.owed["penalty"] == 140_000


def test_a_fee_is_cut_to_what_the_cap_leaves():
    """CN-RATE-02."""
    terms = AccountTerms(cap_ppm=240_000)
    contract = Contract((Portion(START, 365_000),), START - timedelta(days=10))
    known = MoneyFacts(contract, terms, (fee(9_999, START), fee(50, START, "costs", "c1")))
    owed = account(known, START).owed
    assert (owed["fees"], owed["costs"]) == (2_400, 50)


# --- Waiver, settlement, charge-off, recovery, refund, quote ------------------------------------


def test_a_waiver_forgives_one_component_and_no_more_than_is_owed():
    known = one_instalment(
        AccountTerms(), fee(500, START), MoneyEvent("w", EventKind.WAIVER, START, 900, "fees")
    )
    state = account(known, START)
    assert state.owed_minor == 1_000_000
    waived = next(entry for entry in state.postings if entry.source == "w")
    assert waived.lines == ((Account.WAIVED, 500), (Account.FEES, -500))


def settles(amount_minor, on, until, kind=EventKind.SETTLEMENT, before=()):
    return MoneyEvent("s", kind, on, amount_minor, until=until, before=before)


def test_a_settlement_that_is_paid_in_time_forgives_the_rest():
    agreed = settles(600_000, START, START + timedelta(days=30))
    half = pays(300_000, START + timedelta(days=3))
    rest = pays(300_000, START + timedelta(days=30), "p2")
    known = one_instalment(AccountTerms(), agreed, half, rest)
    assert account(known, START + timedelta(days=29)).owed_minor == 700_000
    state = account(known, END)
    assert state.owed_minor == 0
    assert state.settled_on == START + timedelta(days=30)


def test_a_settlement_that_is_paid_late_or_undone_leaves_the_debt_as_it_was():
    agreed = settles(600_000, START, START + timedelta(days=30))
    late = pays(600_000, START + timedelta(days=31))
    assert account(one_instalment(AccountTerms(), agreed, late), END).owed_minor == 400_000
    assert account(one_instalment(AccountTerms(), agreed), END).owed_minor == 1_000_000


def test_money_that_came_before_the_offer_on_its_day_does_not_count_for_it():
    agreed = settles(600_000, START, START + timedelta(days=30), before=("p1",))
    known = one_instalment(AccountTerms(), agreed, pays(600_000, START))
    assert account(known, END).owed_minor == 400_000


def test_a_quote_is_what_closes_the_loan_until_its_last_day():
    terms = AccountTerms(penalty_ppm=180_000)
    dues = [START + timedelta(days=30 * n) for n in range(1, 5)]
    contract = Contract(tuple(Portion(due, 90_000, 3_000) for due in dues), START)
    known = MoneyFacts(contract, terms)
    until = START + timedelta(days=45)
    payoff = account(known, until).payoff_minor
    ran = interest(90_000, 180_000, dues[0], until, DayCount.ACT_365)
    assert payoff == 4 * 90_000 + 3_000 + 1_500 + ran
    quoted = settles(payoff, START + timedelta(days=40), until, EventKind.QUOTE)
    paid = account(replace(known, events=(quoted, pays(payoff, until))), END)
    assert (paid.owed_minor, paid.unapplied_minor, paid.settled_on) == (0, 0, until)


def test_interest_that_is_not_earned_is_owed_where_the_contract_gives_no_rebate():
    contract = Contract((Portion(START + timedelta(days=30), 90_000, 3_000),), START)
    known = MoneyFacts(contract, AccountTerms(rebate=False))
    assert account(known, START + timedelta(days=10)).payoff_minor == 93_000
    assert account(replace(known, terms=AccountTerms()), START).payoff_minor == 90_000


def test_a_charge_off_takes_the_loan_out_of_the_books_and_what_comes_after_is_recovery():
    gone = MoneyEvent("x", EventKind.CHARGE_OFF, START + timedelta(days=361))
    back = pays(250_000, START + timedelta(days=400))
    known = one_instalment(AccountTerms(penalty_ppm=180_000), gone, back)
    state = account(known, END)
    ran = interest(1_000_000, 180_000, START, gone.on, DayCount.ACT_365)
    sums = balances(state.postings)
    assert sums[Account.RECEIVABLE] == sums[Account.PENALTY] == 0
    assert sums[Account.CHARGED_OFF] == 1_000_000 + ran
    assert sums[Account.RECOVERED] == -250_000
    assert state.owed_minor == 1_000_000 + ran - 250_000
    assert state.charged_off_on == gone.on


def test_what_is_overpaid_waits_pays_a_later_cost_first_and_can_be_given_back():
    over = pays(1_000_700, START)
    cost = fee(200, START + timedelta(days=5), "costs")
    known = one_instalment(AccountTerms(), over, cost)
    assert account(known, END).unapplied_minor == 500
    refund = MoneyEvent("r", EventKind.REFUND, START + timedelta(days=9), 500)
    known = replace(known, events=(*known.events, refund))
    assert account(known, END).unapplied_minor == 0


def test_money_given_back_that_was_never_there_is_owed_and_filled_first():
    refund = MoneyEvent("r", EventKind.REFUND, START, 500)
    known = one_instalment(AccountTerms(), refund)
    assert account(known, END).unapplied_minor == -500
    known = replace(known, events=(refund, pays(800, START + timedelta(days=1))))
    state = account(known, END)
    assert (state.unapplied_minor, state.owed_minor) == (0, 1_000_000 - 300)


# --- Properties ---------------------------------------------------------------------------------


def balances(postings):
    sums = dict.fromkeys(Account, 0)
    for entry in postings:
        for name, amount in entry.lines:
            sums[name] += amount
    return sums


@settings(max_examples=300)
@given(known=facts_uncapped, days=st.integers(0, 500))
def test_the_calculator_agrees_with_counting_day_by_day(known, days):
    as_of = START + timedelta(days=days)
    state, slow = account(known, as_of), SlowAccount(known).live_until(as_of)
    assert dict(state.owed) == slow.owed()
    assert state.unapplied_minor == slow.unapplied()
    assert balances(state.postings)[Account.CASH] == slow.cash


@given(known=facts, data=st.data())
def test_the_order_in_which_events_become_known_does_not_matter(known, data):
    arrived = data.draw(st.permutations(known.events))
    assert account(replace(known, events=tuple(arrived)), END) == account(known, END)


@given(known=facts, data=st.data())
def test_what_the_journal_is_told_one_by_one_is_what_the_account_posts_at_once(known, data):
    arrived = data.draw(st.permutations(known.events))
    now = replace(known, events=())
    journal: dict[tuple[date, str], dict[Account, int]] = {}
    for entry in posted(now, END):
        _add(journal, date.fromordinal(entry.on), entry.source, entry.lines)
    for event in arrived:
        after = replace(now, events=(*now.events, event))
        for change in changes(now, after):
            assert sum(amount for _, amount in change.lines) == 0
            _add(journal, change.on, change.source, change.lines)
        now = after
    at = data.draw(DAY)
    for until in (at, END):
        told = [entry for (on, _), entry in journal.items() if on <= until]
        sums = dict.fromkeys(Account, 0)
        for lines in told:
            for name, amount in lines.items():
                sums[name] += amount
        assert sums == balances(posted(known, until))


def _add(journal, on, source, lines):
    entry = journal.setdefault((on, source), {})
    for name, amount in lines:
        entry[name] = entry.get(name, 0) + amount


@given(known=facts)
def test_every_posting_sums_to_zero_and_the_books_say_what_is_owed(known):
    state = account(known, END)
    for entry in state.postings:
        assert sum(amount for _, amount in entry.lines) == 0
        assert all(amount for _, amount in entry.lines)
    sums = balances(state.postings)
    if state.charged_off_on is None:
        assert {name: sums[on] for name, on in OWED_ON.items()} == dict(state.owed)
    off_the_books = sums[Account.CHARGED_OFF] + sums[Account.RECOVERED]
    assert sum(sums[on] for on in OWED_ON.values()) + off_the_books == state.owed_minor
    assert sums[Account.UNAPPLIED] == -state.unapplied_minor
    assert state.due_minor <= state.owed_minor
    assert all(amount >= 0 for amount in state.owed.values())


@given(known=facts)
def test_no_unit_of_money_is_matched_twice(known):
    state = account(known, END)
    came = {e.event_id: e.amount_minor for e in known.events if e.kind is EventKind.PAYMENT}
    used = dict.fromkeys(came, 0)
    filled: dict[tuple[int, str], int] = {}
    for covered in state.covered:
        assert covered.amount_minor > 0
        if covered.event_id in used:
            used[covered.event_id] += covered.amount_minor
        place = (covered.instalment, covered.component)
        filled[place] = filled.get(place, 0) + covered.amount_minor
    assert all(used[name] <= came[name] for name in used)
    given_back = sum(e.amount_minor for e in known.events if e.kind is EventKind.REFUND)
    assert sum(came.values()) - sum(used.values()) == state.unapplied_minor + given_back
    for number, portion in enumerate(known.contract.portions, start=1):
        assert filled.get((number, "principal"), 0) <= portion.principal_minor
        assert filled.get((number, "interest"), 0) <= portion.interest_minor
        assert filled.get((number, "fees"), 0) <= portion.fee_minor


@given(known=facts, data=st.data())
def test_going_on_from_a_mark_posts_what_the_whole_account_posts(known, data):
    events = in_time(known.events)
    if not events:
        return
    cut = data.draw(st.integers(1, len(events)))
    books = Books(known)
    for event in events[:cut]:
        books.take(event)
    mark = from_json(to_json(mark_after(books, events[cut - 1], known)))
    books.postings = []
    again = resumed(replace(known, events=()), mark)
    for event in events[cut:]:
        books.take(event)
        again.take(event)
    assert again.postings == books.postings
    assert again.owed.by_component() == books.owed.by_component()
    assert mark_after(again, events[-1], known) == mark_after(books, events[-1], known)


@given(known=facts, undone=st.integers(0, 9))
def test_a_reversed_payment_is_as_if_it_had_never_been(known, undone):
    events = list(known.events)
    payments = [e for e in events if e.kind is EventKind.PAYMENT]
    if not payments or known.terms.cap_ppm is not None:
        return
    gone = payments[undone % len(payments)]
    without = tuple(e for e in events if e is not gone)
    back = MoneyEvent("back", EventKind.REVERSAL, gone.on + timedelta(days=40))
    left, right = (account(replace(known, events=e), END) for e in (without, (*without, back)))
    assert left.owed == right.owed
    assert left.covered == right.covered


amounts = st.lists(st.integers(1, 50_000), min_size=1, max_size=5)


@given(amounts=amounts, paid=st.lists(st.tuples(DAY, st.integers(1, 60_000)), max_size=6), on=DAY)
def test_without_charges_the_account_is_as_late_as_the_case(amounts, paid, on):
    dues = [START + timedelta(days=30 * n) for n in range(len(amounts))]
    contract = Contract(tuple(map(Portion, dues, amounts)))
    came = tuple(pays(amount, day, f"p{n}") for n, (day, amount) in enumerate(paid))
    late = delinquency(
        list(map(Instalment, dues, amounts)),
        [Payment(p.event_id, p.on, p.amount_minor) for p in came],
        (),
        Terms(),
        on,
    )
    state = account(MoneyFacts(contract, AccountTerms(allocation="CN-ALLOC-02"), came), on)
    assert state.days_late == late.days_past_due
    overdue = sum(i.unpaid_minor for i in state.instalments if i.due < on)
    assert overdue == late.arrears_minor
    assert state.owed_minor == max(0, sum(amounts) - sum(a for d, a in paid if d <= on))


# --- Days and rounding --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numerator", "expected"), [(5, 0), (15, 2), (25, 2), (35, 4), (-5, 0), (-15, -2), (26, 3)]
)
def test_a_half_goes_to_the_even_unit(numerator, expected):
    assert half_even(numerator, 10) == expected


@given(one=DAY, two=DAY, three=DAY, count=st.sampled_from(list(DayCount)))
def test_stretches_of_days_that_meet_add_up(one, two, three, count):
    whole = days_between(one, three, count)
    assert days_between(one, two, count) + days_between(two, three, count) == whole


def test_months_of_30_days_have_no_31st():
    jan, mar = date(2026, 1, 31), date(2026, 3, 31)
    assert days_between(jan, mar, DayCount.THIRTY_360) == 60
    assert days_between(date(2026, 2, 28), date(2026, 3, 1), DayCount.THIRTY_360) == 3


def test_terms_that_cannot_be_are_named():
    wrong = AccountTerms(penalty_ppm=-1, order=("principal",), allocation="CN-ALLOC-04")
    assert [line.partition(":")[0] for line in problems(wrong)] == [
        "penalty_ppm", "order", "allocation",
    ]  # fmt: skip
    assert problems(AccountTerms()) == []


def test_the_opening_entry_parts_principal_from_price():
    contract = Contract((Portion(START, 900, 80, 20),), START)
    assert dict(opening(contract).lines) == {
        Account.RECEIVABLE: 900,
        Account.INTEREST: 80,
        Account.FEES: 20,
        Account.DISBURSEMENT: -900,
        Account.INCOME: -100,
    }
