"""Before the due date: who is written to and when, what ends it, and where it goes from there."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

import pytest

from domain.case import Case
from domain.clock import local_date, local_instant
from domain.delinquency import Instalment, Payment
from domain.facts import (
    BorrowerReached,
    ContactBounced,
    PaymentReceived,
    PaymentReversed,
)
from domain.gate.words import Channel
from domain.holds import HoldReason
from domain.opening import days_to_open, open_case
from domain.requests import AgreePlan, Close, LiftHold, PlaceHold, PromiseToPay
from domain.rights import Right, RightKind
from domain.strategy import Stage, Strategy
from domain.telling import headline, state
from policies.strategy_files import FOLDER, load_strategy
from simulation.driver import Event, Life, VirtualDesk, run
from simulation.future import future
from simulation.lives import PastLoan, opening
from simulation.lives import lived as lived_again
from simulation.world import LawfulWorld
from tests.strategies import rulebooks

DUE = date(2026, 6, 10)
ZONE = "Asia/Shanghai"
OWED = 40_000
MONTHS = tuple(Instalment(date(2026, month, 10), OWED) for month in range(1, 8))
PINGAN = load_strategy(FOLDER / "pingan.yaml")
COMMERCIAL = load_strategy(FOLDER / "commercial.yaml")
STANDARD = load_strategy(FOLDER / "standard.yaml")

Told = tuple[int, str, Event]


def with_(*changes: tuple[str, str]) -> Strategy:
    """Ping An's strategy with words of its file replaced."""
    path = FOLDER / "pingan.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        text = text.replace(old, new)
    return load_strategy(path, text)


def instant(day: int, at: str = "12:00") -> datetime:
    """A time of the borrower's clock, so many days past due; below zero before."""
    return local_instant(DUE + timedelta(days=day), time.fromisoformat(at), ZONE)


def paid_before(*late: int) -> list[Payment]:
    """January to May paid, on the day, or five days late for the months named."""
    days = [i.due + timedelta(days=5 if i.due.month in late else 0) for i in MONTHS[:5]]
    return [Payment(f"p{day.month}", day, OWED) for day in days]


def opened(
    strategy: Strategy = PINGAN, day: int = -8, payments: Sequence[Payment] | None = None
) -> Case | None:
    """The case of the loan that pays on the tenth of each month, if one opens on that day."""
    return open_case(
        loan_id="L1",
        borrower_id="B1",
        currency="CNY",
        jurisdiction="CN",
        zone=ZONE,
        strategy=strategy,
        at=instant(day, "00:00"),
        instalments=list(MONTHS),
        payments=list(paid_before() if payments is None else payments),
    )


def case_of(strategy: Strategy = PINGAN, payments: Sequence[Payment] | None = None) -> Case:
    """The case on the first day on which it opens."""
    for day in days_to_open(DUE, strategy):
        if case := opened(strategy, (day - DUE).days, payments):
            return case
    raise AssertionError("an unpaid instalment has a case the day after at the latest")


def world(**changes: object) -> LawfulWorld:
    return LawfulWorld(rulebooks(), **changes)  # type: ignore[arg-type]


def lived(
    told: Iterable[Told] = (),
    strategy: Strategy = PINGAN,
    case: Case | None = None,
    until: int = 30,
    outside: LawfulWorld | None = None,
) -> Case:
    """The case after everything that is told, each on its day at its hour."""
    events = [(instant(day, at), event) for day, at, event in told]
    return run(case or case_of(strategy), strategy, events, outside or world(), instant(until))


def contacts(case: Case) -> list[str]:
    """Every contact that was made: the day, the step and the channel."""
    return [
        f"{(local_date(e.at, ZONE) - DUE).days} {e.detail.removesuffix(': sent')}"
        for e in case.timeline
        if e.what == "notice" and e.detail.endswith(": sent")
    ]


def turns(case: Case) -> list[str]:
    """The stages it came to and its end, each with its day."""
    return [
        f"{(local_date(e.at, ZONE) - DUE).days} {e.detail}"
        for e in case.timeline
        if e.what in ("stage", "outcome")
    ]


def pays(day: int, amount_minor: int = OWED, on: int | None = None, name: str = "june") -> Told:
    counts = DUE + timedelta(days=day if on is None else on)
    return day, "12:00", PaymentReceived(f"f-{name}", name, amount_minor, counts)


def reversed_(day: int, payment: str) -> Told:
    on = DUE + timedelta(days=day)
    return day, "12:00", PaymentReversed(f"r-{payment}", payment, on)


def refusals(case: Case) -> list[str]:
    return [e.detail for e in case.timeline if e.what == "refused"]


def test_a_borrower_who_does_not_pay_gets_both_notices_and_then_the_first_reminder():
    case = lived(until=2)
    assert contacts(case) == ["-5 due_soon by sms", "-1 due_tomorrow by email", "2 gentle by sms"]
    assert turns(case) == ["1 remind"]
    assert case.episode == DUE
    assert case.timeline[0].detail == "5 days before the due date"


def test_who_pays_before_the_due_date_is_paid_in_time_and_hears_no_more():
    case = lived([pays(-3)])
    assert contacts(case) == ["-5 due_soon by sms"]
    assert turns(case) == ["-3 paid_in_time"]


def test_payment_in_time_is_no_cure_and_no_thanks_follow():
    assert PINGAN.thanks.cured is not None
    case = lived([pays(-3)])
    assert not any("thanks" in entry.detail for entry in case.timeline)


def test_the_due_date_itself_is_in_time_to_its_last_minute():
    last = (0, "23:59", PaymentReceived("f", "june", OWED, DUE))
    assert turns(lived([last])) == ["0 paid_in_time"]


def test_a_payment_booked_after_the_due_date_that_counts_from_it_was_in_time():
    assert turns(lived([pays(2, on=0)])) == ["1 remind", "2 paid_in_time"]


def test_a_payment_after_the_due_date_is_a_cure_with_thanks():
    case = lived([pays(2)])
    assert turns(case) == ["1 remind", "2 cured"]
    assert contacts(case)[-1] == "2 thanks_cured by sms"


def test_a_part_before_the_due_date_does_not_end_it_and_gives_its_days_of_peace():
    case = lived([pays(-3, OWED // 2)], until=1)
    assert turns(case) == ["1 remind"]
    assert contacts(case) == ["-5 due_soon by sms", "0 due_tomorrow by email"]


def test_a_part_so_small_that_it_is_not_material_does_not_count_as_unpaid():
    assert turns(lived([pays(-3, OWED - 100)])) == ["-3 paid_in_time"]


def test_grace_is_kept_by_the_ladder_after_the_due_date():
    case = lived(strategy=COMMERCIAL, until=3)
    assert contacts(case) == ["-3 due_soon by sms", "3 gentle by sms"]
    assert turns(case) == ["1 remind"]


def test_high_risk_is_written_to_three_days_earlier():
    case = lived(case=case_of(payments=paid_before(2, 4)), until=0)
    assert contacts(case) == ["-8 due_soon by sms", "-4 due_tomorrow by email"]


@pytest.mark.parametrize(
    ("late", "strategy", "first"),
    [
        ((), PINGAN, -5),
        ((4,), PINGAN, -5),
        ((3, 4), PINGAN, -8),
        ((1, 2, 3), PINGAN, -8),
        ((3, 4), with_(("late_before: 2", "late_before: 3")), -5),
        ((4,), with_(("late_before: 2", "late_before: 1")), -8),
        ((1, 2), with_(("within_days: 365", "within_days: 95")), -5),
        ((3, 4), with_(("within_days: 365", "within_days: 95")), -8),
        ((3, 4), with_(("earlier_days: 3", "earlier_days: 10")), -15),
        ((3, 4), with_(("materiality_minor: 100", f"materiality_minor: {OWED}")), None),
        ((3, 4), with_(("grace_days: 0\n  materiality", "grace_days: 5\n  materiality")), -5),
        ((3, 4), with_(("grace_days: 0\n  materiality", "grace_days: 4\n  materiality")), -8),
    ],
)
def test_risk_is_how_often_the_borrower_was_late(late, strategy, first):
    days = range(-20, 1)
    found = [day for day in days if opened(strategy, day, paid_before(*late)) is not None]
    assert found == ([] if first is None else list(range(first, 1)))


def test_a_payment_that_was_undone_and_made_again_late_counts_as_late():
    payments = paid_before(4)
    undone = Payment("p3", date(2026, 3, 10), OWED, reversed_on=date(2026, 3, 12))
    payments[2:3] = [undone, Payment("p3-again", date(2026, 3, 20), OWED)]
    assert opened(payments=payments) is not None


def test_outside_the_window_or_without_early_notices_or_when_paid_no_case_opens():
    assert opened(day=-9, payments=paid_before(1, 2, 3)) is None
    assert opened(day=-6) is None
    assert opened(STANDARD, -1) is None
    assert opened(STANDARD, 0) is None
    assert opened(day=-1, payments=[*paid_before(), Payment("june", DUE, OWED)]) is not None
    all_paid = [*paid_before(), Payment("rest", date(2026, 5, 31), 2 * OWED)]
    assert opened(day=0, payments=all_paid) is None


def test_a_case_that_opens_late_in_its_window_begins_where_it_is():
    case = opened(day=-1)
    assert case is not None
    assert contacts(lived(case=case, until=1)) == ["-1 due_soon by sms", "0 due_tomorrow by email"]


def test_a_notice_that_reached_nobody_is_made_by_the_other_channel():
    outside = world(reachable=frozenset({Channel.EMAIL}))
    case = lived(until=-4, outside=outside)
    assert contacts(case) == ["-5 due_soon-by-email by email"]


def test_a_notice_that_comes_back_after_the_due_date_is_not_made_again():
    back = (1, "12:00", ContactBounced("b", "due_tomorrow", "email"))
    assert contacts(lived([back], until=2))[-1] == "2 gentle by sms"


def test_no_notice_is_made_in_the_night():
    strategy = with_(('day: -5, channel: sms, at: "10:00"', 'day: -5, channel: sms, at: "23:00"'))
    case = lived(strategy=strategy, until=-3)
    assert contacts(case) == ["-4 due_soon by sms"]
    assert "CN-TIME-01" in next(e.detail for e in case.timeline if "deferred" in e.detail)


def test_a_reminder_of_another_loan_on_the_same_day_does_not_keep_a_notice_of_service_away():
    outside = world()
    first = run(case_of(), PINGAN, [], outside, instant(2))
    assert contacts(first)[-1] == "2 gentle by sms"
    again = case_of()
    again.loan_id = "L2"
    assert contacts(lived(case=again, outside=outside, until=0))[0] == "-5 due_soon by sms"


@pytest.mark.parametrize(("law", "rule"), [("US", "US-MED-01"), ("CN", "right-opt-out")])
def test_who_wants_no_short_messages_is_written_to_by_e_mail(law, rule):
    right = Right("r1", "B1", RightKind.OPT_OUT, instant(-6), "ann", channel=Channel.SMS)
    case = case_of()
    case.jurisdiction = law
    lived(case=case, until=-4, outside=world(rights={"B1": [right]}))
    assert contacts(case) == ["-5 due_soon-by-email by email"]
    assert rule in next(e.detail for e in case.timeline if "suppressed" in e.detail)


def test_a_hold_keeps_the_notices_away_and_the_due_date_still_passes():
    hold = (-5, "09:00", PlaceHold("h", "ann", HoldReason.HARDSHIP))
    lift = (3, "09:00", LiftHold("l", "ann", "h"))
    case = lived([hold, lift], until=6)
    assert turns(case) == ["1 remind"]
    assert contacts(case)[0].endswith("gentle by sms")


def test_a_hold_that_ends_before_the_due_date_only_puts_off():
    hold = (-5, "09:00", PlaceHold("h", "ann", HoldReason.HARDSHIP, instant(-3, "15:00")))
    assert contacts(lived([hold], until=0)) == ["-3 due_soon by sms", "-1 due_tomorrow by email"]


def test_nothing_can_be_promised_while_nothing_is_late():
    promise = PromiseToPay("p", "ann", OWED, "CNY", DUE + timedelta(days=3))
    case = lived([(-4, "12:00", promise)], until=0)
    assert refusals(case) == ["PromiseToPay by ann: nothing-late"]
    assert case.promise is None


def test_what_is_promised_the_day_after_is_taken_as_ever_and_its_break_leads_to_negotiation():
    promise = PromiseToPay("p", "ann", OWED, "CNY", DUE + timedelta(days=3))
    case = lived([(1, "00:00", promise)], until=8)
    assert turns(case) == ["1 watch_promise", "6 negotiate"]


def plan(first: int) -> AgreePlan:
    dues = (DUE + timedelta(days=first), DUE + timedelta(days=first + 30))
    return AgreePlan("plan", "ann", "CNY", tuple(Instalment(due, OWED) for due in dues))


def test_a_plan_for_the_whole_debt_may_be_agreed_before_the_due_date_and_ends_the_notices():
    case = lived([(-4, "12:00", plan(10)), pays(9)], until=60)
    assert contacts(case)[0] == "-5 due_soon by sms"
    assert "due_tomorrow" not in " ".join(contacts(case))
    assert turns(case) == ["-4 watch_plan", "9 cured"]


def test_a_part_of_a_plan_that_comes_before_the_due_date_does_not_end_the_plan():
    case = lived([(-4, "12:00", plan(10)), pays(-3, OWED // 2)], until=-2)
    assert case.stage is Stage.WATCH_PLAN
    assert case.plan is not None
    assert case.plan.performing


def test_a_plan_that_fails_before_the_due_date_brings_the_case_back_to_it():
    strict = with_(
        ("misses_tolerated: 1", "misses_tolerated: 0"), ("grace_days: 3", "grace_days: 0")
    )
    case = lived([(-5, "12:00", plan(-3))], strategy=strict, until=1)
    assert turns(case)[0] == "-5 watch_plan"
    assert "-2 watch_due" in turns(case)
    assert turns(case)[-1] == "1 remind"


def test_a_case_can_be_closed_before_the_due_date():
    assert turns(lived([(-4, "12:00", Close("c", "sue", "sold"))])) == ["-4 closed"]


def test_an_answer_of_the_borrower_changes_nothing_while_the_due_date_is_watched():
    case = lived([(-4, "12:00", BorrowerReached("r", "sms"))], until=0)
    assert contacts(case)[-1] == "-1 due_tomorrow by email"


def test_an_older_payment_that_is_reversed_makes_the_older_instalment_late_at_once():
    case = lived([reversed_(-4, "p5")], until=-1)
    assert turns(case) == ["-4 remind"]
    assert (case.anchor, case.episode) == (date(2026, 5, 10), DUE)
    assert contacts(case)[1].endswith("gentle by sms")


def test_an_older_instalment_paid_again_brings_the_case_back_to_its_own_due_date():
    again = pays(-2, name="again")
    case = lived([reversed_(-4, "p5"), again, pays(0)], until=9)
    assert turns(case) == ["-4 remind", "-2 watch_due", "0 paid_in_time"]


def test_a_payment_reversed_before_the_due_date_leaves_the_case_where_it_was_heard():
    part = pays(-4, OWED // 2)
    case = lived([part, reversed_(-3, "june")], until=1)
    assert turns(case) == ["1 remind"]
    assert case.anchor == DUE


def test_the_future_of_an_early_case_names_its_notices_and_its_due_date():
    ahead = future(case_of(), PINGAN, rulebooks(), days=8)
    assert [expected.what for expected in ahead][:3] == [
        "make contact: due_soon by sms",
        "make contact: due_tomorrow by email",
        "ask the ledger, and remind if it is unpaid",
    ]
    assert {e.stage for e in ahead} == {"watch_due", "remind"}
    assert ahead[0].cancelled_by == "payment of what falls due, a plan, a hold, closing"


def test_dropped_and_picked_up_at_every_wait_the_case_lives_the_same_life():
    whole = lived([reversed_(-4, "p5"), pays(-2, name="again"), pays(3)], until=20)
    case = case_of()
    life = Life(case, PINGAN, VirtualDesk(case, PINGAN, world()))
    for day, at, event in (reversed_(-4, "p5"), pays(-2, name="again"), pays(3)):
        while (waiting := life.waiting) and waiting.at and waiting.at < instant(day, at):
            life.resume_afresh()
            life.ring()
        life.resume_afresh()
        life.tell(event, instant(day, at))
    while life.waiting and life.waiting.at and life.waiting.at < instant(20):
        life.ring()
    assert case.timeline == whole.timeline


def test_operators_read_what_falls_due_and_when():
    case = case_of()
    assert headline(case, PINGAN) == "Loan L1 · CNY 400.00 · falls due on 2026-06-10"
    shown = state(case, PINGAN, None, case.now)
    assert (shown.stage, shown.days_past_due, shown.arrears_minor) == ("watch_due", 0, 0)


def past(strategy: Strategy, *paid_late: int) -> list[str]:
    """What comes of that borrower's past when it is lived again."""
    payments = [
        PaymentReceived(f"f{p.on}", f"p{p.on}", OWED, p.on, local_instant(p.on, time(9), ZONE))
        for p in paid_before(*paid_late)
    ]
    last = date(2026, 6, 12)
    months = (*payments, PaymentReceived("f", "p", OWED, last, local_instant(last, time(9), ZONE)))
    loan = PastLoan("L1", "B1", "CNY", "CN", ZONE, "", MONTHS[:6], months)
    found = opening(loan, strategy)
    assert found is not None
    case = lived_again(found, strategy, world())
    return [case.episode.isoformat(), case.timeline[0].detail, str(case.outcome)]


def test_a_past_loan_begins_with_the_early_notices_of_the_due_date_that_was_missed():
    assert past(STANDARD) == ["2026-06-10", "1 days past due", "cured"]
    assert past(PINGAN) == ["2026-06-10", "5 days before the due date", "cured"]
    assert past(PINGAN, 3) == ["2026-03-10", "5 days before the due date", "cured"]
