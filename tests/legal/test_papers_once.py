"""Papers are drawn up once, from one snapshot, and never while something is missing."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.authority import Action, Answer
from domain.delinquency import Terms
from domain.holds import Hold, HoldReason
from domain.keys import case_id
from domain.legal.filing import Filing
from domain.legal.papers import Paper
from domain.records import HoldChanged
from domain.refused import Refused
from ledger.approval_tables import ApprovalRow
from ledger.approvals import approvals_of
from ledger.cases import write_records
from ledger.engine import reading, writing
from ledger.errors import LedgerError
from ledger.legal_documents import Printed, claim_papers, confirm_papers
from tests.documents.drawing import packed, text_of
from tests.legal.office import (
    EPISODE,
    LAW,
    MORNING,
    REMEDIES,
    answers,
    asked,
    court,
    order,
    papers_of,
    pays,
    prepare,
    puts,
    ready_for,
    ripe_for,
    run,
    told,
)


async def test_what_the_ledger_has_is_gathered_and_the_rest_is_left_to_people(book):
    found = await run(court(book).prepare_remedy, prepare("payment_order"))
    assert {evidence.item for evidence in found.found} == {"disbursement", "calculation"}
    told(book, "contract", "2026-03-01")
    found = await run(court(book).prepare_remedy, prepare("payment_order"))
    [contract] = [e for e in found.found if e.item == "contract"]
    assert contract.reference == "DMS-contract"
    assert found.limitation_ends is not None
    assert found.limitation_ends.isoformat() == "2028-12-11", "the 10th is a Sunday"


async def test_nothing_is_filed_while_something_is_missing(book):
    answers(book, puts(book))
    outcome = await run(court(book).file_papers, order())
    assert outcome.kind is Filing.INCOMPLETE
    assert outcome.prepared is not None
    assert papers_of(book) == []


async def test_nothing_is_filed_without_the_yes_of_a_second_person_for_just_this(book):
    ready_for(book, "payment_order")
    ready_for(book, "suit")

    async def rule(name="payment_order", **said):
        outcome = await run(court(book).file_papers, order(name, **said))
        assert outcome.kind is Filing.UNAPPROVED
        return outcome.rule

    assert await rule() == "approval-unknown", "nobody was asked"
    first = puts(book)
    assert await rule() == "approval-open", "nobody has answered"
    answers(book, first, given=False)
    assert await rule() == "approval-declined"
    answers(book, puts(book, number=2))
    assert await rule("suit", number=2) == "approval-unknown", "another remedy"
    assert await rule(number=3) == "approval-unknown", "another asking"
    with writing(book) as session:
        session.get_one(ApprovalRow, first.replace("/1", "/2")).amount_minor = 5_499_999
    assert await rule(number=2) == "approval-above", "more is claimed than was approved"
    assert papers_of(book) == []
    answers(book, puts(book, number=4))
    assert (await run(court(book).file_papers, order(number=4))).kind is Filing.FILED


def test_a_question_is_about_the_whole_debt_is_put_once_and_ends_the_one_before(book):
    first = puts(book)
    assert puts(book) == first
    with reading(book) as session:
        row = session.get_one(ApprovalRow, first)
        assert (row.action, row.subject) == (Action.LEGAL_FILING, "file-payment_order")
        assert (row.amount_minor, row.currency) == (5_500_000, "CNY")
        assert row.asked_by == case_id("L1", EPISODE)
        assert row.over_at == MORNING + timedelta(days=30)
    puts(book, "suit")
    with reading(book) as session:
        answers_of = {row.subject: row.answer for row in approvals_of(session, "L1")}
    assert answers_of == {"file-payment_order": Answer.OVER, "file-suit": None}
    open_now = [what for what, _ in asked(book)]
    assert len(open_now) == 2


def test_limits_and_lent_authority_hold_for_what_a_case_asks(book):
    question = puts(book)
    for by, rule in (
        ("wang", "above-authority"),
        ("li", "above-authority"),
        (case_id("L1", EPISODE), "own-request"),
    ):
        refused = answers(book, question, by=by)
        assert isinstance(refused, Refused)
        assert refused.rule == rule
        assert "it takes a manager" in refused.reason or rule == "own-request"
    late = answers(book, question, at=MORNING + timedelta(days=30))
    assert isinstance(late, Refused)
    assert late.rule == "approval-over"


async def test_a_payment_order_is_drawn_up_numbered_and_handed_to_a_person(book):
    ripe_for(book, "payment_order")
    outcome = await run(court(book).file_papers, order())
    assert outcome.kind is Filing.FILED
    application, calculation = papers_of(book)
    assert {p.paper for p in (application, calculation)} == {Paper.PAYMENT_ORDER, Paper.CALCULATION}
    assert sorted(outcome.numbers) == sorted(row.number for row in papers_of(book))
    said = text_of(next(p.pdf for p in papers_of(book) if p.paper is Paper.PAYMENT_ORDER) or b"")
    for word in (
        "支付令申请书",
        "王伟",
        "上海市徐汇区人民法院",
        "55,000.00元",
        "上海市徐汇区漕溪北路",
    ):
        assert packed(word) in said, word
    [_, (what, why)] = asked(book)
    assert what == "hand-in-payment_order"
    assert all(number in why for number in outcome.numbers)


async def test_asking_again_changes_nothing(book):
    ripe_for(book, "payment_order")
    first = await run(court(book).file_papers, order())
    before = [(row.number, row.sha256) for row in papers_of(book)]
    later = order(at=MORNING + timedelta(days=2))
    again = await run(court(book).file_papers, later)
    assert sorted(again.numbers) == sorted(first.numbers)
    assert [(row.number, row.sha256) for row in papers_of(book)] == before
    assert len(asked(book)) == 2


def claimed(book, asked_for=None):
    asked_for = asked_for or order()
    with writing(book) as session:
        remedy = REMEDIES["CN"][asked_for.remedy]
        return claim_papers(session, asked_for, remedy, Terms(), LAW[1], asked_for.decided_at)


async def test_what_was_claimed_before_a_crash_is_drawn_up_as_the_same_paper(book):
    ripe_for(book, "payment_order")
    before = claimed(book)
    assert [row.pdf for row in papers_of(book)] == [None, None]
    outcome = await run(court(book).file_papers, order())
    assert sorted(outcome.numbers) == sorted(draft.number for draft in before.drafts)
    assert all(row.pdf for row in papers_of(book))


async def test_money_that_came_after_a_crash_is_in_the_paper_that_is_drawn_up(book):
    ripe_for(book, "payment_order")
    claimed(book)
    pays(book, 1_000_000, "2026-03-09")
    stale = await run(court(book).file_papers, order())
    assert (stale.kind, len(stale.facts)) == (Filing.STALE, 1)
    outcome = await run(court(book).file_papers, order(version=1))
    assert outcome.kind is Filing.FILED
    assert {(row.amount_minor, row.ledger_version) for row in papers_of(book)} == {(4_500_000, 1)}


async def test_a_payment_one_day_before_filing_leaves_nothing_to_file(book):
    ripe_for(book, "payment_order")
    pays(book, 5_500_000, "2026-03-09")
    assert (await run(court(book).file_papers, order())).kind is Filing.STALE
    outcome = await run(court(book).file_papers, order(version=1))
    assert (outcome.kind, outcome.rule) == (Filing.REFUSED, "nothing-due")
    assert papers_of(book) == []


async def test_a_barred_debt_is_neither_sued_nor_threatened(book):
    late = datetime(2029, 3, 12, 2, 0, tzinfo=UTC)
    ripe_for(book, "lawyers_letter")
    ripe_for(book, "suit")
    for name in ("lawyers_letter", "suit"):
        outcome = await run(court(book).file_papers, order(name, at=late))
        assert (outcome.kind, outcome.rule) == (Filing.REFUSED, "time-barred")
    assert papers_of(book) == []


async def test_a_hold_of_the_person_keeps_the_papers_back(book):
    ripe_for(book, "payment_order")
    until = MORNING + timedelta(days=20)
    hold = Hold("H1", HoldReason.BANKRUPTCY, MORNING, until, "ann")
    with writing(book) as session:
        write_records(session, "L1", "B1", EPISODE, (HoldChanged(hold, MORNING),))
    outcome = await run(court(book).file_papers, order())
    assert (outcome.kind, outcome.rule, outcome.until) == (Filing.HELD, "hold-bankruptcy", until)


async def test_an_enforcement_counts_the_extra_interest_from_the_time_to_perform(book):
    ripe_for(book, "enforcement")
    told(book, "title", "2026-02-26", text="(2026)沪0104民初1号民事判决书", reference="J-1")
    told(book, "performance_due", "2026-02-28", kind="court", remedy="suit")
    await run(court(book).file_papers, order("enforcement"))
    said = text_of(next(p.pdf for p in papers_of(book) if p.paper is Paper.ENFORCEMENT) or b"")
    assert "共10天，计96.25元" in said
    assert "民初1号民事判决书" in said


async def test_a_paper_is_not_confirmed_with_other_content(book):
    ripe_for(book, "payment_order")
    await run(court(book).file_papers, order())
    other = [Printed(row.key, b"%PDF", "0" * 64) for row in papers_of(book)]
    with pytest.raises(LedgerError, match="other content"), writing(book) as session:
        confirm_papers(session, order(), other, MORNING)


def test_what_is_told_twice_is_on_file_once_and_never_otherwise(book):
    assert told(book, "contract", "2026-03-01")
    assert not told(book, "contract", "2026-03-01")
    with pytest.raises(LedgerError, match="other content"):
        told(book, "contract", "2026-03-01", reference="DMS-9")
