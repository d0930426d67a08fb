"""Opening before the due date: what an event and a person's command come to, and no second case."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from domain.clock import Clock
from domain.delinquency import Instalment
from domain.facts import PaymentReceived
from domain.keys import case_id
from domain.orders import CloseOrder
from domain.refused import Refused
from domain.strategy import Outcome, Stage
from intake.envelopes import read_event
from intake.events import Done, LoanEvents
from intake.opening import open_file, why_none
from intake.recording import RECORDERS
from ledger import cases as files
from ledger.engine import reading, writing
from ledger.loans import add_borrower, add_loan
from ledger.payments import record_payment
from ledger.values import Borrower, ContactPoint, Loan
from ledger.words import PointChannel
from tests.intake.house import day, now
from tests.intake.test_events import line, paid, refusals, told, undone

OWED = 40_000


def add(engine: Engine, loan_id: str, *dues: date, strategy: str | None = "pingan") -> None:
    """A loan of a borrower of its own in the zone UTC, an instalment on each of those dates."""
    borrower = Borrower(f"b-{loan_id}", "Li Wei", "zh_CN", "UTC", "CN")
    points = [ContactPoint(PointChannel.EMAIL, f"{loan_id.lower()}@example.test")]
    loan = Loan(loan_id, borrower.borrower_id, "CNY", OWED, strategy=strategy)
    with writing(engine) as session:
        add_borrower(session, borrower, points)
        add_loan(session, loan, [Instalment(due, OWED) for due in dues], now())


def why(engine: Engine, treatments, loan_id: str, at: datetime | None = None) -> str:
    """Why the loan has no case, after it was seen that none opens."""
    at = at or now()
    with writing(engine) as session:
        assert open_file(session, treatments, loan_id, at, Clock()) is None
        return why_none(session, treatments, loan_id, at)


def test_within_the_window_a_case_opens_that_watches_the_due_date(ledger, treatments):
    add(ledger, "L1", day(4))
    with writing(ledger) as session:
        opened = open_file(session, treatments, "L1", now(), Clock())
        again = open_file(session, treatments, "L1", now(), Clock())
    assert opened is not None
    assert again is not None
    assert (opened.fresh, again.fresh) == (True, False)
    assert opened.case_id == again.case_id == case_id("L1", day(4))
    assert (opened.case.stage, opened.case.early) == (Stage.WATCH_DUE, True)


def test_the_day_after_the_case_that_was_opened_early_is_the_same_case(ledger, treatments):
    add(ledger, "L1", day(4), day(34))
    late = now() + timedelta(days=5)
    with writing(ledger) as session:
        early = open_file(session, treatments, "L1", now(), Clock())
        event = read_event(line("loan.instalment.overdue", "L1", due=str(day(4))))
        assert RECORDERS[event.type](session, event, late).opens
        after = open_file(session, treatments, "L1", late, Clock())
    assert early is not None
    assert after is not None
    assert (after.fresh, after.case_id) == (False, early.case_id)
    assert after.case.stage is Stage.REMIND


@pytest.mark.parametrize(
    ("strategy", "due", "said"),
    [
        (None, 2, "Nothing is late, and standard opens no case before a due date."),
        ("commercial", 4, "Nothing is late; commercial speaks of .* 3 days ahead at the earliest."),
        ("pingan", 9, "Nothing is late; pingan speaks of .* 8 days ahead at the earliest."),
        ("pingan", 7, "Nothing is late; of .* it is not spoken yet, or people have closed"),
    ],
)
def test_outside_the_window_it_is_said_why_there_is_no_case(
    ledger, treatments, strategy, due, said
):
    add(ledger, "L1", day(due), strategy=strategy)
    assert re.match(said, why(ledger, treatments, "L1"))


def test_a_loan_that_is_paid_has_no_early_case(ledger, treatments):
    add(ledger, "L1", day(2))
    with writing(ledger) as session:
        record_payment(session, "L1", PaymentReceived("f", "p", OWED, day(0)), "CNY", now())
    assert why(ledger, treatments, "L1") == "Everything is paid."


def test_an_early_case_that_people_closed_is_not_opened_again_the_next_day(ledger, treatments):
    add(ledger, "L1", day(4))
    with writing(ledger) as session:
        assert open_file(session, treatments, "L1", now(), Clock()) is not None
        close = CloseOrder("L1", "b-L1", day(4), Outcome.CLOSED, "sold", now())
        files.close_case(session, close)
    assert "people have closed its case" in why(ledger, treatments, "L1")
    with writing(ledger) as session:
        late = open_file(session, treatments, "L1", now() + timedelta(days=5), Clock())
    assert late is not None
    assert late.again


def test_an_early_case_that_was_paid_in_time_is_opened_again_by_a_reversal(ledger, treatments):
    add(ledger, "L1", day(4))
    with writing(ledger) as session:
        assert open_file(session, treatments, "L1", now(), Clock()) is not None
        paid_ = CloseOrder("L1", "b-L1", day(4), Outcome.PAID_IN_TIME, "", now())
        files.close_case(session, paid_)
        again = open_file(session, treatments, "L1", now(), Clock())
    assert again is not None
    assert (again.fresh, again.again) == (True, True)


async def test_an_upcoming_event_outside_the_window_is_recorded_and_answered(ledger, treatments):
    add(ledger, "L1", day(20))
    intake = LoanEvents(ledger, None, treatments)  # type: ignore[arg-type]  # nobody is spoken to
    text = line("loan.instalment.upcoming", "L1", due=str(day(20)))
    first, again = await intake.take(text, 3, now()), await intake.take(text, 4, now())
    assert (first.done, again.done) == (Done.RECORDED, Done.REPEATED)
    assert first.why.startswith("line 3: no case: Nothing is late; pingan speaks of")
    with reading(ledger) as session:
        assert not files.cases(session)


async def test_an_upcoming_event_that_cannot_be_true_is_refused(ledger, treatments):
    add(ledger, "L1", day(-2), day(20))
    said = await refusals(
        ledger,
        treatments,
        line("loan.instalment.upcoming", "L1", "1", due=str(day(5))),
        line("loan.instalment.upcoming", "L1", "2", due=str(day(-2))),
        line("loan.instalment.upcoming", "NOPE", "3"),
    )
    assert "no instalment of the loan is due" in said[0]
    assert "is over" in said[1]
    assert "send loan.instalment.overdue" in said[1]
    assert "is not in the ledger" in said[2]


@pytest.mark.slow
async def test_an_upcoming_event_opens_the_case_and_payment_in_time_ends_it(home):
    add(home.engine, "EA1", day(4))
    opened, known, overdue, rest = await told(
        home,
        line("loan.instalment.upcoming", "EA1"),
        line("loan.instalment.upcoming", "EA1", "2"),
        line("loan.instalment.overdue", "EA1", "3"),
        paid("EA1", "4", amount_minor=OWED),
    )
    assert [a.done for a in (opened, known, overdue, rest)] == [
        Done.OPENED,
        Done.RUNNING,
        Done.RUNNING,
        Done.TOLD,
    ]
    cases = await home.cases()
    assert await cases.over(opened.case_id)
    timeline = await cases.timeline(opened.case_id)
    assert isinstance(timeline, list)
    assert timeline[0].detail == "4 days before the due date"
    assert (timeline[-1].what, timeline[-1].detail) == ("outcome", "paid_in_time")
    with reading(home.engine) as session:
        file = files.case_file(session, opened.case_id)
    assert file is not None
    assert file.outcome is Outcome.PAID_IN_TIME


@pytest.mark.slow
async def test_a_payment_undone_before_the_due_date_brings_the_early_case_back(home):
    add(home.engine, "EA2", day(4))
    opened, _ = await told(
        home, line("loan.instalment.upcoming", "EA2"), paid("EA2", "2", amount_minor=OWED)
    )
    cases = await home.cases()
    assert await cases.over(opened.case_id)
    (reopened,) = await told(home, undone("EA2", "3", "2"))
    assert (reopened.done, reopened.case_id) == (Done.OPENED, opened.case_id)
    state = await cases.state(opened.case_id)
    assert not isinstance(state, Refused)
    assert (state.stage, state.arrears_minor, state.outcome) == ("watch_due", 0, None)


@pytest.mark.slow
async def test_an_early_case_that_never_started_and_is_paid_is_closed_as_paid_in_time(home):
    add(home.engine, "EA3", day(4))
    with writing(home.engine) as session:
        opened = open_file(session, home.treatments, "EA3", datetime.now(UTC), Clock())
    assert opened is not None
    (answer,) = await told(home, paid("EA3", "1", amount_minor=OWED))
    assert answer.done is Done.RECORDED
    with reading(home.engine) as session:
        file = files.case_file(session, opened.case_id)
    assert file is not None
    assert (file.outcome, file.outcome_reason) == ("paid_in_time", "paid before the case ran")
