"""What a court has is never more than what is owed: people are asked to claim less there."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.facts import PaymentReversed
from domain.legal.filing import FileOutcome
from domain.money_events import AccountTerms
from domain.orders import CloseOrder
from domain.strategy import Outcome
from ledger import tasks
from ledger.account_facts import account_of
from ledger.accounts import NewTerms, deal, set_terms, take_back
from ledger.cases import NewCase, close_case, open_case
from ledger.dealings import Dealing
from ledger.engine import reading, writing
from ledger.legal_documents import claim_papers
from ledger.legal_events import LegalEvent
from ledger.legal_tables import LegalKind
from ledger.legal_tasks import put_on_file
from ledger.loans import loan_view
from ledger.payments import record_reversal
from ledger.tasks import open_tasks, tasks_of
from ledger.words import MoneyKind
from tests.ledger.book import TERMS
from tests.legal.office import (
    EPISODE,
    LAW,
    MORNING,
    REMEDIES,
    court,
    order,
    papers_of,
    pays,
    ripe_for,
    run,
)

DAY = timedelta(days=1)
REDUCE = "reduce-payment_order"


async def at_court(book, remedy="payment_order"):
    """The loan with its case, and papers of the remedy that are at the court."""
    with writing(book) as session:
        open_case(session, NewCase("L1", "B1", EPISODE, "standard@1"), MORNING)
    await drawn(book, remedy)
    says(book, "filed", remedy=remedy)


async def drawn(book, remedy="payment_order"):
    ripe_for(book, remedy)
    assert (await run(court(book).file_papers, order(remedy))).numbers


def says(book, what, on="2026-03-12", remedy="payment_order"):
    day = date.fromisoformat(on)
    event = LegalEvent(f"{what}-{on}-{remedy}", "L1", LegalKind.COURT, what, day, "ann", MORNING)
    with writing(book) as session:
        put_on_file(session, replace(event, remedy=remedy, at=MORNING + DAY), LAW)


def undone(book, payment="P1"):
    with writing(book) as session:
        fact = PaymentReversed(f"R-{payment}", payment, date(2026, 3, 20))
        record_reversal(session, "L1", fact, MORNING + 4 * DAY)


def waives(book, amount, name="W1", component=""):
    slip = Dealing(
        event_id=name,
        kind=MoneyKind.WAIVER,
        on=date(2026, 3, 13),
        by="li",
        reason="slip",
        amount_minor=amount,
        component=component,
        approved_by="chen",
    )
    with writing(book) as session:
        deal(session, "L1", slip, MORNING + 3 * DAY)


def takes_back(book, name="W1"):
    with writing(book) as session:
        take_back(session, "L1", f"V-{name}", name, "li", "slip", MORNING + 4 * DAY)


def does(book, what=REDUCE, by="ann"):
    with writing(book) as session:
        key = next(row.key for row in tasks_of(session, "L1") if row.what == what)
        assert tasks.finish(session, key, by, MORNING + 3 * DAY)


def ends(book, outcome=Outcome.CURED, at=MORNING + 3 * DAY):
    with writing(book) as session:
        close_case(session, CloseOrder("L1", "B1", EPISODE, outcome, "", at))


def waiting(book):
    with reading(book) as session:
        return {task.what: task.reason for task in open_tasks(session)}


def done_by(book, what=REDUCE):
    with reading(book) as session:
        return next(task.done_by for task in tasks_of(session, "L1") if task.what == what)


def asked_once(book, what=REDUCE):
    with reading(book) as session:
        return [task.what for task in tasks_of(session, "L1")].count(what) == 1


def to(left, gone):
    return {REDUCE: f"reduce the claim at court by {gone} CNY to {left} CNY (CN-PO-01)"}


async def test_each_part_that_comes_while_the_court_has_the_claim_is_told_it_in_one_task(book):
    await at_court(book)
    assert waiting(book) == {}
    pays(book, 100_000, "2026-03-13")
    assert waiting(book) == to("54,000.00", "1,000.00")
    pays(book, 50_000, "2026-03-14", "P2")
    assert waiting(book) == to("53,500.00", "1,500.00")
    assert asked_once(book)


async def test_once_the_court_was_told_people_are_asked_again_by_the_next_payment_alone(book):
    await at_court(book)
    pays(book, 100_000, "2026-03-13")
    does(book)
    pays(book, 100_000, "2026-03-13")
    says(book, "accepted", on="2026-03-14")
    assert waiting(book) == {}
    pays(book, 50_000, "2026-03-15", "P2")
    assert waiting(book) == to("53,500.00", "1,500.00")


async def test_what_is_undone_is_in_the_task_no_more_and_takes_it_off_when_nothing_is_left(book):
    await at_court(book)
    pays(book, 100_000, "2026-03-13")
    pays(book, 50_000, "2026-03-14", "P2")
    undone(book)
    assert waiting(book) == to("54,500.00", "500.00")
    undone(book, "P2")
    assert waiting(book) == {}
    assert done_by(book) == "no smaller claim is to be made any more"
    pays(book, 70_000, "2026-03-21", "P3")
    assert waiting(book) == to("54,300.00", "700.00")


async def test_a_court_that_was_told_of_money_hears_that_it_was_undone(book):
    await at_court(book)
    pays(book, 100_000, "2026-03-13")
    does(book)
    undone(book)
    assert waiting(book) == {
        REDUCE: "what had come was undone and 55,000.00 CNY is owed again: tell the court, where "
        "less was claimed since"
    }


@pytest.mark.parametrize("word", ["issued", "dismissed", "withdrawn", "refused"])
async def test_what_the_court_has_decided_is_not_claimed_anew(book, word):
    await at_court(book)
    pays(book, 100_000, "2026-03-13")
    assert set(waiting(book)) == {REDUCE}
    says(book, word, on="2026-03-14")
    assert waiting(book) == {}
    pays(book, 50_000, "2026-03-15", "P2")
    assert waiting(book) == {}


async def test_a_judgment_ends_it_and_an_appeal_asks_for_what_came_since_too(book):
    await at_court(book, "suit")
    says(book, "judgment", on="2026-03-14", remedy="suit")
    pays(book, 100_000, "2026-03-15")
    assert waiting(book) == {}
    says(book, "appealed", on="2026-03-16", remedy="suit")
    said = "reduce the claim at court by 1,000.00 CNY to 54,000.00 CNY"
    assert waiting(book) == {"reduce-suit": said}
    says(book, "final", on="2026-03-18", remedy="suit")
    assert waiting(book) == {}


async def test_the_court_that_enforces_hears_what_was_performed_until_it_has_ended(book):
    await at_court(book, "enforcement")
    pays(book, 100_000, "2026-03-13")
    assert waiting(book) == {
        "reduce-enforcement": "tell the court that enforces: 1,000.00 CNY of what is enforced was "
        "paid or forgiven, 54,000.00 CNY is left"
    }
    says(book, "ended_for_now", on="2026-03-14", remedy="enforcement")
    assert waiting(book) == {}


async def test_of_two_remedies_each_has_its_task(book):
    await at_court(book, "preservation")
    await drawn(book, "suit")
    pays(book, 100_000, "2026-03-13")
    assert set(waiting(book)) == {"reduce-preservation", "hand-in-suit"}
    says(book, "filed", on="2026-03-14", remedy="suit")
    assert set(waiting(book)) == {"reduce-preservation", "reduce-suit"}
    assert "(CN-PRES-04)" in waiting(book)["reduce-preservation"]


async def test_a_letter_is_no_claim_that_could_be_reduced(book):
    await drawn(book, "lawyers_letter")
    says(book, "sent", remedy="lawyers_letter")
    pays(book, 100_000, "2026-03-13")
    assert waiting(book) == {}


async def test_what_is_forgiven_is_taken_off_the_claim_as_money_is(book):
    await at_court(book)
    waives(book, 100_000)
    assert waiting(book) == to("54,000.00", "1,000.00")
    pays(book, 50_000, "2026-03-14")
    assert waiting(book) == to("53,500.00", "1,500.00")
    takes_back(book)
    assert waiting(book) == to("54,500.00", "500.00")


async def test_what_is_forgiven_before_the_papers_are_handed_in_is_named_there(book):
    await drawn(book)
    before = waiting(book)["hand-in-payment_order"]
    waives(book, 100_000)
    said = waiting(book)["hand-in-payment_order"]
    assert said.startswith(f"{before}; 1,000.00 CNY of what they claim was paid or forgiven since;")
    assert "54,000.00 CNY" in said
    takes_back(book)
    assert waiting(book)["hand-in-payment_order"] == before
    waives(book, 5_500_000, "W2")
    nothing = "; nothing of what they claim is due any more: do not hand them in"
    assert waiting(book)["hand-in-payment_order"] == before + nothing


async def test_papers_filed_though_some_was_forgiven_are_followed_by_a_smaller_claim(book):
    await drawn(book)
    waives(book, 100_000)
    says(book, "filed")
    assert waiting(book) == to("54,000.00", "1,000.00")


async def test_papers_that_nobody_has_seen_claim_nothing_that_was_forgiven_since(book):
    ripe_for(book, "payment_order")

    def claimed():
        with writing(book) as session:
            remedy = REMEDIES["CN"]["payment_order"]
            found = claim_papers(session, order(), remedy, TERMS, LAW[1], MORNING)
            assert not isinstance(found, FileOutcome)
            return {draft.figures.claimed_minor for draft in found.drafts}

    assert claimed() == claimed() == {5_500_000}
    waives(book, 100_000)
    later = order(at=MORNING + 3 * DAY)
    await run(court(book).file_papers, later)
    assert {row.amount_minor for row in papers_of(book)} == {5_400_000}


async def test_money_that_pays_what_ran_up_after_the_papers_takes_nothing_off_their_claim(book):
    terms = AccountTerms(penalty_ppm=180_000, late_fee_minor=5_000)
    with writing(book) as session:
        set_terms(session, "L1", NewTerms(terms), MORNING - 290 * DAY)
    await at_court(book)
    claimed = papers_of(book)[0].amount_minor
    pays(book, 500_000, "2026-03-20")
    with reading(book) as session:
        view = loan_view(session, "L1")
        assert view is not None
        due = account_of(session, view.loan, date(2026, 3, 20)).due_minor
    assert claimed - 500_000 < due, "penalty has run since"
    shown = [f"{minor / 100:,.2f}" for minor in (due, claimed - due)]
    assert waiting(book) == to(*shown)


async def test_a_debt_that_is_nothing_is_withdrawn_and_a_reversal_takes_the_withdrawal_back(book):
    await at_court(book)
    pays(book, 5_400_000, "2026-03-13")
    pays(book, 100_000, "2026-03-13", "P2")
    said = "nothing of what payment_order claims is due any more: withdraw it at the court"
    assert waiting(book) == {REDUCE: said}
    ends(book)
    assert set(waiting(book)) == {"withdraw-payment_order"}
    undone(book, "P2")
    assert waiting(book) == to("1,000.00", "54,000.00")
    assert done_by(book, "withdraw-payment_order") == "the debt is owed again"
    with writing(book) as session:
        open_case(session, NewCase("L1", "B1", EPISODE, "standard@1"), MORNING + 5 * DAY)
    pays(book, 100_000, "2026-03-21", "P3")
    ends(book, at=MORNING + 6 * DAY)
    assert set(waiting(book)) == {"withdraw-payment_order"}


async def test_a_waiver_that_is_taken_back_is_not_withdrawn_either(book):
    await at_court(book)
    waives(book, 5_500_000)
    ends(book, Outcome.CLOSED)
    assert set(waiting(book)) == {"withdraw-payment_order"}
    takes_back(book)
    assert waiting(book) == {}


async def test_money_for_later_instalments_leaves_the_withdrawal_alone(book):
    await at_court(book)
    pays(book, 5_500_000, "2026-03-13")
    ends(book)
    pays(book, 1, "2026-03-15", "P2")
    assert set(waiting(book)) == {"withdraw-payment_order"}


async def test_papers_that_are_handed_in_while_the_case_goes_on_again_are_not_withdrawn(book):
    with writing(book) as session:
        open_case(session, NewCase("L1", "B1", EPISODE, "standard@1"), MORNING)
    await drawn(book)
    pays(book, 5_500_000, "2026-03-11")
    ends(book)
    undone(book)
    with writing(book) as session:
        open_case(session, NewCase("L1", "B1", EPISODE, "standard@1"), MORNING + 5 * DAY)
    says(book, "filed", on="2026-03-21")
    assert waiting(book) == {}
