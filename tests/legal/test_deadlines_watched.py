"""People are woken before something is lost, once for each day; everything proves itself."""

from datetime import UTC, date, datetime, timedelta

from domain.clock import local_date
from domain.legal.alarms import clock
from ledger.engine import reading
from ledger.legal_position import position_of
from ledger.loans import loan_view
from tests.legal.office import LAW, MORNING, asked, court, pays, run, told, watching


async def looked(book, at):
    """Look at that instant; when it looks again."""
    return (await run(court(book).watch_deadlines, watching(at))).again


def limitation(book, today=date(2026, 3, 10)):
    with reading(book) as session:
        view = loan_view(session, "L1")
        assert view is not None
        found = clock(position_of(session, view, today), LAW[1])
    assert found is not None
    return found


async def test_a_claim_that_nobody_touches_wakes_people_three_times_and_once_after(book):
    at: datetime | None = MORNING
    days = []
    while at is not None:
        days.append(local_date(at, "Asia/Shanghai").isoformat())
        at = await looked(book, at)
    assert days == ["2026-03-10", "2028-09-12", "2028-11-11", "2028-12-04", "2028-12-12"]
    assert [what for what, _ in asked(book)] == [
        "deadline/limitation/2028-12-11/90",
        "deadline/limitation/2028-12-11/30",
        "deadline/limitation/2028-12-11/7",
        "deadline/limitation/2028-12-11/-1",
    ]


async def test_an_end_in_a_year_without_a_calendar_says_that_it_may_move(book):
    await looked(book, datetime(2028, 9, 13, 2, tzinfo=UTC))
    [(_, said)] = asked(book)
    assert said == (
        "CN-LIM-02: after 2028-12-11 the claim is barred "
        "(the calendar of 2028 is not official yet; the date may move)"
    )


async def test_a_look_too_many_asks_nobody_twice(book):
    at = datetime(2028, 9, 13, 2, tzinfo=UTC)
    for _ in range(3):
        await looked(book, at)
    assert len(asked(book)) == 1


async def test_a_payment_puts_the_end_off_and_the_new_end_wakes_people_anew(book):
    at = datetime(2028, 9, 13, 2, tzinfo=UTC)
    await looked(book, at)
    pays(book, 100, "2028-09-14")
    assert limitation(book, date(2028, 9, 14)).evidence == "payment P1"
    again = await looked(book, at + timedelta(days=1))
    assert local_date(again, "Asia/Shanghai") == date(2031, 6, 17)


async def test_nothing_is_watched_on_a_loan_that_is_paid(book):
    pays(book, 5_500_000, "2026-03-09")
    assert await looked(book, MORNING) is None


async def test_after_a_freeze_people_are_woken_on_day_twenty_to_sue(book):
    told(book, "filed", "2026-02-27", kind="court", remedy="preservation")
    told(book, "frozen_deposit", "2026-03-02", kind="court", remedy="preservation")
    again = await looked(book, MORNING)
    assert local_date(again, "Asia/Shanghai") == date(2026, 3, 22)
    await looked(book, again)
    assert asked(book) == [
        ("deadline/sue/2026-04-01/10", "CN-PRES-01: after 2026-04-01 the preservation is lifted")
    ]


def test_what_people_put_on_file_restarts_the_clock_with_its_proof(book):
    told(book, "demand", "2026-02-02", reference="EMS-77")
    found = limitation(book)
    assert (found.rule, found.evidence, found.ends) == ("CN-LIM-04", "EMS-77", date(2029, 2, 2))


def test_a_running_procedure_holds_the_clock_until_it_has_ended(book):
    told(book, "filed", "2026-02-27", kind="court", remedy="payment_order", reference="M-1")
    assert limitation(book).ends is None
    told(book, "dismissed", "2026-03-06", kind="court", remedy="payment_order")
    assert limitation(book).ends == date(2029, 3, 6)


def test_a_suspension_on_file_counts(book):
    told(book, "suspension", "2028-11-01", until_date=date(2029, 2, 1))
    assert limitation(book).ends == date(2029, 8, 1)
