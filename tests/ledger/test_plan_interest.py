"""The interest of a plan in a ledger: known with the agreement, owed on its days, over with it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from domain.agreeing import Evidence
from domain.bookkeeping import Books
from domain.books import Account
from domain.case import Case
from domain.delinquency import Instalment, Pause, Terms, delinquency
from domain.facts import PaymentReceived, PaymentReversed
from domain.hearing import ask, hear
from domain.holds import HoldReason
from domain.marks import mark_after
from domain.money_events import in_time
from domain.offer_terms import Covers, OfferKind
from domain.offers import Offer
from domain.opening import open_case as open_the_case
from domain.plans import Plan, monthly
from domain.records import PlanChanged
from domain.refused import Refused
from domain.requests import AgreePlan, LiftHold, PlaceHold
from domain.spreading import Spread, spread
from ledger import offers
from ledger.account_facts import facts_of
from ledger.account_posting import lock_account
from ledger.accounts import deal, take_back
from ledger.agreements import plans_of, spoken_of
from ledger.approval_tables import AgreementRow
from ledger.cases import NewCase, open_case, write_records
from ledger.dealings import Dealing
from ledger.engine import reading, writing
from ledger.errors import LedgerError
from ledger.journal import unbalanced
from ledger.loans import add_borrower, add_loan
from ledger.newly_late import newly_late
from ledger.payments import record_payment, record_reversal
from ledger.snapshots import outstanding, snapshot_of
from ledger.statements import statement
from ledger.tables import JournalEntryRow
from ledger.values import Loan
from ledger.words import MoneyKind
from tests.ledger.book import EPISODE, MORNING, WEI, paid, seen
from tests.strategies import standard

TODAY = MORNING.date()
DUES = monthly(date(2026, 4, 1), 4)
MADE = spread(40_000, DUES, 1_200)
PROOF = Evidence(recording="tape-1")
LATER = date(2026, 12, 1)
FIRST = MADE.interest[0]


def an_offer(made=MADE, debt=40_000) -> Offer:
    return Offer(
        definition="longer@abc",
        kind=OfferKind.LONGER_TERM,
        kindness=4,
        currency="CNY",
        covers=Covers.DEBT,
        debt_minor=debt,
        waived_minor=0,
        interest_minor=made.interest_minor,
        annual_bps=1_200,
        percent=0,
        instalments=made.instalments,
        expires_on=TODAY + timedelta(days=14),
        level="collector",
        recording="CN-PLAN-03",
        interest=made.interest,
    )


def a_loan(session, loan_id="L1"):
    """A loan of 400.00 without a price of its own, so that the cap leaves room for interest."""
    add_borrower(session, WEI)
    loan = Loan(loan_id, WEI.borrower_id, "CNY", 40_000, "cash", "north", date(2025, 3, 1))
    add_loan(session, loan, [Instalment(EPISODE, 40_000)], MORNING - timedelta(days=60))
    open_case(session, NewCase(loan_id, "B1", EPISODE, "standard@0f3a"), MORNING)


@pytest.fixture
def book(ledger):
    with writing(ledger) as session:
        a_loan(session)
    return ledger


def agreed(session, loan_id="L1", offer_id="O1", made=MADE, at=MORNING, debt=40_000) -> Plan:
    """An offer that the ledger and the case have agreed to."""
    new = offers.NewOffer(offer_id, loan_id, an_offer(made, debt), "wang", at)
    offers.make(session, new)
    answer = offers.agree(session, offer_id, PROOF, "wang", at, at.date())
    assert isinstance(answer, AgreementRow), answer
    plan = Plan(
        answer.plan_id, at.date(), made.instalments, offer_id=offer_id, interest=made.interest
    )
    changed(session, plan, at, loan_id)
    return plan


def changed(session, plan, at, loan_id="L1"):
    write_records(session, loan_id, "B1", EPISODE, [PlanChanged(plan, at)])


def ends(engine, plan, why, on):
    at = datetime(on.year, on.month, on.day, 4, tzinfo=UTC)
    with writing(engine) as session:
        changed(session, replace(plan, ended=why, ended_on=on), at)
    return at


def shown(engine, as_of=LATER, known_at=None, loan_id="L1"):
    with reading(engine) as session:
        return statement(session, seen(session, loan_id).loan, as_of, known_at)


def test_interest_is_known_with_the_agreement_and_owed_from_its_days(book):
    with writing(book) as session:
        agreed(session)
    before = shown(book, known_at=MORNING - timedelta(days=1))
    assert before.account.owed["plan_interest"] == 0
    eve, day = shown(book, FIRST.due - timedelta(days=1)), shown(book, FIRST.due)
    assert (eve.account.owed["plan_interest"], eve.account.payoff_minor) == (0, 40_000)
    assert day.account.owed["plan_interest"] == FIRST.amount_minor
    assert day.account.payoff_minor == 40_000 + FIRST.amount_minor
    assert shown(book).account.owed["plan_interest"] == MADE.interest_minor
    assert shown(book).differences == before.differences == ()


def test_a_payment_posts_the_interest_by_an_entry_of_its_own_and_pays_it_first(book):
    with writing(book) as session:
        agreed(session)
    for number, part in enumerate(MADE.instalments):
        paid(book, f"p{number}", part.amount_minor, on=part.due)
    told = shown(book)
    lines = [line for line in told.lines if line.narrative == "Interest of the plan"]
    assert [(line.on, line.moved) for line in lines] == [
        (part.due, {"plan_interest": part.amount_minor, "income": -part.amount_minor})
        for part in MADE.interest
    ]
    assert told.balances[Account.INCOME] == -MADE.interest_minor
    assert (told.account.owed_minor, told.account.unapplied_minor) == (0, 0)
    assert told.differences == ()


def test_the_loan_as_letters_see_it_has_the_interest_that_is_due(book):
    with writing(book) as session:
        agreed(session)
    with reading(book) as session:
        view = seen(session)
        assert len(view.instalments) == 1
        assert len(view.schedule) == 4
        assert outstanding(view, FIRST.due - timedelta(days=1)) == 40_000
        assert outstanding(view, FIRST.due) == 40_000 + FIRST.amount_minor
        late = FIRST.due + timedelta(days=1)
        letter = snapshot_of(session, view, Terms(), late)
        assert letter.arrears_minor == 40_000 + FIRST.amount_minor
        assert (letter.plan_minor, letter.charges_minor) == (MADE.instalments[0].amount_minor, 0)
        assert plans_of(session, "L1")[0].interest == MADE.interest
        spoken = spoken_of(session, "L1")["agreement"]
    assert (spoken["interest_minor"], spoken["annual_percent"]) == (MADE.interest_minor, "12.00")
    assert spoken["total_minor"] == 40_000 + MADE.interest_minor
    assert [part["interest_minor"] for part in spoken["instalments"]] == [
        0, *(part.amount_minor for part in MADE.interest),
    ]  # fmt: skip


def test_a_plan_that_defaults_takes_what_was_not_due_with_it_and_leaves_the_rest(book):
    with writing(book) as session:
        plan = agreed(session)
    at = ends(book, plan, "defaulted", FIRST.due + timedelta(days=3))
    told = shown(book)
    assert told.account.owed["plan_interest"] == FIRST.amount_minor
    then = shown(book, known_at=at - timedelta(seconds=1))
    assert then.account.owed["plan_interest"] == MADE.interest_minor
    assert told.differences == then.differences == ()
    with reading(book) as session:
        late = delinquency(seen(session).schedule, (), (), Terms(), LATER)
    assert late.arrears_minor == 40_000 + FIRST.amount_minor


def test_who_pays_it_off_early_owes_nothing_more(book):
    with writing(book) as session:
        plan = agreed(session)
    paid(book, "p0", 40_000, on=FIRST.due - timedelta(days=9))
    ends(book, plan, "cured", FIRST.due - timedelta(days=9))
    told = shown(book)
    assert (told.account.owed_minor, told.account.unapplied_minor) == (0, 0)
    assert told.differences == ()


def test_what_was_paid_too_much_for_a_plan_that_ended_early_can_be_given_back(book):
    with writing(book) as session:
        plan = agreed(session)
    on = DUES[0] + timedelta(days=15)
    paid(book, "p0", 40_000 + MADE.interest_minor, on=on)
    ends(book, plan, "completed", on)
    kept = FIRST.amount_minor * 15 // 30
    told = shown(book)
    assert told.account.owed_minor == 0
    assert told.account.unapplied_minor == MADE.interest_minor - kept
    assert told.balances[Account.INCOME] == -kept
    with writing(book) as session:
        left = told.account.unapplied_minor
        refund = Dealing("r1", MoneyKind.REFUND, on, "li", "paid off early", left)
        deal(session, "L1", refund, MORNING)
    assert shown(book).account.unapplied_minor == 0
    assert shown(book).differences == ()


def test_what_the_case_refuses_is_never_booked(book):
    with writing(book) as session:
        offers.make(session, offers.NewOffer("O1", "L1", an_offer(), "wang", MORNING))
        assert isinstance(offers.agree(session, "O1", PROOF, "wang", MORNING, TODAY), AgreementRow)
        offers.undo(session, "O1", Refused("plan-sum", "No."), MORNING)
        stray = Plan("O1/agreed", TODAY, MADE.instalments, offer_id="O1", interest=MADE.interest)
        changed(session, stray, MORNING)
    assert shown(book).account.owed["plan_interest"] == 0


def test_interest_of_a_plan_is_not_taken_back_by_hand(book):
    with writing(book) as session:
        plan = agreed(session)
        part = facts_of(session, seen(session).loan).plan_interest[0]
    with pytest.raises(LedgerError, match=r"no .* could be taken back"), writing(book) as session:
        take_back(session, "L1", "v1", part.part_id, "chen", "why not", MORNING)
    assert plan.performing


def test_the_interest_of_a_plan_can_be_waived(book):
    with writing(book) as session:
        agreed(session)
    waiver = Dealing("w1", MoneyKind.WAIVER, FIRST.due, "li", "goodwill", FIRST.amount_minor,
                     "plan_interest", approved_by="chen")  # fmt: skip
    with writing(book) as session:
        deal(session, "L1", waiver, MORNING)
    told = shown(book, FIRST.due)
    assert (told.account.owed["plan_interest"], told.balances["waived"]) == (0, FIRST.amount_minor)
    assert told.differences == ()


def test_the_daily_watch_counts_what_was_paid_for_interest_as_paid_for_that(ledger):
    dues = (Instalment(EPISODE, 40_000), Instalment(date(2026, 6, 1), 100))
    with writing(ledger) as session:
        add_borrower(session, WEI)
        loan = Loan("L1", WEI.borrower_id, "CNY", 40_100, "cash", "north", date(2025, 3, 1))
        add_loan(session, loan, dues, MORNING - timedelta(days=60))
        open_case(session, NewCase("L1", "B1", EPISODE, "standard@0f3a"), MORNING)
        plan = agreed(session)
    paid(ledger, "p0", 40_000 + FIRST.amount_minor, on=FIRST.due)
    ends(ledger, plan, "cured", FIRST.due)
    with reading(ledger) as session:
        soon = MORNING - timedelta(days=1)
        assert newly_late(session, dues[1].due, soon) == ["L1"]
    paid(ledger, "p1", 100, on=dues[1].due)
    with reading(ledger) as session:
        assert newly_late(session, dues[1].due, soon) == []


def test_a_payment_while_a_plan_runs_goes_on_from_the_mark(book):
    with writing(book) as session:
        agreed(session)
    for number, part in enumerate(MADE.instalments[:3]):
        paid(book, f"p{number}", part.amount_minor, on=part.due)
        with writing(book) as session:
            assert lock_account(session, "L1").mark is not None
    with reading(book) as session:
        keys = [entry.key for entry in session.exec(select(JournalEntryRow))]
    assert len(keys) == len(set(keys))


# --- On the days of a hold ------------------------------------------------------------------------


def rests(engine, plan, days, at, loan_id="L1") -> Plan:
    """What a case writes whose holds cover those days."""
    rested: Plan = replace(plan, rested=tuple(days))
    with writing(engine) as session:
        changed(session, rested, at, loan_id)
    return rested


def test_interest_that_rests_is_not_owed_and_what_was_known_before_stays_readable(book):
    """UK-BS-01: all of April is on hold, of which 399 would have been owed on 1 May."""
    with writing(book) as session:
        plan = agreed(session)
    at = MORNING + timedelta(days=5)
    april = Pause(DUES[0], DUES[1])
    rests(book, plan, [april], at)
    told = shown(book)
    assert told.account.owed["plan_interest"] == MADE.interest_minor - FIRST.amount_minor
    then = shown(book, known_at=at - timedelta(seconds=1))
    assert then.account.owed["plan_interest"] == MADE.interest_minor
    assert told.differences == then.differences == ()
    with reading(book) as session:
        view = seen(session)
        assert sum(part.amount_minor for part in view.plan_interest) == plan_earned(session)
        assert outstanding(view, FIRST.due) == 40_000


def plan_earned(session) -> int:
    (plan,) = plans_of(session, "L1")
    return sum(part.amount_minor for part in plan.earned)


def test_a_hold_that_is_lifted_and_one_that_follows_are_booked_one_after_the_other(book):
    with writing(book) as session:
        plan = agreed(session)
    start = DUES[0] + timedelta(days=10)
    seen_so_far = []
    for number, days in enumerate(
        [
            [Pause(start)],
            [Pause(start, start + timedelta(days=5))],
            [Pause(start, start + timedelta(days=5)), Pause(start + timedelta(days=7))],
            [Pause(start, start + timedelta(days=5)), Pause(DUES[0], DUES[0])],
        ]
    ):
        plan = rests(book, plan, days, MORNING)
        told = shown(book)
        assert told.differences == ()
        assert told.account.owed["plan_interest"] == sum(p.amount_minor for p in plan.earned)
        seen_so_far.append(told.account.owed["plan_interest"])
        assert not again(book, plan), number
    month = FIRST.amount_minor
    assert seen_so_far[0] == month * 10 // 30
    assert seen_so_far[1] == seen_so_far[3] == month * 25 // 30 + MADE.interest_minor - month
    assert seen_so_far[2] == month * 12 // 30


def again(engine, plan) -> int:
    """The same record once more, as a worker that died would write it; how many were new."""
    with writing(engine) as session:
        return write_records(session, "L1", "B1", EPISODE, [PlanChanged(plan, MORNING)])


def test_letters_ask_for_the_last_instalment_without_what_was_not_earned(book):
    with writing(book) as session:
        plan = agreed(session)
    plan = rests(book, plan, [Pause(DUES[0], DUES[1])], MORNING)
    for number, part in enumerate(MADE.instalments[:3]):
        paid(book, f"p{number}", part.amount_minor, on=part.due)
    last = MADE.instalments[3].amount_minor - FIRST.amount_minor
    with reading(book) as session:
        assert snapshot_of(session, seen(session), Terms(), DUES[3]).plan_minor == last
    plan = replace(plan, judged=4)
    with writing(book) as session:
        changed(session, plan, MORNING + timedelta(days=90))
    with reading(book) as session:
        assert spoken_of(session, "L1")["instalment"].amount_minor == last


def test_no_letter_asks_for_an_instalment_of_which_nothing_is_left(book):
    thin = (Instalment(DUES[0], 40_000), Instalment(DUES[1], 50))
    with writing(book) as session:
        plan = agreed(session, made=Spread(thin, thin[1:]))
    rests(book, plan, [Pause(TODAY)], MORNING)
    paid(book, "p0", 39_000, on=DUES[0])
    judged = replace(plan, judged=1, missed=1, rested=(Pause(TODAY),))
    with writing(book) as session:
        changed(session, judged, MORNING + timedelta(days=60))
    with reading(book) as session:
        assert snapshot_of(session, seen(session), Terms(), DUES[1]).plan_minor is None


holds = st.lists(
    st.tuples(st.integers(0, 110), st.integers(0, 60), st.booleans()), min_size=1, max_size=4
)
payments = st.lists(st.tuples(st.integers(0, 120), st.integers(1, 30_000)), max_size=4)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(placed=holds, money=payments, number=st.integers(0, 10**12))
def test_what_a_case_says_is_owed_is_owed_in_the_ledger_whatever_holds_there_are(
    ledger, placed, money, number
):
    """UK-BS-01: everything that the case writes is booked, and day by day both are the same."""
    loan_id = f"L{number}-{datetime.now(UTC).timestamp()}"
    with writing(ledger) as session:
        a_loan(session, loan_id)
        case = case_with_plan(session, loan_id)
    for day in range(125):
        at = MORNING + timedelta(days=day, hours=day % 13)
        before = len(case.unwritten)
        case.now = max(case.now, at)
        on_that_day(case, [(f"{loan_id}/H{n}", *hold) for n, hold in enumerate(placed)], day)
        for name in [n for n, (first, _) in enumerate(money) if first == day]:
            paying = f"{loan_id}/{name}"
            fact = PaymentReceived(paying, paying, money[name][1], case.today())
            with writing(ledger) as session:
                record_payment(session, loan_id, fact, "CNY", at)
            hear(case, fact, EXACT, at)
        with writing(ledger) as session:
            write_records(session, loan_id, "B1", EPISODE, case.unwritten[before:])
        if day % 15 == 0 or len(case.unwritten) > before:
            the_same_is_owed(ledger, case)


def on_that_day(case, placed, day):
    """Place the holds that begin, and lift those that people lift half-way."""
    for hold_id, first, length, lifted in placed:
        until = case.now + timedelta(days=length, hours=5) if length else None
        if first == day:
            ask(case, PlaceHold(hold_id, "li", MORATORIUM, until), EXACT, case.now)
        if lifted and first + length // 2 == day:
            ask(case, LiftHold(f"{hold_id}/end", "li", hold_id), EXACT, case.now)


def the_same_is_owed(engine, case):
    with reading(engine) as session:
        view = seen(session, case.loan_id)
        told = statement(session, view.loan, case.today())
    assert told.differences == ()
    assert outstanding(view, case.today()) == case.outstanding()
    assert told.account.owed_minor == case.outstanding()


MORATORIUM = HoldReason.MORATORIUM
EXACT = replace(standard(), terms=Terms())


def case_with_plan(session, loan_id) -> Case:
    """The case of the loan, with the plan to which the ledger agrees, all of it written."""
    case = open_the_case(
        loan_id=loan_id, borrower_id="B1", currency="CNY", jurisdiction="CN", zone=WEI.zone,
        strategy=EXACT, at=MORNING, instalments=[Instalment(EPISODE, 40_000)], payments=[],
    )  # fmt: skip
    assert case is not None
    new = offers.NewOffer(f"{loan_id}/O", loan_id, an_offer(), "wang", MORNING)
    offers.make(session, new)
    answer = offers.agree(session, new.offer_id, PROOF, "wang", MORNING, TODAY)
    assert isinstance(answer, AgreementRow), answer
    plan = AgreePlan(
        answer.plan_id, "li", "CNY", MADE.instalments, offer_id=new.offer_id, interest=MADE.interest
    )
    assert ask(case, plan, EXACT, MORNING) is None
    write_records(session, loan_id, "B1", EPISODE, case.unwritten)
    return case


# --- In whatever order it becomes known -----------------------------------------------------------

DAY = st.integers(0, 200).map(lambda n: TODAY - timedelta(days=30) + timedelta(days=n))
moves = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), DAY, st.integers(1, 30_000)),
        st.tuples(st.just("instalment"), DAY, st.integers(0, 3)),
        st.tuples(st.just("undo"), DAY, st.integers(0, 9)),
        st.tuples(st.just("waive"), DAY, st.integers(1, 900)),
        st.tuples(st.just("agree"), DAY, st.integers(2, 5)),
        st.tuples(st.just("rest"), DAY, st.integers(0, 40)),
        st.tuples(st.just("end"), DAY, st.sampled_from(["defaulted", "completed", "cured"])),
    ),
    max_size=8,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(moves=moves, number=st.integers(0, 10**12), as_of=DAY)
def test_plans_and_payments_in_any_order_leave_the_journal_as_the_facts_say(
    ledger, moves, number, as_of
):
    loan_id = f"L{number}-{datetime.now(UTC).timestamp()}"
    with writing(ledger) as session:
        a_loan(session, loan_id)
    life = Life(ledger, loan_id)
    for n, (kind, on, value) in enumerate(moves):
        life.move(kind, on, value, f"{loan_id}/{n}", MORNING + timedelta(minutes=n + 1))
    with reading(ledger) as session:
        loan = seen(session, loan_id).loan
        assert unbalanced(session) == []
        for known_at in (*life.instants, None):
            for day in (as_of, LATER):
                assert statement(session, loan, day, known_at).differences == ()
    with writing(ledger) as session:
        locked, facts = lock_account(session, loan_id), facts_of(session, loan)
        events = in_time(facts.events)
        if locked.mark is not None:
            books = Books(facts)
            for event in events:
                books.take(event)
            assert locked.mark == mark_after(books, events[-1], facts)


class Life:
    """What happens to one loan; the latest plan is the one that ends."""

    def __init__(self, engine, loan_id):
        self.engine, self.loan_id = engine, loan_id
        self.plan: Plan | None = None
        self.instants = [MORNING]

    def move(self, kind, on, value, name, at):
        self.instants.append(at)
        try:
            with writing(self.engine) as session:
                getattr(self, kind)(session, on, value, name, at)
        except LedgerError:
            return  # what may not be done is refused, and leaves nothing

    def pay(self, session, on, value, name, at):
        fact = PaymentReceived(name, name, value, on)
        record_payment(session, self.loan_id, fact, "CNY", at)

    def instalment(self, session, on, value, name, at):
        parts = self.plan.instalments if self.plan else MADE.instalments
        part = parts[value % len(parts)]
        self.pay(session, part.due, part.amount_minor, name, at)

    def undo(self, session, on, value, name, at):
        standing = [p for p in seen(session, self.loan_id).payments if not p.reversed_on]
        if standing:
            which = standing[value % len(standing)].payment_id
            record_reversal(session, self.loan_id, PaymentReversed(name, which, on), at)

    def waive(self, session, on, value, name, at):
        waiver = Dealing(name, MoneyKind.WAIVER, on, "li", "asked", value, approved_by="chen")
        deal(session, self.loan_id, waiver, at)

    def agree(self, session, on, value, name, at):
        self.end(session, on, "replaced", name, at)
        made = spread(40_000, monthly(at.date() + timedelta(days=20), value), 1_800)
        self.plan = agreed(session, self.loan_id, name, made, at)

    def rest(self, session, on, value, name, at):
        if self.plan is not None and self.plan.performing:
            days = Pause(on, on + timedelta(days=value) if value else None)
            self.plan = replace(self.plan, rested=(*self.plan.rested, days))
            changed(session, self.plan, at, self.loan_id)

    def end(self, session, on, value, name, at):
        if self.plan is not None and self.plan.performing:
            over = max(on, self.plan.agreed_on)
            self.plan = replace(self.plan, ended=value, ended_on=over)
            changed(session, self.plan, at, self.loan_id)
