"""Offers, agreements, approvals and what people tell us, on both databases."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import select

from domain.affordability import Line
from domain.agreeing import AgreementState, Evidence, OfferState
from domain.authority import Action, Answer, Delegation, Question
from domain.delinquency import Instalment, Terms, delinquency
from domain.gate.words import Party
from domain.offer_terms import Covers, OfferKind
from domain.offers import Offer
from domain.plans import Plan
from domain.reasons import Reason, Vulnerability
from domain.records import PlanChanged
from domain.refused import Refused
from ledger import approvals, decisions, hardship, offers, tasks
from ledger.accounts import account_of
from ledger.agreements import spoken_of
from ledger.approval_tables import AgreementRow
from ledger.cases import NewCase, open_case, write_records
from ledger.engine import reading, writing
from ledger.errors import KeyReused, LedgerError
from ledger.snapshots import outstanding
from ledger.tables import JournalEntryRow
from ledger.values import ContactPoint
from policies.authority_files import load_authority
from tests.ledger.book import EPISODE, MAIL, MORNING, a_loan, paid, seen
from tests.rules.bargain import finances

TODAY = MORNING.date()
HOUSE = replace(load_authority(), people={"li": "supervisor", "zhao": "manager"})
PROOF = Evidence(recording="tape-1")
OFFER = Offer(
    definition="instalments@abc",
    kind=OfferKind.INSTALMENTS,
    kindness=3,
    currency="CNY",
    covers=Covers.ARREARS,
    debt_minor=40_000,
    waived_minor=0,
    interest_minor=0,
    annual_bps=0,
    percent=0,
    instalments=(Instalment(date(2026, 4, 1), 20_000), Instalment(date(2026, 5, 1), 20_000)),
    expires_on=TODAY + timedelta(days=14),
    level="collector",
    frozen_until=date(2026, 9, 1),
    recording="CN-PLAN-03",
    check_back_days=90,
)


def later(days: float):
    return MORNING + timedelta(days=days)


@pytest.fixture
def book(ledger):
    """A loan with an open case."""
    with writing(ledger) as session:
        a_loan(session, points=(MAIL, ContactPoint(MAIL.channel, "b@b.cn", party=Party.GUARANTOR)))
        open_case(session, NewCase("L1", "B1", EPISODE, "standard@0f3a"), MORNING)
    return ledger


def make(engine, offer=OFFER, offer_id="O1", approval_id=None):
    with writing(engine) as session:
        new = offers.NewOffer(offer_id, "L1", offer, "wang", MORNING, approval_id)
        return offers.make(session, new)


def agree(engine, proof=PROOF, offer_id="O1", at=MORNING, today=TODAY):
    with writing(engine) as session:
        return offers.agree(session, offer_id, proof, "wang", at, today)


def refused(answer) -> str:
    assert isinstance(answer, Refused), answer
    return answer.rule


def states(engine) -> tuple[str, str]:
    with reading(engine) as session:
        agreement = session.get(AgreementRow, "O1")
        return offers.offer_row(session, "O1").state, agreement.state if agreement else ""


def verdicts(engine, what="offer") -> list[str]:
    with reading(engine) as session:
        assert decisions.verify(session) == []
        return [row.verdict for row in decisions.decisions_of(session, "L1") if row.what == what]


def ask(engine, action=Action.WRITE_OFF, amount=50_000, approval_id="A1", subject="", level=""):
    question = Question(action, "wang", MORNING, amount, "CNY", level)
    with writing(engine) as session:
        new = approvals.NewApproval(approval_id, "L1", EPISODE, question, subject)
        return approvals.ask(session, new, HOUSE)


def approval_of(engine, action=Action.WRITE_OFF, amount=50_000, approval_id="A1") -> str:
    """Who approved that much of it, or the rule by which it may not be done."""
    with reading(engine) as session:
        found = approvals.approved(session, approval_id, "L1", action, amount)
        return found.rule if isinstance(found, Refused) else f"given by {found.answered_by}"


def answer(engine, by="li", given=True, at=MORNING, approval_id="A1"):
    with writing(engine) as session:
        return approvals.answer(session, approval_id, given, by, HOUSE, at)


def test_an_offer_is_made_once_and_read_back_as_it_was_computed(book):
    assert make(book).state is OfferState.MADE
    make(book)
    with reading(book) as session:
        (row,) = offers.offers_of(session, "L1")
        assert offers.offer_of(row) == OFFER
        assert offers.offered(session, "L1", EPISODE)
        assert not offers.offered(session, "L1", date(2020, 1, 1))
    assert verdicts(book) == ["made"]
    with pytest.raises(KeyReused):
        make(book, replace(OFFER, definition="deferral@abc"))


def test_no_offer_is_made_without_an_open_case(ledger):
    with writing(ledger) as session:
        a_loan(session)
    with pytest.raises(LedgerError, match="has no open case"):
        make(ledger)


def test_the_ledger_agrees_once_and_the_case_puts_it_in_force(book):
    make(book)
    first = agree(book)
    assert isinstance(first, AgreementRow)
    assert (first.plan_id, first.manner, first.recording) == ("O1/agreed", "oral", "tape-1")
    assert states(book) == ("accepted", "pending")
    again = agree(book)
    assert isinstance(again, AgreementRow)
    assert again.at == first.at
    write_plan(book)
    assert states(book) == ("accepted", "in_force")
    with writing(book) as session:
        offers.undo(session, "O1", Refused("late", "Late."), MORNING)
    assert states(book) == ("accepted", "in_force")
    assert verdicts(book) == ["made", "accepted"]


def test_what_a_case_refuses_leaves_nothing_and_can_be_agreed_again(book):
    make(book)
    agree(book)
    with writing(book) as session:
        offers.undo(session, "O1", Refused("plan-sum", "No."), later(0.1))
        offers.undo(session, "O1", Refused("plan-sum", "No."), later(0.1))
    assert states(book) == ("made", "undone")
    again = agree(book, at=later(0.2))
    assert isinstance(again, AgreementRow)
    assert (again.state, again.rule) == (AgreementState.PENDING, "")
    assert verdicts(book) == ["made", "accepted", "undone", "accepted"]


@pytest.mark.parametrize(
    ("offer", "proof", "rule"),
    [
        (OFFER, Evidence(), "CN-PLAN-03"),
        (OFFER, Evidence(consent="c"), "CN-PLAN-03"),
        (replace(OFFER, guarantor="CN-PLAN-05"), PROOF, "CN-PLAN-05"),
        (replace(OFFER, written=True), PROOF, "written-agreement"),
        (replace(OFFER, expires_on=TODAY - timedelta(days=1)), PROOF, "offer-expired"),
    ],
)
def test_without_its_evidence_or_its_time_no_offer_is_agreed(book, offer, proof, rule):
    make(book, offer)
    assert refused(agree(book, proof)) == rule
    assert states(book) == ("made", "")


def test_with_every_paper_a_guaranteed_debt_is_changed_in_writing(book):
    make(book, replace(OFFER, guarantor="CN-PLAN-05", written=True))
    assert isinstance(agree(book, Evidence(signed="s", consent="c")), AgreementRow)


def test_an_offer_is_outdated_when_money_has_moved(book):
    make(book)
    paid(book, "P1", 1_000)
    assert refused(agree(book)) == "offer-outdated"


def test_the_last_day_of_an_offer_is_a_day_of_it(book):
    make(book)
    assert isinstance(agree(book, today=OFFER.expires_on), AgreementRow)


def test_an_offer_is_declined_or_withdrawn_once(book):
    make(book)
    with writing(book) as session:
        assert offers.answer(session, "O1", OfferState.DECLINED, "wang", MORNING) is None
        assert offers.answer(session, "O1", OfferState.DECLINED, "wang", MORNING) is None
        late = offers.answer(session, "O1", OfferState.WITHDRAWN, "wang", MORNING)
    assert refused(late) == "offer-answered"
    assert refused(agree(book)) == "offer-answered"


def test_an_offer_above_authority_waits_for_a_second_person(book):
    ask(book, Action.DISCOUNT, 5_000, "O1/approval", "O1", "supervisor")
    make(book, approval_id="O1/approval")
    assert refused(agree(book)) == "approval-missing"
    assert refused(answer(book, "wang", approval_id="O1/approval")) == "own-request"
    answer(book, approval_id="O1/approval")
    assert isinstance(agree(book), AgreementRow)


def test_a_declined_discount_withdraws_its_offer(book):
    ask(book, Action.DISCOUNT, 5_000, "O1/approval", "O1", "supervisor")
    make(book, approval_id="O1/approval")
    answer(book, given=False, approval_id="O1/approval")
    assert states(book)[0] == "withdrawn"
    with reading(book) as session:
        assert not offers.offered(session, "L1", EPISODE)


def test_a_question_is_asked_once_answered_once_and_off_the_list(book):
    ask(book)
    ask(book)
    with reading(book) as session:
        assert [row.reason for row in tasks.open_tasks(session)] == ["approve the write_off"]
    assert approval_of(book) == "approval-open"
    assert refused(answer(book, "chen")) == "above-authority"
    for _ in range(2):
        row = answer(book)
        assert not isinstance(row, Refused)
        assert (row.answer, row.answered_by, row.lent_by) == (Answer.GIVEN, "li", "")
    assert refused(answer(book, "zhao", given=False)) == "approval-answered"
    with reading(book) as session:
        assert tasks.open_tasks(session) == []
    assert approval_of(book) == "given by li"
    assert approval_of(book, approval_id="A9") == "approval-unknown"
    assert approval_of(book, Action.LEGAL_FILING) == "approval-other"
    assert approval_of(book, amount=50_001) == "approval-above"
    assert verdicts(book, "approval") == ["asked", "given"]
    with pytest.raises(KeyReused):
        ask(book, Action.LEGAL_FILING)


def test_a_question_is_spoken_of_again_and_then_over(book):
    ask(book)
    assert swept(book, 1.9) == (0, 0)
    assert swept(book, 2) == (1, 0)
    assert swept(book, 3) == (0, 0)
    with reading(book) as session:
        assert [row.reason for row in tasks.open_tasks(session)] == [
            "approve the write_off",
            "the write_off waits since 2026-03-10",
        ]
    assert swept(book, 7) == (0, 1)
    assert swept(book, 8) == (0, 0)
    assert refused(answer(book, at=later(7))) == "approval-answered"
    with reading(book) as session:
        assert tasks.open_tasks(session) == []
        assert approvals.waiting(session) == []


def test_a_question_that_is_over_is_over_before_it_is_swept(book):
    ask(book)
    assert refused(answer(book, at=later(7))) == "approval-over"


def test_lent_authority_is_named_with_the_answer_and_can_be_taken_back(book):
    ask(book, amount=1_000_000)
    lending = Delegation("zhao", "chen", frozenset({Action.WRITE_OFF}), MORNING, later(5))
    with writing(book) as session:
        assert approvals.lend(session, "D1", lending, HOUSE, MORNING) is None
        assert approvals.lend(session, "D1", lending, HOUSE, MORNING) is None
        assert approvals.delegations(session) == [lending]
        far = replace(lending, until=later(31))
        assert refused(approvals.lend(session, "D2", far, HOUSE, MORNING)) == "lent-too-long"
        assert refused(approvals.take_back(session, "D1", "chen", MORNING)) == "lent-not-owned"
    row = answer(book, "chen")
    assert not isinstance(row, Refused)
    assert row.lent_by == "zhao"
    ask(book, amount=1_000_000, approval_id="A2")
    with writing(book) as session:
        assert approvals.take_back(session, "D1", "zhao", MORNING) is None
        with pytest.raises(LedgerError, match="is not in the ledger"):
            approvals.take_back(session, "D9", "zhao", MORNING)
    assert refused(answer(book, "chen", approval_id="A2")) == "above-authority"


def test_the_latest_reason_of_the_episode_counts(book):
    first = hardship.Told("R1", "L1", "wang", MORNING)
    second = hardship.Told("R2", "L1", "wang", later(1))
    with writing(book) as session:
        assert hardship.reason_of(session, "L1", EPISODE) is None
        assert hardship.add_reason(session, first, EPISODE, Reason.FORGOT)
        assert not hardship.add_reason(session, first, EPISODE, Reason.FORGOT)
        assert hardship.add_reason(session, second, EPISODE, Reason.ILLNESS)
        assert hardship.reason_of(session, "L1", EPISODE) is Reason.ILLNESS
        with pytest.raises(KeyReused):
            hardship.add_reason(session, first, EPISODE, Reason.ILLNESS)
    with reading(book) as session:
        kept = [row for row in decisions.decisions_of(session, "L1") if row.what == "reason"]
    assert [row.inputs for row in kept] == [{"by": "wang"}] * 2


def test_vulnerability_is_written_and_can_be_over(book):
    told = hardship.Told("V1", "L1", "wang", MORNING)
    with writing(book) as session:
        assert hardship.flag(session, told, Vulnerability.CARER)
        assert not hardship.flag(session, replace(told, told_id="V2"), Vulnerability.CARER)
        assert hardship.flags_of(session, "B1") == {Vulnerability.CARER}
        assert hardship.unflag(session, told, Vulnerability.CARER)
        assert not hardship.unflag(session, told, Vulnerability.CARER)
        assert hardship.flags_of(session, "B1") == frozenset()


def test_the_newest_form_is_read_back_as_it_was_given(book):
    told = hardship.Told("F1", "L1", "wang", MORNING)
    newer = finances(500_000, taken_on=date(2026, 12, 1), pay_day=15)
    with writing(book) as session:
        assert hardship.finances_of(session, "B1") is None
        assert hardship.add_finances(session, told, finances())
        assert not hardship.add_finances(session, told, finances())
        assert hardship.add_finances(session, replace(told, told_id="F2"), newer)
        assert hardship.finances_of(session, "B1") == newer
        with pytest.raises(KeyReused):
            hardship.add_finances(session, told, newer)
        with pytest.raises(LedgerError, match="in USD, the loan in CNY"):
            hardship.add_finances(session, told, finances(currency="USD"))
        with pytest.raises(KeyReused):
            hardship.add_finances(session, told, finances(living=(Line("food", 1),)))


@pytest.mark.parametrize("kind", [OfferKind.WAIVER, OfferKind.SETTLEMENT])
def test_what_a_completed_plan_forgives_is_posted_and_nothing_is_late_any_more(book, kind):
    whole = kind is OfferKind.SETTLEMENT
    debt = 80_000 if whole else 40_000
    make(book, replace(OFFER, kind=kind, debt_minor=debt, waived_minor=10_000))
    agree(book)
    write_plan(book)
    paid(book, "P1", debt - 10_000)
    with reading(book) as session:
        assert seen(session).forgiven_minor == 0
    for _ in range(2):
        write_plan(book, ended="completed")
    with reading(book) as session:
        view = seen(session)
        account = account_of(session, view.loan, TODAY)
        late = delinquency(view.instalments, view.credits, (), Terms(), TODAY)
        assert view.forgiven_minor == 10_000
        assert account.owed_minor == (0 if whole else 40_000)
        assert late.arrears_minor == 0
        assert outstanding(view, TODAY) == account.owed_minor
        lines = [entry.narrative for entry in session.exec(select(JournalEntryRow))]
    assert lines.count("Waived") == 1


def test_a_plan_that_defaults_forgives_nothing(book):
    make(book, replace(OFFER, kind=OfferKind.WAIVER, waived_minor=10_000))
    agree(book)
    write_plan(book)
    write_plan(book, ended="defaulted")
    with reading(book) as session:
        assert seen(session).forgiven_minor == 0
        assert account_of(session, seen(session).loan, TODAY).owed_minor == 80_000


def write_plan(engine, plan_id="O1/agreed", offer_id="O1", ended=""):
    """The case writes its plan."""
    plan = Plan(plan_id, TODAY, OFFER.instalments, offer_id=offer_id, ended=ended)
    with writing(engine) as session:
        write_records(session, "L1", "B1", EPISODE, [PlanChanged(plan, MORNING)])


def test_a_letter_speaks_of_an_agreement_once_it_is_in_force(book):
    make(book)
    agree(book)
    with reading(book) as session:
        assert spoken_of(session, "L1")["agreement"] is None
    write_plan(book)
    with reading(book) as session:
        spoken = spoken_of(session, "L1")
    assert spoken["agreement"]["total_minor"] == 40_000
    assert spoken["agreement"]["first_due"] == date(2026, 4, 1)


@pytest.mark.parametrize("offered", [True, False])
def test_a_plan_to_which_the_ledger_never_agreed_is_put_before_a_person(book, offered):
    if offered:
        make(book)
        agree(book)
        with writing(book) as session:
            offers.undo(session, "O1", Refused("plan-sum", "No."), MORNING)
    write_plan(book)
    with reading(book) as session:
        assert spoken_of(session, "L1")["agreement"] is None
        (task,) = tasks.open_tasks(session)
    assert task.reason == "the case has a plan to which the ledger never agreed"


def test_a_plan_of_no_offer_asks_for_no_agreement(book):
    write_plan(book, "P1", "")
    with reading(book) as session:
        assert tasks.open_tasks(session) == []


def swept(engine, days: float) -> tuple[int, int]:
    with writing(engine) as session:
        return approvals.sweep(session, HOUSE, later(days))
