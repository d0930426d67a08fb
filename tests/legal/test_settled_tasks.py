"""Nobody is asked any more for what is on file, filed or handed in."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.deadlines import deadline
from domain.legal.papers import Paper
from domain.orders import TaskOrder
from ledger.engine import reading, writing
from ledger.legal_events import LegalEvent
from ledger.legal_tables import LegalKind
from ledger.legal_tasks import put_on_file
from ledger.paper_rows import draft_in
from ledger.tasks import ask, open_tasks, tasks_of
from tests.legal.office import (
    EPISODE,
    LAW,
    MORNING,
    REMEDIES,
    court,
    order,
    papers_of,
    ripe_for,
    run,
)


def wants(book, *whats):
    with writing(book) as session:
        for what in whats:
            ask(session, TaskOrder("L1", EPISODE, what, "asked", MORNING))


def puts_on_file(book, what, kind=LegalKind.EVIDENCE, **said):
    day = date(2026, 2, 25)
    event = LegalEvent(f"{what}-put", "L1", kind, what, day, "ann", MORNING, reference="DMS-1")
    with writing(book) as session:
        return put_on_file(session, replace(event, **said), LAW)


def waiting(book):
    with reading(book) as session:
        return {task.what for task in open_tasks(session)}


def test_what_asked_for_evidence_is_done_by_the_last_that_was_missing(book):
    wants(book, "evidence-payment_order-1", "evidence-payment_order-2", "evidence-enforcement-1")
    for item in ("contract", "notices", "identity", "address", "no_dispute"):
        assert puts_on_file(book, item)
        assert "evidence-payment_order-1" in waiting(book)
    puts_on_file(book, "court", text="上海市徐汇区人民法院")
    with reading(book) as session:
        done = {task.what: task.done_by for task in tasks_of(session, "L1")}
    ours = {"evidence-payment_order-1": "ann", "evidence-payment_order-2": "ann"}
    assert done == ours | {"evidence-enforcement-1": ""}


def test_a_demand_for_the_limitation_settles_nothing_that_is_still_missing(book):
    wants(book, "evidence-payment_order-1")
    puts_on_file(book, "demand")
    assert waiting(book) == {"evidence-payment_order-1"}


async def test_papers_that_are_filed_ask_for_nothing_but_to_be_handed_in(book):
    wants(book, "evidence-payment_order-1")
    ripe_for(book, "payment_order")
    await run(court(book).file_papers, order())
    assert waiting(book) == {"hand-in-payment_order"}


@pytest.mark.parametrize("named", ["payment_order", ""])
async def test_the_courts_filed_finishes_the_handing_in_of_that_remedy_alone(book, named):
    ripe_for(book, "payment_order")
    await run(court(book).file_papers, order())
    wants(book, "hand-in-suit")
    puts_on_file(book, "accepted", LegalKind.COURT, remedy=named)
    assert waiting(book) == {"hand-in-payment_order", "hand-in-suit"}
    assert puts_on_file(book, "filed", LegalKind.COURT, remedy=named)
    assert waiting(book) == {"hand-in-suit"}
    assert not puts_on_file(book, "filed", LegalKind.COURT, remedy=named)


async def test_a_letter_that_was_sent_is_asked_for_no_more_and_names_the_days_we_wait(book):
    ripe_for(book, "lawyers_letter")
    await run(court(book).file_papers, order("lawyers_letter"))
    assert waiting(book) == {"hand-in-lawyers_letter"}
    letter = next(row for row in papers_of(book) if row.paper is Paper.LAWYERS_LETTER)
    sent = REMEDIES["CN"]["lawyers_letter"].step("sent")
    assert sent.clock is not None
    waited = deadline(sent.clock.rule, sent.clock.step, letter.dated, ())
    assert draft_in(letter).reply_by == waited == letter.dated + timedelta(days=15)
    assert puts_on_file(book, "sent", LegalKind.COURT, remedy="lawyers_letter")
    assert waiting(book) == set()
