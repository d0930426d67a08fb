"""A case at court on the real server, with the real ledger and real papers."""

from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from domain import keys
from domain.authority import Action, Answer, Delegation
from domain.gate.words import Profile
from domain.refused import Refused
from domain.requests import Approve, Assign, Close
from intake.approving import Said, answer
from intake.bargaining import load_bargain
from ledger import approvals, offers
from ledger.approval_tables import ApprovalRow
from ledger.engine import open_ledger, reading, writing
from ledger.migrate import upgrade
from tests.ledger.test_offers import OFFER
from tests.legal.office import (
    AUTHORITY,
    EPISODE,
    MORNING,
    WEI,
    a_debt,
    asked,
    papers_of,
    ready_for,
    told,
)
from tests.workflows.playing import Played
from tests.workflows.real_court import at_court, serving, until
from workflows.loan_case import LoanCase

pytestmark = pytest.mark.asyncio(loop_scope="session")

CASE = keys.case_id("L1", EPISODE)
FILING = "approval of file-payment_order"
QUESTION = keys.question_id("L1", EPISODE, "file-payment_order", 1)
HANDED_IN = "the court to have our application"
BARGAIN = replace(load_bargain(Profile.PRUDENT), authority=AUTHORITY)


@pytest.fixture
def book(tmp_path):
    url = f"sqlite:///{tmp_path}/ledger.db"
    upgrade(url)
    engine = open_ledger(url)
    a_debt(engine)
    yield engine
    engine.dispose()


@pytest_asyncio.fixture(loop_scope="session")
async def waiting(server, book):
    """The case of L1 that waits for a second person to approve its payment order."""
    ready_for(book, "payment_order")
    case = at_court(book)
    async with serving(server, book) as cases:
        await cases.open(case)
        await until(cases, CASE, FILING)
        yield Played(server, cases, CASE, case.clock)
        if not isinstance(await cases.mention(CASE, Close("over", "ann", "the test")), Refused):
            assert await cases.over(CASE)


def row_of(book) -> ApprovalRow:
    with reading(book) as session:
        return approvals.approval(session, QUESTION)


async def said(book, played, by, given=True, at=MORNING, question=QUESTION):
    async def ours():
        return played.cases

    return await answer(book, ours, BARGAIN, question, Said(by, given, at))


async def rule(book, played, by, **how) -> str:
    refused = await said(book, played, by, **how)
    assert isinstance(refused, Refused)
    return refused.rule


async def test_what_is_missing_is_asked_for_before_anybody_is_asked_to_approve(server, book):
    async with serving(server, book) as cases:
        await cases.open(at_court(book))
        await until(cases, CASE, "what is missing: contract since 2026-03-10")
        [(what, why)] = asked(book)
        assert what == "evidence-payment_order-1"
        assert why.startswith("payment_order needs contract since 2026-03-10, ")
        await server.client.get_workflow_handle_for(LoanCase.run, CASE).terminate()


async def test_a_collector_is_refused_with_a_sentence_and_the_case_waits_on(waiting, book):
    refused = await said(book, waiting, "wang")
    assert isinstance(refused, Refused)
    assert (refused.rule, refused.reason) == (
        "above-authority",
        "wang may not decide on this legal_filing: it takes a manager.",
    )
    assert await rule(book, waiting, CASE) == "own-request"
    await waiting.cases.ask(CASE, Assign("mine", "zhao", "sue"))
    assert await rule(book, waiting, "sue") == "own-case", "a manager who works the case"
    await until(waiting.cases, CASE, FILING)
    assert (row_of(book).answer, papers_of(book)) == (None, [])


async def test_a_deputy_approves_and_the_papers_are_drawn_up_once(waiting, book):
    lending = Delegation(
        "zhao", "chen", frozenset({Action.LEGAL_FILING}), MORNING, MORNING + timedelta(days=5)
    )
    assert await rule(book, waiting, "chen") == "above-authority"
    with writing(book) as session:
        assert approvals.lend(session, "D1", lending, AUTHORITY, MORNING) is None
    for _ in range(2):
        row = await said(book, waiting, "chen")
        assert isinstance(row, ApprovalRow), row
        assert (row.answer, row.answered_by, row.lent_by) == (Answer.GIVEN, "chen", "zhao")
    await until(waiting.cases, CASE, HANDED_IN)
    assert all(paper.pdf for paper in papers_of(book))
    assert "hand-in-payment_order" in {what for what, _ in asked(book)}
    lines = await waiting.lines()
    assert lines.count("approval: file-payment_order: approved by chen") == 1


async def test_a_yes_that_goes_past_the_ledger_gets_nothing_filed(waiting, book):
    raw = Approve("raw", "mallory", "file-payment_order")
    await waiting.cases.mention(CASE, raw)
    await waiting.cases.ask(CASE, replace(raw, request_id="raw-2"))
    await until(waiting.cases, CASE, FILING)
    lines = await waiting.lines()
    assert "approval: file-payment_order: not on record (approval-open)" in lines
    assert (row_of(book).answer, papers_of(book)) == (None, [])
    assert not isinstance(await said(book, waiting, "sue"), Refused)
    await until(waiting.cases, CASE, HANDED_IN)
    assert papers_of(book)


async def test_a_no_is_on_record_and_passes_the_remedy_over(waiting, book):
    assert not isinstance(await said(book, waiting, "sue", given=False), Refused)
    await until(waiting.cases, CASE, "approval of file-suit")
    assert "legal: payment_order: declined" in await waiting.lines()
    assert row_of(book).answer is Answer.DECLINED


async def test_a_question_is_spoken_of_again_and_is_over_when_the_case_gives_it_up(waiting, book):
    def swept(days: int) -> tuple[int, int]:
        with writing(book) as session:
            return approvals.sweep(session, AUTHORITY, MORNING + timedelta(days=days))

    assert [swept(1), swept(2), swept(3)] == [(0, 0), (1, 0), (0, 0)]
    assert f"remind-{QUESTION}" in {what for what, _ in asked(book)}
    await waiting.skip_to(MORNING + timedelta(days=31))
    assert "legal: payment_order: not approved" in await waiting.lines()
    await until(waiting.cases, CASE, "approval of file-suit")
    assert row_of(book).answer is Answer.OVER, "the case asks for the next remedy"
    assert await rule(book, waiting, "sue") == "approval-answered"
    assert swept(61) == (0, 1), "nobody answers that one either"


async def test_the_end_of_the_case_ends_its_question(waiting, book):
    await waiting.cases.ask(CASE, Close("end", "ann", "sold"))
    assert await waiting.cases.over(CASE)
    assert row_of(book).answer is Answer.OVER
    assert await rule(book, waiting, "sue") == "approval-answered"


async def test_in_england_nobody_says_yes_to_a_suit_before_forbearance_was_offered(
    server, tmp_path
):
    url = f"sqlite:///{tmp_path}/english.db"
    upgrade(url)
    book = open_ledger(url)
    a_debt(book, replace(WEI, zone="Europe/London", jurisdiction="UK"))
    ready_for(book, "suit", "UK", on="2026-02-01")
    told(book, "default_notice", "2026-02-01")
    case = at_court(book, "UK", "Europe/London")
    async with serving(server, book) as cases:
        await cases.open(case)
        await until(cases, CASE, "approval of file-suit")
        played, suit = (
            Played(server, cases, CASE, case.clock),
            QUESTION.replace("payment_order", "suit"),
        )
        assert await rule(book, played, "sue", question=suit) == "UK-FORB-01"
        with writing(book) as session:
            offers.make(session, offers.NewOffer("O1", "L1", OFFER, "ann", MORNING))
        assert not isinstance(await said(book, played, "sue", question=suit), Refused)
        await until(cases, CASE, "the court to")
        assert papers_of(book)
        await played.handle.terminate()
    book.dispose()
