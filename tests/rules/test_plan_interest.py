"""The interest of a plan: owed on its days, never above the cap, the same to case and ledger."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.account import account
from domain.amortisation import contract_bps
from domain.books import Account
from domain.case import Case
from domain.delinquency import Instalment, Pause, Terms, arrears_of
from domain.facts import PaymentReceived, PaymentReversed
from domain.hearing import ask, hear
from domain.judging import judge_instalment
from domain.money_events import (
    AccountTerms,
    Contract,
    EventKind,
    MoneyEvent,
    MoneyFacts,
    PlanInterest,
    Portion,
)
from domain.offers import Offer, compose
from domain.opening import open_case
from domain.plan_cap import fits, spread_within_cap
from domain.plan_interest import booked, due_by
from domain.plans import Plan, monthly
from domain.refused import Refused
from domain.requests import AgreePlan
from domain.spreading import spread
from tests.rules.bargain import definitions, rules, situation, surplus
from tests.strategies import standard

DUE = date(2026, 1, 5)
AGREED = date(2026, 2, 1)
DUES = monthly(date(2026, 3, 1), 4)
MADE = spread(100_000, DUES, 1_200)
LAW = AccountTerms(allocation="CN-ALLOC-02")
PLAN = Plan("P1", AGREED, MADE.instalments, interest=MADE.interest)


def pays(amount_minor, on, event_id="p1", kind=EventKind.PAYMENT):
    return MoneyEvent(event_id, kind, on, amount_minor)


def facts_with(plan=PLAN, *events, terms=LAW, principal=100_000, pauses=()):
    parts = tuple(
        PlanInterest(f"{plan.plan_id}/{part.due}", part.due, part.amount_minor)
        for part in booked(plan)
    )
    contract = Contract((Portion(DUE, principal),), DUE - timedelta(days=30))
    return MoneyFacts(contract, terms, tuple(events), tuple(pauses), parts)


# --- In the account -------------------------------------------------------------------------------


def test_interest_is_owed_on_its_day_and_not_before_by_an_entry_of_its_own():
    known = facts_with()
    second = MADE.interest[0]
    assert second == Instalment(DUES[1], 746)
    eve = account(known, second.due - timedelta(days=1))
    day = account(known, second.due)
    assert (eve.owed["plan_interest"], day.owed["plan_interest"]) == (0, 746)
    assert eve.payoff_minor + 746 == day.payoff_minor
    assert (day.charges_minor, day.unposted_minor) == (0, 746)
    entry = day.postings[-1]
    assert entry.lines == ((Account.PLAN_INTEREST, 746), (Account.INCOME, -746))
    assert entry.source == f"P1/{second.due}"


@pytest.mark.parametrize("by_instalment", [True, False])
def test_interest_of_the_plan_is_paid_among_interest_before_principal(by_instalment):
    terms = replace(LAW, by_instalment=by_instalment)
    part = pays(800, DUES[1])
    owed = account(facts_with(PLAN, part, terms=terms), DUES[1]).owed
    assert (owed["plan_interest"], owed["principal"]) == (0, 100_000 - 54)


def test_no_penalty_runs_on_the_interest_of_a_plan_even_where_interest_compounds():
    terms = replace(LAW, penalty_ppm=180_000, compound=True)
    without = account(replace(facts_with(terms=terms), plan_interest=()), DUES[3])
    assert account(facts_with(terms=terms), DUES[3]).owed["penalty"] == without.owed["penalty"]


def test_money_that_waits_pays_interest_on_the_day_it_is_owed():
    over = pays(100_500, AGREED)
    state = account(facts_with(PLAN, over), DUES[1])
    assert (state.unapplied_minor, state.owed["plan_interest"]) == (0, 246)


def test_a_loan_that_was_paid_off_by_quote_costs_nothing_more():
    quote = MoneyEvent("q", EventKind.QUOTE, AGREED, 100_000, until=AGREED + timedelta(days=9))
    paid = pays(100_000, AGREED + timedelta(days=3))
    assert account(facts_with(PLAN, quote, paid), DUES[3]).owed_minor == 0


def test_interest_of_a_loan_out_of_the_books_is_owed_out_of_the_books():
    gone = MoneyEvent("x", EventKind.CHARGE_OFF, AGREED)
    state = account(facts_with(PLAN, gone), DUES[1])
    assert state.owed_minor == 100_746
    assert state.postings[-1].lines[0] == (Account.CHARGED_OFF, 746)


def test_the_cap_cuts_interest_as_it_cuts_late_charges():
    """CN-RATE-02: 1 percent a year of 1,000.00 for the 116 days since it was lent."""
    terms = replace(LAW, cap_ppm=10_000, cap_rule="CN-RATE-02")
    state = account(facts_with(terms=terms), DUES[1])
    assert (DUES[1] - DUE).days + 30 == 116
    assert state.owed["plan_interest"] == round(100_000 * 0.01 * 116 / 365)


def test_late_charges_have_only_the_room_that_interest_leaves():
    """CN-RATE-02."""
    terms = replace(LAW, cap_ppm=240_000, penalty_ppm=900_000)
    state = account(facts_with(terms=terms, pauses=(Pause(AGREED),)), DUES[3])
    most = round(100_000 * 0.24 * ((DUES[3] - DUE).days + 30) / 365)
    assert state.owed["penalty"] + state.owed["plan_interest"] <= most
    assert state.owed["penalty"] > 0


amounts = st.integers(1, 60_000)
days = st.integers(0, 300).map(lambda n: DUE + timedelta(days=n))


@given(
    rate=st.integers(0, 3_600),
    cap=st.integers(0, 360_000),
    penalty=st.sampled_from([0, 180_000, 900_000]),
    paid=st.lists(st.tuples(days, amounts), max_size=6),
    as_of=days,
)
def test_the_price_of_the_money_never_passes_the_cap(rate, cap, penalty, paid, as_of):
    """CN-RATE-02: with no price in the contract, all that is charged stays within the cap."""
    made = spread(100_000, DUES, rate)
    plan = replace(PLAN, instalments=made.instalments, interest=made.interest)
    terms = replace(LAW, cap_ppm=cap, penalty_ppm=penalty, late_fee_minor=500)
    events = [pays(amount, on, f"p{n}") for n, (on, amount) in enumerate(paid)]
    known = facts_with(plan, *events, terms=terms)
    charged = sum(
        -amount
        for entry in account(known, as_of).postings
        for name, amount in entry.lines
        if name is Account.INCOME
    )
    assert charged <= round(100_000 * cap * ((as_of - DUE).days + 30) / 365 / 1_000_000)


# --- What is offered ------------------------------------------------------------------------------


@settings(max_examples=50)
@given(
    rate=st.integers(1, 3_600),
    count=st.integers(2, 24),
    cap=st.sampled_from([0, 20_000, 120_000, 240_000]),
    price=st.sampled_from([0, 2_000, 15_000]),
    fee=st.sampled_from([0, 3_000]),
)
def test_what_is_offered_is_owed_whole_when_it_is_paid_as_agreed(rate, count, cap, price, fee):
    contract = Contract((Portion(DUE, 100_000, price),), DUE - timedelta(days=180))
    terms = replace(LAW, cap_ppm=cap)
    charged = (MoneyEvent("f", EventKind.FEE, DUE, fee, "fees"),) if fee else ()
    known = MoneyFacts(contract, terms, charged)
    debt = account(known, AGREED).owed_minor
    made, found = spread_within_cap(debt, monthly(DUES[0], count), rate, known, AGREED)
    assert 0 <= found <= rate
    assert fits(known, made, AGREED)
    if found < rate:
        more = spread(debt, monthly(DUES[0], count), found + 1)
        assert not fits(known, more, AGREED) or more.interest_minor == made.interest_minor
    plan = replace(PLAN, instalments=made.instalments, interest=made.interest)
    parts = [PlanInterest(str(i.due), i.due, i.amount_minor) for i in booked(plan)]
    events = [pays(i.amount_minor, i.due, f"p{n}") for n, i in enumerate(made.instalments)]
    lived = replace(known, plan_interest=tuple(parts), events=(*charged, *events))
    end = account(replace(lived, pauses=(Pause(AGREED),)), made.instalments[-1].due)
    assert (end.owed_minor, end.unapplied_minor) == (0, 0)


def test_an_offer_bears_its_interest_unless_the_cap_leaves_none():
    """CN-RATE-02."""
    dear = replace(definitions()["longer_term"], annual_bps=600)
    who = situation(annual_bps=900, means=surplus(200_000))
    free = compose(dear, who, rules())
    assert isinstance(free, Offer)
    assert (free.annual_bps, free.interest_minor) == (
        600,
        sum(i.amount_minor for i in free.interest),
    )
    contract = Contract((Portion(who.today, 2_000_000),), who.today - timedelta(days=30))
    closed = MoneyFacts(contract, replace(LAW, cap_ppm=0))
    bound = compose(dear, replace(who, account=closed), rules())
    assert isinstance(bound, Offer)
    assert (bound.annual_bps, bound.interest, bound.interest_minor) == (0, (), 0)
    opened = replace(closed, terms=replace(LAW, cap_ppm=240_000))
    assert compose(dear, replace(who, account=opened), rules()) == free


def test_a_plan_never_costs_more_than_the_loan_itself():
    dues = [DUE + timedelta(days=30 * n) for n in range(12)]
    lent = DUE - timedelta(days=30)
    cheap = Contract(tuple(Portion(due, 10_000, 100, 900) for due in dues), lent)
    assert 150 < contract_bps(cheap, 120_000) < 250
    assert contract_bps(Contract((Portion(DUE, 100_000),), lent), 100_000) == 0


# --- When a plan ends -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ended", "on", "owed"),
    [
        ("", None, MADE.interest),
        ("defaulted", DUES[1] - timedelta(days=1), ()),
        ("defaulted", DUES[1], MADE.interest[:1]),
        ("replaced", DUES[2] + timedelta(days=3), MADE.interest[:2]),
        ("cured", DUES[2] - timedelta(days=1), MADE.interest[:1]),
        ("closed", AGREED, ()),
        ("completed", DUES[3], MADE.interest),
        ("completed", DUES[0] - timedelta(days=5), ()),
        (
            "completed",
            DUES[3] - timedelta(days=1),
            (*MADE.interest[:2], Instalment(DUES[3] - timedelta(days=1), 251 * 30 // 31)),
        ),
    ],
)
def test_a_plan_that_ends_owes_what_was_due_and_no_more(ended, on, owed):
    assert booked(replace(PLAN, ended=ended, ended_on=on)) == owed


def test_a_plan_that_ended_before_interest_was_known_of_owes_none():
    assert booked(replace(PLAN, ended="cured", ended_on=None)) == ()


# --- In the case ----------------------------------------------------------------------------------

STRATEGY = standard()
EXACT = replace(STRATEGY, terms=Terms())
INTEREST = AgreePlan("P1", "li", "CNY", MADE.instalments, offer_id="O1", interest=MADE.interest)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(4), UTC)


def a_case(on=AGREED) -> Case:
    case = open_case(
        loan_id="L1", borrower_id="B1", currency="CNY", jurisdiction="CN", zone="Asia/Shanghai",
        strategy=EXACT, at=noon(on), instalments=[Instalment(DUE, 100_000)], payments=[],
    )  # fmt: skip
    assert case is not None
    return case


def with_plan(request=INTEREST) -> Case:
    case = a_case()
    assert ask(case, request, EXACT, noon(AGREED)) is None
    return case


def came(case, amount, on, known=None, name=""):
    name = name or f"p{len(case.payments)}"
    hear(case, PaymentReceived(f"f{name}", name, amount, on), EXACT, noon(known or on))


def test_a_plan_paid_on_its_days_ends_with_nothing_owed_and_nothing_too_much():
    case = with_plan()
    for part in MADE.instalments:
        assert not case.cured
        came(case, part.amount_minor, part.due)
    assert case.cured
    assert case.plan is not None
    assert case.plan.ended == "completed"
    assert case.outstanding() == 0
    assert case.paid() == 100_000 + MADE.interest_minor
    state = account(facts_with(case.plan, *paid_in(case)), DUES[3])
    assert (state.owed_minor, state.unapplied_minor) == (0, 0)


def test_the_debt_alone_does_not_cure_the_case_once_interest_was_owed():
    case = with_plan()
    came(case, 99_999, DUES[1])
    came(case, 1, DUES[1] + timedelta(days=2))
    assert not case.cured
    assert case.arrears(EXACT, DUES[1] + timedelta(days=2)) == case.outstanding() == 746
    came(case, 746, DUES[1] + timedelta(days=3))
    assert case.cured


def test_interest_that_falls_due_today_is_paid_before_the_plan_is_over():
    case = with_plan()
    came(case, 100_000, DUES[1])
    assert case.plan is not None
    assert case.plan.performing
    came(case, 746, DUES[1])
    assert case.cured
    assert case.plan is not None
    assert (case.plan.ended, case.plan.ended_on) == ("cured", DUES[1])
    assert case.outstanding() == 0


def test_who_pays_the_debt_off_between_two_days_pays_no_interest_for_the_days_between():
    case = with_plan()
    came(case, 100_000, DUES[1] - timedelta(days=1))
    assert case.cured
    assert case.plan is not None
    state = account(facts_with(case.plan, *paid_in(case)), DUES[3])
    assert (state.owed_minor, state.unapplied_minor) == (0, 0)


def test_who_pays_the_whole_plan_at_once_gets_back_the_interest_of_the_time_after():
    case = with_plan()
    on = DUES[1] - timedelta(days=14)
    came(case, 100_000 + MADE.interest_minor, on)
    assert case.cured
    assert case.plan is not None
    assert case.plan.ended == "completed"
    kept = due_by(booked(case.plan), on)
    assert kept == 746 * (on - DUES[0]).days // 31
    state = account(facts_with(case.plan, *paid_in(case)), DUES[3])
    assert (state.owed_minor, state.unapplied_minor) == (0, MADE.interest_minor - kept)


def test_a_plan_that_defaults_leaves_what_was_due_of_its_interest():
    case = with_plan()
    for part in MADE.instalments[:3]:
        case.now = noon(part.due + timedelta(days=4))
        if case.plan is not None and case.plan.performing:
            judge_instalment(case, EXACT)
    assert case.plan is not None
    assert case.plan.ended == "defaulted"
    assert case.plan_interest == list(MADE.interest[:1])
    assert case.outstanding() == 100_746
    later = noon(DUES[3] + timedelta(days=9))
    case.now = later
    assert case.arrears(EXACT, later.date()) == 100_746


def test_a_new_plan_covers_the_interest_of_the_one_it_replaces():
    case = with_plan()
    came(case, MADE.instalments[0].amount_minor, DUES[0])
    case.now = noon(DUES[1] + timedelta(days=1))
    debt = case.outstanding()
    assert debt == 100_746 - MADE.instalments[0].amount_minor
    again = spread(debt, monthly(date(2026, 6, 1), 3), 600)
    asked = AgreePlan("P2", "li", "CNY", again.instalments, offer_id="O2", interest=again.interest)
    assert ask(case, asked, EXACT, case.now) is None
    assert case.outstanding() == debt
    for part in again.instalments:
        came(case, part.amount_minor, part.due)
    assert case.cured
    assert case.outstanding() == 0


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"offer_id": ""}, "interest-without-offer"),
        ({"interest": MADE.interest[:1]}, "plan-sum"),
        ({"interest": (Instalment(DUE, 5),)}, "plan-interest"),
        ({"interest": (Instalment(DUES[1], 10**6),)}, "plan-interest"),
        ({"interest": (Instalment(DUES[1], -1),)}, "plan-interest"),
        ({"interest": MADE.interest[::-1]}, "plan-interest"),
    ],
)
def test_interest_that_is_no_part_of_the_plan_is_refused(changes, rule):
    refused = ask(a_case(), replace(INTEREST, **changes), EXACT, noon(AGREED))
    assert isinstance(refused, Refused)
    assert refused.rule == rule


def paid_in(case) -> tuple[MoneyEvent, ...]:
    return tuple(
        pays(p.amount_minor, p.on, p.payment_id) for p in case.payments if p.reversed_on is None
    )


moves = st.lists(
    st.tuples(
        st.integers(0, 140),
        st.one_of(
            st.tuples(st.just("pay"), st.integers(1, 60_000), st.sampled_from([0, 0, 3, 40])),
            st.tuples(st.just("instalment"), st.integers(0, 3), st.just(0)),
            st.tuples(st.just("undo"), st.integers(0, 9), st.just(0)),
            st.tuples(st.just("judge"), st.just(0), st.just(0)),
            st.tuples(st.just("again"), st.integers(2, 4), st.just(0)),
        ),
    ),
    max_size=12,
)


@settings(max_examples=200, deadline=None)
@given(moves=moves, rate=st.sampled_from([0, 550, 2_400]))
@example(  # a plan is over on the very day on which its last interest is owed
    moves=[
        (0, ("pay", 13, 0)),
        (1, ("instalment", 0, 0)),
        (62, ("again", 2, 0)),
        (62, ("instalment", 0, 0)),
        (62, ("undo", 0, 0)),
        (111, ("instalment", 0, 0)),
    ],
    rate=0,
)
def test_case_and_ledger_agree_on_every_day_about_what_is_due(moves, rate):
    made = spread(100_000, DUES, rate)
    case = with_plan(replace(INTEREST, instalments=made.instalments, interest=made.interest))
    ended: dict[str, Plan] = {}
    left = sorted(moves, key=lambda move: move[0])
    for number in range(150):
        day = AGREED + timedelta(days=number)
        case.now = max(case.now, noon(day))
        for _, (what, value, back) in [move for move in left if move[0] == number]:
            _lived(case, what, value, day - timedelta(days=back), ended)
        assert case.plan is not None
        known = _known(case, ended)
        state = account(known, day)
        mine, _ = arrears_of(case.schedule(), case.paid(), Terms(), day + timedelta(days=1))
        assert state.due_minor == mine
        assert state.owed_minor == case.outstanding()
        if case.cured:
            assert state.due_minor == 0


def _lived(case, what, value, on, ended):  # noqa: C901 - one branch a kind of move
    plan = case.plan
    if what == "pay":
        came(case, value, max(on, AGREED - timedelta(days=20)), case.now.date())
    elif what == "instalment":
        came(case, plan.instalments[value % len(plan.instalments)].amount_minor, case.now.date())
    elif what == "undo" and (there := [p for p in case.payments if p.reversed_on is None]):
        gone = there[value % len(there)].payment_id
        fact = PaymentReversed(f"undo-{gone}", gone, case.now.date())
        hear(case, fact, EXACT, case.now)
    elif what == "judge" and plan.performing and plan.next_due is not None:
        judge_instalment(case, EXACT)
    elif what == "again" and not case.cured and case.outstanding():
        dues = monthly(case.now.date() + timedelta(days=20), value)
        made = spread(case.outstanding(), dues, 900)
        name = f"P{len(case.heard)}"
        asked = AgreePlan(
            name, "li", "CNY", made.instalments, offer_id=name, interest=made.interest
        )
        before = case.plan
        if ask(case, asked, EXACT, case.now) is None:
            ended[before.plan_id] = before
    for record in case.unwritten:
        if hasattr(record, "plan") and record.plan.ended:
            ended[record.plan.plan_id] = record.plan


def _known(case, ended) -> MoneyFacts:
    """The account as the ledger would know it: the contract, the payments, and each plan."""
    plans = ended | {case.plan.plan_id: case.plan}
    parts = [
        PlanInterest(f"{plan.plan_id}/{part.due}", part.due, part.amount_minor)
        for plan in plans.values()
        for part in booked(plan)
    ]
    parts.sort(key=lambda part: (part.due, part.part_id))
    known: MoneyFacts = facts_with()
    return replace(known, events=paid_in(case), plan_interest=tuple(parts))
