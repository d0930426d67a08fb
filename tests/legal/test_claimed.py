"""What our papers claim is what the account says is due, each part of it by its name."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from channels.documents.sums import COMPONENTS, allocation
from domain.account import account
from domain.fees import FeeQuestion, fee
from domain.interest import DayCount
from domain.legal.claimed import claim_of
from domain.legal.figures import INSTALMENTS, Figures
from domain.legal.filing import Filing
from domain.legal.papers import Paper
from domain.money_events import AccountTerms
from ledger.account_facts import account_of
from ledger.accounts import NewTerms, deal, set_terms
from ledger.approval_tables import ApprovalRow
from ledger.dealings import Dealing
from ledger.engine import reading, writing
from ledger.legal_figures import figures_of
from ledger.loans import loan_view
from ledger.paper_rows import draft_in
from ledger.words import MoneyKind
from tests.documents.drawing import packed, text_of
from tests.ledger.book import TERMS
from tests.legal.office import (
    MORNING,
    REMEDIES,
    WEI,
    a_debt,
    answers,
    court,
    order,
    papers_of,
    pays,
    puts,
    ready_for,
    ripe_for,
    run,
    told,
)
from tests.rules.accounts import DAY, START, facts

TODAY = date(2026, 3, 10)
DAILY = AccountTerms(day_count=DayCount.ACT_360, penalty_ppm=180_000, late_fee_minor=5_000)
PARTS = ((200_000, 10_000), (100_000, 0))
QUIET = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


def with_charges(engine, terms=DAILY, parts=PARTS, order=()):
    with writing(engine) as session:
        set_terms(session, "L1", NewTerms(terms, order, parts), MORNING - timedelta(days=290))


def charged(engine, amount, component="costs", on=TODAY):
    fee_ = Dealing(
        event_id=f"fee-{amount}",
        kind=MoneyKind.FEE,
        on=on,
        by="li",
        reason="suit",
        amount_minor=amount,
        component=component,
    )
    with writing(engine) as session:
        deal(session, "L1", fee_, MORNING)


def the_account(engine, on=TODAY):
    with reading(engine) as session:
        view = loan_view(session, "L1")
        assert view is not None
        return account_of(session, view.loan, on)


def the_figures(engine, on=TODAY, name="payment_order", law="CN") -> Figures:
    with reading(engine) as session:
        view = loan_view(session, "L1")
        assert view is not None
        return figures_of(session, view, REMEDIES[law][name], TERMS, on)


@QUIET
@given(facts, DAY)
def test_the_parts_of_a_claim_are_all_that_is_due_and_nothing_of_what_falls_due_that_day(known, on):
    books = account(known, on)
    claim = claim_of(known, books)
    falls_due = sum(line.unpaid_minor for line in books.instalments if line.due == on)
    if claim:
        assert sum(amount for _, amount in claim) == books.due_minor - falls_due
        assert all(amount > 0 for _, amount in claim)
        assert len({name for name, _ in claim}) == len(claim)
        assert {name for name, _ in claim} <= {*COMPONENTS["zh"]} & {*COMPONENTS["en"]}
    else:
        assert books.due_minor - falls_due == sum(
            line.unpaid_minor for line in books.instalments if line.due < on
        )


@QUIET
@given(facts)
def test_once_everything_is_due_the_claim_is_all_that_the_account_says_is_owed(known):
    books = account(known, START + timedelta(days=421))
    claim = claim_of(known, books)
    owed = Counter({name: amount for name, amount in books.owed.items() if amount})
    whole = INSTALMENTS if known.contract.hidden_minor else "principal"
    said = Counter({("principal" if name == whole else name): amount for name, amount in claim})
    assert said == owed or (not claim and set(owed) <= {"principal"})


def test_fees_of_the_court_and_every_part_of_the_sum_are_of_the_one_account(book):
    with_charges(book)
    pays(book, 15_000, "2026-01-20")
    charged(book, 123_456)
    owed = the_account(book).owed
    assert all(owed[name] for name in ("penalty", "costs", "fees", "interest", "principal"))
    figures = the_figures(book)
    assert dict(figures.claim) == {name: amount for name, amount in owed.items() if amount}
    assert figures.claimed_minor == figures.outstanding_minor == sum(owed.values())
    asked = FeeQuestion(sum(owed.values()))
    assert figures.fees == (("CN-PO-08", fee("CN-PO-08", asked)),)
    assert sum(line.amount_minor - line.paid_minor for line in figures.late) == (
        figures.claimed_minor - the_account(book).charges_minor
    )


async def test_the_application_and_the_sheet_name_each_part_and_their_sum(book):
    with_charges(book)
    charged(book, 123_456)
    ripe_for(book, "payment_order")
    assert (await run(court(book).file_papers, order())).kind is Filing.FILED
    owed = the_account(book).owed
    rows = {row.paper: row for row in papers_of(book)}
    assert {row.amount_minor for row in rows.values()} == {sum(owed.values())}
    for paper in (Paper.PAYMENT_ORDER, Paper.CALCULATION):
        said = text_of(rows[paper].pdf or b"")
        for name, minor in {**owed, "": sum(owed.values())}.items():
            shown = packed(f"{COMPONENTS['zh'].get(name, '')}{minor / 100:,.2f}元")
            assert (shown in said) == bool(minor), shown
    sheet = text_of(rows[Paper.CALCULATION].pdf or b"")
    assert "第五百六十一条，还款依次冲抵已到期的实现债权的费用、费用、利息、罚息、本金" in sheet
    assert "按年利率18%、一年360天逐日计算，计至2026年3月10日" in sheet
    assert "以年利率24%为上限" in sheet


def test_what_bears_no_late_charges_is_claimed_as_the_instalments_it_is(book):
    figures = the_figures(book)
    assert (figures.claim, figures.allocated, figures.penalty) == ((), None, None)
    assert figures.claimed_minor == figures.arrears_minor == 5_500_000


def test_interest_bears_no_extra_interest_for_late_performance(book):
    with_charges(book)
    general = [dict(the_figures(book).claim)[name] for name in ("interest", "penalty")]
    told(book, "performance_due", "2026-02-28", kind="court", remedy="suit")
    now = the_figures(book, name="enforcement")
    asked = FeeQuestion(now.claimed_minor - sum(general), days=10)
    assert (now.delay_days, now.delay_minor) == (10, fee("CN-ENF-02", asked))


async def test_a_yes_is_for_the_penalty_that_runs_on_after_it_and_for_no_other_charge(book):
    with_charges(book)
    ready_for(book, "payment_order")
    question = puts(book)
    with reading(book) as session:
        row = session.get_one(ApprovalRow, question)
        assert row.amount_minor == sum(the_account(book).owed.values())
    answers(book, question)
    later = MORNING + timedelta(days=9)
    charged(book, 1, on=later.date())
    outcome = await run(court(book).file_papers, order(at=later))
    assert (outcome.kind, outcome.rule) == (Filing.UNAPPROVED, "approval-above")
    with writing(book) as session:
        deal(session, "L1", Dealing("W", MoneyKind.WAIVER, later.date(), "li", "slip", 1, "costs",
                                    approved_by="chen"), later)  # fmt: skip
    assert (await run(court(book).file_papers, order(at=later))).kind is Filing.FILED
    assert papers_of(book)[0].amount_minor > row.amount_minor


@pytest.mark.parametrize(
    ("terms", "agreed", "product", "says"),
    [
        (
            replace(DAILY, by_instalment=True),
            ("costs", "penalty", "principal", "interest", "fees"),
            "cash_loan",
            ("按照合同约定，还款先冲抵整笔借款的实现债权的费用、罚息，再自最早到期的一期起逐期冲抵，"
             "每期之内依次为本金、利息、费用；最后冲抵整笔借款的费用。",
             "As the contract orders, payments cover first the costs of recovery, penalty interest "
             "of the loan as a whole, then the instalments one by one, the oldest first, and "
             "within each: principal, interest, fees; last the fees of the loan as a whole."),
        ),
        (
            DAILY,
            (),
            "credit_card",
            ("依照《商业银行信用卡业务监督管理办法》第五十七条，还款依次冲抵已到期的实现债权的费用、"
             "费用、利息、罚息、本金；同一项目内先到期的先冲抵。自逾期第91天起，改为依次冲抵本金、"
             "实现债权的费用、费用、利息、罚息。",
             "From day 91 past due the order is: principal, costs of recovery, fees, interest, "
             "penalty interest."),
        ),
    ],
)  # fmt: skip
def test_the_sheet_says_the_order_in_which_payments_are_really_allocated(
    ledger, terms, agreed, product, says
):
    a_debt(ledger, product=product)
    with_charges(ledger, terms, order=agreed)
    allocated = the_figures(ledger).allocated
    for lang, sentence in zip(("zh", "en"), says, strict=True):
        assert sentence in allocation(allocated, lang)


def test_outside_china_no_contract_is_named_that_nobody_has_told(ledger):
    a_debt(ledger, borrower=replace(WEI, jurisdiction="UK"))
    with_charges(ledger)
    allocated = the_figures(ledger, name="suit", law="UK").allocated
    assert allocation(allocated, "en").startswith("For this loan, payments cover what is due")


async def test_no_key_of_ours_is_in_a_paper_that_a_court_reads(book):
    ripe_for(book, "payment_order")
    await run(court(book).file_papers, order())
    rows = {row.paper: row for row in papers_of(book)}
    sheet = rows[Paper.CALCULATION]
    for row in rows.values():
        said = text_of(row.pdf or b"")
        for key in ("posting/", "ledgerversion", "notice/"):
            assert key not in said
        assert "放款凭证（2025年1月10日）" in said
        named = f"同一时点的欠款计算明细（{sheet.number}）"
        assert (named in said) == (row is not sheet), "a sheet does not list itself"
        assert "计算版本：0" in said
        assert draft_in(row).figures.version == row.ledger_version
    assert "DMS-contract" in text_of(sheet.pdf or b"")


async def test_a_court_finds_places_for_what_we_do_not_keep_of_the_parties(book):
    ripe_for(book, "payment_order")
    await run(court(book).file_papers, order())
    said = {row.paper: text_of(row.pdf or b"") for row in papers_of(book)}
    assert "法定代表人" in said[Paper.PAYMENT_ORDER]
    assert "公民身份号码" in said[Paper.PAYMENT_ORDER]
    assert "公民身份号码" not in said[Paper.CALCULATION]


async def test_a_paper_is_addressed_to_the_name_of_a_court_and_never_to_a_reference(book):
    ready_for(book, "payment_order")
    told(book, "court", "2026-03-01", reference="L-0040-evidence-5", event_id="later")
    answers(book, puts(book, "payment_order"))
    await run(court(book).file_papers, order())
    assert {draft_in(row).court for row in papers_of(book)} == {"上海市徐汇区人民法院"}
