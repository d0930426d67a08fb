"""Papers follow the debt: nobody hands in one that claims what was paid."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.authority import Action, Answer, Question
from domain.facts import PaymentReversed
from domain.legal.filing import Filing
from domain.legal.papers import Paper
from domain.orders import CloseOrder
from domain.strategy import Outcome
from ledger import approvals
from ledger.cases import NewCase, close_case, open_case
from ledger.engine import reading, writing
from ledger.legal_events import LegalEvent
from ledger.legal_tables import LegalKind
from ledger.legal_tasks import put_on_file
from ledger.paper_rows import replaced
from ledger.payments import record_reversal
from ledger.tasks import open_tasks, tasks_of
from tests.legal.office import (
    AUTHORITY,
    EPISODE,
    LAW,
    MORNING,
    court,
    order,
    papers_of,
    pays,
    ripe_for,
    run,
)

LATER = MORNING + timedelta(days=1)
CAME = (
    "; 1,000.00 CNY of what they claim was paid or forgiven since; claim what is left, "
    "54,000.00 CNY: take them back and draw them anew "
    "(`case court L1 taken_back --remedy payment_order`)"
)


@pytest.fixture
async def drawn(book):
    """The loan with its case, and papers of a payment order that nobody has handed in."""
    with writing(book) as session:
        open_case(session, NewCase("L1", "B1", EPISODE, "standard@1"), MORNING)
    ripe_for(book, "payment_order")
    await run(court(book).file_papers, order())
    return book


def says(book, what, on="2026-03-12", remedy="payment_order", **said):
    day = date.fromisoformat(on)
    event = LegalEvent(f"{what}-{on}", "L1", LegalKind.COURT, what, day, "ann", LATER)
    with writing(book) as session:
        put_on_file(session, replace(event, remedy=remedy, **said), LAW)


def ends(book, outcome):
    with writing(book) as session:
        close_case(session, CloseOrder("L1", "B1", EPISODE, outcome, "", LATER))


def waiting(book):
    with reading(book) as session:
        return {task.what: task.reason for task in open_tasks(session)}


def done_by(book, what):
    with reading(book) as session:
        return next(task.done_by for task in tasks_of(session, "L1") if task.what == what)


def undone(book, payment="P1"):
    with writing(book) as session:
        fact = PaymentReversed(f"R-{payment}", payment, date(2026, 3, 12))
        record_reversal(session, "L1", fact, LATER)


async def test_a_paper_that_claims_nothing_is_not_handed_in_once_the_case_is_over(drawn):
    assert "hand-in-payment_order" in waiting(drawn)
    ends(drawn, Outcome.CURED)
    assert waiting(drawn) == {}
    because = "nothing is owed any more: the end of the case (cured)"
    assert done_by(drawn, "hand-in-payment_order") == because


@pytest.mark.parametrize(("paid", "open_still"), [(5_500_000, False), (100_000, True)])
async def test_a_case_that_people_close_keeps_the_paper_while_something_is_owed(
    drawn, paid, open_still
):
    pays(drawn, paid, "2026-03-11")
    ends(drawn, Outcome.CLOSED)
    assert ("hand-in-payment_order" in waiting(drawn)) is open_still


async def test_what_is_at_court_about_a_debt_that_is_nothing_is_withdrawn_until_it_is(drawn):
    says(drawn, "filed")
    ends(drawn, Outcome.CURED)
    assert waiting(drawn) == {
        "withdraw-payment_order": "nothing is owed any more: withdraw payment_order at the court, "
        "unless it has ended there"
    }
    says(drawn, "withdrawn", on="2026-03-13")
    assert waiting(drawn) == {}


async def test_what_has_ended_at_court_is_not_withdrawn(drawn):
    says(drawn, "filed")
    says(drawn, "dismissed", on="2026-03-13")
    ends(drawn, Outcome.CURED)
    assert waiting(drawn) == {}


async def test_a_paper_that_was_handed_in_all_the_same_is_to_be_withdrawn(drawn):
    pays(drawn, 5_500_000, "2026-03-11")
    ends(drawn, Outcome.CURED)
    says(drawn, "filed")
    assert set(waiting(drawn)) == {"withdraw-payment_order"}


async def test_the_task_to_hand_in_says_what_came_since_until_it_is_undone(drawn):
    before = waiting(drawn)["hand-in-payment_order"]
    pays(drawn, 100_000, "2026-03-11")
    assert waiting(drawn)["hand-in-payment_order"] == before + CAME
    undone(drawn)
    assert waiting(drawn)["hand-in-payment_order"] == before


async def test_papers_that_are_taken_back_are_drawn_anew_from_what_is_left(drawn):
    old = papers_of(drawn)
    pays(drawn, 100_000, "2026-03-11")
    says(drawn, "taken_back")
    assert "hand-in-payment_order" not in waiting(drawn)
    again = order(version=1, at=LATER)
    outcome = await run(court(drawn).file_papers, again)
    new = [row for row in papers_of(drawn) if row.number in outcome.numbers]
    assert {row.paper for row in new} == {Paper.PAYMENT_ORDER, Paper.CALCULATION}
    assert {row.amount_minor for row in old} == {5_500_000}
    assert {row.amount_minor for row in new} == {5_400_000}
    assert not {row.number for row in old} & {row.number for row in new}
    assert replaced(papers_of(drawn)) == {row.key for row in old}
    told = waiting(drawn)["hand-in-payment_order"]
    assert told == f"hand in {', '.join(outcome.numbers)}"
    assert await run(court(drawn).file_papers, again) == outcome, "the same again"
    assert len(papers_of(drawn)) == 4


async def test_papers_that_were_taken_back_though_nothing_came_have_numbers_of_their_own(drawn):
    says(drawn, "taken_back")
    outcome = await run(court(drawn).file_papers, order(at=LATER))
    assert outcome.kind is Filing.FILED
    assert len(papers_of(drawn)) == 4
    assert waiting(drawn)["hand-in-payment_order"].endswith(", ".join(outcome.numbers))


async def test_papers_at_the_court_are_drawn_no_second_time(drawn):
    says(drawn, "filed")
    pays(drawn, 100_000, "2026-03-12")
    await run(court(drawn).file_papers, order(version=1, at=LATER))
    assert len(papers_of(drawn)) == 2


async def test_a_paper_filed_with_an_older_sum_is_followed_by_a_smaller_claim(drawn):
    pays(drawn, 100_000, "2026-03-11")
    says(drawn, "filed")
    reduce = "reduce the claim at court by 1,000.00 CNY to 54,000.00 CNY (CN-PO-01)"
    assert waiting(drawn) == {"reduce-payment_order": reduce}


async def test_a_paper_filed_with_the_sum_of_today_asks_for_no_smaller_claim(drawn):
    pays(drawn, 100_000, "2026-03-11")
    undone(drawn)
    says(drawn, "filed")
    assert waiting(drawn) == {}


@pytest.mark.parametrize(("paid", "answer"), [(5_500_000, Answer.OVER), (100_000, None)])
def test_what_is_asked_about_a_debt_that_is_nothing_is_over(book, paid, answer):
    asked = Question(Action.DISCOUNT, "ann", MORNING, 300_000, "CNY")
    new = approvals.NewApproval("D1", "L1", EPISODE, asked)
    with writing(book) as session:
        approvals.ask(session, new, AUTHORITY)
    pays(book, paid, "2026-03-10")
    with writing(book) as session:
        approvals.sweep(session, AUTHORITY, MORNING + timedelta(hours=1))
        assert approvals.approval(session, "D1").answer is answer
    assert ("approve-D1" in waiting(book)) is (answer is None)
