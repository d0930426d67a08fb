"""The interest of a plan rests on the days of a hold, in the case and in the ledger alike."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.account import account
from domain.bookkeeping import Books
from domain.case import Case
from domain.clock import local_date, local_instant
from domain.delinquency import Instalment, Pause, Terms, arrears_of
from domain.facts import PaymentReceived, StandingChanged
from domain.hearing import ask, hear
from domain.holds import Hold, HoldReason, pauses
from domain.judging import judge_instalment
from domain.minding import Duty, plan_duty
from domain.money_events import AccountTerms, Contract, MoneyFacts, PlanInterest, Portion
from domain.opening import open_case
from domain.plan_interest import booked
from domain.plans import Plan, covered, monthly
from domain.requests import AgreePlan, LiftHold, PlaceHold
from domain.spreading import spread
from domain.standing import of_hold
from tests.rules.test_plan_interest import paid_in
from tests.strategies import standard

ZONE = "Europe/London"
DUE = date(2026, 1, 5)
AGREED = date(2026, 2, 1)
DUES = monthly(date(2026, 3, 1), 4)
MADE = spread(100_000, DUES, 1_200)
STRATEGY = replace(standard(), terms=Terms())
OFFER = AgreePlan("P1", "li", "GBP", MADE.instalments, offer_id="O1", interest=MADE.interest)
BREATHES = datetime(2026, 3, 15, 9, tzinfo=UTC)
OVER = local_instant(date(2026, 5, 14), time(), ZONE)
SPACE = PlaceHold("H1", "li", HoldReason.MORATORIUM, OVER)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def a_case(request=OFFER, zone=ZONE) -> Case:
    case = open_case(
        loan_id="L1", borrower_id="B1", currency="GBP", jurisdiction="UK", zone=zone,
        strategy=STRATEGY, at=noon(AGREED), instalments=[Instalment(DUE, 100_000)], payments=[],
    )  # fmt: skip
    assert case is not None
    assert ask(case, request, STRATEGY, noon(AGREED)) is None
    return case


def plan_of(case) -> Plan:
    """The plan, which must be there."""
    plan: Plan | None = case.plan
    assert plan is not None
    return plan


def says(case, request, at):
    assert ask(case, request, STRATEGY, at) is None


def pays(case, amount, on):
    number = len(case.payments)
    hear(case, PaymentReceived(f"f{number}", f"p{number}", amount, on), STRATEGY, noon(on))


def known_of(case: Case) -> MoneyFacts:
    """The account as the ledger has it: by the record of the plan that was written last."""
    written = [record.plan for record in case.unwritten if hasattr(record, "plan")][-1]
    parts = tuple(
        PlanInterest(f"P1/{part.due}", part.due, part.amount_minor) for part in booked(written)
    )
    contract = Contract((Portion(DUE, 100_000),), DUE - timedelta(days=30))
    return MoneyFacts(contract, AccountTerms(), paid_in(case), plan_interest=parts)


def amounts(parts):
    return [part.amount_minor for part in parts]


# --- Breathing space ------------------------------------------------------------------------------


def test_in_breathing_space_a_plan_earns_no_interest_and_its_last_instalment_is_smaller():
    """UK-BS-01: 60 days from 15 March, the first of them counts; the last is 13 May."""
    case = a_case()
    says(case, SPACE, BREATHES)
    assert (local_date(OVER, ZONE) - local_date(BREATHES, ZONE)).days == 60
    assert amounts(MADE.interest) == [746, 499, 251]
    earned = [746 * 14 // 31, 251 * 18 // 31]
    assert plan_of(case).earned == (Instalment(DUES[1], earned[0]), Instalment(DUES[3], earned[1]))
    assert plan_of(case).asked[:3] == MADE.instalments[:3]
    rested = MADE.interest_minor - sum(earned)
    assert plan_of(case).asked[3] == Instalment(DUES[3], MADE.instalments[3].amount_minor - rested)
    for number, part in enumerate(plan_of(case).asked):
        assert not case.cured
        pays(case, part.amount_minor, part.due)
        assert number == 3 or not account(known_of(case), part.due).unapplied_minor
    assert case.cured
    assert (plan_of(case).ended, case.outstanding()) == ("completed", 0)
    end = account(known_of(case), DUES[3])
    assert (end.owed_minor, end.unapplied_minor) == (0, 0)
    assert case.paid() == 100_000 + sum(earned)


def test_what_was_owed_before_the_breathing_space_stays_owed():
    """UK-BS-01: from the first day of it on, and not for the days before."""
    case = a_case()
    case.now = noon(DUES[1])
    says(case, SPACE, noon(DUES[1]) + timedelta(hours=1))
    assert case.interest()[0] == MADE.interest[0]
    assert case.outstanding() == 100_746


@pytest.mark.parametrize("reason", list(HoldReason))
def test_interest_rests_with_every_hold_with_which_late_charges_rest(reason):
    case = a_case()
    says(case, replace(SPACE, reason=reason), BREATHES)
    assert sum(amounts(case.interest())) == 746 * 14 // 31 + 251 * 18 // 31


@pytest.mark.parametrize(
    ("zone", "first"),
    [("Asia/Shanghai", date(2026, 3, 16)), (ZONE, date(2026, 3, 15))],
)
def test_the_first_and_the_last_day_are_the_borrowers_own_as_with_late_charges(zone, first):
    """UK-BS-01: at 17:00 UTC it is tomorrow in Shanghai."""
    case = a_case(zone=zone)
    at = datetime(2026, 3, 15, 17, tzinfo=UTC)
    says(case, replace(SPACE, until=at + timedelta(days=3)), at)
    assert plan_of(case).rested == (Pause(first, first + timedelta(days=3)),)
    assert case.interest()[0].amount_minor == 746 * (31 - 3) // 31


# --- Lifted, begun before, placed elsewhere -------------------------------------------------------


def test_a_hold_that_is_lifted_lets_interest_run_on_and_never_above_what_was_agreed():
    case = a_case()
    says(case, replace(SPACE, until=None), BREATHES)
    assert amounts(case.interest()) == [746 * 14 // 31]
    says(case, LiftHold("U1", "li", "H1"), noon(date(2026, 3, 25)))
    assert amounts(case.interest()) == [746 * (31 - 10) // 31, 499, 251]
    assert [p.amount_minor for p in plan_of(case).asked[:3]] == amounts(MADE.instalments[:3])
    assert plan_of(case).asked[3].amount_minor == MADE.instalments[3].amount_minor - (746 - 505)


def test_a_hold_of_no_full_day_changes_nothing():
    case = a_case()
    says(case, replace(SPACE, until=None), BREATHES)
    says(case, LiftHold("U1", "li", "H1"), BREATHES + timedelta(hours=2))
    assert case.interest() == MADE.interest
    assert plan_of(case).asked == MADE.instalments


def test_every_state_of_the_plan_is_a_record_although_they_are_of_one_instant():
    case = a_case()
    at = noon(AGREED)
    says(case, replace(SPACE, until=None), at)
    says(case, LiftHold("U1", "li", "H1"), at)
    rested = [record.plan.rested for record in case.unwritten if hasattr(record, "plan")]
    assert rested == [(), (Pause(AGREED),), (Pause(AGREED, AGREED),)]


def test_a_plan_that_is_agreed_on_hold_earns_nothing_until_it_is_over():
    case = a_case(replace(OFFER, request_id="P0", offer_id="O0"))
    says(case, replace(SPACE, until=noon(DUES[1])), noon(AGREED))
    says(case, OFFER, noon(AGREED) + timedelta(hours=1))
    assert (plan_of(case).plan_id, amounts(plan_of(case).earned)) == ("P1", [499, 251])


def test_a_hold_for_another_loan_of_the_person_counts_as_late_charges_count_it():
    """UK-BS-01."""
    case = a_case()
    space = Hold("H1", HoldReason.MORATORIUM, BREATHES, None, "li")
    hear(case, of_hold(space, "c", BREATHES), STRATEGY, BREATHES + timedelta(hours=1))
    assert amounts(case.interest()) == [746 * 14 // 31]
    over = replace(space, until=OVER)
    hear(case, of_hold(over, "c", OVER), STRATEGY, OVER)
    assert amounts(case.interest()) == [746 * 14 // 31, 251 * 18 // 31]
    assert account(known_of(case), DUES[3]).owed_minor == 100_000 + sum(amounts(case.interest()))


def test_who_has_paid_all_that_is_left_is_cured_by_a_hold_that_was_heard_of_late():
    case = a_case()
    pays(case, 100_000, DUES[1])
    assert (case.cured, case.outstanding()) == (False, 746)
    space = Hold("H1", HoldReason.MORATORIUM, noon(AGREED), None, "li")
    hear(case, of_hold(space, "c", noon(DUES[1])), STRATEGY, noon(DUES[1]) + timedelta(days=1))
    assert (case.cured, case.outstanding()) == (True, 0)
    assert account(known_of(case), DUES[3]).owed_minor == 0


def test_a_right_that_binds_everybody_stops_no_interest():
    case = a_case()
    hear(case, StandingChanged("f", "right-1", "opt_out sms"), STRATEGY, BREATHES)
    assert case.interest() == MADE.interest


# --- Instalments of which nothing is left ---------------------------------------------------------

THIN = AgreePlan(
    "P1", "li", "GBP",
    (Instalment(DUES[0], 60_000), Instalment(DUES[1], 40_900), Instalment(DUES[2], 50)),
    offer_id="O1", interest=(Instalment(DUES[1], 900), Instalment(DUES[2], 50)),
)  # fmt: skip


def test_an_instalment_of_which_nothing_is_left_is_neither_reminded_of_nor_missed():
    terms = replace(STRATEGY.plan, misses_tolerated=9, before=STRATEGY.plan.missed, before_days=3)
    patient = replace(STRATEGY, plan=terms)
    case = a_case(THIN)
    says(case, replace(SPACE, until=None), noon(AGREED))
    assert amounts(plan_of(case).asked) == [60_000, 40_000, 0]
    for due in DUES[:2]:
        assert plan_duty(case, plan_of(case), patient).duty is Duty.REMIND
        case.now = noon(due + timedelta(days=9))
        judge_instalment(case, patient)
    assert (plan_of(case).judged, plan_of(case).missed, case.instalments_missed) == (2, 2, 2)
    assert plan_duty(case, plan_of(case), patient).duty is Duty.JUDGE
    assert plan_duty(case, replace(plan_of(case), rested=()), patient).duty is Duty.REMIND
    judge_instalment(case, patient)
    assert (plan_of(case).missed, plan_of(case).ended) == (2, "defaulted")


def test_what_a_plan_forgives_is_forgiven_when_all_that_it_asks_for_was_paid():
    made = spread(90_000, DUES, 1_200)
    case = a_case(
        replace(OFFER, instalments=made.instalments, interest=made.interest, waived_minor=10_000)
    )
    pays(case, 90_000, DUES[0])
    assert (case.cured, covered(plan_of(case), case.payments)) == (False, 3)
    says(case, replace(SPACE, until=None), noon(DUES[0]))
    assert covered(plan_of(case), case.payments) == 4
    while plan_of(case).performing:
        judge_instalment(case, STRATEGY)
    assert case.cured
    assert (plan_of(case).ended, case.forgiven_minor, case.outstanding()) == (
        "completed",
        10_000,
        0,
    )


def test_who_pays_the_whole_plan_early_pays_for_the_days_on_which_it_did_not_rest():
    case = a_case()
    says(case, replace(SPACE, until=noon(date(2026, 3, 20))), BREATHES)
    on = date(2026, 3, 23)
    pays(case, sum(amounts(plan_of(case).asked)), on)
    assert plan_of(case).ended == "completed"
    assert case.plan_interest == [Instalment(on, 746 * (22 - 5) // 31)]


# --- Properties -----------------------------------------------------------------------------------

holds = st.lists(st.tuples(st.integers(0, 130), st.integers(0, 70)), max_size=4)
DAY = timedelta(days=1)


def lived(placed, lifts, rate=1_200, zone=ZONE) -> Case:
    """A case with holds from a day on for so many days (0: open), and days on which one is lifted.

    Nobody pays, and nothing is judged.
    """
    made = spread(100_000, DUES, rate)
    case = a_case(replace(OFFER, instalments=made.instalments, interest=made.interest), zone)
    for number in range(140):
        at = noon(AGREED) + timedelta(days=number, hours=number % 11)
        for name, (first, length) in enumerate(placed):
            if first == number:
                until = at + timedelta(days=length, hours=7) if length else None
                says(case, PlaceHold(f"H{name}", "li", HoldReason.MORATORIUM, until), at)
        biting = [hold.hold_id for hold in case.holds if hold.bites(at)]
        if number in lifts and biting:
            says(case, LiftHold(f"U{number}", "li", biting[0]), at)
        case.now = max(case.now, at)
        state = account(known_of(case), case.today())
        mine, _ = arrears_of(case.schedule(), case.paid(), Terms(), case.today() + DAY)
        assert (state.due_minor, state.owed_minor) == (mine, case.outstanding())
    return case


@settings(max_examples=60, deadline=None)
@given(
    placed=holds,
    lifts=st.sets(st.integers(0, 139), max_size=4),
    rate=st.sampled_from([0, 550, 1_200, 3_600]),
    zone=st.sampled_from([ZONE, "Asia/Shanghai", "America/Los_Angeles"]),
)
@example(placed=[(30, 0), (40, 10)], lifts={45, 60}, rate=1_200, zone=ZONE)
@example(placed=[], lifts=set(), rate=1_200, zone=ZONE)
def test_case_and_ledger_agree_and_a_hold_never_makes_a_plan_dearer(placed, lifts, rate, zone):
    """UK-BS-01: day by day, whatever holds there are; without days on hold nothing changes."""
    case = lived(placed, lifts, rate, zone)
    made = spread(100_000, DUES, rate)
    plan = plan_of(case)
    agreed = {part.due: part.amount_minor for part in made.interest}
    earned = {part.due: part.amount_minor for part in plan.earned}
    start = AGREED
    for due in DUES:
        days = [start + n * DAY for n in range((due - start).days)]
        free = [day for day in days if not _on_hold(case, day)]
        whole = agreed.get(due, 0)
        assert earned.get(due, 0) == whole * len(free) // len(days) <= whole
        assert earned.get(due, 0) == whole or len(free) < len(days)
        start = due
    for was, now in zip(made.instalments, plan.asked, strict=True):
        assert 0 <= now.amount_minor <= was.amount_minor
    assert sum(amounts(plan.asked)) == 100_000 + sum(earned.values())


def _on_hold(case, day) -> bool:
    return any(
        local_date(hold.start, case.zone) <= day
        and (hold.until is None or day < local_date(hold.until, case.zone))
        for hold in case.holds
    )


@settings(max_examples=60, deadline=None)
@given(placed=holds)
def test_interest_rests_on_the_days_on_which_penalty_rests(placed):
    case = lived(placed, set())
    contract = Contract((Portion(AGREED, 365_000),), AGREED - timedelta(days=30))
    daily = AccountTerms(penalty_ppm=1_000_000)
    books = Books(MoneyFacts(contract, daily, pauses=tuple(pauses(case.holds, case.zone))))
    books.advance(DUES[1].toordinal())
    ran = books.penalty_to_date // 1_000
    plan = Plan("P", AGREED, (Instalment(DUES[1], 10_000),), rested=plan_of(case).rested)
    whole = (DUES[1] - AGREED).days
    plan = replace(plan, interest=(Instalment(DUES[1], whole),))
    assert sum(amounts(plan.earned)) == ran


def test_a_plan_of_before_holds_were_heard_of_stands_as_it_was():
    plan = Plan("P1", AGREED, MADE.instalments, interest=MADE.interest)
    assert (plan.earned, plan.asked) == (MADE.interest, MADE.instalments)
    assert covered(plan, []) == 0
