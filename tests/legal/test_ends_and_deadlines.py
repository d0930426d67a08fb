"""A deadline that a case leaves behind stays on the list while letting it pass means something."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.facts import PaymentReversed
from domain.orders import CloseOrder
from domain.strategy import Outcome
from ledger.cases import NewCase, close_case, open_case
from ledger.engine import reading, writing
from ledger.payments import record_reversal
from ledger.tasks import open_tasks, tasks_of
from tests.legal.office import EPISODE, MORNING, court, pays, run, told, watching

DAY = timedelta(days=1)
SUE = "deadline/sue/2026-04-01/10"
FREEZE = "deadline/freeze-deposit-F-1/2027-03-02/30"
BARRED = "deadline/limitation/2028-12-11/90"


@pytest.fixture
def open_file(book):
    """The loan L1 with its case."""
    with writing(book) as session:
        open_case(session, NewCase("L1", "B1", EPISODE, "standard@1"), MORNING)
    return book


async def looked(book, at):
    await run(court(book).watch_deadlines, watching(at))


def frozen(book, remedy="preservation"):
    told(book, "filed", "2026-02-27", kind="court", remedy=remedy)
    told(book, "frozen_deposit", "2026-03-02", kind="court", remedy=remedy, reference="F-1")


def ends(book, outcome=Outcome.CURED, at=MORNING):
    with writing(book) as session:
        close_case(session, CloseOrder("L1", "B1", EPISODE, outcome, "", at))


def waiting(book):
    with reading(book) as session:
        return {task.what for task in open_tasks(session)}


def done_by(book, what):
    with reading(book) as session:
        return next(task.done_by for task in tasks_of(session, "L1") if task.what == what)


async def test_the_withdrawal_of_a_procedure_replaces_its_deadlines_and_no_other(open_file):
    frozen(open_file)
    told(open_file, "judgment", "2026-03-11", kind="court", remedy="suit")
    at = MORNING + 12 * DAY
    await looked(open_file, at)
    appeal = next(what for what in waiting(open_file) if what.startswith("deadline/appeal/"))
    assert waiting(open_file) == {SUE, appeal}
    ends(open_file, at=at)
    assert waiting(open_file) == {"withdraw-preservation", appeal}
    assert done_by(open_file, SUE) == "the end of the case (cured)"
    await looked(open_file, at + 8 * DAY)
    again = [what for what in waiting(open_file) if what.startswith("deadline/sue/")]
    assert again == [], "nobody is woken for it three days before it either"


async def test_nobody_is_woken_for_what_was_withdrawn_until_it_is_filed_again(open_file):
    frozen(open_file)
    told(open_file, "withdrawn", "2026-03-05", kind="court", remedy="preservation")
    await looked(open_file, MORNING + 12 * DAY)
    assert waiting(open_file) == set()
    told(open_file, "filed", "2026-03-06", kind="court", remedy="preservation")
    again = {"kind": "court", "remedy": "preservation", "reference": "F-1"}
    told(open_file, "frozen_deposit", "2026-03-09", **again)
    await looked(open_file, MORNING + 19 * DAY)
    assert waiting(open_file) == {"deadline/sue/2026-04-08/10"}


@pytest.mark.parametrize("outcome", [Outcome.CLOSED, Outcome.EXHAUSTED])
async def test_what_a_court_still_has_keeps_its_deadlines_while_something_is_owed(
    open_file, outcome
):
    frozen(open_file)
    await looked(open_file, MORNING + 12 * DAY)
    ends(open_file, outcome, MORNING + 12 * DAY)
    assert waiting(open_file) == {SUE}


async def test_the_end_of_a_freeze_goes_with_the_procedure_that_froze(open_file):
    frozen(open_file, "secured_suit")
    at = datetime(2027, 2, 1, 2, tzinfo=UTC)
    await looked(open_file, at)
    assert waiting(open_file) == {FREEZE}
    pays(open_file, 5_500_000, "2027-02-01")
    ends(open_file, at=at)
    assert waiting(open_file) == {"withdraw-secured_suit"}


async def test_a_freeze_whose_procedure_has_ended_is_still_to_be_renewed_or_left(open_file):
    frozen(open_file, "secured_suit")
    told(open_file, "final", "2026-06-01", kind="court", remedy="secured_suit")
    at = datetime(2027, 2, 1, 2, tzinfo=UTC)
    await looked(open_file, at)
    ends(open_file, at=at)
    assert waiting(open_file) == {FREEZE}


@pytest.mark.parametrize(("paid", "stays"), [(5_500_000, False), (5_499_999, True)])
async def test_a_claim_that_is_paid_whole_can_be_barred_no_more(open_file, paid, stays):
    at = datetime(2028, 9, 13, 2, tzinfo=UTC)
    await looked(open_file, at)
    assert waiting(open_file) == {BARRED}
    pays(open_file, paid, "2028-09-14")
    ends(open_file, at=at + DAY)
    assert (waiting(open_file) == {BARRED}) is stays


async def test_a_deadline_that_went_with_the_debt_is_back_when_the_debt_is(open_file):
    at = datetime(2028, 9, 13, 2, tzinfo=UTC)
    await looked(open_file, at)
    pays(open_file, 5_500_000, "2028-09-14")
    ends(open_file, at=at + DAY)
    assert waiting(open_file) == set()
    with writing(open_file) as session:
        on = (at + 2 * DAY).date()
        record_reversal(session, "L1", PaymentReversed("R1", "P1", on), at + 2 * DAY)
    await looked(open_file, at + 2 * DAY)
    assert waiting(open_file) == {BARRED}
