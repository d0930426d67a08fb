"""What a case reads from the ledger and writes into it; each may be repeated."""

from datetime import date

import pytest
from temporalio.exceptions import ApplicationError

from activities.ledger import LedgerActivities
from domain.facts import PaymentReceived, PaymentReversed
from domain.orders import CloseOrder, ReadOrder, RecordOrder, TaskOrder
from domain.promises import Promise
from domain.records import PromiseChanged
from domain.strategy import Outcome
from ledger.agreements import open_promise
from ledger.cases import NewCase, case_file, open_case
from ledger.engine import reading, writing
from tests.activities.world import asked_of_people, run
from tests.ledger.book import CASE, EPISODE, MORNING, paid, undone

PROMISE = Promise("r1", 20_000, date(2026, 3, 20), MORNING.date())


async def test_a_case_hears_every_money_fact_until_it_knows_them_all(book):
    books = LedgerActivities(book)
    assert await run(books.read_ledger, ReadOrder("L1", 0)) == ()
    paid(book, "p1", 10_000)
    undone(book, "p1")
    facts = await run(books.read_ledger, ReadOrder("L1", 0))
    assert [type(fact) for fact in facts] == [PaymentReceived, PaymentReversed]
    assert await run(books.read_ledger, ReadOrder("L1", 1)) == facts
    assert await run(books.read_ledger, ReadOrder("L1", 2)) == ()


async def test_what_was_agreed_is_written_once(book):
    books = LedgerActivities(book)
    order = RecordOrder("L1", "B1", EPISODE, (PromiseChanged(PROMISE, MORNING),))
    for _ in range(2):
        await run(books.record_agreed, order)
    with reading(book) as session:
        assert open_promise(session, "L1") == PROMISE


async def test_a_case_is_closed_once_and_never_otherwise(book):
    books = LedgerActivities(book)
    with writing(book) as session:
        open_case(session, NewCase("L1", "B1", EPISODE, "standard@0f3a"), MORNING)
    order = CloseOrder("L1", "B1", EPISODE, Outcome.CURED, "", MORNING)
    for _ in range(2):
        await run(books.close_case, order)
    with reading(book) as session:
        file = case_file(session, CASE)
    assert file is not None
    assert file.outcome is Outcome.CURED
    other = CloseOrder("L1", "B1", EPISODE, Outcome.CLOSED, "", MORNING)
    with pytest.raises(ApplicationError, match="already closed") as refused:
        await run(books.close_case, other)
    assert refused.value.non_retryable


async def test_a_cure_that_the_ledger_knows_more_about_is_not_written(book):
    books = LedgerActivities(book)
    with writing(book) as session:
        open_case(session, NewCase("L1", "B1", EPISODE, "standard@0f3a"), MORNING)
    paid(book, "p1", 40_000)
    undone(book, "p1")
    order = CloseOrder("L1", "B1", EPISODE, Outcome.CURED, "", MORNING, ledger_version=1)
    facts = await run(books.close_case, order)
    assert [type(fact) for fact in facts] == [PaymentReceived, PaymentReversed]
    with reading(book) as session:
        file = case_file(session, CASE)
    assert file is not None
    assert file.closed_at is None
    heard = CloseOrder("L1", "B1", EPISODE, Outcome.CURED, "", MORNING, ledger_version=2)
    assert await run(books.close_case, heard) == ()
    assert await run(books.close_case, order) == (), "once closed, a repeat changes nothing"


async def test_a_person_is_asked_once(book):
    books = LedgerActivities(book)
    for _ in range(2):
        await run(books.ask_person, TaskOrder("L1", EPISODE, "placement", "approve", MORNING))
    assert asked_of_people(book) == ["placement"]
